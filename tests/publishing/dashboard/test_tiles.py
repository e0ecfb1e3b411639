"""The schematic map: every region once, none over another, directions kept; what has no seat stands beside."""

from __future__ import annotations

import itertools
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.dashboard.areas import Region
from publishing.dashboard.tiles import schematic, seats


def region(code: str) -> Region:
    return Region(f"key-{code}", code, code, code, "county", code[:4] + "00")


def centres(drawn: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {f["properties"]["name"].removeprefix("key-"): tuple(f["properties"]["cp"]) for f in drawn["features"]}


JIANGMEN = ["440703", "440704", "440705", "440781", "440783", "440784", "440785"]


def test_directions_are_those_of_the_seats() -> None:
    places = centres(schematic([region(code) for code in JIANGMEN]))
    assert max(places, key=lambda code: places[code][1]) == "440784", "鹤山 lies in the north"
    assert min(places, key=lambda code: places[code][0]) == "440785", "恩平 lies in the west"
    assert places["440703"][0] < places["440704"][0], "蓬江 lies west of 江海"
    assert places["440703"][1] > places["440705"][1], "蓬江 lies north of 新会"


def test_a_region_without_a_seat_stands_below_and_says_so() -> None:
    drawn = schematic([region(code) for code in [*JIANGMEN, "440700-GX", "999999"]])
    places = centres(drawn)
    beside = {f["properties"]["name"] for f in drawn["features"] if f["properties"]["beside"]}
    assert beside == {"key-440700-GX", "key-999999"}
    assert max(places["440700-GX"][1], places["999999"][1]) < min(places[code][1] for code in JIANGMEN) - 1


def test_one_region_and_none_at_all_are_maps_too() -> None:
    assert len(schematic([region("440703")])["features"]) == 1
    assert schematic([]) == {"type": "FeatureCollection", "features": []}


@settings(max_examples=30)
@given(st.lists(st.sampled_from(sorted(seats())), min_size=1, max_size=45, unique=True))
def test_no_hexagon_lies_on_another_and_the_same_regions_give_the_same_map(codes: list[str]) -> None:
    regions = [region(code) for code in codes]
    drawn = schematic(regions)
    assert set(centres(drawn)) == set(codes)
    for one, other in itertools.combinations(centres(drawn).values(), 2):
        assert math.dist(one, other) > 0.99, "a hexagon is one wide"
    assert centres(schematic(list(reversed(regions)))) == centres(drawn)


def test_seats_are_where_this_country_is() -> None:
    assert len(seats()) > 3000
    assert all(73 < longitude < 136 and 3 < latitude < 54 for longitude, latitude in seats().values())
