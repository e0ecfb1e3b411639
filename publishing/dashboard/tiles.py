"""The schematic map: equal hexagons in the order in which the districts' seats lie, and no border at all."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from publishing.dashboard.areas import Region

Point = tuple[float, float]

_SEATS: Final = Path(__file__).with_name("seats.csv")
#: Free places for each region: enough to keep directions, few enough to keep neighbours together.
_ROOM: Final = 1.5
_ROW_HEIGHT: Final = math.sqrt(3) / 2
_CORNERS: Final = tuple(
    (math.cos(math.radians(angle)) / math.sqrt(3), math.sin(math.radians(angle)) / math.sqrt(3))
    for angle in range(30, 390, 60)
)
#: Of a hexagon's size, what is drawn: the rest is the gap that says that no border is meant.
_DRAWN: Final = 0.94


@cache
def seats() -> dict[str, Point]:
    """Code → longitude and latitude of the seat, in degrees."""
    with _SEATS.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(stream)}


def schematic(regions: Sequence[Region]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection in units of a hexagon's width, one feature a region, named by its key.

    A region without a seat on record lies in a row below the others, marked `beside`.
    """
    known = {region.key: seats()[region.code] for region in regions if region.code in seats()}
    places = _placed(known)
    lowest = min((y for _, y in places.values()), default=0.0)
    for column, region in enumerate(r for r in regions if r.key not in known):
        places[region.key] = (float(column), lowest - 1.6)
    return {
        "type": "FeatureCollection",
        "features": [_feature(region, places[region.key], beside=region.key not in known) for region in regions],
    }


def _feature(region: Region, centre: Point, *, beside: bool) -> dict[str, Any]:
    ring = [[round(centre[0] + _DRAWN * x, 4), round(centre[1] + _DRAWN * y, 4)] for x, y in _CORNERS]
    return {
        "type": "Feature",
        "properties": {"name": region.key, "cp": [round(centre[0], 4), round(centre[1], 4)], "beside": beside},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


def _placed(seats_of: Mapping[str, Point]) -> dict[str, Point]:
    """Each seat's hexagon: the assignment to free places whose squared distances add up to least."""
    if not seats_of:
        return {}
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # costs a third of a second: only for those who draw

    keys = sorted(seats_of)
    wanted = _scaled([seats_of[key] for key in keys])
    lattice = _lattice(wanted)
    costs = [[(x - u) ** 2 + (y - v) ** 2 for u, v in lattice] for x, y in wanted]
    _, chosen = linear_sum_assignment(costs)
    return {key: lattice[int(place)] for key, place in zip(keys, chosen, strict=True)}


def _scaled(points: Sequence[Point]) -> list[Point]:
    """Degrees as steps of the lattice: east and north, with `_ROOM` places a region in the box around them."""
    narrowing = math.cos(math.radians(sum(latitude for _, latitude in points) / len(points)))
    flat = [(longitude * narrowing, latitude) for longitude, latitude in points]
    west, south = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - west, max(y for _, y in flat) - south
    if wide == high == 0:
        return [(0.0, 0.0) for _ in flat]
    # (wide·s + 1)·(high·s + 1) places in all, solved for the scale s
    places = _ROOM * len(flat)
    area, rim = wide * high, wide + high
    scale = (places - 1) / rim if area == 0 else (math.sqrt(rim**2 + 4 * area * (places - 1)) - rim) / (2 * area)
    return [((x - west) * scale, (y - south) * scale) for x, y in flat]


def _lattice(points: Sequence[Point]) -> list[Point]:
    """The places of hexagons in and one step around the points' box, row by row from the south-west."""
    columns = math.ceil(max(x for x, _ in points)) + 2
    rows = math.ceil(max(y for _, y in points) / _ROW_HEIGHT) + 2
    return [(column + (row % 2) / 2, row * _ROW_HEIGHT) for row in range(-1, rows) for column in range(-1, columns)]
