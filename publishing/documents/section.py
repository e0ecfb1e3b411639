"""What a section of the bulletin holds, and the words that several sections share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publishing.documents import charts, phrasing
from publishing.documents.records import Item, Line, Report
from publishing.documents.tally import Tally
from publishing.office.grid import Column

Pair = tuple[Item, Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section: sentences, then a table, then a chart of districts, each where it has one."""

    title: str
    sentences: tuple[str, ...] = ()
    table_caption: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    caption: str = ""
    tallies: tuple[Tally, ...] = ()
    bars: tuple[charts.Part, ...] = ()


def pairs(report: Report) -> Iterator[Pair]:
    """Every requirement with its item, in the order of the documents."""
    return ((item, line) for item in report.items for line in item.lines)


def by_name(found: Sequence[Pair]) -> str:
    """Requirement by requirement, whom it concerns: “…”（蓬江区、江海区）；“…”（鹤山市）."""
    names: dict[str, list[str]] = {}
    for item, line in found:
        names.setdefault(phrasing.named(item, line), []).append(item.region)
    return "；".join(f"“{name}”（{phrasing.listed(regions)}）" for name, regions in names.items())


def by_region(found: Sequence[Pair]) -> str:
    """District by district, what each has: 蓬江区“…”、“…”；江海区“…”."""
    regions = dict.fromkeys(item.region for item, _ in found)
    return "；".join(
        region + phrasing.listed(f"“{phrasing.named(i, line)}”" for i, line in found if i.region == region)
        for region in regions
    )
