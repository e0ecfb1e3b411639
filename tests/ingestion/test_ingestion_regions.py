"""Names as written find their GB/T 2260 code in the sender's context, or none at all."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.regions import (
    all_regions,
    common_parent,
    is_masked,
    is_region_name,
    resolve_region,
    resolve_regions,
    resolve_unit,
)
from ingestion.wording import fold

JIANGMEN_DISTRICTS = ["蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市"]


def test_the_table_of_divisions_is_whole() -> None:
    regions = all_regions()
    current = [r for r in regions.values() if r.is_current]
    # the ministry's count at the end of 2024, two districts merged since, 26 districts and parishes of 港澳
    assert Counter(r.level for r in current) == {"province": 34, "city": 333, "county": 2846 - 1 + 26}
    assert all(re.fullmatch(r"\d{6}", code) for code in regions)
    for found in regions.values():
        parent = regions[found.parent_code] if found.parent_code else None
        assert (parent is None) == (found.level == "province")
        assert parent is None or parent.code[:2] == found.code[:2]
        assert parent is None or (parent.level, found.level) in {
            ("province", "city"), ("city", "county"), ("province", "county"),
        }  # fmt: skip
        assert found.full_name == (parent.full_name if parent else "") + found.name


@pytest.mark.parametrize(
    ("code", "full_name"),
    [("440700", "广东省江门市"), ("441900", "广东省东莞市"), ("442000", "广东省中山市"), ("460400", "海南省儋州市"),
     ("620200", "甘肃省嘉峪关市"), ("419001", "河南省济源市"), ("429021", "湖北省神农架林区"),
     ("110101", "北京市东城区"), ("500241", "重庆市秀山土家族苗族自治县"), ("659001", "新疆维吾尔自治区石河子市"),
     ("810001", "香港特别行政区中西区"), ("820008", "澳门特别行政区圣方济各堂区"), ("330113", "浙江省杭州市临平区")],
)  # fmt: skip
def test_divisions_that_lists_often_forget(code: str, full_name: str) -> None:
    assert all_regions()[code].full_name == full_name


def test_a_parent_has_no_two_current_children_of_one_name() -> None:
    current = Counter((r.parent_code, r.name) for r in all_regions().values() if r.is_current)
    assert max(current.values()) == 1


@pytest.mark.parametrize(
    ("name", "context", "code"),
    [
        # in the circle of the sender
        ("蓬江区", "440700", "440703"), ("蓬江", "440700", "440703"), ("蓬江區", "440700", "440703"),
        ("蓬江", "440703", "440703"), ("鹤山市", "440703", "440784"), ("鶴山市", "440703", "440784"),
        ("江门市", "440703", "440700"), ("江门", "440703", "440700"), ("广东省", "440703", "440000"),
        ("佛山市", "440703", "440600"), ("鼓楼区", "320100", "320106"), ("鼓楼区", "350100", "350102"),
        ("鼓楼区", "320106", "320106"), ("朝阳", "110000", "110105"), ("新会区", "440000", "440705"),
        ("岳阳", "430000", "430600"), ("岳阳县", "430600", "430621"), ("恩施", "422800", "422801"),
        ("湘西州", "430000", "433100"), ("海南", "150300", "150303"), ("浦东", "310000", "310115"),
        (" 蓬江\n区 ", "440700", "440703"), ("蓬江区：", "440700", "440703"), ("ＸＸ市", "440700", None),
        # the sender itself in its own words
        ("全市", "440700", "440700"), ("我市", "321282", "321282"), ("我区", "440703", "440703"),
        ("全省", "440000", "440000"), ("全市", "440703", None), ("全国", "440700", None),
        # a path of names speaks for itself
        ("广东省江门市蓬江区", "320000", "440703"), ("江门市蓬江区", None, "440703"), ("江门蓬江", None, "440703"),
        ("北京市朝阳区", None, "110105"), ("福建省福州市鼓楼区", "320100", "350102"), ("吉林省吉林市", None, "220200"),
        ("江蘇省", "440700", "320000"),
        # without a context: full names that are unique, short names of cities and provinces
        ("靖江市", None, "321282"), ("江蘇省", None, "320000"), ("江苏", None, "320000"), ("江门", None, "440700"),
        ("東莞", None, "441900"), ("广西", None, "450000"), ("内蒙古", None, "150000"), ("香港", None, "810000"),
        ("乾縣", None, "610424"), ("济源市", None, "419001"), ("蓬江区", None, "440703"), ("三元区", None, "350404"),
        ("沙县", None, "350427"), ("恩施州", None, "422800"),
    ],
)  # fmt: skip
def test_a_name_resolves(name: str, context: str | None, code: str | None) -> None:
    assert resolve_region(name, context) == code


@pytest.mark.parametrize(
    ("name", "context"),
    [("鼓楼区", None), ("和平区", None), ("朝阳", None), ("吉林", None), ("蓬江", None), ("岳阳", "430600"),
     ("鹤山区", "440700"), ("靖江市", "440700"), ("鼓楼区", "440700"), ("XX市", None), ("xx县", "440700"),
     ("××区", "440700"), ("某市", None), ("某某区", "440700"), ("＊＊市", "440700"), ("广东省XX市", None), ("", None),
     (None, "440700"), ("区", "440700"), ("矿区", None), ("城区", None), ("新区", "440700"), ("市本级", None),
     ("高新区", "440700"), ("各市（区）", "440700"), ("蓬江区、江海区", "440700"), ("蓬" * 500, "440700")],
)  # fmt: skip
def test_never_a_guess(name: str | None, context: str | None) -> None:
    assert resolve_region(name, context) is None


def test_a_set_of_districts_finds_its_city() -> None:
    assert common_parent(JIANGMEN_DISTRICTS) == "440700"
    assert common_parent([n.rstrip("区市") for n in JIANGMEN_DISTRICTS]) == "440700"
    assert resolve_regions(["蓬江", "鹤山", None, "XX区", "全市"], "440700") == (
        "440703",
        "440784",
        None,
        None,
        "440700",
    )
    assert resolve_regions(["鼓楼区", "玄武区", "江宁区"]) == ("320106", "320102", "320115")


@pytest.mark.parametrize(
    ("names", "parent"),
    [(["鼓楼区", "玄武区"], "320100"), (["南京", "苏州市", "全省"], "320000"), (["江门市", "蓬江区"], "440700"),
     (["鼓楼区"], None), (["蓬江区", "XX区"], None), (["蓬江区", "靖江市"], None), ([], None), (["全市"], None),
     (["蓬江区", None, ""], "440700"), (["广东省", "江苏省"], None), (["西安区", "东安区"], "231000")],
)  # fmt: skip
def test_common_parent(names: list[str | None], parent: str | None) -> None:
    assert common_parent(names) == parent


@pytest.mark.parametrize(
    ("unit", "code"),
    [("蓬江区", "440703"), ("靖江市政府", "321282"), ("靖江市人民政府办公室", "321282"), ("江门市生态环境局", "440700"),
     ("江门市生态环境局蓬江分局", "440703"), ("泰州市靖江生态环境局", "321282"), ("江苏省生态环境厅", "320000"),
     ("江蘇省生態環境廳", "320000"), ("市生态环境局", None), ("XX市环保局", None), ("辦公室", None), (None, None),
     ("鼓楼区生态环境局", None), ("江门市新会议中心", "440700"), ("局" * 3000, None)],
)  # fmt: skip
def test_an_organ_stands_for_its_place(unit: str | None, code: str | None) -> None:
    assert resolve_unit(unit) == code


def test_names_that_are_names_though_ambiguous() -> None:
    assert is_region_name("鼓楼区")
    assert not is_region_name("鼓楼")
    assert is_masked("XX市")
    assert not is_masked("靖江市")


@given(st.sampled_from([r for r in all_regions().values() if r.is_current]))
def test_every_division_is_found_by_its_path_and_by_its_name_in_its_own_circle(found) -> None:
    assert resolve_region(found.full_name) == found.code
    if found.parent_code:
        assert resolve_region(found.name, found.parent_code) == found.code
    assert resolve_region(found.name, found.code) == found.code


@given(st.text(max_size=60), st.none() | st.sampled_from(sorted(all_regions())))
def test_any_text_gives_a_code_or_none(name: str, context: str | None) -> None:
    found = resolve_region(name, context)
    assert found is None or found in all_regions()
    unit = resolve_unit(name, context)
    assert unit is None or unit in all_regions()


@given(st.text(alphabet="江蘇省門市蓬區乾縣０１２ Ａａ\n髮發著", max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
