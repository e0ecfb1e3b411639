"""The pages of the checks stand behind the login, work without a script, and lead nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.review.conftest import Browser


def test_the_site_is_served_with_its_pages(as_role: Callable[[str], Browser]) -> None:
    viewer = as_role("viewer")
    assert viewer.get("/checks").headers["location"] == "/checks/index.html"
    index = viewer.get("/checks/index.html")
    assert "完成率与完成数、目标数不符" in index.text
    assert "script-src" not in index.headers["content-security-policy"]
    links = re.findall(r"href='([^']+\.html)'", index.text)
    assert len(links) > 20
    assert {viewer.get(f"/checks/{link}").status_code for link in links[:6]} == {200}
    assert viewer.get("/checks/static/checks.css").status_code == 200


@pytest.mark.parametrize(
    "path", ["../summary.md", "..%2f..%2fregistry.sqlite", "%2e%2e/%2e%2e/desk.secret", "/etc/passwd"]
)
def test_nothing_beside_the_site_is_served(as_role: Callable[[str], Browser], path: str) -> None:
    assert as_role("admin").get(f"/checks/{path}").status_code == 404
