"""Stewards' decisions on single values, and what becomes of them; decisions are added or withdrawn, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Engine, select

from registry import audit
from registry.audit import Person
from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import Amendment, Correction

State = Literal["pending", "applied", "expired", "unmatched", "withdrawn"]

LOCK: Final = "corrections"

#: The role of who decides at the command line, where the machine's login is the only one.
COMMAND: Final = "command"


class UnknownCorrectionError(LookupError):
    """No correction has the id, or it was withdrawn before."""


@dataclass(frozen=True, slots=True)
class Call:
    """A correction that was taken by telephone: who called and when, and until when its stamped supplement is owed."""

    caller: str
    called_at: datetime
    supplement_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The value of one column of one fact as it should be, and what the steward saw there; None for no value."""

    submission_id: str
    item_key: str
    fact_id: str
    column_name: str
    expected_value: str | None
    corrected_value: str | None
    reason: str
    decided_by: str
    decided_at: datetime
    incident_id: str | None = None
    requirement_id: str | None = None
    period: str | None = None
    call: Call | None = None

    @property
    def correction_id(self) -> str:
        """One decision of one moment on one value."""
        return key_of("correction", self.submission_id, self.fact_id, self.column_name, self.decided_at.isoformat())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a refresh made of a correction; `found_value` is what the document says instead of what was expected."""

    state: State
    found_value: str | None = None


def record(engine: Engine, decision: Decision, *, role: str = COMMAND) -> str:
    """Add a decision; returns its id.  ValueError for an incomplete one."""
    refuse_incomplete(decision)
    told = {name: value for name, value in asdict(decision).items() if name != "call"}
    call = {"channel": "telephone", **asdict(decision.call)} if decision.call else {"channel": "desk"}
    row = {"correction_id": decision.correction_id, **told, **call, "state": "pending"}
    with writing(engine, LOCK) as session:
        if insert_absent(session, Correction, [row]):
            audit.append(
                session, at=decision.decided_at, actor=decision.decided_by, role=role, action="correct",
                subject_kind="correction", subject_id=decision.correction_id,
                before={decision.column_name: decision.expected_value},
                after={decision.column_name: decision.corrected_value, **call}, note=decision.reason,
            )  # fmt: skip
    return decision.correction_id


def refuse_incomplete(decision: Decision) -> None:
    """ValueError without reason or name, for it is held against a district's word, and for a call without caller."""
    if not decision.reason.strip() or not decision.decided_by.strip():
        raise ValueError("a correction needs a reason and the name of who decided it")
    if decision.call is not None and not decision.call.caller.strip():
        raise ValueError("电话更正须写明来电人 (a correction by telephone names the caller)")


def supplement(engine: Engine, correction_id: str, *, on: date, note: str, by: Person, at: datetime) -> None:
    """The stamped supplement of a correction by telephone has come.  Raises UnknownCorrectionError."""
    with writing(engine, LOCK) as session:
        found = session.get(Correction, correction_id)
        if found is None or found.channel != "telephone":
            raise UnknownCorrectionError(correction_id)
        before = audit.values_of(found, ("supplement_on", "supplement_note"))
        found.supplement_on, found.supplement_note = on, note
        audit.append(
            session, at=at, actor=by.name, role=by.role, action="supplement", subject_kind="correction",
            subject_id=correction_id, before=before, after={"supplement_on": on, "supplement_note": note},
        )  # fmt: skip


def withdraw(engine: Engine, correction_id: str, *, by: str, at: datetime, role: str = COMMAND) -> None:
    """Take a decision back from a moment on; what it made known before stays known.

    Raises UnknownCorrectionError.
    """
    with writing(engine, LOCK) as session:
        found = session.get(Correction, correction_id)
        if found is None or found.withdrawn_at is not None:
            raise UnknownCorrectionError(correction_id)
        found.withdrawn_by, found.withdrawn_at = by, at
        audit.append(
            session, at=at, actor=by, role=role, action="withdraw", subject_kind="correction",
            subject_id=correction_id, after={"withdrawn_by": by},
        )  # fmt: skip


def every(engine: Engine) -> list[Correction]:
    """All decisions in the order in which they were made."""
    with reading(engine) as session:
        return list(session.scalars(select(Correction).order_by(Correction.decided_at, Correction.correction_id)))


def of_incident(engine: Engine, incident_id: str) -> list[str]:
    """The ids of the decisions that an incident led to."""
    query = select(Correction.correction_id).where(Correction.incident_id == incident_id)
    with reading(engine) as session:
        return list(session.scalars(query))


def settle(engine: Engine, outcomes: Mapping[str, Outcome]) -> None:
    """Record what a refresh made of the decisions, by their ids; writes only what changed."""
    with writing(engine, LOCK) as session:
        for found in session.scalars(select(Correction).where(Correction.correction_id.in_(outcomes))):
            outcome = outcomes[found.correction_id]
            found.state, found.found_value = outcome.state, outcome.found_value


def amendments(engine: Engine) -> list[Amendment]:
    """The live amendments, oldest knowledge first."""
    query = select(Amendment).where(Amendment.is_live).order_by(Amendment.known_from, Amendment.amendment_id)
    with reading(engine) as session:
        return list(session.scalars(query))


def make_live(engine: Engine, live: Iterable[Amendment]) -> None:
    """These amendments, and no others, are what is known; an earlier one that no longer follows is kept, not live."""
    by_id = {amendment.amendment_id: amendment for amendment in live}
    with writing(engine, LOCK) as session:
        for known in session.scalars(select(Amendment)):
            known.is_live = known.amendment_id in by_id
        for amendment in by_id.values():
            session.merge(amendment)


def amendment_id(submission_id: str, known_from: datetime) -> str:
    """One amendment a submission and moment."""
    return key_of("amendment", submission_id, known_from.isoformat())
