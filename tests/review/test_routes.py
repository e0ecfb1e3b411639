"""Every route asks who comes: 401 for nobody, 403 below its role, 403 for a form of somewhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from registry import incidents
from review.access import ROLES
from tests.review.conftest import Browser

#: What nobody needs to log in for; it shows and changes nothing of the bureau's.
OPEN = {("GET", "/login"), ("POST", "/login"), ("POST", "/logout"), ("GET", "/language/{language}")}


def routes(app: FastAPI) -> Iterator[tuple[str, str, str | None]]:
    """(method, path, role) of every route; None for a route that asks for no role."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            asked = [getattr(d.call, "role", None) for d in route.dependant.dependencies]
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route.path, next((role for role in asked if role), None)


def path_of(app: FastAPI, template: str) -> str:
    """A path with keys that exist where they can."""
    incident = incidents.open_incidents(app.state.desk.engine)[0]
    key = incident.submission_id if template.startswith("/submissions") else incident.incident_id
    return re.sub(r"\{\w+\}", str(key), template)


def ask(client: TestClient, method: str, path: str, **data: str) -> Any:
    return client.request(method, path, data=data or None)


def test_every_route_but_the_login_asks_for_a_role(app: FastAPI) -> None:
    found = list(routes(app))
    assert len(found) > 15
    assert {(method, path) for method, path, role in found if role is None} == OPEN
    assert {role for _, _, role in found if role} <= set(ROLES)
    changing = {path for method, path, role in found if method == "POST" and role == "viewer"}
    assert changing == set(), "a viewer changes nothing"


def test_nobody_is_let_in_without_a_login(app: FastAPI) -> None:
    client = TestClient(app, follow_redirects=False)
    for method, template, role in routes(app):
        if role is not None:
            answer = ask(client, method, path_of(app, template))
            assert answer.status_code == 401, (method, template)
            assert "登录" in answer.text


def test_nobody_is_let_in_below_the_role_of_a_route(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    browsers = {role: as_role(role) for role in ROLES}
    tried = 0
    for method, template, role in routes(app):
        for below in ROLES[: ROLES.index(role)] if role else ():
            browser = browsers[below]
            answer = ask(browser.client, method, path_of(app, template), form_token=browser.token("/login"))
            assert answer.status_code == 403, (method, template, below)
            tried += 1
    assert tried > 15


def test_a_form_of_another_site_changes_nothing(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    admin = as_role("admin")
    foreign = TestClient(app, follow_redirects=False).get("/login").text
    stolen = re.search(r'value="([0-9a-f]{64})"', foreign)
    assert stolen
    for method, template, role in routes(app):
        if method == "POST" and role is not None:
            for token in ({}, {"form_token": "0" * 64}, {"form_token": stolen.group(1)}):
                answer = ask(admin.client, method, path_of(app, template), **token)
                assert answer.status_code == 403, (template, token)


def test_a_user_who_was_closed_off_is_out_at_once(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    admin, steward = as_role("admin"), as_role("steward")
    assert steward.get("/").status_code == 200
    answer = admin.post("/users", "/users", username="steward", role="steward", is_active="no")
    assert answer.status_code == 303
    assert steward.get("/").status_code == 401


def test_an_admin_cannot_shut_out_themselves(as_role: Callable[[str], Browser]) -> None:
    admin = as_role("admin")
    assert admin.post("/users", "/users", username="admin", role="viewer").status_code == 422
    assert admin.get("/users").status_code == 200


def test_too_many_wrong_passwords_have_to_wait(app: FastAPI) -> None:
    browser = Browser(app)
    statuses = [browser.post("/login", "/login", username="nobody", password="guess").status_code for _ in range(10)]
    assert statuses == [401] * 8 + [429] * 2


def test_answers_carry_safe_headers(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    answer = as_role("viewer").get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    cookies = as_role("viewer").client.cookies.jar
    assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in cookies)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_the_language_switch_leads_nowhere_else(app: FastAPI, back: str) -> None:
    answer = TestClient(app, follow_redirects=False).get("/language/en", params={"back": back})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fserver.py", "/submissions/..%2f..%2f/original"]
)
def test_no_path_leads_out_of_the_desk(as_role: Callable[[str], Browser], path: str) -> None:
    assert as_role("admin").get(path).status_code == 404


def test_a_form_too_large_is_refused_unread(as_role: Callable[[str], Browser]) -> None:
    steward = as_role("steward")
    answer = steward.post("/bulk", comment="x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
