"""What a rule finds in a text: a mark with its place, its rule and its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

Kind = Literal[
    # figures: a place in the text belongs to at most one of them
    "quantity",
    "percent",
    "points",  # percentage points
    "index",
    "water_class",
    "date",
    "as_of",
    "deadline",
    "score",
    "name",
    # relations between figures
    "change",
    "gap",
    "previous",
    "target",
    "completion",
    "share",
    # statements in words
    "status",
    "stage",
    "stated_zero",
    "count_role",
    "key_mark",
    "plan",
    "grading",
    "capacity",
    "limit",
    "activity",
    "obligation",
]

#: Kinds that claim their place: two of them never overlap.
FIGURES: Final[frozenset[Kind]] = frozenset(
    {"quantity", "percent", "points", "index", "water_class", "date", "as_of", "deadline", "score", "name"}
)
#: Figures that state something measured.
MEASURED: Final[frozenset[Kind]] = frozenset({"quantity", "percent", "points", "index", "water_class"})

Comparator = Literal[">=", "<=", "="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A span of a text (`start`, `end` count its characters) that a rule read.

    `value` and `upper` are in `unit` as written; `code` is a class, a role or a sign; `day` and `since` are dates.
    """

    kind: Kind
    start: int
    end: int
    rule: str
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    code: str | None = None
    comparator: Comparator | None = None
    bound: Comparator | None = None  # set by a hedge alone (超, 以上, 余), which bounds a result too
    approximate: bool = False
    day: date | None = None
    since: date | None = None

    def overlaps(self, other: Mark) -> bool:
        """True when the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def within(self, start: int, end: int) -> bool:
        """True when the mark lies wholly in the span."""
        return start <= self.start and self.end <= end


class Marks:
    """The marks of one text, kept in the order of their places; figures claim their place once."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []

    def __iter__(self) -> Iterator[Mark]:
        return iter(sorted(self._marks, key=lambda m: (m.start, -m.end, m.rule)))

    def add(self, mark: Mark) -> bool:
        """Keep the mark, unless an earlier rule has claimed its place for a mark of the same nature."""
        if any(mark.overlaps(m) and _compete(mark, m) for m in self._marks):
            return False
        self._marks.append(mark)
        return True

    def extend(self, marks: Iterable[Mark]) -> None:
        """Add marks in turn."""
        for mark in marks:
            self.add(mark)

    def of(self, *kinds: Kind, start: int = 0, end: int | None = None) -> tuple[Mark, ...]:
        """The marks of these kinds within a span, in the order of their places."""
        return tuple(m for m in self if m.kind in kinds and m.start >= start and (end is None or m.end <= end))

    def at(self, place: int, *kinds: Kind) -> Mark | None:
        """The mark of these kinds that covers a place, if any."""
        return next((m for m in self if m.kind in kinds and m.start <= place < m.end), None)


def _compete(new: Mark, old: Mark) -> bool:
    if new.kind in FIGURES:
        return old.kind in FIGURES
    return old.kind == new.kind or (old.kind == "name" and old.code == "title" and old.start <= new.start < old.end)
