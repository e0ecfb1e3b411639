"""Which regions are shown together."""

from __future__ import annotations

from typing import Any

from publishing.dashboard.areas import areas_of
from publishing.query import QueryResult


def asked(*regions: tuple[Any, ...]) -> Any:
    def ask(sql: str) -> QueryResult:
        if "with used" in sql:
            rows = tuple((f"k{r[0]}", r[0], r[1], r[1], r[2], r[3]) for r in regions)
            return QueryResult(("region_key",), rows)
        return QueryResult(("region_code", "name"), (("440700", "江门市"), ("440000", "广东省"), ("UNKNOWN", "未识别")))

    return ask


def grouped(*regions: tuple[Any, ...]) -> dict[str, list[str]]:
    return {area.code: [region.code for region in area.regions] for area in areas_of(asked(*regions))}


def test_districts_belong_to_their_city_and_so_does_the_city_that_reports_with_them() -> None:
    districts = [("440703", "蓬江区", "county", "440700"), ("440704", "江海区", "county", "440700")]
    assert grouped(*districts) == {"440700": ["440703", "440704"]}
    assert grouped(("440700", "江门市", "city", "440000"), *districts) == {"440700": ["440700", "440703", "440704"]}


def test_cities_alone_belong_to_their_province_and_a_province_to_itself() -> None:
    cities = [("440100", "广州市", "city", "440000"), ("440700", "江门市", "city", "440000")]
    assert grouped(*cities) == {"440000": ["440100", "440700"]}
    assert grouped(("440000", "广东省", "province", None)) == {"440000": ["440000"]}


def test_what_no_code_places_stands_apart() -> None:
    assert grouped(("UNKNOWN", "未识别", "unknown", None)) == {"UNKNOWN": ["UNKNOWN"]}


def test_an_area_has_a_name_and_marks_for_its_keys() -> None:
    (area,) = areas_of(asked(("440703", "蓬江区", "county", "440700"), ("440704", "江海区", "county", "440700")))
    assert (area.name, area.keys, area.marks) == ("江门市", ["k440703", "k440704"], "?, ?")
