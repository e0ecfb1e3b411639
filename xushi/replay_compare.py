"""What two readings of one document say differently: facts paired, and each difference named by what it touches.

A pure function of the two runs' rows as they lie in the lake.  Every column of a fact belongs to one class of `CLASS`;
a difference bears the gravest class of its columns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

Row = Mapping[str, Any]
Class = Literal["value", "status", "region", "date", "wording", "position", "rule"]
Kind = Literal["changed", "added", "removed"]

_COLUMNS: Final[Mapping[Class, str]] = {
    "value": (
        "target_value target_class target_comparator target_upper target_unit actual_value actual_class "
        "actual_comparator actual_upper unit canonical_value canonical_unit canonical_target_value percent "
        "percent_kind yoy_change yoy_unit change_base base_value base_unit previous_value points points_group "
        "is_stated_zero is_approximate count_role indicator_type"
    ),
    "status": "status status_phrase stage milestone_stage",
    "region": "region region_code region_context",
    "date": "deadline as_of_date period_start campaign_year",
    "wording": (
        "fact task content indicator scope requirement requirement_kind requirement_no grading_text pairing answers "
        "sub_item ladder_id rung_no key_mark is_plan section lead_unit joint_units family item_no"
    ),
    "position": "quote locator char_start char_end item_seq item_key fact_id",
    "rule": "rule_id rule_version",
}
#: Column → class, the gravest class first.
CLASS: Final[Mapping[str, Class]] = {name: of for of, names in _COLUMNS.items() for name in names.split()}
#: Columns that are the same in both runs of one submission.
CONSTANT: Final = frozenset({"submission_id", "document", "document_sha256"})
CLASSES: Final[tuple[Class, ...]] = tuple(_COLUMNS)

_FIGURES: Final = ("actual_value", "target_value", "percent", "yoy_change", "previous_value", "base_value", "points")


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is read differently; `old` or `new` is None where only one reading has it.

    `size` compares figures, 0 to 1: |new − old| over the larger one; 1 where only one reading has a figure at all.
    """

    kind: Kind
    touches: Class
    old: Row | None
    new: Row | None
    columns: tuple[str, ...]
    size: Decimal

    @property
    def row(self) -> Row:
        """The new reading where there is one, else the old."""
        return self.new if self.new is not None else self.old or {}


@dataclass(slots=True)
class Compared:
    """What two readings of one submission have in common and what not."""

    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    unread: list[Row] = field(default_factory=list)  # rejections that only the new reading has
    read: list[Row] = field(default_factory=list)  # rejections that only the old reading has


def compare(
    old: Sequence[Row], new: Sequence[Row], old_rejected: Sequence[Row], new_rejected: Sequence[Row]
) -> Compared:
    """Compare the facts and the rejections of two runs of one submission."""
    found, pairs = Compared(), _pairs(old, new)
    for before, after in pairs:
        columns = _differing(before, after)
        if not columns:
            found.same += 1
        else:
            found.differences.append(_changed(before, after, columns))
    paired = {id(row) for pair in pairs for row in pair}
    found.differences += [_alone("removed", row) for row in old if id(row) not in paired]
    found.differences += [_alone("added", row) for row in new if id(row) not in paired]
    found.unread = _more(new_rejected, old_rejected)
    found.read = _more(old_rejected, new_rejected)
    return found


def gravity(difference: Difference) -> tuple[int, Decimal]:
    """The order in which a person should look: by class, within it the larger first."""
    return CLASSES.index(difference.touches), -difference.size


def _pairs(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Facts that are one statement in both readings, by ever weaker likeness; none is paired twice."""
    paired: list[tuple[Row, Row]] = []
    left, right = list(old), list(new)
    for key in _KEYS:
        waiting: dict[Any, list[Row]] = defaultdict(list)
        for row in right:
            waiting[key(row)].append(row)
        taken: set[int] = set()
        for row in left:
            if candidates := waiting.get(key(row)):
                other = candidates.pop(0)
                paired.append((row, other))
                taken |= {id(row), id(other)}
        left = [row for row in left if id(row) not in taken]
        right = [row for row in right if id(row) not in taken]
    return paired + list(_overlapping(left, right))


def _by(*names: str) -> Callable[[Row], tuple[Any, ...]]:
    return lambda row: tuple(row[name] for name in names)


#: The same id; the same words in the same place of an item; the same words anywhere at the same locator.
_KEYS: Final = (
    _by("fact_id"),
    _by("fact", "item_key", "sub_item", "char_start", "char_end"),
    _by("fact", "item_key", "sub_item", "quote"),
    _by("fact", "locator", "quote"),
)


def _overlapping(left: Iterable[Row], right: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """The rest: statements of one kind and item whose spans overlap, the most alike first."""
    by_item: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in right:
        by_item[row["fact"], row["item_key"]].append(row)
    rows = list(left)
    candidates = sorted(
        (-shared, a["char_start"], b["char_start"], a["fact_id"], b["fact_id"], i, j)
        for i, a in enumerate(rows)
        for j, b in enumerate(by_item.get((a["fact"], a["item_key"]), ()))
        if (shared := min(a["char_end"], b["char_end"]) - max(a["char_start"], b["char_start"])) > 0
    )
    taken: set[int] = set()
    for *_, i, j in candidates:
        before = rows[i]
        after = by_item[before["fact"], before["item_key"]][j]
        if id(before) not in taken and id(after) not in taken:
            taken |= {id(before), id(after)}
            yield before, after


def _differing(before: Row, after: Row) -> tuple[str, ...]:
    return tuple(name for name in CLASS if before.get(name) != after.get(name))


def _changed(before: Row, after: Row, columns: tuple[str, ...]) -> Difference:
    touches = min((CLASS[name] for name in columns), key=CLASSES.index)
    sizes = [_size(before.get(name), after.get(name)) for name in _FIGURES if name in columns]
    return Difference("changed", touches, before, after, columns, max(sizes, default=Decimal(0)))


def _alone(kind: Kind, row: Row) -> Difference:
    """A statement that one reading alone has: it touches what it says."""
    has_figure = (
        any(row.get(name) is not None for name in _FIGURES) or row.get("actual_class") or row.get("target_class")
    )
    touches: Class = "value" if has_figure else "status" if row.get("status") or row.get("stage") else "wording"
    columns = tuple(name for name in CLASS if row.get(name) not in (None, False) and CLASS[name] == touches)
    before, after = (None, row) if kind == "added" else (row, None)
    return Difference(kind, touches, before, after, columns, Decimal(1 if has_figure else 0))


def _size(before: Decimal | None, after: Decimal | None) -> Decimal:
    if before is None or after is None:
        return Decimal(1)
    larger = max(abs(before), abs(after))
    return Decimal(0) if not larger else min(abs(after - before) / larger, Decimal(1))


def _more(some: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """The rejections that `some` has beyond `others`, by words and reason."""
    known = Counter((row["quote"], row["reason"]) for row in others)
    found = []
    for row in some:
        key = (row["quote"], row["reason"])
        if known[key]:
            known[key] -= 1
        else:
            found.append(row)
    return found


def plain(value: object) -> str | None:
    """A value as a report writes it; None for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    return value.isoformat() if isinstance(value, date) else str(value)
