"""Requirements and items made by hand: what a test does not name is a due, published requirement without figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from publishing.documents.records import District, Filing, Item, Line, Report

_FIELDS = tuple(name for name in Line.__dataclass_fields__ if name != "evidence")
_PLAIN: dict[str, Any] = {
    "key": "k1", "requirement_id": "r1", "scope_no": 1, "text": "10月底前完成", "kind": "milestone",
    "publication": "published", "is_due": True, "streak": 0, "change_state": "none",
}  # fmt: skip


def line(**given: Any) -> Line:
    empty = {name: False if name.startswith("is_") else None for name in _FIELDS}
    return Line(**(empty | _PLAIN | given))


def item(*lines: Line, **given: Any) -> Item:
    values: dict[str, Any] = {
        "key": "i1", "region": "蓬江区", "region_code": "440703", "task": "污水厂建设", "content": None,
        "requirement": "10月底前完成", "progress": None, "is_key": False,
    }  # fmt: skip
    return Item(**(values | given), lines=lines)


def report(*items: Item, as_of: date = date(2023, 9, 30)) -> Report:
    regions = dict.fromkeys((one.region, one.region_code) for one in items)
    districts = tuple(
        District(name=name, code=code, items=tuple(i for i in items if i.region == name), filing=Filing())
        for name, code in regions
    )
    return Report(period="2023-09", as_of=as_of, city="江门市", districts=districts, titles={}, status_names={})
