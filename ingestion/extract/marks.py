"""What a rule finds in a text: a mark with its place, its rule and its value."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
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
    """The marks of one text, kept in the order of their places; figures claim their place once.

    Marks of one kind never overlap, so their starts and their ends both rise: a place is found by bisection.
    """

    def __init__(self) -> None:
        self._by_kind: dict[Kind, list[Mark]] = {}

    def __iter__(self) -> Iterator[Mark]:
        return iter(sorted((m for row in self._by_kind.values() for m in row), key=_place))

    def add(self, mark: Mark) -> bool:
        """Keep the mark, unless an earlier rule has claimed its place for a mark of the same nature."""
        if any(self._overlapped(mark, kind) for kind in (FIGURES if mark.kind in FIGURES else (mark.kind,))):
            return False
        if mark.kind not in FIGURES and (name := self.at(mark.start, "name")) and name.code == "title":
            return False
        insort(self._by_kind.setdefault(mark.kind, []), mark, key=_start)
        return True

    def extend(self, marks: Iterable[Mark]) -> None:
        """Add marks in turn."""
        for mark in marks:
            self.add(mark)

    def of(self, *kinds: Kind, start: int = 0, end: int | None = None) -> tuple[Mark, ...]:
        """The marks of these kinds within a span, in the order of their places."""
        found: list[Mark] = []
        for kind in kinds:
            row = self._by_kind.get(kind, [])
            first = bisect_left(row, start, key=_start)
            found += row[first:] if end is None else row[first : bisect_right(row, end, key=_end)]
        return tuple(sorted(found, key=_place) if len(kinds) > 1 else found)

    def touching(self, start: int, end: int, *kinds: Kind) -> tuple[Mark, ...]:
        """The marks of these kinds that share a character with a span."""
        found: list[Mark] = []
        for kind in kinds:
            row = self._by_kind.get(kind, [])
            found += row[bisect_right(row, start, key=_end) : bisect_left(row, end, key=_start)]
        return tuple(sorted(found, key=_place))

    def before(self, place: int, start: int, *kinds: Kind) -> Iterator[Mark]:
        """The marks of these kinds that lie between `start` and a place, from the nearest back."""
        rows = [self._by_kind.get(kind, []) for kind in kinds]
        lasts = [bisect_right(row, place, key=_end) - 1 for row in rows]
        while True:
            near = [(_place(row[i]), k) for k, (row, i) in enumerate(zip(rows, lasts, strict=True)) if i >= 0]
            if not near:
                return
            _, k = max(near)
            if rows[k][lasts[k]].start < start:
                return
            yield rows[k][lasts[k]]
            lasts[k] -= 1

    def behind(self, place: int, end: int, *kinds: Kind) -> Iterator[Mark]:
        """The marks of these kinds that lie between a place and `end`, from the nearest on."""
        rows = [self._by_kind.get(kind, []) for kind in kinds]
        firsts = [bisect_left(row, place, key=_start) for row in rows]
        while True:
            near = [(_place(row[i]), k) for k, (row, i) in enumerate(zip(rows, firsts, strict=True)) if i < len(row)]
            if not near:
                return
            _, k = min(near)
            if rows[k][firsts[k]].end > end:
                return
            yield rows[k][firsts[k]]
            firsts[k] += 1

    def at(self, place: int, *kinds: Kind) -> Mark | None:
        """The mark of these kinds that covers a place, if any; the one that begins first."""
        covering = []
        for kind in kinds:
            row = self._by_kind.get(kind, [])
            i = bisect_right(row, place, key=_start)
            if i and row[i - 1].end > place:
                covering.append(row[i - 1])
        return min(covering, key=_place, default=None)

    def _overlapped(self, mark: Mark, kind: Kind) -> bool:
        row = self._by_kind.get(kind, [])
        i = bisect_left(row, mark.end, key=_start)
        return i > 0 and row[i - 1].end > mark.start


def _start(mark: Mark) -> int:
    return mark.start


def _end(mark: Mark) -> int:
    return mark.end


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.start, -mark.end, mark.rule
