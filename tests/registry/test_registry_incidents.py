"""One incident per check and record: it opens, is joined, closes by itself, and reopens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import incidents
from registry.engine import writing
from registry.incidents import Found, Synced, sync
from registry.migrate import upgrade
from registry.models import Incident

AT = datetime(2023, 10, 8, tzinfo=UTC)


def found(record: str = "r1", check: str = "c1", severity: str = "error") -> Found:
    return Found(check, "fct_task_progress", record, severity)


def run(engine: Engine, *results: Found, day: int = 0, checks: tuple[str, ...] = ("c1", "c2")) -> Synced:
    return sync(engine, results, checks=checks, run_id=f"run{day}", at=AT + timedelta(days=day))


def state(engine: Engine, record: str = "r1", check: str = "c1") -> Incident:
    with writing(engine, "test") as session:
        return session.get_one(Incident, incidents.incident_id(check, record))


def decide(engine: Engine, record: str, **values: object) -> None:
    with writing(engine, "test") as session:
        incident = session.get_one(Incident, incidents.incident_id("c1", record))
        for name, value in values.items():
            setattr(incident, name, value)


def test_a_finding_opens_once_and_is_joined_after(engine: Engine) -> None:
    assert run(engine, found(), found()) == Synced(1, 0, 0, 0)
    assert run(engine, found(severity="warning"), day=1) == Synced(0, 0, 1, 0)
    incident = state(engine)
    assert (incident.state, incident.severity, incident.opened_at) == ("new", "warning", AT)
    assert incident.last_seen_run_id == "run1"


def test_it_closes_when_the_record_agrees_and_reopens_when_it_fails_again(engine: Engine) -> None:
    run(engine, found())
    assert run(engine, day=1) == Synced(0, 0, 0, 1)
    assert (state(engine).state, state(engine).resolved_at) == ("resolved", AT + timedelta(days=1))
    assert run(engine, day=2) == Synced(0, 0, 0, 0)
    assert run(engine, found(), day=3) == Synced(0, 1, 0, 0)
    incident = state(engine)
    assert (incident.state, incident.resolved_at, incident.reopen_count) == ("new", None, 1)
    assert (incident.opened_at, incident.reopened_at) == (AT, AT + timedelta(days=3))


def test_what_a_steward_took_up_stays_taken_up(engine: Engine) -> None:
    run(engine, found())
    decide(engine, "r1", state="assigned", assignee="张")
    run(engine, found(), day=1)
    assert (state(engine).state, state(engine).assignee) == ("assigned", "张")


def test_what_a_steward_resolved_stays_resolved_while_it_goes_on_failing(engine: Engine) -> None:
    run(engine, found())
    decide(engine, "r1", state="resolved", resolved_at=AT, reason="已核实")
    run(engine, found(), day=1)
    assert (state(engine).state, state(engine).reason) == ("resolved", "已核实")
    run(engine, day=2)
    assert state(engine).resolved_at == AT
    run(engine, found(), day=3)
    assert state(engine).state == "new"


def test_checks_that_did_not_run_keep_their_incidents(engine: Engine) -> None:
    run(engine, found(check="c1"), found(check="c2"))
    assert run(engine, day=1, checks=("c2",)) == Synced(0, 0, 0, 1)
    assert state(engine, check="c1").state == "new"
    assert [i.check_id for i in incidents.open_incidents(engine)] == ["c1"]


def test_what_stewards_decided_is_told_apart_from_what_gates_found(engine: Engine) -> None:
    run(engine, found("r1"), found("r2"), found("r3"), found("r4"))
    run(engine, found("r1"), found("r2"), found("r3"), day=1)  # r4 closed by itself
    assert incidents.decided(engine) == []
    decide(engine, "r1", state="acknowledged")
    decide(engine, "r2", state="resolved", reason="已核实")
    assert incidents.decided(engine) == sorted(
        [
            (incidents.incident_id("c1", "r1"), "acknowledged", "", "", ""),
            (incidents.incident_id("c1", "r2"), "resolved", "", "已核实", ""),
        ]
    )


def test_a_thousand_findings_at_once(engine: Engine) -> None:
    many = [found(f"r{n}") for n in range(1200)]
    assert run(engine, *many).opened == 1200
    assert run(engine, *many, day=1) == Synced(0, 0, 1200, 0)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(["r1", "r2", "r3"])), min_size=1, max_size=6))
def test_what_is_open_is_what_the_last_run_found(tmp_path_factory, history: list[set[str]]) -> None:
    engine = upgrade(f"sqlite:///{tmp_path_factory.mktemp('incidents') / 'r.sqlite'}")
    for day, records in enumerate(history):
        run(engine, *(found(r) for r in sorted(records)), day=day)
        again = run(engine, *(found(r) for r in sorted(records)), day=day)
        assert (again.opened, again.reopened, again.closed) == (0, 0, 0)
        assert {i.record_key for i in incidents.open_incidents(engine)} == records
    engine.dispose()
