"""Which regions one dashboard shows together: the districts of a city, the cities of a province."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from publishing.query import Ask

_USED: Final = """
    with used as (
        select region_key from fct_task_progress
        union
        select region_key from fct_submission where period is not null
    )
    select r.region_key, r.region_code, r.name, r.full_name, r.level, r.parent_code
    from used
    inner join dim_region as r on used.region_key = r.region_key
    order by r.region_code, r.region_key
"""

_NAMES: Final = "select region_code, name from dim_region order by region_code, valid_from"

#: Regions that no code says to belong anywhere.
ELSEWHERE: Final = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Region:
    """One region: `key` is the warehouse's, `code` GB/T 2260's (or UNKNOWN)."""

    key: str
    code: str
    name: str
    full_name: str
    level: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Area:
    """Regions shown on one map and in one matrix, in the order of their codes; `code` names the city or province."""

    code: str
    name: str
    regions: tuple[Region, ...]

    @property
    def keys(self) -> list[str]:
        """The regions' keys, as parameters of a query."""
        return [region.key for region in self.regions]

    @property
    def marks(self) -> str:
        """A question mark for each key."""
        return ", ".join("?" * len(self.regions))


def areas_of(ask: Ask) -> tuple[Area, ...]:
    """The areas of a snapshot, by code."""
    regions = [Region(*row) for row in ask(_USED).rows]
    names = {str(code): str(name) for code, name in ask(_NAMES).rows}
    parents = {region.parent_code for region in regions if region.level not in ("province", "city")}
    grouped: dict[str, list[Region]] = defaultdict(list)
    for region in regions:
        grouped[_area_code(region, parents)].append(region)
    return tuple(Area(code, names.get(code, code), tuple(members)) for code, members in sorted(grouped.items()))


def _area_code(region: Region, parents: set[str | None]) -> str:
    """A district belongs to its city; a city to itself where its districts report too, else to its province."""
    if region.level == "province" or (region.level == "city" and region.code in parents):
        return region.code
    return region.parent_code or (region.code if region.level == "city" else ELSEWHERE)
