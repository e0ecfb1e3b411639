"""A real Chromium goes the whole way: draft, answers, verdicts, refresh, next round, review, number, proof, correction.

With XUSHI_SCREENSHOTS=docs/images the page that the documentation shows is taken anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from registry import editions
from tests.review.conftest import LogIn, shoot
from tests.xushi.conftest import SAMPLES, refreshed
from xushi.home import Home

pytestmark = [pytest.mark.xdist_group("edition_browser"), pytest.mark.timeout(1500)]

WAIT = 240_000


def clock(app: FastAPI, day: int) -> None:
    app.state.desk = replace(
        app.state.desk, now=lambda: datetime(2023, 10, day, 1, tzinfo=UTC), agency="江门市生态环境局"
    )


def answer(page: Any, district: str, **given: str) -> None:
    """Fill in the form of a district's answer; `proof` is the path of a file."""
    if not page.locator("form[action$=answer]").is_visible():
        page.click("text=登记区县答复")
    form = page.locator("form[action$=answer]")
    label = form.locator("[name=region] option", has_text=district).first.inner_text()
    form.locator("[name=region]").select_option(label=label)
    form.locator("[name=answered_by]").fill("陈科长")
    if "text" in given:
        form.locator("[value=objected]").check()
        form.locator("[name=text]").fill(given["text"])
        form.locator("[name=proof]").set_input_files(given["proof"])
    form.locator("button").click()
    page.wait_for_selector("text=已保存")


def press(page: Any, action: str) -> None:
    page.click(f"form[action$='/{action}'] button")
    page.wait_for_selector("p.told", timeout=WAIT)


def test_the_whole_way_from_the_draft_to_the_correction(
    app: FastAPI,
    desk_home: Home,
    log_in: LogIn,
    address: str,
    tmp_path: Path,
) -> None:
    engine = app.state.desk.engine
    clock(app, 9)
    steward, publisher, admin = log_in("steward"), log_in("publisher"), log_in("admin")
    steward.goto(f"{address}/editions")
    steward.select_option("[name=period]", "2023-09")
    form = steward.locator("form[action$='/draft']")
    form.evaluate("(form) => form.dispatchEvent(new Event('submit', {cancelable: true}))")
    assert form.locator("progress").is_visible(), "a person sees that it works"
    assert form.locator("button").is_disabled(), "and asks once"
    steward.reload()
    steward.select_option("[name=period]", "2023-09")
    steward.click("form[action$='/draft'] button")
    steward.wait_for_url("**/editions/*told=kept", timeout=WAIT)
    here = steward.url.partition("?")[0]
    key = here.rsplit("/", 1)[1]
    assert steward.locator(".steps .at").inner_text() == "征求意见"

    proof = tmp_path / "验收意见.pdf"
    proof.write_bytes(b"%PDF-1.7 accepted on 28 September")
    answer(steward, "蓬江区")
    answer(steward, "江海区", text="VOCs项目已于9月28日完成", proof=str(proof))
    with steward.expect_download() as kept:
        steward.click("text=验收意见.pdf")
    assert Path(kept.value.path()).read_bytes() == proof.read_bytes()

    publisher.goto(here)
    publisher.fill("form[action$='/settle'] [name=reason]", "所附材料未显示验收日期")
    publisher.select_option("form[action$='/settle'] [name=outcome]", "rejected")
    press(publisher, "settle")
    publisher.click("text=未选的都选为进度滞后")
    publisher.fill("form[action$='/determine'] [name=reason]", "据第三季度核查")
    publisher.click("text=登记认定")
    publisher.wait_for_selector("text=已认定，待刷新发布")
    assert refreshed(desk_home.root, SAMPLES).error is None

    clock(app, 13)
    steward.goto(here)
    assert "已发布更新的数据，版本 2" in steward.locator("main").inner_text()
    steward.set_viewport_size({"width": 1280, "height": 1500})
    shoot(steward, "desk-edition", is_whole=False)
    press(steward, "redraft")
    shoot(steward, "desk-edition-round", is_whole=False)
    steward.click("text=前几轮的答复")
    assert "所附材料未显示验收日期" in steward.locator("section[aria-labelledby=answers]").inner_text()
    changes = steward.locator("section[aria-labelledby=changes]")
    assert changes.locator("> .scroll td.now", has_text="进度滞后").count() > 30
    assert steward.locator("#waiting").count() == 0
    clock(app, 19)
    steward.goto(here)
    assert "已逾期" in steward.locator("section[aria-labelledby=answers]").inner_text()
    press(steward, "silence")
    press(steward, "submit")
    assert "核稿人不能是起草人本人" in steward.locator("main").inner_text()
    assert steward.locator("form[action$='/review']").count() == 0
    publisher.goto(here)
    press(publisher, "review")
    assert "签发经办人不能是核稿人本人" in publisher.locator("main").inner_text()
    assert publisher.locator("form[action$='/issue']").count() == 0
    admin.goto(here)
    admin.fill("form[action$='/issue'] [name=number]", "江环[2023]12号")
    admin.fill("form[action$='/issue'] [name=signatory]", "张三")
    press(admin, "issue")
    assert "江环〔2023〕12号" in admin.locator("h1").inner_text()

    final = [f for f in editions.files(engine, key) if f.stage == "issued"]
    assert len(final) == 24
    for file in final:
        with admin.expect_download() as kept:
            admin.click(f"a[href$='{file.form}/{file.sha256}']")
        got = Path(kept.value.path()).read_bytes()
        assert hashlib.sha256(got).hexdigest() == file.sha256
        assert kept.value.suggested_filename == file.name
    admin.click("text=验证：")
    admin.wait_for_selector("text=逐字节相同", timeout=WAIT)
    assert "重新写出同样的字节" in admin.locator("p.told").inner_text()

    admin.goto(here)
    admin.click("form[action$='/correct'] button")
    admin.wait_for_selector("text=没有需要更正的", timeout=WAIT)
    assert editions.get(engine, key).state == "issued"


def test_the_pages_are_for_narrow_screens_and_assistive_tools(log_in: LogIn, address: str, app: FastAPI) -> None:
    from axe_playwright_python.sync_playwright import Axe

    clock(app, 9)
    page = log_in("admin")
    page.goto(f"{address}/editions")
    page.click("form[action$='/draft'] button")
    page.wait_for_url("**/editions/*told=kept", timeout=WAIT)
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    body = page.locator("body").bounding_box()
    assert body is not None
    assert body["width"] <= 390, "tables scroll in their own box, the page does not"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
