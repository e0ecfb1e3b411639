"""One period of a published version, read into records; nothing is judged here, and nothing left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from publishing.documents import statements
from publishing.documents.errors import NothingToReportError, SeveralCitiesError
from publishing.documents.records import District, Evidence, Filing, Item, Line, Report
from publishing.query import Ask

Row = Mapping[str, Any]
_PERIOD: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_LAST: Final = 10_000
_LINE_FIELDS: Final = tuple(field.name for field in fields(Line) if field.name != "evidence")


def read(ask: Ask, period: str, *, city: str | None = None, order: Sequence[str] = ()) -> Report:
    """The report of a period (YYYY-MM); `order` names districts as the bureau lists them.

    Without it they stand as in the last table that the city issued, then by their codes.  Raises NothingToReportError
    where nothing is published of the period or of the city, SeveralCitiesError where it must be said which one.
    """
    if not _PERIOD.fullmatch(period):
        raise NothingToReportError(
            f"期次 {period!r} 无法识别；写法为 年-月，例如 2023-09 / a period is written YYYY-MM"
        )
    rows = _rows(ask, statements.PROGRESS, period)
    if not rows:
        raise NothingToReportError(_nothing(ask, period))
    city, rows = _of_city(rows, city)
    places = _places(ask, period, order)
    evidence = _evidence(ask, period)
    before = _rows(ask, statements.EARLIER, period, period)
    earlier = {(r["region_key"], r["task_key"], r["occurrence_no"]): r for r in before}
    filings = {r["region_key"]: r for r in _rows(ask, statements.FILINGS, period)}
    by_region: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_region[row["region_key"]].append(row)
    districts = [
        District(
            name=found[0]["region_name"],
            code=found[0]["region_code"],
            items=_items(found, earlier, evidence),
            filing=_filing(filings.get(key)),
        )
        for key, found in by_region.items()
    ]
    districts.sort(key=lambda d: (places.get(d.name, places.get(d.code, _LAST)), d.code))
    return Report(
        period=period,
        as_of=rows[0]["as_of_date"],
        city=city,
        districts=tuple(districts),
        titles={r["family"]: r["title"] for r in _rows(ask, statements.TITLES, period)},
        status_names={r["code"]: r["name_zh"] for r in _rows(ask, statements.STATUSES)},
    )


def _rows(ask: Ask, sql: str, *parameters: object) -> list[Row]:
    found = ask(sql, parameters)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def _nothing(ask: Ask, period: str) -> str:
    known = "、".join(str(r["period"]) for r in _rows(ask, statements.PERIODS)) or "无"
    return f"{period} 没有已发布的任务进展；已发布的期次：{known} / nothing of this period is published"


def _of_city(rows: list[Row], city: str | None) -> tuple[str, list[Row]]:
    names = {r["city_name"] for r in rows}
    if city is None and len(names) > 1:
        raise SeveralCitiesError(
            f"本期有多个市的数据（{'、'.join(sorted(names))}），请指明一个 / several cities are published, name one"
        )
    chosen = city or next(iter(names))
    kept = [r for r in rows if r["city_name"] == chosen]
    if not kept:
        raise NothingToReportError(
            f"本期没有{chosen}的数据；有：{'、'.join(sorted(names))} / nothing of this city is published"
        )
    return chosen, kept


def _places(ask: Ask, period: str, order: Sequence[str]) -> dict[str, int]:
    issued = {r["name"]: n for n, r in enumerate(_rows(ask, statements.ORDER, period), len(order))}
    return issued | {name: n for n, name in enumerate(order)}


def _evidence(ask: Ask, period: str) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in _rows(ask, statements.EVIDENCE, period):
        found[row["progress_key"]].append(
            Evidence(row["role"], row["file_name"] or "", row["locator"] or "", row["quote"] or "")
        )
    return {key: tuple(dict.fromkeys(several)) for key, several in found.items()}


def _filing(row: Row | None) -> Filing:
    if row is None:
        return Filing()
    return Filing(expected=row["expected"], received=row["received"], on_time=row["on_time"])


def _items(
    rows: Iterable[Row], earlier: Mapping[tuple[str, str, int], Row], evidence: Mapping[str, tuple[Evidence, ...]]
) -> tuple[Item, ...]:
    """The items of a district, in the order of its documents; what was not filed stands where it stood before."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["item_key"] or f"{row['task_key']}/{row['occurrence_no']}"].append(row)
    placed = []
    for key, found in grouped.items():
        found.sort(key=lambda r: (_number(r["sub_item"]), r["sub_item"] or "", r["scope_no"], r["progress_key"]))
        before = earlier.get((found[0]["region_key"], found[0]["task_key"], found[0]["occurrence_no"]), {})
        at = (found[0]["item_seq"] or before.get("item_seq") or _LAST, str(found[0]["received_at"]), key)
        placed.append((at, _item(key, found, before, evidence)))
    return tuple(item for _, item in sorted(placed, key=lambda p: p[0]))


def _item(key: str, rows: Sequence[Row], before: Row, evidence: Mapping[str, tuple[Evidence, ...]]) -> Item:
    first = rows[0]
    content = first["content_text"] or before.get("content_text")
    return Item(
        key=key,
        region=first["region_name"],
        region_code=first["region_code"],
        task=first["task_text"],
        content=content if content != first["lead_unit"] else None,
        requirement=first["item_requirement_text"] or before.get("item_requirement_text") or _asked(rows),
        progress=next((r["progress_text"] for r in rows if r["progress_text"]), None),
        is_key=any(r["key_mark"] for r in rows),
        lines=tuple(_line(row, evidence.get(row["progress_key"], ())) for row in rows),
    )


def _asked(rows: Sequence[Row]) -> str:
    """What an item asks, put together from its requirements where no document of the period says it as a whole."""
    asked = {r["sub_item"]: r["text"] for r in reversed(rows)}
    numbered = {sub: f"（{_number(sub)}）" if sub else "" for sub in asked}
    return "\n".join(f"{numbered[sub]}{asked[sub]}" for sub in sorted(asked, key=_number))


def _number(sub_item: str | None) -> int:
    digits = re.search(r"\d+", sub_item or "")
    return int(digits[0]) if digits else 0


def _line(row: Row, evidence: tuple[Evidence, ...]) -> Line:
    return Line(**{name: row[name] for name in _LINE_FIELDS}, evidence=evidence)
