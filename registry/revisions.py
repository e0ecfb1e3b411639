"""Which submission of a scope counts: a pure function of the scope's members, whatever the order they came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Member:
    """A readable submission of one scope.  `declared_revision` is None where the sender gave no number."""

    submission_id: str
    sha256: str
    file_name: str
    declared_revision: int | None
    is_resubmission: bool
    replaces: Literal["all", "rows"]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Rank:
    """What the scope makes of a member: its revision, and the later one that replaces it as a whole, if any."""

    revision: int
    superseded_by: str | None


def rank(members: Iterable[Member]) -> dict[str, Rank]:
    """Number the members of a scope and say which are superseded.

    In the order of receipt (at the same instant, what calls itself a resubmission comes later, then by name and
    content) a member without a number takes the next one.  By that number each member is superseded by the first
    later one that replaces everything; one that replaces rows leaves the earlier ones standing.
    """
    by_receipt = sorted(members, key=lambda m: (m.received_at, m.is_resubmission, m.file_name, m.sha256))
    numbers: dict[str, int] = {}
    for member in by_receipt:
        following = max(numbers.values(), default=-1) + 1
        numbers[member.submission_id] = following if member.declared_revision is None else member.declared_revision
    in_order = sorted(by_receipt, key=lambda m: numbers[m.submission_id])  # stable: equal numbers by receipt
    ranks: dict[str, Rank] = {}
    successor: str | None = None
    for member in reversed(in_order):
        ranks[member.submission_id] = Rank(numbers[member.submission_id], successor)
        if member.replaces == "all":
            successor = member.submission_id
    return ranks
