"""A desk over a copy of the refreshed samples, and people of every role who are logged in to it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from registry import desk_users
from registry.audit import Person
from review.access import ROLES
from review.desk import Desk
from review.server import desk_alone
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


def log_in(app: FastAPI, name: str) -> Browser:
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
    shutil.copytree(samples_home, target, symlinks=True)
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
    return lambda role: log_in(app, role)
