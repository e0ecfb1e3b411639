"""What the checking edition says beside an item: three verdicts, the reason with its arithmetic, the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from publishing.documents import phrasing
from publishing.documents.judging import NOT_REPORTED, UNDER_REVIEW
from publishing.documents.records import Item, Line
from publishing.office.grid import Link
from publishing.office.words import place, shortened

#: The header of the notes' column: no words of a task table's column for our reader, so that no note becomes a fact.
HEADER: Final = "核对记录"
#: Where the dashboard shows what stands behind a figure.
EVIDENCE_PAGE: Final = "dashboard/index.html"
_SPOKEN: Final = frozenset({"actual", "status", "stage"})
_QUOTE: Final = 80
_NONE: Final = "—"
#: What marks a requirement that fills the lag table.
LAGS: Final = "【滞后】"


def notes(item: Item, names: Mapping[str, str], dashboard: str) -> list[str | Link]:
    """The lines of the notes' cell: what needs attention requirement by requirement, the rest in a line each."""
    found: list[str | Link] = []
    for line in item.lines:
        found += of_line(line, names, dashboard)
    return found + _places(item)


def of_line(line: Line, names: Mapping[str, str], dashboard: str) -> list[str | Link]:
    """A requirement's verdicts with the link to its evidence, the reason with its arithmetic, its footnote."""
    said = f"{_number(line)}{_lag(line)}{verdicts(line, names)}　"
    found: list[str | Link] = [Link("出处", dashboard, f"/evidence/{line.key}", said)]
    found += [f"测算：{line.reason}"] if line.reason else []
    found += [f"说明：{line.footnote}"] if line.footnote else []
    return found


def verdicts(line: Line, names: Mapping[str, str]) -> str:
    """The three verdicts in one line."""
    determined = _name(line.determined, names) + (f"（{line.determined_by}）" if line.determined_by else "")
    if line.publication == "not_reported":
        return f"{NOT_REPORTED}｜认定：{determined}"
    held = f"{UNDER_REVIEW}｜" if line.publication == "under_review" else ""
    own = f"“{line.reported_phrase}”" if line.reported_phrase else _name(line.reported, names)
    return f"{held}自评：{own}｜测算：{_name(line.computed, names)}｜认定：{determined}"


def _lag(line: Line) -> str:
    return LAGS if line.is_lagging else ""


def _places(item: Item) -> list[str]:
    """Where the item's words stand, each place once: 文件第1表第3行第4格“…”."""
    lines = [line for line in item.lines if line.is_lagging or line.is_contradicted]
    spoken = (e for line in lines for e in line.evidence if e.role in _SPOKEN)
    said: dict[tuple[str, str], list[str]] = {}
    for evidence in spoken:
        quotes = said.setdefault((evidence.file_name, evidence.locator), [])
        if not any(evidence.quote in quote for quote in quotes):
            quotes.append(evidence.quote)
    return [
        f"原文：{name}{place(locator)}" + "".join(f"“{shortened(quote, _QUOTE)}”" for quote in quotes)
        for (name, locator), quotes in said.items()
    ]


def _number(line: Line) -> str:
    named = phrasing.sub_item(line) + phrasing.level(line)
    return f"{named}｜" if named else ""


def _name(status: str | None, names: Mapping[str, str]) -> str:
    return names.get(status, status) if status else _NONE
