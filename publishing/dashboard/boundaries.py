"""Boundaries that a bureau puts into its home: maps/<code of the city>.geojson, with the approval number of its map.

The file is a FeatureCollection in degrees; each feature names a region by `adcode`, `code` or `name`.  The map's
approval number stands as the member 审图号 (or approval_no) of the collection: a map without one is not shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from publishing.dashboard.areas import Area, Region
from publishing.dashboard.errors import BoundaryError

MAX_BYTES: Final = 8 * 1024 * 1024
_NUMBERS: Final = ("审图号", "approval_no")
_NUMBER: Final = re.compile(r"\S*\D[(（〔\[]?(19|20)\d{2}[)）〕\]]?\s*-?\s*\d+\s*号?")
_NAMES: Final = ("adcode", "code", "name")
_DEPTHS: Final = {"Polygon": 3, "MultiPolygon": 4}


@dataclass(frozen=True, slots=True)
class Boundaries:
    """A checked map: features named by the regions' keys, its approval number, and regions that it does not show."""

    collection: dict[str, Any]
    approval_no: str
    missing: tuple[Region, ...]


def read_boundaries(path: Path, area: Area) -> Boundaries:
    """The boundaries of an area.  Raises BoundaryError, one line that names the file and the feature."""
    collection = _collection(path)
    number = next((str(collection[name]).strip() for name in _NUMBERS if collection.get(name)), "")
    if not _NUMBER.fullmatch(number):
        raise _error(path, "", f"审图号为“{number}”，应写在顶层成员“审图号”内，如 粤S(2023)001号",
                     f"approval number is “{number}”; write the map's own as the member 审图号")  # fmt: skip
    features = [_feature(path, place, feature, area) for place, feature in enumerate(collection["features"], 1)]
    shown = [feature["properties"]["name"] for feature in features]
    for place, key in enumerate(shown, 1):
        if key in shown[: place - 1]:
            name = next(region.name for region in area.regions if region.key == key)
            raise _error(path, f"第{place}个要素", f"{name}出现两次，每个区域应只有一个要素", f"{name} occurs twice")
    missing = tuple(region for region in area.regions if region.key not in shown)
    return Boundaries({"type": "FeatureCollection", "features": features}, number, missing)


def _collection(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _error(path, "", f"超过 {MAX_BYTES // 1024**2} MB，请先简化边界", "too large: simplify it first")
        read = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise _error(path, "", f"不是 UTF-8 编码的 JSON（{error}）", "not JSON in UTF-8") from error
    if not isinstance(read, dict) or read.get("type") != "FeatureCollection" or not _full_list(read.get("features")):
        raise _error(path, "", "应为有要素的 FeatureCollection", "a FeatureCollection with features is valid")
    return read


def _full_list(value: object) -> bool:
    return isinstance(value, list) and bool(value)


def _feature(path: Path, place: int, feature: Any, area: Area) -> dict[str, Any]:
    """A feature under its region's key, with nothing but its geometry."""
    where = f"第{place}个要素"
    named = _named(feature)
    region = next((r for r in area.regions if {r.code, r.name, r.full_name} & set(named)), None)
    if region is None:
        valid = "、".join(f"{region.name}（{region.code}）" for region in area.regions)
        raise _error(path, where, f"名称为“{'、'.join(named)}”，应为以下之一：{valid}", "names none of the regions")
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in _DEPTHS:
        raise _error(path, where, f"几何类型为“{kind}”，应为 Polygon 或 MultiPolygon", "not a polygon")
    for position in _positions(path, where, geometry.get("coordinates"), _DEPTHS[kind] - 1):
        if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
            raise _error(path, where, f"坐标 {position[:2]} 不是经纬度", "coordinates are not degrees")
    return {
        "type": "Feature",
        "properties": {"name": region.key},
        "geometry": {"type": kind, "coordinates": geometry["coordinates"]},
    }


def _named(feature: Any) -> list[str]:
    """What a feature calls its region; a code may be a number."""
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        return []
    return [str(properties[name]).strip() for name in _NAMES if properties.get(name)]


def _positions(path: Path, where: str, value: Any, depth: int) -> Iterator[Sequence[float]]:
    if not _full_list(value):
        raise _error(path, where, f"坐标为 {str(value)[:40]}，应为非空列表", "coordinates are no list")
    if depth:
        for part in value:
            yield from _positions(path, where, part, depth - 1)
        return
    if len(value) < 2 or not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value[:2]):
        raise _error(path, where, f"坐标为 {str(value)[:40]}，应为 [经度, 纬度]", "a position is [longitude, latitude]")
    yield value


def _error(path: Path, where: str, found: str, english: str) -> BoundaryError:
    return BoundaryError(f"maps/{path.name}：{where}{'：' if where else ''}{found} ({english})")
