"""What a unit is asked this month: its requirements in the published snapshot, with the figures of the last period."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ingestion.workbook import STATUSES, IssuedRow, plain
from publishing.query import query

_PERIOD: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_CODE: Final = re.compile(r"\w{1,20}")
_NUMBERS: Final = re.compile(r"\d+")
_KEY_LENGTH: Final = 12
#: A task id of an item that has no task wording of its own.
_OWN_WORDS: Final = "X"

_UNITS: Final = """
    select distinct regions.region_code, regions.name, regions.full_name
    from dim_requirement as requirements
    inner join dim_task as tasks on requirements.task_key = tasks.task_key
    inner join dim_region as regions on requirements.region_key = regions.region_key
    where requirements.is_current and tasks.campaign_year = {year} and regions.region_code <> 'UNKNOWN'
    order by regions.region_code
"""

_REQUIREMENTS: Final = """
    with told as (
        select
            *,
            row_number() over (
                partition by requirement_id
                order by case when period < '{period}' then 0 else 1 end, period desc, known_from desc
            ) as choice
        from fct_task_progress
        where is_current and item_seq is not null
    ),
    before as (
        select *, row_number() over (partition by requirement_id order by period desc, known_from desc) as choice
        from fct_task_progress
        where is_current and period < '{period}'
    )
    select
        requirements.*,
        tasks.task_id,
        told.item_no,
        told.item_seq,
        told.period as told_in,
        told.content_text,
        told.item_requirement_text,
        before.period as last_period,
        before.publication_status as last_publication,
        before.actual_value as last_value,
        before.actual_class as last_class,
        before.unit as last_unit,
        before.reported_completion_pct as last_pct,
        before.reported_status as last_status,
        before.stage as last_stage
    from dim_requirement as requirements
    inner join dim_task as tasks on requirements.task_key = tasks.task_key
    inner join dim_region as regions on requirements.region_key = regions.region_key
    left join told on requirements.requirement_id = told.requirement_id and told.choice = 1
    left join before on requirements.requirement_id = before.requirement_id and before.choice = 1
    where
        requirements.is_current
        and requirements.change_state <> 'cancelled'
        and tasks.campaign_year = {year}
        and regions.region_code = '{code}'
"""


@dataclass(frozen=True, slots=True)
class PublishedUnit:
    """A region that the snapshot holds requirements of."""

    region_code: str
    name: str
    full_name: str


def published_units(database: Path, period: str) -> list[PublishedUnit]:
    """The regions with requirements in a period's campaign year, by code.  Raises what `query` raises."""
    return [PublishedUnit(*row) for row in query(database, _UNITS.format(year=int(_checked(period)[:4]))).rows]


def issued_rows(database: Path, region_code: str, period: str) -> list[IssuedRow]:
    """The rows of a unit's workbook in the order of its last document; [] where nothing is published of it."""
    if not _CODE.fullmatch(region_code):
        raise ValueError(f"no region code: {region_code!r}")
    sql = _REQUIREMENTS.format(period=_checked(period), year=int(period[:4]), code=region_code)
    result = query(database, sql)
    found = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    rows = [
        _issued(row, item, number)
        for item, members in enumerate(_items(found), 1)
        for number, row in enumerate(members, 1)
    ]
    shared = Counter((row.item, row.sub_item, row.requirement) for row in rows)
    return [
        replace(row, names_indicator=True) if shared[row.item, row.sub_item, row.requirement] > 1 else row
        for row in rows
    ]


def _items(found: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The requirements by their task item, both in the order in which documents give them.

    Items of one task keep the order of their occurrence, by which the warehouse tells them apart.
    """
    items: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in found:
        items.setdefault((row["task_key"], row["occurrence_no"]), []).append(row)
    places = sorted(items, key=lambda key: (min(r["item_seq"] or 0 for r in items[key]), key))
    occurrences = {task: iter(sorted(n for t, n in items if t == task)) for task, _ in items}
    ordered = [items[task, next(occurrences[task])] for task, _ in places]
    return [sorted(members, key=_place_in_item) for members in ordered]


def _place_in_item(row: dict[str, Any]) -> tuple[Any, ...]:
    sub_item = row["sub_item"] or ""
    numbers = [int(n) for n in _NUMBERS.findall(sub_item)]
    return bool(sub_item), numbers, sub_item, row["scope_no"]


def _issued(row: dict[str, Any], item: int, number: int) -> IssuedRow:
    has_own_words = str(row["task_id"]).startswith(_OWN_WORDS)
    return IssuedRow(
        key=_key(row["requirement_id"]),
        item=item,
        requirement_no=number,
        requirement=str(row["requirement_text"] or ""),
        item_no=row["item_no"],
        task=None if has_own_words else row["task_text"],
        content=row["content_text"],
        whole=row["item_requirement_text"] if has_own_words and not row["content_text"] else None,
        sub_item=row["sub_item"],
        kind=row["kind"],
        indicator=row["indicator_text"],
        indicator_type=row["indicator_type"],
        scope=row["scope"],
        target_value=_number(row["target_value"]),
        target_class=row["target_class"],
        target_comparator=row["target_comparator"],
        target_upper=_number(row["target_upper"]),
        target_unit=row["target_unit"],
        deadline=row["deadline_date"],
        milestone_stage=row["milestone_stage"],
        grading_text=row["grading_text"],
        ladder_id=row["ladder_id"],
        rung_no=row["rung_no"],
        points=_number(row["points"]),
        points_group=row["points_group"],
        key_mark=bool(row["key_mark"]),
        lead_unit=row["lead_unit"],
        joint_units=row["joint_units"],
        last=_last(row),
    )


def _key(requirement_id: str) -> str:
    """A short mark of a requirement, of one form whatever form its id has."""
    return f"R{hashlib.sha256(requirement_id.encode()).hexdigest()[:_KEY_LENGTH]}"


def _last(row: dict[str, Any]) -> str | None:
    """The period before, in words: 9月：22个（91.67%），基本达到序时进度."""
    if row["last_period"] is None:
        return None
    month = f"{int(row['last_period'][5:])}月"
    if row["last_publication"] != "published":
        return f"{month}：{'数据待核' if row['last_publication'] == 'under_review' else '未报送'}"
    value, pct = _number(row["last_value"]), _number(row["last_pct"])
    figure = row["last_class"] or (f"{plain(value)}{row['last_unit'] or ''}" if value is not None else "")
    rate = f"{plain(pct)}%" if pct is not None and figure != f"{plain(pct)}%" else ""
    figures = f"{figure}（{rate}）" if figure and rate else figure or rate
    said = "，".join(part for part in (figures, STATUSES.get(row["last_status"], "")) if part)
    return f"{month}：{said or '无数据'}"


def _number(value: Any) -> Decimal | None:
    """A figure of the warehouse without the zeros of its column's scale."""
    return None if value is None else Decimal(plain(Decimal(str(value))))


def _checked(period: str) -> str:
    if not _PERIOD.fullmatch(period):
        raise ValueError(f"no period: {period!r}")
    return period
