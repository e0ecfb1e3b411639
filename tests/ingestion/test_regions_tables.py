"""The tables of divisions and units: whole, current, without gaps or doubles in time."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from ingestion.divisions import HORIZON, OWN, SEEDS, Region, places
from ingestion.regions import all_regions, all_units, is_known, region

DIVISIONS = places().divisions


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_kind_is_as_many_as_the_ministry_counts() -> None:
    """The ministry's table for the end of 2024, with 两江新区 in the place of 江北区 and 渝北区 (November 2025)."""
    mainland = [r for r in DIVISIONS.values() if r.is_current and r.code[:2] not in ("71", "81", "82")]
    assert Counter(r.kind for r in mainland) == {
        "province": 22, "autonomous_region": 5, "municipality": 4,
        "prefecture_city": 293, "prefecture": 7, "autonomous_prefecture": 30, "league": 3,
        "district": 977 - 1, "county_city": 397, "county": 1301, "autonomous_county": 117, "banner": 49,
        "autonomous_banner": 3, "forest_district": 1, "special_district": 1,
    }  # fmt: skip


def test_every_division_lies_within_its_parent_in_place_and_time() -> None:
    for child in DIVISIONS.values():
        if child.parent_code is None:
            assert child.code.endswith("0000")
            continue
        parent = DIVISIONS[child.parent_code]
        assert child.code.startswith(parent.code.rstrip("0"))
        assert child.full_name == parent.full_name + child.name
        assert parent.valid_from <= child.valid_from
        assert parent.valid_to is None or (child.valid_to is not None and child.valid_to <= parent.valid_to)


def test_times_run_forward_and_what_ended_is_not_current() -> None:
    for found in DIVISIONS.values():
        assert found.is_current == (found.valid_to is None)
        assert found.valid_to is None or found.valid_from < found.valid_to


def test_a_name_has_one_bearer_in_a_parent_on_any_day() -> None:
    bearers: dict[tuple[str | None, str], list[Region]] = defaultdict(list)
    for found in DIVISIONS.values():
        bearers[found.parent_code, found.name].append(found)
    for same in bearers.values():
        same.sort(key=lambda r: r.valid_from)
        for earlier, later in pairwise(same):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from


def test_a_code_has_one_bearer_on_any_day() -> None:
    """Told from the history alone: a code comes only where it is free, and leaves only from its bearer."""
    bearer: dict[str, str] = {}
    history = rows("region_history.csv")
    assert history == sorted(history, key=lambda r: (r["changed_on"], r["change"], r["old_code"], r["new_code"]))
    by_day: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in history:
        by_day[row["changed_on"]].append(row)
    for day in sorted(by_day):
        for row in by_day[day]:  # a day's leavings come before its arrivals: 白沙县 takes the code that 定安县 leaves
            if row["old_code"] and row["change"] != "renamed":
                assert bearer.get(row["old_code"], row["old_name"]) in (row["old_name"], "")
        for row in by_day[day]:
            if row["old_code"] and row["change"] != "renamed":
                bearer[row["old_code"]] = ""
        for row in by_day[day]:
            if row["new_code"]:
                held = bearer.get(row["new_code"])
                assert row["change"] in ("merged", "split", "renamed") or held in (None, "", row["new_name"]), row
                bearer[row["new_code"]] = row["new_name"]
    for code, name in bearer.items():
        assert (DIVISIONS[code].name == name) if name else not DIVISIONS[code].is_current, code


def test_what_ended_has_a_change_and_a_successor_that_was_there() -> None:
    ended = {(r["old_code"], r["changed_on"]) for r in rows("region_history.csv") if r["change"] != "renamed"}
    for found in DIVISIONS.values():
        if found.valid_to is not None:
            assert (found.code, found.valid_to.isoformat()) in ended
        if found.successor_code is not None:
            assert found.valid_to is not None
            assert DIVISIONS[found.successor_code].valid_from <= found.valid_to or found.valid_to < date(2016, 8, 1)


@pytest.mark.parametrize(
    ("code", "name", "since", "until", "successor"),
    [
        ("330103", "下城区", None, "2021-04-09", "330105"), ("330104", "江干区", None, "2021-04-09", None),
        ("330113", "临平区", "2021-04-09", None, None), ("330114", "钱塘区", "2021-04-09", None, None),
        ("320124", "溧水县", None, "2013-08-01", "320117"), ("320117", "溧水区", "2013-08-01", None, None),
        ("653228", "和康县", "2024-12-27", None, None), ("653229", "和安县", "2024-12-27", None, None),
        ("540422", "米林县", "2015-09-01", "2023-04-03", "540481"), ("659012", "白杨市", "2023-01-20", None, None),
        ("371200", "莱芜市", None, "2018-12-26", "370100"), ("371202", "莱城区", None, "2018-12-26", "370116"),
        ("411222", "陕县", None, "2015-02-16", "411203"), ("410211", "金明区", None, "2014-10-01", "410202"),
        ("500105", "江北区", None, "2025-11-07", "500157"), ("500112", "渝北区", None, "2025-11-07", None),
        ("469025", "白沙黎族自治县", "2007-12-01", None, None), ("500110", "綦江区", "2011-10-01", None, None),
        ("420600", "襄阳市", None, None, None), ("341402", "居巢区", None, "2011-10-01", "340181"),
    ],
)  # fmt: skip
def test_known_changes(code: str, name: str, since: str | None, until: str | None, successor: str | None) -> None:
    found = DIVISIONS[code]
    assert found.name == name
    assert found.valid_from == date.fromisoformat(since or "1949-10-01")
    assert found.valid_to == (date.fromisoformat(until) if until else None)
    assert found.successor_code == successor


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [("420600", "420600", "renamed"), ("130502", "130502", "renamed"), ("320124", "320117", "converted"),
     ("220381", "220184", "recoded"), ("330104", "330114", "split"), ("330103", "330105", "merged"),
     ("", "330113", "established"), ("341400", "", "abolished"), ("469025", "469021", "recoded")],
)  # fmt: skip
def test_kinds_of_change(old: str, new: str, change: str) -> None:
    assert [r["change"] for r in rows("region_history.csv") if (r["old_code"], r["new_code"]) == (old, new)] == [change]


def test_units_hang_below_a_division_and_share_no_code() -> None:
    units = all_units()
    assert len(units) > 100
    assert not units.keys() & DIVISIONS.keys()
    for unit in units.values():
        assert unit.level == "other"
        assert unit.parent_code is not None
        assert DIVISIONS[unit.parent_code].is_current
        assert re.fullmatch(r"\d{4}[67]\d|\d{6}-[A-Z0-9]{2,8}", unit.code)
        assert not unit.code.endswith(OWN)
    names = Counter((u.parent_code, name) for u in units.values() for name in (u.name, *u.aliases))
    assert max(names.values()) == 1


def test_a_divisions_own_offices_are_a_part_of_it() -> None:
    own = region("440700-OWN")
    assert (own.name, own.parent_code, own.level, own.kind) == ("江门市本级", "440700", "other", "own_unit")
    assert own.full_name == "广东省江门市本级"
    assert is_known("440700-OWN")
    assert not is_known("440799-OWN")
    assert not is_known("130171-OWN"), "a zone has no part of its own"


def test_names_of_before_the_horizon_are_kept_and_not_offered() -> None:
    assert DIVISIONS["450411"].name == "市郊区"
    assert "450411" not in all_regions()
    assert all(r.valid_to is None or r.valid_to > HORIZON for r in all_regions().values())
