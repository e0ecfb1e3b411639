"""What a rule finds in a text: a mark with its place, its rule and its value."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

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


class Mark(NamedTuple):
    """A span of a text (`start`, `end` count its characters) that a rule read.

    A named tuple, which of all that cannot be changed is made the fastest: a text has many.

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


class Row:
    """Marks that never overlap, by their place: starts and ends both rise, and lie beside the marks for bisection."""

    __slots__ = ("ends", "marks", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.marks: list[Mark] = []

    def is_free(self, mark: Mark) -> bool:
        """True when no mark of the row shares a character with another mark."""
        if not self.ends or self.ends[-1] <= mark.start:
            return True
        i = bisect_left(self.starts, mark.end)
        return i == 0 or self.ends[i - 1] <= mark.start

    def insert(self, mark: Mark) -> None:
        """Put a mark at its place; most rules go through a text from left to right."""
        if not self.starts or self.starts[-1] <= mark.start:
            self.starts.append(mark.start)
            self.ends.append(mark.end)
            self.marks.append(mark)
            return
        i = bisect_right(self.starts, mark.start)
        self.starts.insert(i, mark.start)
        self.ends.insert(i, mark.end)
        self.marks.insert(i, mark)

    def within(self, start: int, end: int | None) -> list[Mark]:
        """The marks that lie wholly in a span."""
        first = bisect_left(self.starts, start)
        return self.marks[first:] if end is None else self.marks[first : bisect_right(self.ends, end)]

    def touching(self, start: int, end: int) -> list[Mark]:
        """The marks that share a character with a span."""
        return self.marks[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def at(self, place: int) -> Mark | None:
        """The mark that covers a place."""
        i = bisect_right(self.starts, place)
        return self.marks[i - 1] if i and self.ends[i - 1] > place else None


class Marks:
    """The marks of one text, kept in the order of their places; figures claim their place once."""

    def __init__(self) -> None:
        self._by_kind: dict[Kind, Row] = {}
        self._figures = Row()  # of all kinds that claim their place
        self._measured = Row()
        #: What was worked out about figures and those beside them; forgotten when a figure is added.
        self.kept: dict[tuple[object, int, int], Any] = {}

    def __iter__(self) -> Iterator[Mark]:
        return iter(sorted((m for row in self._by_kind.values() for m in row.marks), key=_place))

    def add(self, mark: Mark) -> bool:
        """Keep the mark, unless an earlier rule has claimed its place for a mark of the same nature."""
        is_figure = mark.kind in FIGURES
        row = self._by_kind.get(mark.kind)
        if row is None:
            row = self._by_kind[mark.kind] = Row()
        if not (self._figures if is_figure else row).is_free(mark):
            return False
        if not is_figure and (name := self.at(mark.start, "name")) and name.code == "title":
            return False
        row.insert(mark)
        if is_figure:
            self._figures.insert(mark)
        if mark.kind in MEASURED:
            self._measured.insert(mark)
            self.kept.clear()
        return True

    def extend(self, marks: Iterable[Mark]) -> None:
        """Add marks in turn."""
        for mark in marks:
            self.add(mark)

    def _rows(self, kinds: tuple[Kind, ...]) -> list[Row]:
        """The rows of some kinds that have marks; measured figures, most often asked for together, have a row."""
        if len(kinds) == len(MEASURED) and MEASURED.issuperset(kinds):
            return [self._measured]
        return [row for kind in kinds if (row := self._by_kind.get(kind)) is not None]

    def of(self, *kinds: Kind, start: int = 0, end: int | None = None) -> tuple[Mark, ...]:
        """The marks of these kinds within a span, in the order of their places."""
        if len(kinds) == 1:
            row = self._by_kind.get(kinds[0])
            return tuple(row.within(start, end)) if row is not None else ()
        return _in_order([row.within(start, end) for row in self._rows(kinds)])

    def touching(self, start: int, end: int, *kinds: Kind) -> tuple[Mark, ...]:
        """The marks of these kinds that share a character with a span."""
        return _in_order([row.touching(start, end) for row in self._rows(kinds)])

    def before(self, place: int, start: int) -> Iterator[Mark]:
        """The measured figures that lie between `start` and a place, from the nearest back."""
        row = self._measured
        for i in range(bisect_right(row.ends, place) - 1, -1, -1):
            if row.starts[i] < start:
                return
            yield row.marks[i]

    def behind(self, place: int, end: int) -> Iterator[Mark]:
        """The measured figures that lie between a place and `end`, from the nearest on."""
        row = self._measured
        for i in range(bisect_left(row.starts, place), len(row.starts)):
            if row.ends[i] > end:
                return
            yield row.marks[i]

    def at(self, place: int, *kinds: Kind) -> Mark | None:
        """The mark of these kinds that covers a place, if any; the one that begins first."""
        found: Mark | None = None
        for kind in kinds:
            row = self._by_kind.get(kind)
            mark = row.at(place) if row is not None else None
            if mark is not None and (found is None or _place(mark) < _place(found)):
                found = mark
        return found


def _in_order(rows: list[list[Mark]]) -> tuple[Mark, ...]:
    """The marks of several rows, of which most are empty, in the order of their places."""
    told = [row for row in rows if row]
    if len(told) <= 1:
        return tuple(told[0]) if told else ()
    return tuple(sorted((mark for row in told for mark in row), key=_place))


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.start, -mark.end, mark.rule
