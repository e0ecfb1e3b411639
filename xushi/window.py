"""Which registered periods a refresh computes: the changed ones, and what follows them in their campaign years.

A month's refresh costs that month: the models keep what earlier months said and look back to it.  A late or corrected
month also recomputes the later months of its campaign year, whose streaks and versions rest on it.  Everything is
computed when the models, the rules or the build database are new.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

#: A lake without any period still builds its tables; no submission was ever registered for that month.
_NO_PERIOD: Final = "2000-01"

#: The registry's tables that say which period holds what, and what an absent one would at least have.
_TABLES: Final = {
    "submissions": "submission_id varchar, region_code varchar, period varchar, campaign_year integer",
    "expected_submissions": "region_code varchar, period varchar",
    "extraction_runs": "submission_id varchar, is_live boolean",
    "crosswalk": "first_submission_id varchar",
    "amendments": "submission_id varchar, is_live boolean",
    "corrections": "submission_id varchar",
    "requirement_changes": "event_date date",
    "determinations": "period varchar",
    "incidents": "check_id varchar, record_key varchar, state varchar",
}

#: One line a row, whatever its columns are; a period's digest is that of its lines in their own order.
_DIGESTS: Final = """
    with lines as (
        select period, 'expected ' || to_json(e) as line from expected_submissions as e
        union all
        select period, 'submission ' || to_json(s) from submissions as s
        union all
        select s.period, 'extraction_runs ' || to_json(r)
        from extraction_runs as r inner join submissions as s using (submission_id)
        where r.is_live
        union all
        select s.period, 'crosswalk ' || to_json(c)
        from crosswalk as c inner join submissions as s on c.first_submission_id = s.submission_id
        union all
        select s.period, 'amendments ' || to_json(a)
        from amendments as a inner join submissions as s using (submission_id)
        where a.is_live
        union all
        select s.period, 'corrections ' || to_json(c)
        from corrections as c inner join submissions as s using (submission_id)
        union all
        select period, 'determinations ' || to_json(d) from determinations as d
        union all
        -- a change of a requirement holds from the month of its letter on
        select strftime(event_date, '%Y-%m'), 'requirement_changes ' || to_json(r) from requirement_changes as r
    ),
    -- short lines are sorted faster than long ones
    digested as (select period, md5(line) as line from lines)
    select period, sha256(string_agg(line, chr(10) order by line))[:16]
    from digested group by period order by period
"""


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

    @property
    def periods(self) -> tuple[str, ...]:
        """Every month of the window."""
        start, stop = (
            int(year) * 12 + int(month) - 1 for year, month in (p.split("-") for p in (self.first, self.last))
        )
        return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in range(start, stop + 1))


def everything(lake: Path) -> Window:
    """Every period of the lake, built from nothing."""
    with _registry(lake) as registry:
        periods = _campaign_years(registry)
    return Window(min(periods, default=_NO_PERIOD), max(periods, default=_NO_PERIOD), is_full=True)


def changed(lake: Path, before: Mapping[str, str], now: Mapping[str, str]) -> Window:
    """The window of what differs between two digests of the periods, as they were last computed and as they are.

    Where no period differs it is the last one: something outside the periods has changed.
    """
    touched = {p for p in now.keys() | before.keys() if now.get(p) != before.get(p)}
    with _registry(lake) as registry:
        years = _campaign_years(registry)
        owed_before = _months_before_first_lists(registry, touched)
    if not touched:
        last = max(years, default=_NO_PERIOD)
        return Window(last, last, is_full=False)
    touched_years = {year for period in touched for year in years.get(period, {period[:4]})}
    later = {period for period, of_period in years.items() if of_period & touched_years}
    return Window(min(touched | owed_before), max(touched | later), is_full=False)


def whole_years(lake: Path, window: Window) -> Window:
    """The window with the other months of the campaign years that it touches.

    Names and versions of tasks and requirements are written anew by campaign year, earlier months' too.
    """
    with _registry(lake) as registry:
        years = _campaign_years(registry)
    touched = set[str]().union(*(years.get(period, {period[:4]}) for period in window.periods))
    months = {window.first, window.last} | {period for period, of_period in years.items() if of_period & touched}
    return Window(min(months), max(months), window.is_full)


def period_digests(lake: Path) -> dict[str, str]:
    """What each period's figures rest on, as one digest a period: its submissions, their live facts, what was owed."""
    with _registry(lake) as registry:
        return dict(registry.execute(_DIGESTS).fetchall())


def blocker_digests(lake: Path) -> dict[str, str]:
    """What the gates hold back in each period, as one digest a period; findings without a period stand under ''.

    What a steward settled holds back nothing.
    """
    with _registry(lake) as registry:
        settled = set(
            registry.execute("select check_id, record_key from incidents where state = 'resolved'").fetchall()
        )
    lines: dict[str, list[str]] = defaultdict(list)
    for gate in ("raw", "mart"):
        found = pq.read_table(lake / "checks" / f"{gate}.parquet", filters=[("severity", "=", "blocker")])
        for row in found.to_pylist():
            if (row["check_id"], row["record_key"]) in settled:
                continue
            lines[row["period"] or ""].append(f"{gate} {json.dumps(row, sort_keys=True, ensure_ascii=False)}")
    return {p: hashlib.sha256("\n".join(sorted(of_p)).encode()).hexdigest()[:16] for p, of_p in sorted(lines.items())}


def _months_before_first_lists(registry: duckdb.DuckDBPyConnection, touched: Iterable[str]) -> set[str]:
    """Expected months before a region's first list of the year: that list says what they failed to report."""
    months = registry.execute(
        """
        with first_lists as (
            select
                region_code,
                coalesce(cast(campaign_year as varchar), period[:4]) as year,
                min(period) as first_period
            from submissions
            group by all
        )
        select distinct owed.period
        from expected_submissions as owed
        inner join first_lists as listed
            on owed.region_code = listed.region_code and owed.period[:4] = listed.year
        where owed.period < listed.first_period and listed.first_period in (select unnest(cast(? as varchar[])))
        """,
        [list(touched)],
    )
    return {period for (period,) in months.fetchall()}


def _campaign_years(registry: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The campaign years that each period speaks of."""
    spoken_of = registry.execute(
        """
        select period, period[:4] from submissions
        union select period, cast(campaign_year as varchar) from submissions where campaign_year is not null
        union select period, period[:4] from expected_submissions
        """
    )
    years: dict[str, set[str]] = defaultdict(set)
    for period, year in spoken_of.fetchall():
        years[period].add(year)
    return years


@contextmanager
def _registry(lake: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The registry's tables of the lake as views; the rows stay in the engine, for they grow with the history."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")  # an instant reads the same in every digest
        for table, empty in _TABLES.items():
            path = lake / "registry" / f"{table}.parquet"
            rows = "period <> ''" if table == "submissions" else "true"
            if path.exists():
                place = str(path).replace("'", "''")
                connection.execute(f"create view {table} as from read_parquet('{place}') where {rows}")
            else:
                connection.execute(f"create table {table} ({empty})")
        yield connection
