"""What stewards do to an incident, and what a run of the checks does: states, versions, log; in either database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from registry import audit, incidents
from registry.incidents import IllegalActionError, StaleIncidentError, Synced, UnknownIncidentError
from tests.registry.desk import (
    ACTIONS,
    ALLOWED,
    AT,
    CONDITIONS,
    LOGGED,
    STEWARD,
    act,
    columns,
    found,
    put,
    sync,
    told,
)

#: What an action makes of a new incident, and so what stands under `after` in its entry of the log.
MADE = {
    "acknowledge": {"state": "acknowledged"},
    "assign": {"state": "assigned", "assignee": "李四"},
    "hand_back": {"state": "assigned", "assignee": "开平市", "comment": "请核对单位"},
    "accept": {"state": "resolved", "resolution": "accepted", "reason": "已核对佐证材料", "comment": "台账第3页"},
    "determined": {"state": "resolved", "resolution": "determined", "reason": "滞后序时", "comment": "会议纪要"},
    "take_up": {"state": "assigned", "assignee": "王五", "comment": "更正为 12"},
}
EMPTY = ("", " ", "\n\t　")


def opened(engine: Engine, record: str = "r1") -> str:
    """The key of a new incident."""
    one = found(record)
    sync(engine, one)
    return one.incident_id


def test_each_action_is_taken_in_its_states_and_refused_in_the_others(engine: Engine) -> None:
    tried = {(name, condition): found(f"{name}|{condition}") for name in ACTIONS for condition in CONDITIONS}
    sync(engine, *tried.values())
    for (name, condition), one in tried.items():
        state, is_failing = CONDITIONS[condition]
        put(engine, one.incident_id, state=state, is_failing=is_failing)
        before = columns(incidents.get(engine, one.incident_id))
        if condition in ALLOWED[name]:
            act(engine, name, one.incident_id)
            assert incidents.get(engine, one.incident_id).version == 2, (name, condition)
            assert [entry.action for entry in told(engine, one.incident_id)] == [LOGGED[name]]
        else:
            with pytest.raises(IllegalActionError):
                act(engine, name, one.incident_id)
            assert columns(incidents.get(engine, one.incident_id)) == before, (name, condition)
            assert told(engine, one.incident_id) == []


def test_an_action_stands_in_the_log_with_who_when_before_and_after(engine: Engine) -> None:
    for name, made in MADE.items():
        key, at = opened(engine, name), AT + timedelta(hours=1)
        act(engine, name, key, at=at)
        incident = incidents.get(engine, key)
        (entry,) = told(engine, key)
        assert {field: getattr(incident, field) for field in made} == made
        assert json.loads(entry.after or "") == made
        assert json.loads(entry.before or "") == {field: "new" if field == "state" else None for field in made}
        assert (entry.actor, entry.role, entry.at, entry.subject_kind) == ("王五", "steward", at, "incident")
        assert incident.resolved_at == (at if made["state"] == "resolved" else None)


def test_a_settlement_that_is_taken_back_is_open_again(engine: Engine) -> None:
    key = opened(engine)
    act(engine, "accept", key)
    act(engine, "reopen", key, version=2, at=AT + timedelta(days=1))
    incident = incidents.get(engine, key)
    assert (incident.state, incident.resolution, incident.reason, incident.resolved_at) == ("new", None, None, None)
    assert (incident.reopen_count, incident.reopened_at, incident.version) == (1, AT + timedelta(days=1), 3)
    entry = told(engine, key)[-1]
    assert json.loads(entry.before or "") == {"state": "resolved", "resolution": "accepted", "reason": "已核对佐证材料"}
    assert entry.note == "材料有误"


def refused_without_words(engine: Engine, key: str, empty: str) -> tuple[Callable[[], None], ...]:
    """What a steward may try on a new incident without saying what must be said."""
    given: dict[str, Any] = {"version": 1, "by": STEWARD, "at": AT}
    return (
        lambda: incidents.assign(engine, key, to=empty, **given),
        lambda: incidents.hand_back(engine, key, to="开平市", comment=empty, **given),
        lambda: incidents.accept(engine, key, reason=empty, comment="x", **given),
        lambda: incidents.accept(engine, key, reason="x", comment=empty, **given),
        lambda: incidents.determined(engine, key, reason=empty, comment="x", **given),
        lambda: incidents.determined(engine, key, reason="x", comment=empty, **given),
        lambda: incidents.take_up(engine, key, comment=empty, **given),
    )


def test_what_must_be_said_cannot_be_left_out(engine: Engine) -> None:
    key = opened(engine)
    for action in (action for empty in EMPTY for action in refused_without_words(engine, key, empty)):
        with pytest.raises(IllegalActionError):
            action()
    assert (incidents.get(engine, key).version, told(engine, key)) == (1, [])
    act(engine, "accept", key)
    for empty in EMPTY:
        with pytest.raises(IllegalActionError):
            incidents.reopen(engine, key, comment=empty, version=2, by=STEWARD, at=AT)
    assert incidents.get(engine, key).state == "resolved"


def test_somebody_is_named_where_it_goes_back_to_nobody(engine: Engine) -> None:
    key = opened(engine)
    incidents.hand_back(engine, key, to=" ", comment="请补报", version=1, by=STEWARD, at=AT)
    assert incidents.get(engine, key).assignee == "报送单位"


def test_who_has_it_in_hand_keeps_it_when_a_value_is_corrected(engine: Engine) -> None:
    key = opened(engine)
    act(engine, "assign", key)
    act(engine, "take_up", key, version=2)
    assert incidents.get(engine, key).assignee == "李四"


def test_who_looked_at_another_version_is_refused_and_told_what_it_says_now(engine: Engine) -> None:
    key = opened(engine)
    act(engine, "assign", key)
    before, entries = columns(incidents.get(engine, key)), len(told(engine, key))
    for name, version in product(ACTIONS, (-1, 0, 1, 3)):
        with pytest.raises(StaleIncidentError) as refused:
            act(engine, name, key, version=version)
        now = refused.value.incident
        assert (now.version, now.state, now.assignee) == (2, "assigned", "李四")
    assert columns(incidents.get(engine, key)) == before
    assert len(told(engine, key)) == entries


def test_an_incident_that_is_not_there_is_said_to_be_unknown(engine: Engine) -> None:
    for name in ACTIONS:
        for key in ("nothing", "", "' or 1=1 --"):
            with pytest.raises(UnknownIncidentError):
                act(engine, name, key)
    with pytest.raises(UnknownIncidentError):
        incidents.get(engine, "nothing")
    assert audit.latest(engine, limit=9) == []


def test_without_its_entry_in_the_log_nothing_is_done(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    key = opened(engine)
    before = columns(incidents.get(engine, key))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(audit, "append", broken)
    for name in MADE:
        with pytest.raises(RuntimeError, match="the log is full"):
            act(engine, name, key)
    with pytest.raises(RuntimeError):
        sync(engine, day=1)
    assert columns(incidents.get(engine, key)) == before


def test_what_the_database_refuses_leaves_no_entry_in_the_log(engine: Engine) -> None:
    key = opened(engine)
    with pytest.raises(IntegrityError):
        incidents._resolve(engine, key, "forgotten", "x", "y", 1, STEWARD, AT)
    assert (incidents.get(engine, key).state, told(engine, key)) == ("new", [])


def test_only_what_was_judged_closes_by_itself(engine: Engine) -> None:
    august, september = found("a", period="2023-08"), found("s")
    nowhere, other = found("n", period=None), found("o", check_id="c2")
    sync(engine, august, september, nowhere, other, checks=("c1", "c2"))
    assert sync(engine, day=1, periods=["2023-09"]) == Synced(0, 0, 0, 2)
    states = {one: incidents.get(engine, one.incident_id).state for one in (august, september, nowhere, other)}
    assert states == {august: "new", september: "resolved", nowhere: "resolved", other: "new"}
    assert sync(engine, september, day=2, periods=["2023-09"]) == Synced(0, 1, 0, 0)
    assert sync(engine, august, day=3, periods=[]) == Synced(0, 0, 1, 0), "what is found is joined wherever it stands"


def test_the_system_says_in_the_log_when_it_closed_and_reopened(engine: Engine) -> None:
    key = opened(engine)
    act(engine, "assign", key)
    sync(engine, day=1)
    sync(engine, found(), day=2)
    _, agreed, reopened = told(engine, key)
    for entry, action, run in ((agreed, "agreed", "run1"), (reopened, "reopened", "run2")):
        assert (entry.actor, entry.role, entry.action, entry.note) == ("system", "system", action, run)
    assert json.loads(agreed.before or "") == {"state": "assigned", "resolution": None}
    assert (
        json.loads(agreed.after or "")
        == {"state": "resolved", "resolution": "agreed"}
        == json.loads(reopened.before or "")
    )
    assert json.loads(reopened.after or "") == {"state": "new", "resolution": None}


def test_what_was_settled_stays_settled_until_its_record_agreed_once(engine: Engine) -> None:
    key = opened(engine)
    act(engine, "accept", key)
    sync(engine, found(), day=1)
    assert incidents.get(engine, key).resolution == "accepted"
    sync(engine, day=2)
    assert (incidents.get(engine, key).resolution, incidents.get(engine, key).is_failing) == ("accepted", False)
    assert len(told(engine, key)) == 1
    sync(engine, found(), day=3)
    incident = incidents.get(engine, key)
    assert (incident.state, incident.resolution, incident.reason) == ("new", None, None)


def test_an_incident_shows_its_finding_as_it_was_last_seen(engine: Engine) -> None:
    shown = {
        "severity": "warning", "message_zh": "第5行：285亩 ÷ 1.35万亩 = 2.11%", "message_en": "row 5",
        "expected": "2.11%", "observed": "2.71%", "arithmetic": "285亩 ÷ 1.35万亩", "source_quote": "“2.71%”",
        "item_key": "i2", "source_locator": "table 1/row 5/cell 4", "requirement_no": 2, "submission_id": "s2",
        "region_code": None, "document_sha256": "b" * 64, "period": None,
    }  # fmt: skip
    key = opened(engine)
    sync(engine, found(), day=1)
    assert (incidents.get(engine, key).version, incidents.get(engine, key).last_seen_run_id) == (1, "run1")
    sync(engine, found(**shown), day=2)
    sync(engine, found(**shown), day=3)
    incident = incidents.get(engine, key)
    assert {name: getattr(incident, name) for name in shown} == shown
    assert (incident.version, incident.state, told(engine, key)) == (2, "new", [])
    with pytest.raises(StaleIncidentError):
        act(engine, "accept", key)


def test_each_text_of_a_finding_counts_as_a_change(engine: Engine) -> None:
    key = opened(engine)
    texts = ("message_zh", "message_en", "expected", "observed", "arithmetic", "source_quote", "source_locator")
    for number, name in enumerate(texts, start=2):
        sync(engine, found(**{name: "另一句"}), day=number)
        assert incidents.get(engine, key).version == number, name


def test_of_two_findings_of_one_record_the_same_is_shown_whatever_their_order(engine: Engine) -> None:
    one, other = found(message_zh="甲"), found(message_zh="乙")
    for day, findings in enumerate(((one, other), (other, one), (other, one, one))):
        sync(engine, *findings, day=day)
    assert incidents.get(engine, one.incident_id).version == 1
