"""A desk over a copy of the refreshed samples, and people of every role who are logged in to it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from registry import desk_users
from registry.audit import Person
from review.access import ROLES
from review.desk import Desk
from review.server import desk_alone
from tests.conftest import copy_of_home
from xushi.home import Home

PASSWORD = "correct horse 序时"
AT = datetime(2023, 10, 12, 1, 0, tzinfo=UTC)


class Browser:
    """A test client that fills in the token of a form, as a browser does."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, follow_redirects=False, base_url="http://desk")

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, form_of: str | None = None, **fields: Any) -> Any:
        """Post a form whose token was read from the page `form_of`."""
        return self.client.post(path, data={"form_token": self.token(form_of or "/"), **fields})

    def token(self, path: str) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.client.get(path).text)
        assert found, f"no form on {path}"
        return found.group(1)


def logged_in(app: FastAPI, name: str) -> Browser:
    browser = Browser(app)
    answer = browser.post("/login", "/login", username=name, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return browser


def people(desk: Desk) -> None:
    """Somebody of each role, named after it."""
    for role in ROLES:
        desk_users.keep(
            desk.engine, role, role=role, at=AT, by=Person("system", "system"), password=PASSWORD,
            display_name=f"{role}同志",
        )  # fmt: skip


@pytest.fixture
def desk_home(samples_home: Path, tmp_path: Path) -> Home:
    target = tmp_path / "home"
    copy_of_home(samples_home, target)
    return Home(target)


@pytest.fixture
def app(desk_home: Home) -> Iterator[FastAPI]:
    app = desk_alone(desk_home)
    people(app.state.desk)
    yield app
    app.state.desk.engine.dispose()


@pytest.fixture
def as_role(app: FastAPI) -> Callable[[str], Browser]:
    """`as_role('steward')` is a browser of somebody who holds the role."""
    return lambda role: logged_in(app, role)


SHOTS = os.environ.get("XUSHI_SCREENSHOTS")

LogIn = Callable[..., Any]


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ready = threading.Event()
    while not server.started:
        ready.wait(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def log_in(chromium: Any, address: str) -> Iterator[LogIn]:
    """`log_in('steward')` is a page of somebody's own browser; requests that go elsewhere fail the test."""
    elsewhere: list[str] = []
    troubles: list[str] = []

    def entered(role: str, **context: Any) -> Any:
        page = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 860}, **context).new_page()
        page.on("request", lambda r: None if r.url.startswith(address) else elsewhere.append(r.url))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{address}/login")
        page.fill("[name=username]", role)
        page.fill("[name=password]", PASSWORD)
        page.click("button.primary")
        page.wait_for_url(f"{address}/")
        return page

    yield entered
    assert elsewhere == []
    assert troubles == []


def shoot(page: Any, name: str, *, is_whole: bool = True) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=is_whole)
