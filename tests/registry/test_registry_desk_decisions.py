"""Verdicts, corrections by telephone and the desk's own users: kept once, told in the log, refused where incomplete."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from registry import audit, corrections, desk_users, determinations, submissions
from registry.audit import Person
from registry.corrections import Call, Decision, UnknownCorrectionError
from registry.desk_users import UserError
from registry.determinations import UnknownDeterminationError, Verdict
from registry.models import AuditEntry
from registry.submissions import Received
from tests.registry.desk import AT, STEWARD, told

VERDICT = Verdict(
    requirement_id="R1", period="2023-09", status="behind_schedule", reason="现场核查未开工", decided_by="赵六",
    decided_at=AT, incident_id="i1",
)  # fmt: skip
CALL = Call(caller="蓬江区 陈工", called_at=AT - timedelta(hours=2), supplement_due=date(2023, 10, 20))
ADMIN = Person("admin", "admin")
PASSWORD = "correct horse 序时"


@pytest.fixture
def decision(engine: Engine, received: Callable[..., Received]) -> Decision:
    """A correction by telephone of a submission that is there."""
    return Decision(
        submission_id=submissions.register(engine, received())[0].submission_id, item_key="i", fact_id="f",
        column_name="actual_value", expected_value="21", corrected_value="12", reason="来电更正", decided_by="王五",
        decided_at=AT, incident_id="i1", requirement_id="R1", period="2023-09", call=CALL,
    )  # fmt: skip


def everything(engine: Engine) -> list[AuditEntry]:
    return audit.latest(engine, limit=99)


def test_a_verdict_is_kept_once_with_its_entry(engine: Engine) -> None:
    ids = {determinations.record(engine, VERDICT, role="publisher") for _ in range(2)}
    (kept,) = determinations.every(engine)
    assert ids == {kept.determination_id}
    assert (kept.requirement_id, kept.period, kept.status, kept.reason) == ("R1", "2023-09", "behind_schedule",
                                                                            "现场核查未开工")  # fmt: skip
    assert (kept.decided_by, kept.decided_at, kept.incident_id, kept.withdrawn_at) == ("赵六", AT, "i1", None)
    (entry,) = told(engine, kept.determination_id)
    assert (entry.actor, entry.role, entry.action, entry.subject_kind) == ("赵六", "publisher", "determine",
                                                                           "determination")  # fmt: skip
    assert json.loads(entry.after or "")["status"] == "behind_schedule"


@pytest.mark.parametrize("changed", [{"reason": " "}, {"decided_by": "\t"}, {"reason": ""}])
def test_a_verdict_without_reason_or_name_is_refused(engine: Engine, changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="认定须写明"):
        determinations.record(engine, replace(VERDICT, **changed), role="publisher")
    assert (determinations.every(engine), everything(engine)) == ([], [])


def test_a_verdict_that_is_none_is_refused_by_the_database(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        determinations.record(engine, replace(VERDICT, status="fine"), role="publisher")  # type: ignore[arg-type]
    assert everything(engine) == []


def test_a_verdict_is_withdrawn_once_and_stays_in_the_book(engine: Engine) -> None:
    later = replace(VERDICT, decided_at=AT + timedelta(hours=1), status="completed")
    second = determinations.record(engine, later, role="publisher")
    first = determinations.record(engine, VERDICT, role="publisher")
    assert [d.determination_id for d in determinations.every(engine)] == [first, second]
    determinations.withdraw(engine, first, by=STEWARD, at=AT + timedelta(days=1))
    kept, other = determinations.every(engine)
    assert (kept.withdrawn_by, kept.withdrawn_at, kept.status) == ("王五", AT + timedelta(days=1), "behind_schedule")
    assert other.withdrawn_at is None
    for unknown in (first, "nothing"):
        with pytest.raises(UnknownDeterminationError):
            determinations.withdraw(engine, unknown, by=STEWARD, at=AT)
    assert [entry.action for entry in told(engine, first)] == ["determine", "withdraw"]


def test_a_correction_by_telephone_names_who_called_and_what_is_owed(engine: Engine, decision: Decision) -> None:
    key = corrections.record(engine, decision, role="steward")
    corrections.record(engine, decision, role="steward")
    (kept,) = corrections.every(engine)
    assert (kept.channel, kept.caller, kept.called_at) == ("telephone", CALL.caller, CALL.called_at)
    assert (kept.supplement_due, kept.supplement_on, kept.state) == (CALL.supplement_due, None, "pending")
    (entry,) = told(engine, key)
    after = json.loads(entry.after or "")
    assert (after["actual_value"], after["caller"], after["supplement_due"]) == ("12", CALL.caller, "2023-10-20")
    assert json.loads(entry.before or "") == {"actual_value": "21"}
    assert (entry.actor, entry.role, entry.note) == ("王五", "steward", "来电更正")


@pytest.mark.parametrize("changed", [{"reason": " "}, {"decided_by": ""}, {"call": replace(CALL, caller=" ")}])
def test_a_correction_that_leaves_something_out_is_refused(
    engine: Engine, decision: Decision, changed: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"needs|来电人"):
        corrections.record(engine, replace(decision, **changed))
    assert (corrections.every(engine), everything(engine)) == ([], [])


def test_the_supplement_of_a_call_is_recorded_when_it_comes(engine: Engine, decision: Decision) -> None:
    key = corrections.record(engine, decision, role="steward")
    corrections.supplement(engine, key, on=date(2023, 10, 18), note="盖章件已归档", by=STEWARD, at=AT)
    corrections.supplement(engine, key, on=date(2023, 10, 19), note="更换清晰件", by=STEWARD, at=AT)
    (kept,) = corrections.every(engine)
    assert (kept.supplement_on, kept.supplement_note) == (date(2023, 10, 19), "更换清晰件")
    entries = [entry for entry in told(engine, key) if entry.action == "supplement"]
    assert {entry.before for entry in entries} == {
        '{"supplement_note": null, "supplement_on": null}',
        '{"supplement_note": "盖章件已归档", "supplement_on": "2023-10-18"}',
    }


def test_a_correction_at_the_desk_has_no_supplement_to_wait_for(engine: Engine, decision: Decision) -> None:
    key = corrections.record(engine, replace(decision, call=None), role="steward")
    assert corrections.every(engine)[0].channel == "desk"
    for unknown in (key, "nothing"):
        with pytest.raises(UnknownCorrectionError):
            corrections.supplement(engine, unknown, on=date(2023, 10, 18), note="", by=STEWARD, at=AT)


def keep(engine: Engine, name: str = "王五", **changed: object) -> None:
    given = {"role": "steward", "at": AT, "by": ADMIN, "password": PASSWORD}
    desk_users.keep(engine, name, **(given | changed))


def test_a_password_is_kept_as_scrypt_with_its_costs_and_a_salt_of_its_own(engine: Engine) -> None:
    keep(engine)
    keep(engine, "李四")
    hashes = [user.password_hash for user in desk_users.every(engine)]
    for kept in hashes:
        name, n, r, p, salt, key = kept.split("$")
        assert (name, int(n), int(r), int(p)) == ("scrypt", 2**15, 8, 1)
        assert (len(bytes.fromhex(salt)), len(bytes.fromhex(key))) == (16, 64)
        assert PASSWORD not in kept
    assert hashes[0] != hashes[1]


def test_only_the_right_password_of_somebody_active_lets_in(engine: Engine) -> None:
    keep(engine)
    found = desk_users.verified(engine, "王五", PASSWORD)
    assert found is not None
    assert (found.username, found.role) == ("王五", "steward")
    for name, password in (("王五", ""), ("王五", PASSWORD + " "), ("王五", PASSWORD.upper()), ("王五 ", PASSWORD),
                           ("nobody", PASSWORD), ("", ""), ("' or 1=1 --", PASSWORD)):  # fmt: skip
        assert desk_users.verified(engine, name, password) is None, (name, password)
    keep(engine, password=None, is_active=False)
    assert desk_users.verified(engine, "王五", PASSWORD) is None
    assert desk_users.get(engine, "王五") is None
    keep(engine, password=None)
    assert desk_users.verified(engine, "王五", PASSWORD) is not None, "the password outlives the time away"


def test_a_new_password_takes_the_place_of_the_old_one(engine: Engine) -> None:
    keep(engine)
    keep(engine, password="another 口令 altogether", role="publisher", display_name="王科长")
    assert desk_users.verified(engine, "王五", PASSWORD) is None
    found = desk_users.verified(engine, "王五", "another 口令 altogether")
    assert found is not None
    assert (found.role, found.display_name, found.created_at) == ("publisher", "王科长", AT)


def test_who_cannot_be_kept_is_refused_and_nothing_is_written(engine: Engine) -> None:
    refused: tuple[tuple[str, dict[str, object]], ...] = (
        (" ", {}), ("王五", {"role": "root"}), ("王五", {"role": ""}), ("王五", {"password": "九个字符的口令不够"}),
        ("王五", {"password": ""}), ("王五", {"password": None}),
    )  # fmt: skip
    for name, changed in refused:
        with pytest.raises(UserError):
            keep(engine, name, **changed)
    assert (desk_users.every(engine), everything(engine)) == ([], [])
    keep(engine, password="十个字符的口令就够了")
    assert [user.username for user in desk_users.every(engine)] == ["王五"]


def test_the_log_tells_of_users_and_never_of_passwords(engine: Engine) -> None:
    keep(engine)
    keep(engine, role="viewer", password=None, at=AT + timedelta(days=1))
    second, first = everything(engine)
    assert (first.before, json.loads(first.after or "")) == (
        None, {"display_name": "王五", "role": "steward", "is_active": True, "new_password": True},
    )  # fmt: skip
    assert json.loads(second.before or "")["role"] == "steward"
    assert json.loads(second.after or "") == {
        "display_name": "王五", "role": "viewer", "is_active": True, "new_password": False,
    }  # fmt: skip
    (kept,) = desk_users.every(engine)
    for entry in (first, second):
        told = " ".join(map(str, (entry.before, entry.after, entry.note)))
        assert PASSWORD not in told
        assert kept.password_hash.split("$")[-1] not in told
        assert (entry.actor, entry.role, entry.subject_kind, entry.subject_id) == ("admin", "admin", "user", "王五")
