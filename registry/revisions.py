"""Which submission of a scope counts: a pure function of the scope's members, whatever the order they came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    is_stamped: bool = False


@dataclass(frozen=True, slots=True)
class Rank:
    """What the scope makes of a member: its revision, and the one that stands in its place as a whole, if any.

    That is a later revision, or the stamped scan of the same revision: the editable file is then its copy.
    """

    revision: int
    superseded_by: str | None


def rank(members: Iterable[Member]) -> dict[str, Rank]:
    """Number the members of a scope and say which are superseded.

    In the order of receipt (at the same instant, what calls itself a resubmission comes later, then by name and
    content) a member without a number takes the next one, except a stamped scan and its editable file, whichever came
    first: they are one revision (`_is_copy`).  By that number, and within it the stamped one last, each member is
    superseded by the first later one that replaces everything; one that replaces rows leaves the earlier ones standing.
    """
    by_receipt = sorted(members, key=_receipt)
    numbers: dict[str, int] = {}
    latest: list[Member] = []  # those of the highest number so far
    for member in by_receipt:
        highest = max(numbers.values(), default=-1)
        number = member.declared_revision
        if number is None:
            number = highest if _is_copy(member, latest) else highest + 1
        latest = [*(latest if number == highest else []), member] if number >= highest else latest
        numbers[member.submission_id] = number
    in_order = sorted(by_receipt, key=lambda m: (numbers[m.submission_id], m.is_stamped))  # stable: then by receipt
    ranks: dict[str, Rank] = {}
    successor: str | None = None
    for member in reversed(in_order):
        ranks[member.submission_id] = Rank(numbers[member.submission_id], successor)
        if member.replaces == "all":
            successor = member.submission_id
    return ranks


def _receipt(member: Member) -> tuple[datetime, bool, str, str, str]:
    return member.received_at, member.is_resubmission, member.file_name, member.sha256, member.submission_id


def _is_copy(member: Member, latest: Sequence[Member]) -> bool:
    """True where a member is the other form of the latest revision: its stamped scan, or the editable file of one.

    A second file of the same form is a new revision, and so is one that calls itself a resubmission where the latest
    revision does not.
    """
    return (
        bool(latest)
        and all(other.is_stamped != member.is_stamped for other in latest)
        and all(other.replaces == "all" for other in (member, *latest))
        and (not member.is_resubmission or any(other.is_resubmission for other in latest))
    )
