"""The tables of places: GB/T 2260 divisions down to county level with their times, and reporting units beside them.

Both are dbt seeds, the only copies (docs/adr/0012-regions.md):

- `seeds/regions.csv`: every code of the divisions in force since December 2002, one row for its last bearer.
  Districts of the four municipalities and counties that a province administers itself hang below the province.
- `seeds/region_history.csv`: what became of them; read here for the names that a code bore before.
- `seeds/reporting_units.csv`: development zones, new areas and whatever else reports beside the districts of its
  parent; a bureau adds its own rows.

Every division has a unit of its own besides (市本级, 区直): `440700-OWN`, below 440700 as its districts are, so that
what the parts report adds up to the whole.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

from ingestion.wording import fold

SEEDS: Final = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"

#: Divisions that ended before the twelfth five-year plan are found by a date only: no document at hand names them.
HORIZON: Final = date(2011, 1, 1)
OWN: Final = "-OWN"

Level = Literal["province", "city", "county", "other"]


class Strength(IntEnum):
    """How much of the official name a form keeps."""

    LOOSE = 1  # 恩施, 恩施州: the names of peoples dropped
    SHORT = 2  # 蓬江, 江门: the kind of division dropped
    FULL = 3  # 蓬江区


@dataclass(frozen=True, slots=True)
class Region:
    """One division or unit, in force from `valid_from` until the day before `valid_to`.

    `parent_code` is None for a province, `full_name` is the path from the province down, `level` is other for a
    reporting unit.  `successor_code` is None where there is none or more than one.
    """

    code: str
    name: str
    full_name: str
    level: Level
    parent_code: str | None
    is_current: bool
    kind: str
    valid_from: date
    valid_to: date | None = None
    successor_code: str | None = None
    aliases: tuple[str, ...] = ()

    def is_valid(self, on: date) -> bool:
        """True on the days on which the division is in force."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Hit:
    """A form's bearer, which has the name from `since` (None: always) until the day before `until` (None: still)."""

    code: str
    strength: Strength
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The tables, indexed: by code, by parent, and by every folded form of a name."""

    divisions: Mapping[str, Region]
    units: Mapping[str, Region]
    children: Mapping[str, tuple[str, ...]]
    by_form: Mapping[str, tuple[Hit, ...]]
    predecessors: Mapping[str, tuple[str, ...]]

    def get(self, code: str) -> Region:
        """The division or unit of a code, a division's own unit included; KeyError for an unknown one."""
        if code.endswith(OWN):
            return _own_unit(self.divisions[code.removesuffix(OWN)])
        return self.divisions.get(code) or self.units[code]


_PEOPLES: Final = (
    "维吾尔|哈萨克|蒙古|柯尔克孜|塔吉克|锡伯|达斡尔|鄂温克|鄂伦春|朝鲜|土家|布依|纳西|傈僳|拉祜|哈尼|景颇|仡佬|"
    "仫佬|毛南|布朗|独龙|普米|德昂|裕固|保安|东乡|撒拉|各"
)
_PEOPLE: Final = rf"(?:(?:{_PEOPLES})族?|[壮回藏苗彝侗水土瑶满黎羌傣京畲怒白佤]族)"
_OF_PEOPLES: Final = re.compile(rf"(?P<base>.{{2,}}?){_PEOPLE}+(?:自治)?(?P<kind>[区州县旗])")
_KIND: Final = re.compile(
    r"(?P<base>.{2,}?)(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|特区|省|市|县|区|旗|盟)"
)
#: How zones are called in short: 高新技术产业开发区 is 高新区 everywhere.
_ZONE_SHORTS: Final = (
    (re.compile(r"高(?:新)?技术(?:产业)?(?:开发区|园区)"), "高新区"),
    (re.compile(r"经济(?:技术)?开发区"), "经开区"),
    (re.compile(r"城乡一体化示范区"), "一体化示范区"),
    (re.compile(r"特别合作区"), "合作区"),
)


def forms(name: str, level: Level) -> dict[str, Strength]:
    """The folded ways of writing one division's own name, each with what it keeps of the official one."""
    full = fold(name)
    found = {full: Strength.FULL}
    if people := _OF_PEOPLES.fullmatch(full):
        strength = Strength.SHORT if level == "province" else Strength.LOOSE
        found.setdefault(people["base"], strength)
        found.setdefault(people["base"] + people["kind"], Strength.LOOSE)
    if kind := _KIND.fullmatch(full):
        found.setdefault(kind["base"], Strength.SHORT)
    return found


@cache
def places() -> Places:
    """The tables, read once in a process."""
    divisions = {row["region_code"]: _region(row) for row in _rows("regions.csv")}
    units = {row["unit_code"]: _unit(row, divisions) for row in _rows("reporting_units.csv")}
    children: dict[str, list[str]] = defaultdict(list)
    predecessors: dict[str, list[str]] = defaultdict(list)
    by_form: dict[str, dict[tuple[str, date | None], Hit]] = defaultdict(dict)
    for region in (*divisions.values(), *units.values()):
        if region.parent_code:
            children[region.parent_code].append(region.code)
        if region.successor_code:
            predecessors[region.successor_code].append(region.code)
    for form, hit in _hits(divisions, units):
        by_form[form].setdefault((hit.code, hit.until), hit)
    return Places(
        divisions,
        units,
        {code: tuple(found) for code, found in children.items()},
        {form: tuple(hits.values()) for form, hits in by_form.items()},
        {code: tuple(found) for code, found in predecessors.items()},
    )


def changed_by(on: date) -> date:
    """The last day up to a date on which any division began, ended or was renamed; between two, no name changes."""
    days = _days_of_change()
    return days[max(bisect_right(days, on) - 1, 0)]


@cache
def _days_of_change() -> tuple[date, ...]:
    told = (date.fromisoformat(row["changed_on"]) for row in _rows("region_history.csv"))
    bounds = (day for d in places().divisions.values() for day in (d.valid_from, d.valid_to) if day)
    return tuple(sorted({*told, *bounds}))


def _hits(divisions: Mapping[str, Region], units: Mapping[str, Region]) -> Iterator[tuple[str, Hit]]:
    """Every form of every name: names in use before names given up, official ones before aliases."""
    former = {
        (row["old_code"], row["old_name"]): date.fromisoformat(row["changed_on"])
        for row in _rows("region_history.csv")
        if row["change"] == "renamed"
    }
    renamed = {code: day for (code, _), day in former.items()}  # the rows run forward: the last change stays
    for region in divisions.values():
        for form, strength in forms(region.name, region.level).items():
            yield form, Hit(region.code, strength, since=renamed.get(region.code))
    for region in divisions.values():
        for alias in region.aliases:
            until = former.get((region.code, alias))
            written = forms(alias, region.level) if until else {fold(alias): Strength.SHORT}
            for form, strength in written.items():
                yield form, Hit(region.code, strength, until=until)
    for unit in units.values():
        for form, strength in _unit_forms(unit).items():
            yield form, Hit(unit.code, strength)


def _unit_forms(unit: Region) -> dict[str, Strength]:
    found = {fold(name): Strength.FULL for name in (unit.name, *unit.aliases)}
    for name in tuple(found):
        for pattern, short in _ZONE_SHORTS:
            found.setdefault(pattern.sub(short, name), Strength.SHORT)
    return found


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _region(row: Mapping[str, str]) -> Region:
    return Region(
        code=row["region_code"],
        name=row["name"],
        full_name=row["full_name"],
        level=cast(Level, row["level"]),
        parent_code=row["parent_code"] or None,
        is_current=row["is_current"] == "true",
        kind=row["kind"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        successor_code=row["successor_code"] or None,
        aliases=_listed(row["aliases"]),
    )


def _unit(row: Mapping[str, str], divisions: Mapping[str, Region]) -> Region:
    parent = divisions[row["parent_code"]]
    return Region(
        code=row["unit_code"],
        name=row["name"],
        full_name=parent.full_name + row["name"],
        level="other",
        parent_code=parent.code,
        is_current=True,
        kind=row["kind"],
        valid_from=parent.valid_from,
        aliases=_listed(row["aliases"]),
    )


def _own_unit(division: Region) -> Region:
    name = division.name + "本级"
    return Region(
        code=division.code + OWN,
        name=name,
        full_name=division.full_name + "本级",
        level="other",
        parent_code=division.code,
        is_current=division.is_current,
        kind="own_unit",
        valid_from=division.valid_from,
        valid_to=division.valid_to,
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("、")) if cell else ()
