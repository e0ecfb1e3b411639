"""The map of an area: a bureau's own boundaries where it has put them into its home, else the schematic one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from publishing.dashboard.areas import Area
from publishing.dashboard.boundaries import read_boundaries
from publishing.dashboard.errors import BoundaryError
from publishing.dashboard.tiles import schematic


def map_of(area: Area, maps: Path) -> tuple[dict[str, Any], str | None]:
    """What a page draws, and what is wrong with the bureau's own file, if anything: then the map is schematic.

    `{"kind": "boundaries" | "schematic", "collection": GeoJSON, "approval_no": str | None, "missing": [region keys]}`
    """
    area = _parts(area)
    path = maps / f"{area.code}.geojson"
    problem = None
    if path.is_file():
        try:
            own = read_boundaries(path, area)
            missing = [region.key for region in own.missing]
            return _map("boundaries", own.collection, own.approval_no, missing), None
        except BoundaryError as error:
            problem = str(error)
    return _map("schematic", schematic(area.regions), None, []), problem


def _parts(area: Area) -> Area:
    """The area without itself: a city is no part of its own map, unless it is all there is."""
    parts = tuple(region for region in area.regions if region.code != area.code)
    return replace(area, regions=parts or area.regions)


def _map(kind: str, collection: dict[str, Any], approval_no: str | None, missing: list[str]) -> dict[str, Any]:
    return {"kind": kind, "collection": collection, "approval_no": approval_no, "missing": missing}
