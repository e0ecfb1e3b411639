"""A real Chromium walks the desk: open, filter, correct, rebuild, see it closed; two collide; a viewer is refused.

With XUSHI_SCREENSHOTS=docs/images the pages that the documentation shows are taken anew.
"""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from registry import incidents
from tests.review.conftest import LogIn, shoot
from tests.review.test_incident_pages import one_of
from tests.xushi.conftest import SAMPLES, refreshed, rows_of
from xushi.home import Home

pytestmark = pytest.mark.xdist_group("browser")


def test_a_steward_finds_corrects_and_sees_it_closed(
    app: FastAPI, desk_home: Home, log_in: LogIn, address: str
) -> None:
    page = log_in("steward")
    shoot(page, "desk-queue")
    page.select_option("[name=severity]", "error")
    page.select_option("[name=period]", "2023-09")
    page.fill("[name=words]", "2.71%")
    page.click("text=筛选")
    assert page.locator("tr[data-row]").count() == 1
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/**")
    assert "2.71%" in page.locator("td.here mark").inner_text()
    assert "285亩 ÷ 1.35万亩" in page.locator(".arithmetic").inner_text()
    shoot(page, "desk-finding")
    page.keyboard.press("c")
    label = page.locator("[name=target] option", has_text="百分比：2.71").first.inner_text()
    page.select_option("[name=target]", label=label)
    page.fill("details[open] [name=value]", "2.11")
    page.fill("details[open] [name=comment]", "与单位核对，小数有误")
    page.click("details[open] >> text=试算影响")
    assert page.locator("progress").is_visible(), "a person sees that it works"
    page.wait_for_selector("text=公布的数据将有这些变化", timeout=240_000)
    assert page.locator("li.closed", has_text="285亩").count() == 1
    shoot(page, "desk-trial")
    page.click("text=确认保存")
    page.wait_for_selector("text=已保存")
    key = page.url.split("/incidents/")[1].split("?")[0]

    assert refreshed(desk_home.root, SAMPLES).error is None
    page.goto(f"{address}/incidents/{key}")
    assert "已一致，自动办结" in page.locator("dl.facts").inner_text()
    assert "更正数值" in page.locator("ol.history").inner_text()
    (row,) = rows_of(desk_home.root)("select reported_completion_pct from fct_task_progress where is_corrected")
    assert float(row["reported_completion_pct"]) == 2.11
    assert incidents.get(app.state.desk.engine, key).resolution == "agreed"


def test_two_stewards_on_one_finding_do_not_overwrite_each_other(app: FastAPI, log_in: LogIn, address: str) -> None:
    incident = one_of(app, "unit_doubled")
    first, second = log_in("steward"), log_in("publisher")
    for page in (first, second):
        page.goto(f"{address}/incidents/{incident.incident_id}")
    first.fill("form[action$=assign] [name=to]", "李工")
    first.click("form[action$=assign] button")
    first.wait_for_selector("text=已保存")
    second.click("form[action$=acknowledge] button")
    second.wait_for_selector("text=没有被覆盖")
    shoot(second, "desk-collision")
    found = incidents.get(app.state.desk.engine, incident.incident_id)
    assert (found.state, found.assignee) == ("assigned", "李工")


def test_a_viewer_sees_and_is_refused(app: FastAPI, log_in: LogIn, address: str) -> None:
    incident = one_of(app, "unit_doubled")
    page = log_in("viewer")
    page.goto(f"{address}/incidents/{incident.incident_id}")
    assert page.locator("td.here").count() == 1
    assert page.locator("section.actions").count() == 0
    answer = page.evaluate(
        "async (path) => (await fetch(path, {method: 'POST', body: new URLSearchParams({version: 1})})).status",
        f"/incidents/{incident.incident_id}/acknowledge",
    )
    assert answer == 403
    assert page.goto(f"{address}/users").status == 403


def test_the_desk_can_be_used_on_a_narrow_screen_and_without_script(log_in: LogIn, address: str) -> None:
    page = log_in("steward", java_script_enabled=False)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}/?severity=error")
    body = page.locator("body").bounding_box()
    assert body is not None
    assert body["width"] <= 390, "tables scroll in their own box, the page does not"
    page.locator("a.open").first.click()
    page.wait_for_url("**/incidents/**")
    assert page.locator(".original").count() == 1
