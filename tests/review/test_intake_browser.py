"""A real Chromium hands in: files dropped and chosen, a pasted message, a look, a change, the button, the receipt.

With XUSHI_SCREENSHOTS=docs/images the pages that the documentation shows are taken anew.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from registry import submissions
from review.server import desk_alone
from tests.review.conftest import LogIn, people, shoot
from tests.review.intake_desk import JIANGHAI, PENGJIANG
from xushi.home import Home

pytestmark = [pytest.mark.xdist_group("intake"), pytest.mark.timeout(600)]

WAIT = 120_000
SAID = "蓬江区2023年9月进展：已完成污水管网改造12公里，完成率80%。"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """A desk over a home that nothing was received in yet, on a morning of October."""
    app = desk_alone(Home(tmp_path / "home"))
    people(app.state.desk)
    app.state.desk = replace(app.state.desk, now=lambda: datetime(2023, 10, 8, 2, 30, tzinfo=UTC))
    yield app
    app.state.desk.engine.dispose()


def drop(page: Any, *paths: Path) -> None:
    """Files dragged onto the form, as the browser tells of it."""
    files = [(path.name, base64.b64encode(path.read_bytes()).decode()) for path in paths]
    carried = page.evaluate_handle(
        """(files) => {
            const carried = new DataTransfer();
            for (const [name, content] of files) {
                carried.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
            }
            return carried;
        }""",
        files,
    )
    page.dispatch_event(".drop", "dragover", {"dataTransfer": carried})
    page.dispatch_event(".drop", "drop", {"dataTransfer": carried})


def serious(page: Any) -> list[str]:
    """What axe finds serious or worse."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def test_a_clerk_drops_files_looks_changes_and_registers(app: FastAPI, log_in: LogIn, address: str) -> None:
    page = log_in("steward")
    page.click("nav >> text=收文登记")
    page.set_input_files("[name=files]", JIANGHAI)
    drop(page, PENGJIANG)
    assert page.locator(".chosen li").count() == 2, "what is dropped joins what was chosen"
    page.fill("[name=channel]", "微信")
    page.fill("[name=note]", "区局陈工转来，原件另送")
    shoot(page, "intake-form")
    assert serious(page) == []
    page.click("button:has-text('读取')")
    page.wait_for_selector("section.read", timeout=WAIT)
    assert page.locator("section.read").count() == 2
    assert "取自文件名" in page.locator("section.read dl").first.inner_text()
    page.locator("section.read details summary").first.click()
    assert page.locator("table.readout q").count() > 20
    assert serious(page) == []
    page.check(f"[aria-label='不登记 {JIANGHAI.name}']")
    page.select_option(f"[aria-label='盖章 {PENGJIANG.name}']", "yes")
    page.fill("[name=handler]", "李工")
    page.click("button:has-text('改后重读')")
    page.wait_for_selector("section.read:only-of-type", timeout=WAIT)
    shoot(page, "intake-preview", is_whole=False)
    assert submissions.find(app.state.desk.engine) == []
    page.click("button:has-text('确认登记')")
    page.wait_for_selector("text=已登记，原件已留存", timeout=WAIT)
    shoot(page, "intake-receipt")
    assert serious(page) == []
    page.go_back()
    page.go_forward()
    page.reload()
    (one,) = submissions.find(app.state.desk.engine)
    assert (one.file_name, one.is_stamped, one.handler, one.channel) == (PENGJIANG.name, True, "李工", "微信")
    assert one.submission_id in page.locator("tbody").inner_text()
    with page.expect_download() as got:
        page.click("text=收件回执")
    assert Path(got.value.path()).read_bytes().startswith(b"PK")


def test_a_message_is_pasted_on_a_telephone_and_dropped_again(app: FastAPI, log_in: LogIn, address: str) -> None:
    page = log_in("publisher")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/intake")
    page.fill("[name=text]", SAID)
    page.fill("[name=unit]", "蓬江区")
    page.fill("[name=channel]", "微信")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("button:has-text('读取')")
    page.wait_for_selector("section.read", timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "tables scroll in their own box"
    assert "12公里" in page.locator("table.readout").inner_text()
    shoot(page, "intake-phone", is_whole=False)
    assert serious(page) == []
    page.click("button:has-text('放弃')")
    page.wait_for_selector("text=已放弃，没有登记任何内容")
    assert submissions.find(app.state.desk.engine) == []


def test_a_file_too_large_is_told_before_it_is_sent(
    log_in: LogIn, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUSHI_INTAKE_FILE_MEGABYTES", "1")
    large = tmp_path / "巨.txt"
    large.write_bytes(b"x" * 2_000_000)
    page = log_in("steward")
    page.goto(f"{address}/intake")
    page.set_input_files("[name=files]", large)
    assert "巨.txt 1.9 MB" in page.locator(".limit").inner_text()
    page.click("button:has-text('读取')")
    assert page.url == f"{address}/intake", "nothing was sent"
    page.set_input_files("[name=files]", JIANGHAI)
    assert page.locator(".limit").is_hidden()
