"""A document's date decides which code a name has; zones and own offices belong to the sender's city."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.divisions import SEEDS, places
from ingestion.regions import (
    all_units,
    common_parent,
    is_region_name,
    region,
    resolve_region,
    resolve_regions,
    resolve_unit,
)

DIVISIONS = places().divisions
with (SEEDS / "region_history.csv").open(encoding="utf-8", newline="") as _stream:
    NAMED_SINCE = {
        row["new_code"]: date.fromisoformat(row["changed_on"])
        for row in csv.DictReader(_stream)
        if row["change"] == "renamed"
    }
DAYS = st.dates(date(2003, 1, 1), date(2026, 12, 31))


def on(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


@pytest.mark.parametrize(
    ("name", "context", "day", "code"),
    [
        # merged and split: the name keeps its own code, whatever the date
        ("下城区", "330100", "2019-12-31", "330103"), ("下城区", "330100", "2023-12-31", "330103"),
        ("下城区", "330100", None, "330103"), ("江干区", "330100", "2019-06-30", "330104"),
        ("拱墅区", "330100", "2019-06-30", "330105"), ("临平区", "330100", "2022-03-31", "330113"),
        # one into one: either wording reaches the code of its time
        ("沙县", "350400", "2019-12-31", "350427"), ("沙县", "350400", "2023-12-31", "350405"),
        ("沙县区", "350400", "2019-12-31", "350427"), ("沙县区", "350400", "2023-12-31", "350405"),
        ("沙縣", "350400", "2023-12-31", "350405"), ("溧水县", "320100", "2012-06-30", "320124"),
        ("溧水县", "320100", "2019-06-30", "320117"), ("溧水", "320100", "2012-06-30", "320124"),
        ("溧水", "320100", "2019-06-30", "320117"), ("溧水", "320100", None, "320117"),
        ("陕县", "411200", "2019-06-30", "411203"), ("神木县", "610800", "2019-06-30", "610881"),
        # one name, two codes
        ("三元区", "350400", "2019-12-31", "350403"), ("三元区", "350400", "2021-12-31", "350404"),
        ("三元区", "350400", None, "350404"), ("崇川区", "320600", "2020-03-31", "320602"),
        ("崇川区", "320600", "2020-12-31", "320613"),
        # to another city
        ("公主岭市", None, "2019-12-31", "220381"), ("公主岭市", None, "2021-12-31", "220184"),
        ("公主岭市", None, None, "220184"), ("公主岭市", "220300", "2023-12-31", "220184"),
        ("莱城区", "371200", "2017-12-31", "371202"), ("山东省莱芜市莱城区", None, "2019-12-31", "370116"),
        # renamed under one code
        ("桥东区", "130500", "2019-12-31", "130502"), ("襄都区", "130500", "2019-12-31", "130502"),
        ("桥东区", "130500", None, "130502"), ("桥东区", None, "2023-12-31", "130702"),
        ("桥东区", None, "2019-12-31", None), ("桥东区", None, None, None),
        ("襄樊市", None, "2009-12-31", "420600"), ("湖北省襄樊市襄阳区", None, "2009-12-31", "420607"),
        ("襄阳", "420600", "2009-12-31", "420607"), ("襄阳", "420600", "2019-12-31", "420600"),
        # unique now, not among documents of every time
        ("江北区", None, None, None), ("江北区", None, "2026-06-30", "330205"), ("江北区", None, "2024-12-31", None),
        ("江北区", "500000", None, "500105"), ("江北区", "330200", None, "330205"),
        # a code that passed to another division
        ("白沙黎族自治县", "460000", "2005-12-31", "469025"), ("綦江县", "500000", "2009-12-31", "500222"),
        ("渝北区", "500000", "2024-12-31", "500112"), ("两江新区", "500000", "2026-06-30", "500157"),
        ("巢湖市", "340000", "2009-12-31", "341400"), ("居巢区", "341400", "2009-12-31", "341402"),
        # long gone: by its date only
        ("鼓浪屿区", "350200", "2003-01-31", "350202"), ("鼓浪屿区", "350200", None, None),
    ],
)  # fmt: skip
def test_a_name_has_the_code_of_its_time(name: str, context: str | None, day: str | None, code: str | None) -> None:
    assert resolve_region(name, context, on(day)) == code


@given(st.sampled_from(sorted(DIVISIONS.values(), key=lambda r: r.code)), st.data())
def test_a_full_name_is_its_own_code_on_every_day_of_its_time(found, data) -> None:
    last = found.valid_to - timedelta(days=1) if found.valid_to else date(2026, 12, 31)
    day = data.draw(st.dates(max(found.valid_from, NAMED_SINCE.get(found.code, found.valid_from)), last))
    if found.parent_code:
        assert resolve_region(found.name, found.parent_code, day) == found.code
    assert resolve_region(found.name, found.code, day) == found.code
    assert resolve_region(found.full_name, None, day) == found.code


@given(st.sampled_from(sorted(DIVISIONS)), DAYS, st.none() | st.sampled_from(sorted(DIVISIONS)))
def test_a_name_on_a_day_is_one_place(code: str, day: date, context: str | None) -> None:
    """What a name means on a day is in force on it, or bears the name and nothing that was in force is the same."""
    found = resolve_region(DIVISIONS[code].name, context, day)
    again = resolve_region(region(found).name, found, day) if found else None
    assert again == found


@pytest.mark.parametrize(
    ("name", "context", "code"),
    [
        # a zone of the sender's city, by its name or by the word for its kind
        ("高新区", "130100", "130171"), ("石家庄高新区", "130100", "130171"), ("石家庄高新区", "440700", "130171"),
        ("高新技术产业开发区", "130100", "130171"),
        ("石家庄高新技术产业开发区", None, "130171"), ("经开区", "320300", "320371"), ("经开區", "320300", "320371"),
        ("高新区管委会", "130100", "130171"), ("高新区", "130171", "130171"), ("新区", "321100", "321171"),
        ("镇江新区", "321100", "321171"), ("海港经开区", "130200", "130274"), ("航空港区", "410100", "410173"),
        ("苏州工业园区", "320500", "320576"), ("兰州新区", None, "620171"), ("雄安新区", "130600", "130000-XA"),
        ("河北省雄安新区", None, "130000-XA"), ("示范区", "410400", None), ("一体化示范区", "410400", "410472"),
        # of another city, of a city that has two or none in the table, of a county that may have its own: nothing
        ("高新区", "440700", None), ("经开区", "440700", None), ("高新区", "130000", None), ("高新区", None, None),
        ("开发区", "320300", None), ("经开区", "320382", None), ("高新区", "130102", None),
        ("新区", "620000", None), ("新区管委会", "440700", None),
        # the sender's own offices
        ("市本级", "440700", "440700-OWN"), ("市直", "440700", "440700-OWN"), ("市直单位", "440700", "440700-OWN"),
        ("本级", "440703", "440703-OWN"), ("区本级", "440703", "440703-OWN"), ("江门市本级", None, "440700-OWN"),
        ("江门市本级", "440000", "440700-OWN"), ("省直", "440000", "440000-OWN"), ("市本級", "321282", "321282-OWN"),
        ("市本级", "440703", None), ("市本级", None, None), ("区直", "440700", None), ("XX市本级", "440700", None),
        ("区本级", "130171", None), ("州直", "422800", "422800-OWN"), ("地直", "652900", "652900-OWN"),
        ("阿克苏地区本级", "650000", "652900-OWN"), ("自治区本级", "650000", "650000-OWN"),
    ],
)  # fmt: skip
def test_units_belong_to_the_senders_own_city(name: str, context: str | None, code: str | None) -> None:
    assert resolve_region(name, context) == code


@given(st.sampled_from(sorted(all_units().values(), key=lambda u: u.code)))
def test_every_unit_is_found_by_its_name_in_its_city_and_by_its_path(unit) -> None:
    assert resolve_region(unit.name, unit.parent_code) == unit.code
    assert resolve_region(unit.name, unit.code) == unit.code
    assert resolve_region(unit.full_name) == unit.code


def test_zones_and_own_offices_among_districts_do_not_hide_the_city() -> None:
    assert common_parent(["蓬江区", "新会区", "高新区", "市本级", "全市"]) == "440700"
    assert common_parent(["高新区", "市本级"]) is None
    assert resolve_regions(["蓬江区", "市直", "高新区"]) == ("440703", "440700-OWN", None)


def test_a_zone_is_no_division() -> None:
    assert not is_region_name("高新区")
    assert not is_region_name("兰州新区")
    assert is_region_name("下城区")


def test_an_organ_stands_for_the_place_of_its_time() -> None:
    assert resolve_unit("沙县人民政府", "350400", date(2023, 12, 31)) == "350405"
    assert resolve_unit("三明市生态环境局三元分局", None, date(2019, 12, 31)) == "350403"
    assert resolve_unit("公主岭市生态环境局", None, date(2021, 12, 31)) == "220184"
    assert resolve_unit("高新区管委会", "130100") == "130171"
