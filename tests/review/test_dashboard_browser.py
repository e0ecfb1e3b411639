"""The offline pages behind the login in a real Chromium: the desk leads there, nothing breaks the policy."""

from __future__ import annotations

from pathlib import Path

from tests.review.conftest import LogIn
from xushi.dashboard import write
from xushi.home import Home


def test_the_desk_leads_to_the_pages_and_they_to_the_checks_and_the_models(
    desk_home: Home,
    log_in: LogIn,
    address: str,
) -> None:
    desk_home.model_docs.mkdir()
    (desk_home.model_docs / "index.html").write_text(
        "<title>dbt</title><script>document.title += '!'</script>", "utf-8"
    )
    write(desk_home)
    page = log_in("viewer")
    refused: list[str] = []
    # a browser asks the pages of the checks, which name no icon, for one at the root: that is none of ours
    page.on("response", lambda r: refused.append(r.url) if r.status >= 400 and "favicon" not in r.url else None)
    page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    page.click("nav >> text=总览")
    page.wait_for_selector("main .matrix")
    assert page.url == f"{address}/dashboard/index.html"
    assert page.locator(".chart canvas").count() == 2
    page.click(".figures a >> nth=2")
    page.wait_for_selector("main .filters")
    page.click("main tbody a >> nth=0")
    page.wait_for_selector("main .quote")
    page.click("footer >> text=核对规则与结果")
    page.wait_for_url(f"{address}/checks/index.html")
    page.go_back()
    page.wait_for_selector("main .quote")
    assert refused == []
    page.click("footer >> text=数据模型说明")
    page.wait_for_url(f"{address}/models/index.html")
    page.wait_for_function("document.title === 'dbt!'")
    assert page.evaluate("window.origin") == "null", "its scripts run without this site's cookies"


def test_without_a_login_no_page_is_shown(desk_home: Home, chromium: object, address: str) -> None:
    assert Path(write(desk_home).index).is_file()
    page = chromium.new_context().new_page()  # type: ignore[attr-defined]
    assert page.goto(f"{address}/dashboard/index.html").status == 401
    assert page.locator("[name=password]").count() == 1
