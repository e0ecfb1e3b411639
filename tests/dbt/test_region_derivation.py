"""How lists of codes become divisions with times: on lists of a few lines, the rules that the long ones need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

DERIVATION = Path(__file__).resolve().parents[2] / "dbt_project" / "derivation"
MODULES = ("packages", "history", "zones")
FIRST, SECOND = date(2010, 1, 1), date(2012, 6, 1)


@pytest.fixture
def derivation(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The modules of the derivation, which are scripts beside the seeds and no package."""
    monkeypatch.syspath_prepend(str(DERIVATION))
    yield {name: __import__(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


def changes(derivation, before: dict[str, str], after: dict[str, str], *decided, is_exact: bool = True):
    history, snapshot = derivation["history"], derivation["packages"].Snapshot
    lists = [snapshot(FIRST, before, True), snapshot(SECOND, after, is_exact)]
    decisions = [history.Decision(*row) for row in decided]
    divisions, found = history.follow(history.with_later_decisions(lists, decisions), decisions)
    return divisions, [(c.kind, c.old, c.new, c.day) for c in found]


def test_a_county_becomes_a_district_of_its_stem(derivation) -> None:
    divisions, found = changes(derivation, {"320124": "溧水县"}, {"320117": "溧水区"})
    assert found == [("converted", "320124", "320117", SECOND)]
    assert (divisions["320124"].until, divisions["320117"].since) == (SECOND, SECOND)
    assert divisions["320124"].successors == {"320117"}


def test_a_name_that_moves_is_recoded_and_the_nearer_namesake_is_taken(derivation) -> None:
    before = {"542421": "那曲县", "542422": "嘉黎县"}
    after = {"540602": "色尼区", "540621": "嘉黎县"}
    _, found = changes(derivation, before, after, (None, "542421", "540602"))
    assert found == [("converted", "542421", "540602", SECOND), ("recoded", "542422", "540621", SECOND)]


def test_a_new_name_under_one_code_is_a_renaming(derivation) -> None:
    divisions, found = changes(derivation, {"420600": "襄樊市"}, {"420600": "襄阳市"})
    assert found == [("renamed", "420600", "420600", SECOND)]
    assert (divisions["420600"].name, divisions["420600"].former_names) == ("襄阳市", ["襄樊市"])
    assert divisions["420600"].until is None


def test_codes_numbered_anew_follow_their_names(derivation) -> None:
    before, after = {"469025": "定安县", "469030": "白沙县"}, {"469021": "定安县", "469025": "白沙县"}
    divisions, found = changes(derivation, before, after)
    assert found == [("recoded", "469025", "469021", SECOND), ("recoded", "469030", "469025", SECOND)]
    assert (divisions["469025"].name, divisions["469025"].since) == ("白沙县", SECOND)


def test_a_code_taken_over_in_a_merger_is_no_renaming(derivation) -> None:
    before, after = {"500110": "万盛区", "500222": "綦江县"}, {"500110": "綦江区"}
    divisions, found = changes(derivation, before, after, (None, "500222", "500110"))
    assert found == [("abolished", "500110", "", SECOND), ("converted", "500222", "500110", SECOND)]
    assert divisions["500110"].former_names == []


def test_mergers_and_splits_are_decisions(derivation) -> None:
    before = {"330103": "下城区", "330104": "江干区", "330105": "拱墅区", "330102": "上城区"}
    after = {"330105": "拱墅区", "330102": "上城区", "330114": "钱塘区", "330113": "临平区"}
    day = date(2012, 4, 9)
    decided = [(day, "330103", "330105"), (day, "330104", "330102"), (day, "330104", "330114"), (day, "", "330113")]
    divisions, found = changes(derivation, before, after, *decided, is_exact=False)
    assert sorted(found) == [
        ("established", "", "330113", day), ("merged", "330103", "330105", day),
        ("split", "330104", "330102", day), ("split", "330104", "330114", day),
    ]  # fmt: skip
    assert divisions["330104"].successors == {"330102", "330114"}


def test_a_change_between_dated_lists_needs_its_day(derivation) -> None:
    with pytest.raises(derivation["history"].UndatedChangeError, match="330113 临平区"):
        changes(derivation, {"330105": "拱墅区"}, {"330105": "拱墅区", "330113": "临平区"}, is_exact=False)


def test_a_decision_after_the_last_list_counts(derivation) -> None:
    same, day = {"500105": "江北区", "500112": "渝北区"}, date(2025, 11, 7)
    decided = [(day, "500105", "500157", "两江新区"), (day, "500112", "500157", "两江新区")]
    divisions, found = changes(derivation, same, same, *decided)
    assert found == [("merged", "500105", "500157", day), ("merged", "500112", "500157", day)]
    assert (divisions["500157"].name, divisions["500157"].until) == ("两江新区", None)


def test_headings_and_doubles_of_a_list_are_no_divisions(derivation) -> None:
    headings = {"130101": "市辖区", "469000": "省直辖县级行政区划", "659000": "自治区直辖县级行政区划"}
    doubles = {"110100": "北京市", "460321": "西沙群岛"}
    listed = headings | doubles | {"110101": "东城区", "139002": "辛集市", "659001": "石河子市"}
    kept = derivation["packages"].divisions(listed)
    assert kept == {"110101": "东城区", "130181": "辛集市", "659001": "石河子市"}


def test_zones_lose_their_city_and_rows_added_by_hand_stay(derivation) -> None:
    divisions = {"130000": "河北省", "130200": "唐山市", "440700": "江门市"}
    by_hand = {"unit_code": "440700-GX", "name": "江门高新区", "kind": "high_tech_zone", "parent_code": "440700",
               "aliases": ""}  # fmt: skip
    written = {"130274": "河北唐山海港经济开发区"}
    present = [by_hand, {"unit_code": "130999", "name": "旧区", "kind": "x", "parent_code": "130200", "aliases": ""}]
    assert list(derivation["zones"].reporting_units(written, divisions, {}, present)) == [
        ("130274", "河北唐山海港经济开发区", "economic_zone", "130200", "海港经济开发区"),
        ("440700-GX", "江门高新区", "high_tech_zone", "440700", ""),
    ]
