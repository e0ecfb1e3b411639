"""All that the pages of one snapshot load: an index, and for each area its map, its years and its periods.

data/index.js                      areas, periods, totals, vocabularies
data/440700/map.js                 the map
data/440700/2023.js                curves and streaks of a year
data/440700/2023-09.js             the lists of a period
data/440700/2023-09-details.js     texts, quotes, documents and findings behind them
data/keys-3.js                     where the records are whose keys begin with 3
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from publishing.dashboard.areas import Area, areas_of
from publishing.dashboard.details import details_of
from publishing.dashboard.mapping import map_of
from publishing.dashboard.plain import plain, script, table_of
from publishing.dashboard.rows import lists_of, periods_of, shard_of, totals_of
from publishing.dashboard.years import year_of
from publishing.query import Ask

_STATUSES: Final = "select code, name_zh, name_en, rank from dim_status order by rank desc, code"
_CHECKS: Final = "select check_id, severity, name_zh, name_en, formula, how_to_mend from dim_check order by check_id"
_BACKTEST: Final = "select * from mart_pace_backtest order by campaign_year, candidate_ratio"
#: How many areas one set of pages shows; a nation's home names the ones that it wants.
AREAS_SETTING: Final = "XUSHI_DASHBOARD_AREAS"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one set of pages holds at most: areas, and the newest periods of each."""

    areas: int = 40
    periods: int = 24


@dataclass(slots=True)
class Contents:
    """What has been written so far, for the index."""

    areas: list[dict[str, Any]] = field(default_factory=list)
    shards: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    problems: list[str] = field(default_factory=list)


def write_contents(ask: Ask, folder: Path, maps: Path, about: Mapping[str, Any], limits: Limits) -> Contents:
    """Write data/ into a folder; `about` says what the pages are of, `about["build"]` marks every file.

    Returns what was written, with one line for each file of boundaries that could not be used.
    """
    build = str(about["build"])
    contents = Contents()
    every = areas_of(ask)
    chosen = _chosen(every, limits)
    for area in chosen:
        for name, value in _files_of(ask, area, maps, limits, contents):
            _put(folder, f"{area.code}/{name}", build, value)
    for shard, keys in sorted(contents.shards.items()):
        _put(folder, f"keys-{shard}", build, keys)
    index = {
        **about,
        "areas": contents.areas,
        "areas_left_out": len(every) - len(chosen),
        "statuses": table_of(ask(_STATUSES)),
        "checks": table_of(ask(_CHECKS)),
        "backtest": table_of(ask(_BACKTEST)),
    }
    _put(folder, "index", build, index)
    return contents


def _chosen(areas: tuple[Area, ...], limits: Limits) -> tuple[Area, ...]:
    """The areas that XUSHI_DASHBOARD_AREAS names, else all, and no more than the limit."""
    named = set(re.split(r"[,，\s]+", os.environ.get(AREAS_SETTING, "").strip())) - {""}
    return tuple(area for area in areas if not named or area.code in named)[: limits.areas]


def _files_of(
    ask: Ask, area: Area, maps: Path, limits: Limits, contents: Contents
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files of one area by name; the index learns of them."""
    every = periods_of(ask, area)
    periods = every[-limits.periods :]
    drawn, problem = map_of(area, maps)
    yield "map", drawn
    totals = []
    all_lists, all_details = lists_of(ask, area), details_of(ask, area)
    for period in periods:
        lists = {name: tables[period] for name, tables in all_lists.items()}
        yield period, lists
        yield f"{period}-details", {name: tables[period] for name, tables in all_details.items()}
        totals.append(totals_of(period, lists))
        for row in lists["rows"]["rows"]:
            contents.shards[shard_of(row[0])][row[0]] = f"{area.code}/{period}"
    for year in sorted({period[:4] for period in periods}):
        yield year, year_of(ask, area, year)
    contents.areas.append(
        plain(
            {
                "code": area.code,
                "name": area.name,
                "regions": [asdict(region) for region in area.regions],
                "periods": totals,
                "periods_left_out": len(every) - len(periods),
                "map_problem": problem,
            }
        )
    )
    if problem:
        contents.problems.append(problem)


def _put(folder: Path, name: str, build: str, value: Any) -> None:
    path = folder / "data" / f"{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(name, build, value), "utf-8")
