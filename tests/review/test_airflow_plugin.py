"""Who an Airflow user is at the desk, and how the desk is mounted; a real Airflow asks in tests/airflow."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session, lazyload
from starlette.types import Receive, Scope, Send

from review.access import ROLES
from xushi.home import PROJECT_ROOT


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module, with an AIRFLOW_HOME that is nobody's; Airflow's way of logging does not outlive the tests."""
    handlers, level = logging.root.handlers[:], logging.root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", os.environ.get("AIRFLOW_HOME") or str(tmp_path_factory.mktemp("airflow")))
        yield importlib.import_module("review.airflow_plugin")
    logging.root.handlers[:], logging.root.level = handlers, level


@pytest.fixture(scope="module")
def login(plugin: ModuleType) -> ModuleType:
    """What asks Airflow; imported after the plugin, under the same AIRFLOW_HOME."""
    del plugin
    return importlib.import_module("review.airflow_login")


def fab_user(*roles: str, **changes: Any) -> Any:
    """A user as FAB hands them out, by the names of their roles."""

    class User:
        def __init__(self) -> None:
            self.roles = [SimpleNamespace(name=role) for role in roles]
            self.first_name, self.last_name = changes.get("names", ("五", "王"))

        def get_name(self) -> str:
            return "wangwu"

    User.roles = ()  # type: ignore[attr-defined]  # a mapped class has the attribute
    return User()


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((), None),
        (("Public",), None),
        (("Auditor",), None),
        (("Viewer",), "viewer"),
        (("Steward",), "steward"),
        (("User",), "steward"),
        (("Publisher",), "publisher"),
        (("Op",), "publisher"),
        (("Admin",), "admin"),
        (("Viewer", "Steward"), "steward"),
        (("Publisher", "Viewer", "Public"), "publisher"),
        (("Steward", "Admin"), "admin"),
        (("Stewards", "Super Admin"), None),
    ],
)
def test_the_highest_of_several_roles_counts(login: ModuleType, roles: tuple[str, ...], expected: str | None) -> None:
    found = login.identity_of(fab_user(*roles))
    assert (found.role if found else None) == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("VIEWER", "viewer"),
        ("user", "steward"),
        ("op", "publisher"),
        ("admin", "admin"),
        ("public", None),
        (None, None),
    ],
)
def test_a_user_of_the_simple_auth_manager_has_one_role(
    login: ModuleType, role: str | None, expected: str | None
) -> None:
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    found = login.identity_of(SimpleAuthManagerUser(username="xushi", role=role))
    assert (found.role if found else None) == expected
    assert found is None or (found.name, found.display_name) == ("xushi", "xushi")


def test_every_role_of_airflow_that_counts_is_one_of_the_desk(login: ModuleType) -> None:
    assert set(login.ROLE_OF.values()) == set(ROLES)


@pytest.mark.parametrize(
    ("names", "shown"),
    [(("五", "王"), "王五"), (("Wu", "Wang"), "Wu Wang"), (("王五", ""), "王五"), ((" ", " "), "wangwu"),
     ((None, None), "wangwu"), (("五", "Wang"), "五 Wang"), (("阿依古丽", "买买提·"), "买买提·阿依古丽")],
)  # fmt: skip
def test_people_are_shown_by_their_names_as_they_are_written(
    login: ModuleType, names: tuple[str | None, str | None], shown: str
) -> None:
    assert login.identity_of(fab_user("Viewer", names=names)).display_name == shown


def test_the_public_that_fab_lets_in_decides_nothing(login: ModuleType) -> None:
    """[fab] auth_role_public gives a role to whoever comes; a decision needs a name."""
    from airflow.providers.fab.auth_manager.models.anonymous_user import AnonymousUser

    public = AnonymousUser()
    public._roles = [SimpleNamespace(name="Admin")]
    assert login.desk_role(public) == "admin"
    assert login.identity_of(public) is None


def test_roles_that_were_not_read_before_the_session_ended_are_read_anew(
    login: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.providers.fab.auth_manager.models import Role, User
    from airflow.utils import session as sessions

    engine = create_engine("sqlite://")
    tables = [table for name, table in User.metadata.tables.items() if name.startswith("ab_")]
    User.metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        user = User(username="wangwu", first_name="五", last_name="王", email="w@localhost")
        user.roles = [Role(name="Viewer"), Role(name="Steward")]
        session.add(user)
        session.commit()
        read = select(User).options(lazyload(User.roles)).execution_options(populate_existing=True)
        session.expunge_all()
        detached = session.scalars(read).one()
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    @contextmanager
    def create_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    monkeypatch.setattr(sessions, "create_session", create_session)
    found = login.identity_of(detached)
    assert (found.name, found.display_name, found.role) == ("wangwu", "王五", "steward")
    assert asked
    with Session(engine) as session:
        for row in session.scalars(select(User)):
            session.delete(row)
        session.commit()
    assert login.identity_of(detached) is None, "gone since"
    engine.dispose()


def test_the_desk_is_made_once_and_only_when_it_is_asked(
    plugin: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from review import app as desk_app

    made: list[object] = []

    async def desk(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(scope["path"])

    def create(*given: Any) -> object:
        made.append(given[0].is_alone)
        given[0].engine.dispose()
        return desk

    monkeypatch.setenv("XUSHI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(desk_app, "create_app", create)
    lazy = plugin.OnFirstRequest()
    assert (made, (tmp_path / "home").exists()) == ([], False)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: asyncio.run(lazy({"type": "http", "path": f"/{n}"}, None, None)), range(4)))
    assert sorted(made, key=str) == ["/0", "/1", "/2", "/3", False]
    assert (tmp_path / "home" / "registry.sqlite").exists()


def test_the_installed_project_declares_the_plugin(plugin: ModuleType) -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (place,) = project["entry-points"]["airflow.plugins"].values()
    module, _, name = place.partition(":")
    assert getattr(importlib.import_module(module), name) is plugin.DeskPlugin
    (mounted,), (view,) = plugin.DeskPlugin.fastapi_apps, plugin.DeskPlugin.external_views
    assert (mounted["url_prefix"], view["destination"], view["url_route"]) == ("/xushi", "nav", "xushi-desk")


@pytest.mark.parametrize(
    ("base", "expected"),
    [("/", "/xushi/"), ("http://desk.local:8080", "/xushi/"), ("https://desk.local/airflow/", "/airflow/xushi/")],
)
def test_the_menu_leads_below_the_path_that_airflow_is_served_under(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, base: str, expected: str
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base)
    assert plugin.address() == expected


def test_the_frame_of_airflows_ui_lets_forms_scripts_and_downloads_through() -> None:
    """A desk in a frame without them shows its pages and does nothing; fails once another Airflow frames otherwise."""
    import airflow

    pages = Path(airflow.__file__).parent / "ui" / "dist" / "assets"
    allowed = "allow-scripts allow-same-origin allow-forms allow-downloads"
    assert any(allowed in page.read_text("utf-8", "replace") for page in pages.glob("*.js"))
