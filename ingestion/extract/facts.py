"""Facts out of statements: where they stand, what they are called, and an id that every run gives again."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import Any, Final

from ingestion.extract.contexts import bracket_start, clause_end, clause_start, sentence_at
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.marks import Mark
from ingestion.extract.reading import Reading
from ingestion.extract.registry import by_id
from ingestion.extract.stated import Stated
from ingestion.extract.units import canonical, in_canonical
from ingestion.records import Fact, FactKind, Segmentation, TaskItem, TextPart

_LONGEST_QUOTE: Final = 160
_EDGES: Final = " \t\r\n*|"
_KEY_LENGTH: Final = 20


def digest(*parts: object) -> str:
    """A short hash of the parts, the same on every run."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:_KEY_LENGTH]


def item_key(segmentation: Segmentation, item: TaskItem) -> str:
    """The key of a task item: its document and its place in it."""
    return digest(segmentation.document.sha256, "item", item.seq)


def quote_span(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The sentence of a span without its list number; of a long sentence only the clauses of the span."""
    text = reading.text
    first, last = sentence_at(text, start)
    if end > last:
        _, last = sentence_at(text, end - 1)
    if last - first > _LONGEST_QUOTE:
        first, last = _clauses(text, start, end, first, last)
    for mark in reading.marks.of("name", start=first, end=last):
        if mark.code == "list_number" and not reading.text[first : mark.start].strip():
            first = mark.end
    while first < last and text[first] in _EDGES:
        first += 1
    while last > first and text[last - 1] in _EDGES:
        last -= 1
    return first, last


def _clauses(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    opening = bracket_start(text, start)
    begin = clause_start(text, opening if opening is not None else start)
    stop = clause_end(text, end)
    if opening is not None and stop < len(text) and text[stop] == ")":
        stop = clause_end(text, stop + 1)
    if begin > first and end - begin < _LONGEST_QUOTE // 2:
        begin = clause_start(text, begin - 1)
    stop = stop + 1 if stop < len(text) and text[stop] in SENTENCE_ENDS + "，,;" else stop
    return max(first, begin), min(last, stop)


class FactMaker:
    """Makes the facts of one document; counts like facts of one span so that ids differ and stay."""

    def __init__(self, segmentation: Segmentation) -> None:
        self.segmentation = segmentation
        self.facts: list[Fact] = []
        self._seen: Counter[tuple[Any, ...]] = Counter()

    def make(
        self,
        kind: FactKind,
        rule: str,
        item: TaskItem,
        part: TextPart,
        span: tuple[int, int],
        **values: Any,
    ) -> Fact:
        """One fact that quotes `span` of the part; `values` fill the fields of `Fact`."""
        document = self.segmentation.document
        start, end = part.char_start + span[0], part.char_start + span[1]
        place = (part.locator, start, end, rule, kind)
        self._seen[place] += 1
        key = item_key(self.segmentation, item)
        canonical_value, canonical_unit = in_canonical(values.get("actual_value"), values.get("unit"))
        canonical_target, target_unit = in_canonical(values.get("target_value"), values.get("target_unit"))
        values.setdefault("region", item.region or self.segmentation.region)
        values.setdefault("section", part.section)
        fact = Fact(
            document=document.name,
            document_sha256=document.sha256,
            family=self.segmentation.family,
            fact=kind,
            fact_id=digest(document.sha256, *place, self._seen[place]),
            item_key=key,
            item_seq=item.seq,
            item_no=item.item_no,
            sub_item=values.pop("sub_item", part.sub_item),
            campaign_year=self.segmentation.campaign_year,
            as_of_date=values.pop("day", None) or self.segmentation.as_of_date,
            period_start=values.pop("since", None) or self.segmentation.period_start,
            canonical_value=canonical_value,
            canonical_unit=canonical_unit or target_unit,
            canonical_target_value=canonical_target,
            rule_id=rule,
            rule_version=str(by_id()[rule].version),
            quote=part.text[span[0] : span[1]],
            locator=part.locator,
            char_start=start,
            char_end=end,
            **values,
        )
        self.facts.append(fact)
        return fact


def figure_values(reading: Reading, figure: Mark, *, target: bool = False) -> dict[str, Any]:
    """The fields that a figure fills, as an actual or as a target."""
    unit = reading.unit_as_written(figure)
    if figure.kind == "water_class":
        return {"target_class" if target else "actual_class": unit}
    if figure.kind in ("percent", "points"):
        known = canonical(unit or "")
        unit = known[0] if known and figure.kind == "percent" else unit
    if target:
        return {"target_value": figure.value, "target_upper": figure.upper, "target_unit": unit}
    return {
        "actual_value": figure.value,
        "actual_upper": figure.upper,
        "actual_comparator": figure.bound,
        "unit": unit,
        "is_approximate": figure.approximate,
    }


def stated_values(reading: Reading, stated: Stated) -> dict[str, Any]:
    """The fields that a statement fills, by its role."""
    figure = stated.figure
    values: dict[str, Any] = {
        "indicator": stated.label or None,
        "day": stated.day,
        "since": stated.since,
        "is_plan": stated.is_plan,
        "count_role": None if stated.role == "target" else stated.count_role,
        "stage": stated.stage,
    }
    if stated.role in ("target", "total"):
        values |= figure_values(reading, figure, target=True)
        values["target_comparator"] = "=" if stated.role == "total" else None
    elif stated.role == "change":
        pass
    elif stated.role == "previous":
        values["previous_value"] = figure.value
    else:
        values |= figure_values(reading, figure)
        values["is_approximate"] = stated.approximate
    if stated.role in ("completion", "share"):
        values |= {"percent": figure.value, "percent_kind": stated.role}
    if stated.percent:
        values |= {"percent": stated.percent.value, "percent_kind": stated.percent_kind}
    if stated.target:
        values |= figure_values(reading, stated.target, target=True)
    if stated.change and stated.change.value is not None:
        values["yoy_change"] = stated.change.value * stated.change_sign
        values["yoy_unit"] = figure_values(reading, stated.change)["unit"]
        values["change_base"] = stated.change_base
    if stated.previous:
        values["previous_value"] = stated.previous.value
    if stated.base and stated.role in ("actual", "completion", "share"):
        values |= {"base_value": stated.base.value, "base_unit": reading.unit_as_written(stated.base)}
    if stated.status:
        values["status_phrase"] = reading.quote(stated.status.start, stated.status.end)
        values["status"] = stated.status.code
    return values


def year_end(year: int | None) -> date | None:
    """31 December of a year."""
    return date(year, 12, 31) if year else None
