"""What was read of a document, as a person reads it: each item with its figures as they are written, and each quote.

A readout is for looking at before a file is registered.  It is cut at some hundred rows and says how many are left
out; what is registered afterwards never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ingestion.records import Fact, Rejection

#: Rows, and pieces that were not read, that a page shows.
MOST_ROWS: Final = 300
MOST_UNREAD: Final = 200
_LONGEST: Final = 400
_COMPARATORS: Final[Mapping[str | None, str]] = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One fact in words: figures with their units as written, `status` and `stage` as codes, `deadline` ISO."""

    kind: str  # requirement, progress or indicator
    name: str
    value: str
    target: str
    percent: str
    deadline: str
    status: str | None
    stage: str | None
    is_plan: bool
    quote: str
    locator: str


@dataclass(frozen=True, slots=True)
class Row:
    """A task item with what was read in it; statements of a narrative stand in rows without a task of their own."""

    item_no: str | None
    region: str | None
    region_code: str | None
    task: str | None
    progress: str | None
    locator: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of text that no rule read, and why: a code of `ingestion/extract/reasons.yml`."""

    quote: str
    locator: str
    reason: str


@dataclass(frozen=True, slots=True)
class Readout:
    """What was read and what was not; the counts are of the whole document, the rows may be fewer."""

    item_count: int
    fact_count: int
    unread_count: int
    rows: tuple[Row, ...]
    unread: tuple[Unread, ...]


def readout(items: Iterable[Mapping[str, Any]], facts: Iterable[Fact], rejections: Iterable[Rejection]) -> Readout:
    """Facts under the items (rows as `ingestion.land.item_rows` gives them) that they belong to, in reading order."""
    by_item: dict[int, list[Fact]] = {}
    count = 0
    for fact in facts:
        by_item.setdefault(fact.item_seq, []).append(fact)
        count += 1
    rows = [_row(item, by_item.pop(item["item_seq"], [])) for item in items]
    item_count = len(rows)
    rows += [_statement(found) for _, found in sorted(by_item.items())]
    unread = list(rejections)
    return Readout(
        item_count=item_count,
        fact_count=count,
        unread_count=len(unread),
        rows=tuple(rows[:MOST_ROWS]),
        unread=tuple(map(_unread, unread[:MOST_UNREAD])),
    )


def _row(item: Mapping[str, Any], facts: Iterable[Fact]) -> Row:
    return Row(
        item_no=item["item_no"],
        region=item["region"],
        region_code=item["region_code"],
        task=_cut(item["task"] or item["content"]),
        progress=_cut(item["progress_text"]),
        locator=item["locator"],
        figures=tuple(_figure(fact) for fact in facts),
    )


def _statement(facts: list[Fact]) -> Row:
    first = facts[0]
    return Row(None, first.region, first.region_code, None, None, first.locator, tuple(map(_figure, facts)))


def _figure(fact: Fact) -> Figure:
    return Figure(
        kind=fact.fact,
        name=_cut(fact.indicator or fact.scope) or "",
        value=_value(fact),
        target=_with_unit(
            fact.target_value, fact.target_unit, _COMPARATORS.get(fact.target_comparator, ""), fact.target_upper
        )
        or fact.target_class
        or "",
        percent=f"{plain(fact.percent)}%" if fact.percent is not None else "",
        deadline=fact.deadline.isoformat() if fact.deadline else "",
        status=fact.status,
        stage=fact.stage,
        is_plan=fact.is_plan,
        quote=_cut(fact.quote) or "",
        locator=fact.locator,
    )


def _value(fact: Fact) -> str:
    if fact.is_stated_zero and fact.actual_value is None:
        return f"0{fact.unit or ''}"
    sign = _COMPARATORS.get(fact.actual_comparator, "") or ("约" if fact.is_approximate else "")
    written = _with_unit(fact.actual_value, fact.unit, sign, fact.actual_upper)
    if fact.yoy_change is not None and not written:
        return f"{fact.yoy_change:+f}{fact.yoy_unit or ''}"
    return written or fact.actual_class or ""


def _with_unit(value: Decimal | None, unit: str | None, sign: str, upper: Decimal | None) -> str:
    if value is None:
        return ""
    end = f"–{plain(upper)}" if upper is not None else ""
    return f"{sign}{plain(value)}{end}{unit or ''}"


def plain(value: Decimal) -> str:
    """A figure as people write it: without zeros at its end."""
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _unread(rejection: Rejection) -> Unread:
    return Unread(_cut(rejection.quote) or "", rejection.locator, rejection.reason)


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
