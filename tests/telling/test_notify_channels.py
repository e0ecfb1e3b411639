"""The addresses of the settings: what is one, what is none and where it stands, and that nothing gives them away."""

from __future__ import annotations

from pathlib import Path

import pytest

from xushi import notify
from xushi.home import Home
from xushi.notify_channels import FILE, KINDS, NAMES_ZH, URLS, channels

KEY = "693a91f6-marked-key"


def test_addresses_stand_in_a_setting_or_in_a_file_with_remarks(tmp_path: Path) -> None:
    file = tmp_path / "channels"
    file.write_text(
        f"\ufeff# 值班群\nwecombot://{KEY}\n\nrun_failed, reminder=mailto://u:pw@mail.bureau.cn\n", encoding="utf-8"
    )
    found = channels({URLS: "dingtalk://abc\njson://127.0.0.1:9", FILE: str(file)})
    assert found.problems == ()
    assert [c.name for c in found.channels] == [
        f"dingtalk（{URLS} 第1个）", f"json（{URLS} 第2个）", "wecombot（channels 第2行）", "mailto（channels 第4行）",
    ]  # fmt: skip
    assert [c.takes("gate_waiting") for c in found.channels] == [True, True, True, False]
    assert found.channels[3].kinds == {"run_failed", "reminder"}
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not-an-address-marked", "不是通知地址"),
        ("run_finnished=json://marked", "没有种类 run_finnished"),
        ("=json://marked", "不是通知地址"),
        ("json:/marked", "不是通知地址"),
    ],
)
def test_what_is_no_address_is_told_with_its_line_and_never_repeated(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "channels"
    file.write_text(f"# 一行说明\n{line}\n", encoding="utf-8")
    (problem,) = channels({FILE: str(file)}).problems
    assert "channels 第2行" in problem
    assert says in problem
    assert "marked" not in problem


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "channels"
    if content is not None:
        file.write_bytes(content)
    (problem,) = channels({FILE: str(file)}).problems
    assert FILE in problem and str(file) in problem


def test_every_kind_has_a_name() -> None:
    assert set(NAMES_ZH) == set(KINDS)


def test_without_a_channel_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URLS, raising=False)
    monkeypatch.delenv(FILE, raising=False)
    sent = notify.send(Home(tmp_path), "run_finished", "完成", "第 3 版")
    assert (sent.deliveries, sent.failures) == ((), ())
    assert list(tmp_path.iterdir()) == []


def test_a_kind_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="run_finished"):
        notify.send(Home(tmp_path), "run_finnished", "", "")  # type: ignore[arg-type]


def test_a_setting_that_is_wrong_is_told_and_fails_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URLS, "marked-nonsense")
    monkeypatch.delenv(FILE, raising=False)
    sent = notify.send(Home(tmp_path), "maintenance", "备份", "完成")
    assert [line for line in sent.failures if "第1个" in line]
    kept = (tmp_path / "reports" / "notifications.jsonl").read_text("utf-8")
    assert "不是通知地址" in kept and "marked" not in kept
