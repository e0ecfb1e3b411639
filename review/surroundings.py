"""What stands around a finding in the published snapshot: its row, the same task elsewhere, and its earlier months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from publishing.errors import PublishingError
from publishing.query import Ask, opened
from xushi.home import Home

Row = dict[str, Any]

_SHOWN: Final = """
    select p.progress_key, p.requirement_id, p.task_key, p.period, r.name as region, p.region_key, t.task_id,
           t.task_name, q.requirement_text, q.sub_item, q.deadline_date, p.target_value, q.target_unit,
           p.actual_value, p.unit, p.computed_completion_pct, p.planned_pct_prorated, p.reported_status,
           p.reported_status_phrase, p.computed_status, p.determined_status, p.publication_status, p.is_due,
           p.days_overdue, p.is_lagging, p.is_behind_schedule, p.is_status_contradicted, p.lag_reason_zh,
           p.lag_reason_en, p.footnote_zh, p.is_current, p.known_from, p.source_locator, d.submission_id
    from fct_task_progress as p
    left join dim_requirement as q on q.requirement_key = p.requirement_key
    left join dim_task as t on t.task_key = p.task_key
    left join dim_region as r on r.region_key = p.region_key
    left join dim_document as d on d.document_key = p.document_key
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`rows` are the finding's own, most telling first; the others are about the first of them."""

    rows: Sequence[Row]
    elsewhere: Sequence[Row]
    months: Sequence[Row]
    evidence: Sequence[Row]


NOTHING: Final = Surroundings((), (), (), ())


def around(home: Home, record_key: str, submission_id: str | None, item_key: str | None) -> Surroundings:
    """What the snapshot says of a record; empty where nothing is published or the record is in no mart."""
    try:
        with opened(home.published_database) as ask:
            return _around(ask, record_key, submission_id, item_key)
    except PublishingError:
        return NOTHING  # nothing is published yet: the finding stands by itself


def _around(ask: Ask, record_key: str, submission_id: str | None, item_key: str | None) -> Surroundings:
    rows = _own_rows(ask, record_key, submission_id, item_key)
    if not rows:
        return NOTHING
    first = rows[0]
    return Surroundings(
        rows=rows,
        elsewhere=_rows(
            ask,
            f"{_SHOWN} where t.task_id = ? and p.period = ? and p.is_current and p.region_key <> ?"
            " and q.sub_item is not distinct from ? and q.target_unit is not distinct from ?"
            " order by p.computed_completion_pct nulls last, r.region_code limit 60",
            first["task_id"], first["period"], first["region_key"], first["sub_item"], first["target_unit"],
        ),
        months=_rows(
            ask,
            f"{_SHOWN} where p.requirement_id = ? and p.is_current and left(p.period, 4) = ? order by p.period",
            first["requirement_id"], first["period"][:4],
        ),
        evidence=_rows(
            ask,
            "select progress_key, role, fact_id, quote, locator from bridge_progress_evidence"
            " where progress_key in (select unnest(cast(? as varchar[])))"
            " order by progress_key, role, char_start, fact_id",
            [row["progress_key"] for row in rows],
        ),
    )  # fmt: skip


def _own_rows(ask: Ask, record_key: str, submission_id: str | None, item_key: str | None) -> list[Row]:
    by_key = _rows(ask, f"{_SHOWN} where p.progress_key = ?", record_key)
    if by_key or not (submission_id and item_key):
        return by_key
    rows = _rows(
        ask,
        f"{_SHOWN} where d.submission_id = ? and p.item_key = ? and p.is_current order by q.sub_item, p.progress_key",
        submission_id, item_key,
    )  # fmt: skip
    spoken = _rows(ask, "select progress_key from bridge_progress_evidence where fact_id = ?", record_key)
    telling = {row["progress_key"] for row in spoken}
    return sorted(rows, key=lambda row: row["progress_key"] not in telling)


def _rows(ask: Ask, sql: str, *parameters: object) -> list[Row]:
    result = ask(sql, parameters)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart of one year in a box of WIDTH × HEIGHT: SVG points of the actual and of the planned line."""

    actual: Sequence[tuple[float, float, str]]
    planned: Sequence[tuple[float, float]]
    months: Sequence[tuple[float, str]]
    levels: Sequence[tuple[float, str]]


WIDTH: Final = 420
HEIGHT: Final = 150
_LEFT: Final = 34
_BOTTOM: Final = 20


def chart(months: Sequence[Row]) -> Chart | None:
    """Completion against the prorated plan, month by month (percent); None where no month has a figure."""
    known = [row for row in months if row["computed_completion_pct"] is not None]
    if not known:
        return None
    top = max(Decimal(100), *(row["computed_completion_pct"] for row in known))
    planned = [row for row in months if row["planned_pct_prorated"] is not None]
    return Chart(
        actual=[
            (*_point(row["period"], row["computed_completion_pct"], top), f"{row['computed_completion_pct']:.1f}%")
            for row in known
        ],
        planned=[_point(row["period"], row["planned_pct_prorated"], top) for row in planned],
        months=[(_x(month), str(month)) for month in range(1, 13)],
        levels=[(_y(Decimal(level), top), f"{level}%") for level in (0, 50, 100)],
    )


def _point(period: str, value: Decimal, top: Decimal) -> tuple[float, float]:
    return _x(int(period[5:7])), _y(value, top)


def _x(month: int) -> float:
    return round(_LEFT + (month - 0.5) * (WIDTH - _LEFT) / 12, 1)


def _y(value: Decimal, top: Decimal) -> float:
    return round((HEIGHT - _BOTTOM) * (1 - float(max(value, Decimal(0)) / top) * 0.92), 1)
