"""Cells that hold a bare figure under a header: 22921 under 城镇新增就业实际（人）."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Comparator
from ingestion.extract.numerals import COMPARATOR, GAP, NUMBER, number
from ingestion.extract.reading import read
from ingestion.extract.registry import Calendar
from ingestion.extract.units import MULTIPLIER, UNIT
from ingestion.records import TextPart

CellKind = Literal["target", "actual", "percent", "change"]

_BARE: Final = re.compile(
    rf"^{GAP}(?P<sign>[-+])?{GAP}(?P<comparator>[≤≥<>]|{COMPARATOR})?{GAP}(?P<value>{NUMBER}){GAP}(?P<unit>%|{MULTIPLIER}?{UNIT})?{GAP}(?=$|\()"
)
_UNIT_IN_HEADER: Final = re.compile(
    rf"\((?:单位[:：]?)?(?P<unit>%|{MULTIPLIER}?{UNIT}(?:/[\u4e00-\u9fa5]+)?)(?:[,，、][^()]*)?\)|单位[:：](?P<unit2>%|{MULTIPLIER}?{UNIT})"
)
_COUNT_HEADER: Final = re.compile(r"(?P<unit>个|家|户|项|台|座|套|人|件)数|数量")
_PERCENT_HEADER: Final = re.compile(either(words("cells", "percent")))
_CHANGE_HEADER: Final = re.compile(either(words("cells", "change")))
_PROGRESS_HEADER: Final = re.compile(r"进度|进展|完成情况")
_LOW: Final = re.compile(r"低于|不高于|不超过|以内|控制|上限")


@dataclass(frozen=True, slots=True)
class CellFigure:
    """The figure of a cell with what its header says of it; `start`, `end` are its span in the cell's text."""

    kind: CellKind
    value: Decimal
    unit: str | None
    comparator: Comparator | None
    start: int
    end: int
    day: date | None = None
    since: date | None = None


def cell_figure(part: TextPart, calendar: Calendar) -> CellFigure | None:
    """The bare figure that a cell begins with, or None where its text reads as words."""
    header = fold(part.header or "")
    found = _BARE.match(fold(part.text))
    if not header or not found:
        return None
    value = number(found.group("value"))
    unit = found.group("unit") or _unit(header)
    kind = _kind(part, header, found.group("unit"))
    if kind == "change" and (found.group("sign") == "-" or re.search(r"下降|减少|降幅", header)):
        value = -value
    if kind in ("percent", "change") and unit is None:
        unit = "%"
    period = next(iter(read(part.header or "", calendar).marks.of("as_of")), None)
    return CellFigure(
        kind=kind,
        value=value,
        unit=unit,
        comparator=_comparator(header, found.group("comparator")),
        start=found.start("value"),
        end=found.end("unit") if found.group("unit") else found.end("value"),
        day=period.day if period else None,
        since=period.since if period else None,
    )


def _unit(header: str) -> str | None:
    found = _UNIT_IN_HEADER.search(header)
    if found:
        return found.group("unit") or found.group("unit2")
    count = _COUNT_HEADER.search(header)
    return (count.group("unit") or "个") if count else None


def _kind(part: TextPart, header: str, written: str | None) -> CellKind:
    if part.role in ("requirement", "content", "task"):
        return "target"
    if _CHANGE_HEADER.search(header):
        return "change"
    is_rate = _PERCENT_HEADER.search(header) or (written == "%" and _PROGRESS_HEADER.search(header))
    return "percent" if is_rate else "actual"


def _comparator(header: str, written: str | None) -> Comparator | None:
    if written in ("≤", "<") or (written and _LOW.search(written)) or _LOW.search(header):
        return "<="
    return ">=" if written else None
