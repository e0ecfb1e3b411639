"""Messages really go out: through Apprise to a mail server, to WeCom's and DingTalk's robots, to a plain webhook."""

from __future__ import annotations

import email
import email.policy
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.telling.servers import Inbox, certificate, http_server, smtp_server
from xushi import notify, telling
from xushi.cli import app
from xushi.home import Home
from xushi.notify_channels import FILE, URLS

KEY = "693a91f6markedkey"
SECRET = "SECmarkedsecret"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (URLS, FILE, notify.SECONDS, "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Whatever https service is called, this server answers, by way of a proxy as offices have one."""
    with http_server(certificate(tmp_path)) as inbox:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{inbox.address}")
        yield inbox


def kept(home: Home) -> str:
    path = home.reports / "notifications.jsonl"
    return path.read_text("utf-8") if path.exists() else ""


def test_wecom_s_robot_gets_the_text(service: Inbox, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(URLS, f"wecombot://{KEY}?verify=no")
    sent = notify.send(Home(tmp_path), "run_finished", "已发布第 3 版", "收件 21 份。", link="http://desk/runs/r1")
    assert sent.failures == ()
    (message,) = service.messages
    assert message["host"] == "qyapi.weixin.qq.com:443"
    assert message["path"] == f"/cgi-bin/webhook/send?key={KEY}"
    assert message["json"] == {
        "msgtype": "text",
        "text": {"content": "【序时】已发布第 3 版\r\n收件 21 份。\n详情：http://desk/runs/r1"},
    }
    record = json.loads(kept(Home(tmp_path)))
    assert (record["kind"], record["deliveries"][0]["error"]) == ("run_finished", None)
    assert "marked" not in json.dumps(record)


def test_dingtalk_s_robot_is_signed_and_gets_the_text(service: Inbox, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(URLS, f"dingtalk://{SECRET}@{KEY}/?verify=no")
    assert notify.send(Home(tmp_path), "reminder", "报送提醒", "恩平市 2023-09").failures == ()
    (message,) = service.messages
    assert message["host"] == "oapi.dingtalk.com:443"
    assert f"access_token={KEY}" in message["path"] and "&sign=" in message["path"] and "%25" not in message["path"]
    assert message["json"]["text"]["content"] == "【序时】报送提醒\n恩平市 2023-09"


def test_the_address_as_the_service_shows_it_is_an_address_too(service: Inbox, tmp_path: Path, monkeypatch) -> None:
    wecom = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&verify=no"
    monkeypatch.setenv(URLS, wecom)
    assert notify.send(Home(tmp_path), "maintenance", "备份", "完成").failures == ()
    assert service.messages[0]["host"] == "qyapi.weixin.qq.com:443"


@pytest.mark.parametrize(
    ("url", "body", "says"),
    [
        (f"wecombot://{KEY}?verify=no", {"errcode": 93000, "errmsg": f"invalid webhook url, key {KEY}"}, "93000"),
        (f"dingtalk://{KEY}/?verify=no", {"errcode": 310000, "errmsg": "keywords not in content"}, "keywords"),
        (f"wecombot://{KEY}?verify=no", "<html>请先登录上网认证</html>", "可能被代理拦截"),
    ],
)
def test_a_refusal_that_comes_with_status_200_is_told(
    service: Inbox, tmp_path: Path, monkeypatch, url: str, body: object, says: str
) -> None:
    service.body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    monkeypatch.setenv(URLS, url)
    (failure,) = notify.send(Home(tmp_path), "run_failed", "失败", "publish: x").failures
    assert says in failure
    assert "marked" not in failure + kept(Home(tmp_path))


def test_a_certificate_that_nobody_signed_is_refused(service: Inbox, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(URLS, f"wecombot://{KEY}")
    (failure,) = notify.send(Home(tmp_path), "run_finished", "完成", "x").failures
    assert "SSLError" in failure or "连接不上" in failure
    assert service.messages == []


def test_mail_arrives_in_chinese(tmp_path: Path, monkeypatch) -> None:
    with smtp_server() as server:
        monkeypatch.setenv(URLS, f"mailto://{server.address}/?from=xushi@bureau.gov.cn&to=director@bureau.gov.cn")
        assert notify.send(Home(tmp_path), "gate_waiting", "是否放行？", "有 2 个阻断问题").failures == ()
        (mail,) = server.messages
    parsed = email.message_from_bytes(mail["data"], policy=email.policy.default)
    assert parsed["subject"] == "【序时】是否放行？"
    assert "director@bureau.gov.cn" in mail["to"][0]
    body = parsed.get_body(("plain",))
    assert body is not None
    assert "有 2 个阻断问题" in body.get_content()


def test_each_channel_gets_the_kinds_that_it_takes(tmp_path: Path, monkeypatch) -> None:
    with http_server() as every, http_server() as failures:
        file = tmp_path / "channels"
        file.write_text(f"json://{every.address}\nrun_failed,gate_waiting=json://{failures.address}\n", "utf-8")
        monkeypatch.setenv(FILE, str(file))
        for kind in ("run_finished", "run_failed"):
            assert notify.send(Home(tmp_path), kind, kind, "x").failures == ()  # type: ignore[arg-type]
    assert [m["json"]["title"] for m in every.messages] == ["【序时】run_finished", "【序时】run_failed"]
    assert [m["json"]["title"] for m in failures.messages] == ["【序时】run_failed"]


def test_a_dead_channel_costs_neither_the_others_nor_the_run(tmp_path: Path, monkeypatch) -> None:
    with http_server() as alive, http_server() as hangs, http_server() as refuses:
        hangs.hangs.clear()
        refuses.status = 500
        urls = [f"json://{refuses.address}/{KEY}", f"json://{hangs.address}/?rto=60", "json://127.0.0.1:1",
                f"nosuchservice://{KEY}", f"json://{alive.address}"]  # fmt: skip
        monkeypatch.setenv(URLS, " ".join(urls))
        monkeypatch.setenv(notify.SECONDS, "1.5")
        began = time.monotonic()
        sent = notify.send(Home(tmp_path), "run_finished", "完成", "x")
        assert time.monotonic() - began < 10
    assert [d.error is None for d in sent.deliveries] == [False, False, False, False, True]
    assert "没有答复" in str(sent.deliveries[1].error)
    assert len(alive.messages) == 1
    assert "marked" not in "".join(sent.failures) + kept(Home(tmp_path))


def test_a_long_text_is_cut_and_keeps_its_link(tmp_path: Path, monkeypatch) -> None:
    with http_server() as server:
        monkeypatch.setenv(URLS, f"json://{server.address}")
        notify.send(Home(tmp_path), "reminder", "提醒", "未报送：单位\n" * 500, link="http://desk/reminders")
    text = server.messages[0]["json"]["message"]
    assert len(text.encode()) <= 1800
    assert text.endswith("……（未完）\n详情：http://desk/reminders")


def test_secrets_do_not_go_out_either(tmp_path: Path, monkeypatch) -> None:
    with http_server() as server:
        monkeypatch.setenv(URLS, f"json://{server.address}")
        notify.send(Home(tmp_path), "run_failed", "失败", "publish: postgresql://xushi:markedpassword@db/x refused")
    assert "marked" not in json.dumps(server.messages)


def test_a_message_of_a_run_is_sent_once(tmp_path: Path, monkeypatch) -> None:
    with http_server() as server:
        monkeypatch.setenv(URLS, f"json://{server.address}")
        for _ in range(3):
            telling.told_failure(Home(tmp_path), "r1", "transform: dbt model x failed")
    (message,) = server.messages
    assert message["json"]["title"] == "【序时】刷新失败：建模未完成"
    assert "xushi logs --run r1" in message["json"]["message"]


def test_the_command_says_of_each_channel_whether_it_was_reached(tmp_path: Path, monkeypatch) -> None:
    runner = CliRunner()
    command = ["notify-test", "--home", str(tmp_path)]
    said = runner.invoke(app, command)
    assert (said.exit_code, URLS in said.stderr) == (1, True)
    with http_server() as server:
        monkeypatch.setenv(URLS, f"json://{server.address} reminder=json://{server.address}")
        said = runner.invoke(app, command)
        assert (said.exit_code, "已送达" in said.stdout, "不收此类通知" in said.stdout) == (0, True, True)
        monkeypatch.setenv(URLS, f"json://{server.address} json://127.0.0.1:1")
        said = runner.invoke(app, command)
        assert (said.exit_code, "未送达" in said.stdout) == (1, True)
    assert runner.invoke(app, [*command, "--kind", "nonsense"]).exit_code == 1
