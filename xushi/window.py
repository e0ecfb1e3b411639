"""Which registered periods a refresh computes: the changed ones, and what follows them in their campaign years.

A month's refresh costs that month: the models keep what earlier months said and look back to it.  A late or corrected
month also recomputes the later months of its campaign year, whose streaks and versions rest on it.  Everything is
computed when the models, the rules or the build database are new.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

#: A lake without any period still builds its tables; no submission was ever registered for that month.
_NO_PERIOD: Final = "2000-01"

#: The registry's tables whose rows belong to the period of a submission, and the column that names the submission.
_OF_A_SUBMISSION: Final = {
    "extraction_runs": "submission_id",
    "crosswalk": "first_submission_id",
    "amendments": "submission_id",
    "corrections": "submission_id",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The periods from `first` to `last` ('YYYY-MM', both included); `is_full` builds every table from nothing."""

    first: str
    last: str
    is_full: bool

    @property
    def end(self) -> str:
        """The first period after the window."""
        year, month = map(int, self.last.split("-"))
        return f"{year + month // 12}-{month % 12 + 1:02d}"


@dataclass(frozen=True, slots=True)
class _Register:
    """The rows of the lake's registry tables that say which period holds what."""

    submissions: list[dict[str, Any]]
    expected: list[dict[str, Any]]


def everything(lake: Path) -> Window:
    """Every period of the lake, built from nothing."""
    periods = _campaign_years(_register(lake))
    return Window(min(periods, default=_NO_PERIOD), max(periods, default=_NO_PERIOD), is_full=True)


def changed(lake: Path, before: Mapping[str, str], now: Mapping[str, str]) -> Window:
    """The window of what differs between two digests of the periods, as they were last computed and as they are.

    Where no period differs it is the last one: something outside the periods has changed.
    """
    register = _register(lake)
    touched = {p for p in now.keys() | before.keys() if now.get(p) != before.get(p)}
    years = _campaign_years(register)
    if not touched:
        last = max(years, default=_NO_PERIOD)
        return Window(last, last, is_full=False)
    touched_years = {year for period in touched for year in years.get(period, {period[:4]})}
    later = {period for period, of_period in years.items() if of_period & touched_years}
    first = min(touched | _months_before_first_lists(register, touched))
    return Window(first, max(touched | later), is_full=False)


def period_digests(lake: Path) -> dict[str, str]:
    """What each period's figures rest on, as one digest a period: its submissions, their live facts, what was owed."""
    lines: dict[str, list[str]] = defaultdict(list)
    register = _register(lake)
    for row in register.expected:
        lines[row["period"]].append(_line("expected", row))
    period_of: dict[str, str] = {}
    for row in register.submissions:
        lines[row["period"]].append(_line("submission", row))
        period_of[row["submission_id"]] = row["period"]
    for table, column in _OF_A_SUBMISSION.items():
        for row in _rows(lake, table):
            if row[column] in period_of and row.get("is_live", True):
                lines[period_of[row[column]]].append(_line(table, row))
    # a change of a requirement holds from the month of its letter on
    for row in _rows(lake, "requirement_changes"):
        lines[f"{row['event_date']:%Y-%m}"].append(_line("change", row))
    return _digests(lines)


def blocker_digests(lake: Path) -> dict[str, str]:
    """What the gates hold back in each period, as one digest a period; findings without a period stand under ''."""
    lines: dict[str, list[str]] = defaultdict(list)
    for gate in ("raw", "mart"):
        for row in pq.read_table(lake / "checks" / f"{gate}.parquet").to_pylist():
            if row["severity"] == "blocker":
                lines[row["period"] or ""].append(_line(gate, row))
    return _digests(lines)


def _digests(lines: Mapping[str, list[str]]) -> dict[str, str]:
    return {p: hashlib.sha256("\n".join(sorted(of_p)).encode()).hexdigest()[:16] for p, of_p in sorted(lines.items())}


def _months_before_first_lists(register: _Register, touched: Iterable[str]) -> set[str]:
    """Expected months before a region's first list of the year: that list says what they failed to report."""
    touched = set(touched)
    first_list: dict[tuple[str, str], str] = {}
    for row in register.submissions:
        key = (row["region_code"], _campaign_year(row))
        first_list[key] = min(first_list.get(key, row["period"]), row["period"])
    return {
        row["period"]
        for row in register.expected
        if first_list.get((row["region_code"], row["period"][:4])) in touched
        and row["period"] < first_list[row["region_code"], row["period"][:4]]
    }


def _register(lake: Path) -> _Register:
    submissions = [row for row in _rows(lake, "submissions") if row["period"]]
    return _Register(submissions, _rows(lake, "expected_submissions"))


def _campaign_years(register: _Register) -> dict[str, set[str]]:
    """The campaign years that each period speaks of."""
    years: dict[str, set[str]] = defaultdict(set)
    for row in (*register.submissions, *register.expected):
        years[row["period"]].add(row["period"][:4])
    for row in register.submissions:
        years[row["period"]].add(_campaign_year(row))
    return years


def _campaign_year(row: Mapping[str, Any]) -> str:
    return str(row["campaign_year"] or row["period"][:4])


def _rows(lake: Path, table: str) -> list[dict[str, Any]]:
    path = lake / "registry" / f"{table}.parquet"
    return pq.read_table(path).to_pylist() if path.exists() else []


def _line(table: str, row: Mapping[str, Any]) -> str:
    return f"{table} {json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)}"
