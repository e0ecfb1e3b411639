"""Stewards' decisions in the registry, on either database: added, withdrawn, settled, never changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from registry import changes, corrections, submissions
from registry.changes import Change
from registry.corrections import Decision, Outcome, UnknownCorrectionError
from registry.engine import writing

AT = datetime(2023, 10, 20, 8, tzinfo=UTC)


@pytest.fixture
def submission_id(engine: Engine, received) -> str:
    return submissions.register(engine, received())[0].submission_id


def decision(submission_id: str, **given: object) -> Decision:
    values = {
        "submission_id": submission_id, "item_key": "i", "fact_id": "f", "column_name": "actual_value",
        "expected_value": "9800", "corrected_value": "9810", "reason": "核对台账", "decided_by": "王五",
        "decided_at": AT,
    }  # fmt: skip
    return Decision(**(values | given))


def cancelled(**given: object) -> Change:
    values = {
        "requirement_id": "R1", "event": "cancelled", "event_date": date(2023, 9, 15), "recorded_by": "李四",
        "recorded_at": AT, "approval_no": "江环函〔2023〕12号",
    }  # fmt: skip
    return Change(**(values | given))


def test_a_decision_is_kept_once_as_it_was_made(engine: Engine, submission_id: str) -> None:
    ids = {corrections.record(engine, decision(submission_id)) for _ in range(2)}
    (kept,) = corrections.every(engine)
    assert ids == {kept.correction_id}
    assert (kept.expected_value, kept.corrected_value, kept.state) == ("9800", "9810", "pending")
    assert kept.decided_at == AT


@pytest.mark.parametrize("missing", ["reason", "decided_by"])
def test_a_decision_without_a_reason_or_a_name_is_refused(engine: Engine, submission_id: str, missing: str) -> None:
    with pytest.raises(ValueError, match="reason and the name"):
        corrections.record(engine, decision(submission_id, **{missing: " "}))
    assert corrections.every(engine) == []


def test_a_decision_on_an_unknown_submission_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        corrections.record(engine, decision("nobody"))


def test_a_decision_is_withdrawn_once(engine: Engine, submission_id: str) -> None:
    key = corrections.record(engine, decision(submission_id))
    corrections.withdraw(engine, key, by="王五", at=AT + timedelta(days=1))
    (kept,) = corrections.every(engine)
    assert (kept.withdrawn_by, kept.withdrawn_at) == ("王五", AT + timedelta(days=1))
    for unknown in (key, "nothing"):
        with pytest.raises(UnknownCorrectionError):
            corrections.withdraw(engine, unknown, by="王五", at=AT)


def test_what_became_of_it_is_recorded(engine: Engine, submission_id: str) -> None:
    key = corrections.record(engine, decision(submission_id))
    corrections.settle(engine, {key: Outcome("unmatched", "9810")})
    (kept,) = corrections.every(engine)
    assert (kept.state, kept.found_value) == ("unmatched", "9810")
    corrections.settle(engine, {key: Outcome("applied")})
    assert corrections.every(engine)[0].found_value is None


def test_decisions_stand_in_the_order_in_which_they_were_made(engine: Engine, submission_id: str) -> None:
    later = corrections.record(engine, decision(submission_id, decided_at=AT + timedelta(hours=1)))
    first = corrections.record(engine, decision(submission_id))
    assert [c.correction_id for c in corrections.every(engine)] == [first, later]


def test_an_event_is_recorded_once(engine: Engine) -> None:
    assert changes.record(engine, cancelled())
    assert not changes.record(engine, cancelled(recorded_at=AT + timedelta(days=1)))
    (kept,) = changes.every(engine)
    assert (kept.event, kept.event_date, kept.approval_no) == ("cancelled", date(2023, 9, 15), "江环函〔2023〕12号")


@pytest.mark.parametrize("event", sorted(changes.APPROVALS))
def test_an_approval_without_its_number_is_refused(engine: Engine, event: str) -> None:
    with pytest.raises(ValueError, match="文号"):
        changes.record(engine, cancelled(event=event, approval_no=" "))
    assert changes.record(engine, cancelled(event="cancel_applied", approval_no=None))


def test_the_database_too_refuses_an_approval_without_its_number(engine: Engine) -> None:
    row = (
        "INSERT INTO requirement_changes (change_id, requirement_id, event, event_date, recorded_by, recorded_at)"
        " VALUES ('c', 'R1', 'cancelled', '2023-09-15', 'x', '2023-10-20 08:00:00+00:00')"
    )
    with pytest.raises(IntegrityError), writing(engine, "x") as session:
        session.execute(text(row))
