"""The figures of a bulletin: what a district has, what was due, is done, lags, is overdue, as an edition may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publishing.documents.edition import Edition
from publishing.documents.records import Item, Line, Report

_DONE = frozenset({"completed", "completed_late"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of tasks (`items`) and requirements (the others); `longest` is the most days that one is overdue.

    `due_done` and `lagging` exclude each other; `silent` is what is withheld or was not filed and in neither.
    `due_unjudged` counts what was due, is in neither and waits for a verdict; only what is signed speaks of that.
    """

    name: str
    items: int
    lagging_items: int
    lines: int
    due: int
    due_done: int
    due_unjudged: int
    lagging: int
    due_lagging: int
    overdue: int
    longest: int
    under_review: int
    not_reported: int
    silent: int


def of_district(name: str, report: Report, edition: Edition) -> Tally:
    """The figures of a district, by its name; '' for all of them."""
    items = [item for item in report.items if name in ("", item.region)]
    lines = [line for item in items for line in item.lines]
    lags = [line for line in lines if lags_in(line, edition)]
    done = [line for line in lines if line.is_due and is_done(line, edition) and not lags_in(line, edition)]
    told = {line.key for line in (*lags, *done)}
    return Tally(
        name=name,
        items=len(items),
        lagging_items=sum(any(lags_in(line, edition) for line in item.lines) for item in items),
        lines=len(lines),
        due=sum(line.is_due for line in lines),
        due_done=len(done),
        due_unjudged=sum(_is_unjudged(line, edition) for line in lines),
        lagging=len(lags),
        due_lagging=sum(line.is_due for line in lags),
        overdue=sum((line.days_overdue or 0) > 0 for line in lags),
        longest=max((line.days_overdue or 0 for line in lags), default=0),
        under_review=sum(line.publication == "under_review" for line in lines),
        not_reported=sum(line.publication == "not_reported" for line in lines),
        silent=sum(line.publication != "published" and line.key not in told for line in lines),
    )


def by_district(report: Report, edition: Edition) -> tuple[Tally, ...]:
    """The figures of each district, in the report's order."""
    return tuple(of_district(district.name, report, edition) for district in report.districts)


def lags_in(line: Line, edition: Edition) -> bool:
    """Whether an edition says of a requirement that it lags."""
    return line.is_determined_lag if edition.is_determined_only else line.is_lagging


def is_done(line: Line, edition: Edition) -> bool:
    """Whether an edition says of a requirement that it is met: computed in a draft, determined in what is signed."""
    return (line.determined if edition.is_determined_only else line.computed) in _DONE


def due_next_month(report: Report) -> tuple[tuple[Item, Line], ...]:
    """Item and requirement of what falls due in the month after the period, met or not, by date."""
    month = _next_month(report.as_of)
    found = [
        (item, line)
        for item in report.items
        for line in item.lines
        if line.deadline and (line.deadline.year, line.deadline.month) == month
        and line.change_state != "cancelled"
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda pair: pair[1].deadline or report.as_of))


def filings(report: Report) -> tuple[int, int, int]:
    """Reports expected, received, received on time, of all districts."""
    all_of_them = [district.filing for district in report.districts]
    return (
        sum(f.expected for f in all_of_them),
        sum(f.received for f in all_of_them),
        sum(f.on_time for f in all_of_them),
    )


def _is_unjudged(line: Line, edition: Edition) -> bool:
    return edition.is_determined_only and line.is_due and line.determined is None and not lags_in(line, edition)


def _next_month(day: date) -> tuple[int, int]:
    return (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
