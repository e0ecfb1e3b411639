"""Messages to people: mail, WeCom, DingTalk and whatever else Apprise reaches, in Chinese.

A notification never fails what it speaks of: a channel that does not answer is told in the log, in the answer, and in
`reports/notifications.jsonl`, where every message is kept without its addresses.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from xushi.home import Home
from xushi.notify_channels import KINDS, NAMES_ZH, Channel, Kind, channels
from xushi.redaction import redact, redacted, tokens_of_url

_LOG: Final = logging.getLogger(__name__)

#: Seconds that all channels together have; each tries its connection for a few of them.
SECONDS: Final = "XUSHI_NOTIFY_SECONDS"
_DEFAULT_SECONDS: Final = 20.0
#: WeCom takes 2048 bytes of text, DingTalk 20000: what is longer is cut, and its link leads to the rest.
_LONGEST_BYTES: Final = 1800
_MORE: Final = "\n……（未完）"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message on one channel; `error` is one line without the channel's address."""

    channel: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message; `problems` are lines of the settings that are no addresses."""

    kind: str
    deliveries: tuple[Delivery, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        """A line for whatever did not arrive."""
        return (*(f"{d.channel}：{d.error}" for d in self.deliveries if d.error), *self.problems)


def send(home: Home, kind: Kind, title: str, body: str, *, link: str | None = None) -> Sent:
    """Send a message to every channel that takes its kind, and keep it; never raises for what a channel does.

    `body` is plain text of a few lines; `link` leads to the page that says more.  Without a channel nothing but a log
    line is written.  ValueError for a kind that there is not.
    """
    if kind not in KINDS:
        raise ValueError(f"没有通知种类 {kind!r}；可用 {'、'.join(KINDS)} (no such kind of notification)")
    settings = channels()
    taking = [channel for channel in settings.channels if channel.takes(kind)]
    title = f"【序时】{redact(title)}"
    text = _cut(redact(body.strip()), f"\n详情：{redact(link)}" if link else "")
    sent = Sent(kind, tuple(_deliver(taking, title, text, failed=kind == "run_failed")), settings.problems)
    for line in sent.failures:
        _LOG.warning("通知未送达 not delivered: %s", line, extra={"event": "notify_failed", "kind": kind})
    _LOG.info(
        "%s：%s（%d 个渠道 channels）", NAMES_ZH[kind], title, len(taking), extra={"event": "notify", "kind": kind}
    )
    if taking or settings.problems:
        _keep(
            home, {"at": datetime.now(UTC).isoformat(timespec="seconds"), "title": title, "body": text, **asdict(sent)}
        )
    return sent


def _deliver(taking: list[Channel], title: str, text: str, *, failed: bool) -> list[Delivery]:
    """All channels at once, each in a thread that is left behind when time is up: a dead host costs nobody the run."""
    answers: dict[int, Delivery] = {}
    seconds = _seconds()

    def one(index: int, channel: Channel) -> None:
        error = _error_of(channel, title, text, failed=failed, seconds=seconds)
        answers[index] = Delivery(channel.name, error)

    threads = [
        threading.Thread(target=one, args=given, daemon=True, name=f"notify-{given[0]}") for given in enumerate(taking)
    ]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"{seconds:g} 秒内没有答复 (no answer in time)"
    return [answers.get(index, Delivery(channel.name, late)) for index, channel in enumerate(taking)]


def _error_of(channel: Channel, title: str, text: str, *, failed: bool, seconds: float) -> str | None:
    """Send on one channel; why it failed, without the address."""
    try:
        import apprise

        from xushi.notify_robots import robot_of

        one = apprise.Apprise()
        if not one.add(robot_of(channel.url) or channel.url):
            return "地址不完整或服务名不认识；写法见 Apprise 的说明 (not an address that Apprise knows)"
        result = one.notify(
            body=text,
            title=title,
            notify_type=apprise.NotifyType.FAILURE if failed else apprise.NotifyType.INFO,
            body_format=apprise.NotifyFormat.TEXT,
            timeout=seconds,
            log_level=logging.WARNING,
        )
        if result:
            return None
        reason = "；".join(entry.message for entry in result.logs()) or "对方拒收 (refused)"
    except Exception as error:  # noqa: BLE001 (whatever a channel does, the run goes on and the log says it)
        reason = f"{type(error).__name__}: {error}"
    return redact(" ".join(reason.split()), tokens_of_url(channel.url))[:400]


def _cut(body: str, tail: str) -> str:
    """The body with its link, no longer than every service takes."""
    room = _LONGEST_BYTES - len(tail.encode())
    if len(body.encode()) <= room:
        return body + tail
    return body.encode()[: max(0, room - len(_MORE.encode()))].decode("utf-8", errors="ignore").rstrip() + _MORE + tail


def _seconds() -> float:
    given = os.environ.get(SECONDS, "").strip()
    try:
        seconds = float(given) if given else _DEFAULT_SECONDS
    except ValueError:
        seconds = 0.0
    if seconds > 0:
        return seconds
    _LOG.warning("%s 应为大于0的秒数，现为 %s，按 %g 秒办理", SECONDS, given, _DEFAULT_SECONDS)
    return _DEFAULT_SECONDS


def _keep(home: Home, message: dict[str, Any]) -> None:
    """Append the message to the home's list; a full disk fails no run."""
    path = home.reports / "notifications.jsonl"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:  # one write of one line: writers do not mix
            stream.write(json.dumps(redacted(message), ensure_ascii=False) + "\n")
    except OSError as error:
        _LOG.warning("通知未能留存 not kept: %s", error, extra={"event": "notify_not_kept"})
