"""Replays and reminders at the desk: what would change is shown with its words, and only a publisher decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from registry import replays, runs
from tests.review.conftest import Browser, LogIn, shoot
from tests.xushi import newer_rules
from xushi import replay
from xushi.home import Home


@pytest.fixture
def proposed(app: FastAPI, desk_home: Home) -> Iterator[str]:
    """A replay that waits for a decision; the newer rules stay in force while the desk serves."""
    with newer_rules.in_force():
        done = replay.run(desk_home, period=None, by="李四", say=lambda _: None)
        assert done is not None
        yield str(done["replay_id"])


def test_a_replay_is_shown_with_its_figures_and_decided_by_a_publisher(
    app: FastAPI, as_role: Callable[[str], Browser], proposed: str
) -> None:
    viewer, publisher = as_role("viewer"), as_role("publisher")
    listed = viewer.get("/replays").text
    assert proposed in listed
    assert "按旧规则读取的报送 20" in listed
    page = viewer.get(f"/replays/{proposed}").text
    assert "9.73 → 10" in page
    assert "截至8月底，2022年度专项资金共805.33万元，执行率为9.73%。" in page
    assert "由签发人决定是否接受" in page
    assert "仅规则版本" not in viewer.get(f"/replays/{proposed}?of=value").text.split("逐条差异")[1].split("</form>")[1]
    only = viewer.get(f"/replays/{proposed}?district=江海区").text.split("逐条差异")[1].split("</form>")[1]
    assert "江海区" in only
    assert "蓬江区" not in only

    refused = publisher.post(f"/replays/{proposed}/decide", f"/replays/{proposed}", decision="accept", reason=" ")
    assert refused.status_code == 422
    assert "经办人和理由" in refused.text
    nothing = publisher.post(f"/replays/{proposed}/decide", f"/replays/{proposed}", decision="", reason="看过")
    assert nothing.status_code == 422
    done = publisher.post(f"/replays/{proposed}/decide", f"/replays/{proposed}", decision="accept", reason="已核对")
    assert done.status_code == 303
    engine = app.state.desk.engine
    assert replays.get(engine, proposed).state == "accepted"
    assert {run.extractor_version for run in runs.live(engine)} == {newer_rules.version()}
    page = publisher.get(f"/replays/{proposed}").text
    assert "接受历史重读：已核对" in page
    twice = publisher.post(f"/replays/{proposed}/decide", decision="decline", reason="反悔")
    assert (twice.status_code, "不能再定" in twice.text) == (422, True)
    assert publisher.get("/replays/R9999").status_code == 404


def test_owed_reports_are_shown_by_state_and_period(as_role: Callable[[str], Browser]) -> None:
    viewer = as_role("viewer")
    page = viewer.get("/reminders").text
    assert page.count('class="tag error"') == 2
    assert "恩平市" in page
    late = viewer.get("/reminders?state=late&period=2023-07").text
    assert late.count('class="tag error"') == 1
    assert 'class="tag done"' not in late


def test_the_pages_in_a_browser(log_in: LogIn, proposed: str) -> None:
    page: Any = log_in("publisher")
    page.goto(page.url.rstrip("/") + f"/replays/{proposed}")
    assert page.locator("svg.bar rect.value").count() > 3
    shoot(page, "replay")
    page.select_option("[name=district]", "江海区")
    page.click("form.filters button")
    page.wait_for_url("**district=**")
    shoot(page, "replay-district")
    page.goto(page.url.split("/replays")[0] + "/reminders")
    assert page.locator(".count.error strong").inner_text() == "2"
    shoot(page, "reminders")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(page, "reminders-phone")
