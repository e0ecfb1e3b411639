"""Stewards' decisions on single values, and what becomes of them; decisions are added or withdrawn, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Engine, select

from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import Amendment, Correction

State = Literal["pending", "applied", "expired", "unmatched", "withdrawn"]

LOCK: Final = "corrections"


class UnknownCorrectionError(LookupError):
    """No correction has the id, or it was withdrawn before."""


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

    @property
    def correction_id(self) -> str:
        """One decision of one moment on one value."""
        return key_of("correction", self.submission_id, self.fact_id, self.column_name, self.decided_at.isoformat())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a refresh made of a correction; `found_value` is what the document says instead of what was expected."""

    state: State
    found_value: str | None = None


def record(engine: Engine, decision: Decision) -> str:
    """Add a decision; returns its id.  ValueError without a reason or a name: it is held against a district's word."""
    if not decision.reason.strip() or not decision.decided_by.strip():
        raise ValueError("a correction needs a reason and the name of who decided it")
    row = {"correction_id": decision.correction_id, **asdict(decision), "state": "pending"}
    with writing(engine, LOCK) as session:
        insert_absent(session, Correction, [row])
    return decision.correction_id


def withdraw(engine: Engine, correction_id: str, *, by: str, at: datetime) -> None:
    """Take a decision back from a moment on; what it made known before stays known.

    Raises UnknownCorrectionError.
    """
    with writing(engine, LOCK) as session:
        found = session.get(Correction, correction_id)
        if found is None or found.withdrawn_at is not None:
            raise UnknownCorrectionError(correction_id)
        found.withdrawn_by, found.withdrawn_at = by, at


def every(engine: Engine) -> list[Correction]:
    """All decisions in the order in which they were made."""
    with reading(engine) as session:
        return list(session.scalars(select(Correction).order_by(Correction.decided_at, Correction.correction_id)))


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
