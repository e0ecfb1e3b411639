"""A bureau's own boundaries: shown with their approval number, or refused with one line that names file and feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from publishing.dashboard.areas import Area, Region
from publishing.dashboard.boundaries import MAX_BYTES, read_boundaries
from publishing.dashboard.errors import BoundaryError
from publishing.dashboard.mapping import map_of

AREA = Area(
    "440700",
    "江门市",
    (
        Region("p", "440703", "蓬江区", "广东省江门市蓬江区", "county", "440700"),
        Region("j", "440704", "江海区", "广东省江门市江海区", "county", "440700"),
    ),
)
RING = [[113.0, 22.5], [113.1, 22.5], [113.1, 22.6], [113.0, 22.5]]
METRES = {"type": "Polygon", "coordinates": [[[12580000, 2570000]]]}
WORDS = {"type": "Polygon", "coordinates": [[["a", "b"]]]}


def feature(properties: Any, geometry: Any = None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": geometry or {"type": "Polygon", "coordinates": [RING]},
    }


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "审图号": "粤S(2023)001号", "features": list(features), **members}


def written(maps: Path, value: Any) -> Path:
    maps.mkdir(exist_ok=True)
    path = maps / "440700.geojson"
    path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize(
    "properties", [{"adcode": 440703}, {"code": "440703"}, {"name": "蓬江区"}, {"name": "广东省江门市蓬江区"}]
)
def test_a_region_is_known_by_code_or_name(tmp_path: Path, properties: Any) -> None:
    own = read_boundaries(written(tmp_path, collection(feature(properties), feature({"name": "江海区"}))), AREA)
    assert [f["properties"] for f in own.collection["features"]] == [{"name": "p"}, {"name": "j"}]
    assert (own.approval_no, own.missing) == ("粤S(2023)001号", ())


@pytest.mark.parametrize("number", ["GS(2022)1873号", "GS京（2023）0123号", "粤S〔2021〕12号", "粤BS(2024)007号"])
def test_approval_numbers_as_they_are_printed(tmp_path: Path, number: str) -> None:
    own = read_boundaries(written(tmp_path, collection(feature({"name": "蓬江区"}), 审图号=number)), AREA)
    assert own.approval_no == number
    assert [region.name for region in own.missing] == ["江海区"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{", "不是 UTF-8 编码的 JSON"),
        ("[]", "应为有要素的 FeatureCollection"),
        (collection(), "应为有要素的 FeatureCollection"),
        (collection(feature({"name": "蓬江区"}), 审图号=""), "审图号"),
        (collection(feature({"name": "蓬江区"}), 审图号="待办"), "审图号为“待办”"),
        (collection(feature({"name": "番禺区"})), "第1个要素：名称为“番禺区”，应为以下之一：蓬江区（440703）"),
        (collection(feature({"name": "蓬江区"}), feature({"code": "440703"})), "第2个要素：蓬江区出现两次"),
        (collection(feature(None)), "第1个要素：名称为“”"),
        (collection("蓬江区"), "第1个要素：名称为“”"),
        (collection(feature({"name": "蓬江区"}, {"type": "Point", "coordinates": [1, 2]})), "几何类型为“Point”"),
        (collection(feature({"name": "蓬江区"}, METRES)), "不是经纬度"),
        (collection(feature({"name": "蓬江区"}, WORDS)), "应为 [经度, 纬度]"),
        (collection(feature({"name": "蓬江区"}, {"type": "MultiPolygon", "coordinates": [RING]})), "坐标为"),
        (collection(feature({"name": "蓬江区"}, {"type": "Polygon"})), "应为非空列表"),
        ("[" * 100_000, "不是 UTF-8 编码的 JSON"),
        (" " * (MAX_BYTES + 1), "请先简化边界"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_line_and_the_map_is_schematic(tmp_path: Path, value: Any, said: str) -> None:
    path = written(tmp_path / "maps", value)
    with pytest.raises(BoundaryError) as error:
        read_boundaries(path, AREA)
    line = str(error.value)
    assert line.startswith("maps/440700.geojson")
    assert said in line
    assert "\n" not in line
    drawn, problem = map_of(AREA, tmp_path / "maps")
    assert (drawn["kind"], problem) == ("schematic", line)


def test_a_city_is_no_part_of_its_own_map_unless_it_is_alone(tmp_path: Path) -> None:
    city = Region("c", "440700", "江门市", "广东省江门市", "city", "440000")
    for regions, shown in (((city, *AREA.regions), ["p", "j"]), ((city,), ["c"])):
        drawn, _ = map_of(Area("440700", "江门市", regions), tmp_path)
        assert [f["properties"]["name"] for f in drawn["collection"]["features"]] == shown


def test_a_good_file_is_drawn_and_without_one_nothing_is_wrong(tmp_path: Path) -> None:
    drawn, problem = map_of(AREA, tmp_path / "maps")
    assert (drawn["kind"], drawn["approval_no"], problem) == ("schematic", None, None)
    written(tmp_path / "maps", collection(feature({"name": "蓬江区"})))
    drawn, problem = map_of(AREA, tmp_path / "maps")
    assert (drawn["kind"], drawn["approval_no"], drawn["missing"], problem) == (
        "boundaries",
        "粤S(2023)001号",
        ["j"],
        None,
    )
