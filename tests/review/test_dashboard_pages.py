"""The offline pages and dbt's documentation stand behind the login; nothing beside them is served."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.review.conftest import Browser
from xushi.dashboard import write
from xushi.home import Home

pytestmark = pytest.mark.xdist_group("dashboard_pages")


def test_the_pages_are_served_with_their_own_policy(as_role: Callable[[str], Browser], desk_home: Home) -> None:
    write(desk_home)
    viewer = as_role("viewer")
    assert viewer.get("/dashboard").headers["location"] == "/dashboard/index.html"
    assert viewer.get("/dashboard/").headers["location"] == "/dashboard/index.html"
    page = viewer.get("/dashboard/index.html")
    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    for path in ("data/index.js", "data/440700/2023-09.js", "vendor/echarts.min.js", "js/app.js", "style.css"):
        assert viewer.get(f"/dashboard/{path}").status_code == 200, path
    assert '<a href="/dashboard">总览</a>' in viewer.get("/").text


def test_a_browser_keeps_what_has_not_changed(as_role: Callable[[str], Browser], desk_home: Home) -> None:
    write(desk_home)
    client = as_role("viewer").client
    first = client.get("/dashboard/vendor/echarts.min.js")
    again = client.get("/dashboard/vendor/echarts.min.js", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["cache-control"], again.status_code, again.content) == ("private, no-cache", 304, b"")


def test_nobody_sees_them_without_a_login(app: FastAPI, desk_home: Home) -> None:
    write(desk_home)
    stranger = TestClient(app, follow_redirects=False)
    for path in ("/dashboard", "/dashboard/index.html", "/dashboard/data/index.js", "/models", "/models/index.html"):
        assert stranger.get(path).status_code == 401, path


@pytest.mark.parametrize(
    "path",
    [
        "../warehouse.duckdb",
        "..%2f..%2f..%2fregistry.sqlite",
        "%2e%2e/%2e%2e/desk.secret",
        "/etc/passwd",
        "data",
        "a%00b",
        300 * "a",
    ],
)
def test_nothing_beside_them_is_served(as_role: Callable[[str], Browser], desk_home: Home, path: str) -> None:
    write(desk_home)
    assert as_role("admin").get(f"/dashboard/{path}").status_code == 404


def test_before_there_are_any_the_way_to_make_them_is_told(as_role: Callable[[str], Browser], desk_home: Home) -> None:
    desk_home.dashboard.unlink(missing_ok=True)
    answer = as_role("viewer").get("/dashboard/index.html")
    assert answer.status_code == 404
    assert "xushi dashboard" in answer.text
    assert "xushi docs" in as_role("viewer").get("/models/index.html").text


def test_the_documentation_of_the_models_runs_apart_from_the_site(
    as_role: Callable[[str], Browser], desk_home: Home
) -> None:
    desk_home.model_docs.mkdir()
    (desk_home.model_docs / "index.html").write_text("<title>dbt</title>", "utf-8")
    viewer = as_role("viewer")
    assert viewer.get("/models").headers["location"] == "/models/index.html"
    policy = viewer.get("/models/index.html").headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
