"""The desk's decisions over PostgreSQL under the desk's own login: the tests of its pages, with no other rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, insert, select, text

from registry import incidents
from registry.models import Base
from review.server import desk_alone
from tests.conftest import copy_of_home
from tests.production.server import Production
from tests.review.conftest import Browser, logged_in, people
from tests.review.test_edition_pages import (  # noqa: F401 (the same tests, under other rights)
    test_a_consultation_is_drafted_answered_and_held_up,
    test_every_state_has_its_page_for_every_role,
    test_verdicts_are_given_from_the_page_by_a_publisher,
)
from tests.review.test_incident_pages import one_of
from tests.review.test_notice_pages import (  # noqa: F401
    test_a_letter_from_the_draft_to_the_closing,
    test_a_reply_that_does_not_come_is_marked_and_escalated,
)
from xushi.home import REGISTRY_URL, Home

pytestmark = pytest.mark.postgres


def carry_over(source: Path, target: str) -> None:
    """Every row of a home's registry into an emptied one; references hold as they did."""
    held, new = create_engine(f"sqlite:///{source}"), create_engine(target)
    tables = Base.metadata.sorted_tables
    with held.connect() as old, new.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text(f"truncate {', '.join(table.name for table in tables)}"))
        for table in tables:
            if rows := [dict(row) for row in old.execute(select(table)).mappings()]:
                connection.execute(insert(table), rows)
    held.dispose()
    new.dispose()


@pytest.fixture
def desk_home(samples_home: Path, tmp_path: Path, production: Production, monkeypatch: pytest.MonkeyPatch) -> Home:
    target = copy_of_home(samples_home, tmp_path / "home")
    carry_over(target / "registry.sqlite", production.url("xushi", "registry"))
    (target / "registry.sqlite").unlink()
    monkeypatch.setenv(REGISTRY_URL, production.url("xushi_desk", "registry"))
    return Home(target)


@pytest.fixture
def app(desk_home: Home) -> Iterator[FastAPI]:
    made = desk_alone(desk_home)
    assert made.state.desk.engine.url.username == "xushi_desk"
    people(made.state.desk)
    yield made
    made.state.desk.engine.dispose()


@pytest.fixture
def as_role(app: FastAPI) -> Callable[[str], Browser]:
    return lambda role: logged_in(app, role)


def test_a_finding_is_acknowledged_assigned_and_returned(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    engine, steward = app.state.desk.engine, as_role("steward")
    incident = one_of(app, "unit_doubled")
    page = f"/incidents/{incident.incident_id}"
    for step, form in (
        ("acknowledge", {}),
        ("assign", {"to": "王五"}),
        ("hand-back", {"to": "蓬江区", "comment": "请核对单位"}),
    ):
        version = incidents.get(engine, incident.incident_id).version
        answer = steward.post(f"{page}/{step}", page, version=version, **form)
        assert answer.status_code == 303, (step, answer.text[:2000])
    assert incidents.get(engine, incident.incident_id).assignee == "蓬江区"
