"""The robots of WeCom and DingTalk, which refuse a message with status 200 and say why in the body.

Apprise takes any 200 for delivered; a wrong key, a missing keyword or a limit reached would go unseen.  Address, format
and limits are Apprise's own: only the answer is read here.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

import requests
from apprise import NotifyBase
from apprise.plugins import url_to_dict
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot


class WeCom(NotifyWeComBot):  # type: ignore[misc]  # Apprise has no types
    """A robot in a WeCom group."""

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        """Post the text; False, with the reason in the log, where WeCom refuses it."""
        content = f"{title}\n{body}" if title else body
        return _post(self, self.api_url, {"msgtype": "text", "text": {"content": content}}, {})


class DingTalk(NotifyDingTalk):  # type: ignore[misc]
    """A robot in a DingTalk group; signed where the address carries a secret."""

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        """Post the text; False, with the reason in the log, where DingTalk refuses it."""
        content = f"{title}\n{body}" if title else body
        at = {"atMobiles": self.targets, "isAtAll": False}
        signed: dict[str, str] = {}
        if self.secret:
            timestamp, signature = self.get_signature()
            signed = {"timestamp": timestamp, "sign": unquote(signature)}
        url = self.notify_url.format(token=self.token)
        return _post(self, url, {"msgtype": "text", "text": {"content": content}, "at": at}, signed)


_ROBOTS: Final = {"wecombot": WeCom, "dingtalk": DingTalk}


def robot_of(url: str) -> NotifyBase | None:
    """The robot of an address of WeCom or DingTalk, in Apprise's notation or as the service shows it; else None."""
    native = url.replace("https://oapi.dingtalk.com/robot/send?access_token=", "dingtalk://", 1)
    parsed = url_to_dict(native.replace("&secret=", "/?secret=", 1) if native != url else url)
    robot = _ROBOTS.get(str(parsed.get("schema"))) if parsed else None
    return None if robot is None else robot(**parsed)


def _post(robot: Any, url: str, payload: dict[str, Any], params: dict[str, str]) -> bool:
    robot.throttle()
    try:
        answer = requests.post(
            url, json=payload, params=params, verify=robot.verify_certificate, timeout=robot.request_timeout
        )
    except requests.RequestException as error:
        robot.logger.warning("连接不上 (no connection): %s", type(error).__name__)
        return False
    if answer.status_code != requests.codes.ok:
        robot.logger.warning("对方答复 HTTP %s (refused)", answer.status_code)
        return False
    try:
        said = answer.json()
        code = int(said["errcode"])
    except (ValueError, KeyError, TypeError):
        robot.logger.warning("对方答复的不是约定的格式，可能被代理拦截 (no answer of this service)")
        return False
    if code:
        robot.logger.warning("对方拒收 errcode %s：%s", code, said.get("errmsg", ""))
    return code == 0
