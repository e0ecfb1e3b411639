"""The queue as pages of incidents: filtered, searched, sorted and counted in the database, never loaded whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Engine, Row, case, func, or_, select

from registry.engine import reading
from registry.models import Incident, Submission

SEVERITIES: Final = ("blocker", "error", "warning", "info")
STATES: Final = ("new", "acknowledged", "assigned", "resolved")
PAGE_SIZE: Final = 50

Order = Literal["severity", "newest", "region", "period"]

_RANK: Final = case(
    {name: place for place, name in enumerate(SEVERITIES)}, value=Incident.severity, else_=len(SEVERITIES)
)
#: The orders of the queue, each ending in the key so that no two lines change places.
ORDERS: Final[Mapping[Order, tuple[Any, ...]]] = {
    "severity": (_RANK, Incident.period.desc(), Incident.region_code, Incident.incident_id),
    "newest": (Incident.opened_at.desc(), Incident.incident_id),
    "region": (Incident.region_code, _RANK, Incident.incident_id),
    "period": (Incident.period.desc(), _RANK, Incident.incident_id),
}
_SEARCHED: Final = (Incident.message_zh, Incident.message_en, Incident.source_quote, Incident.incident_id)

#: What a line of the queue shows.
_COLUMNS: Final = (
    Incident.incident_id, Incident.check_id, Incident.severity, Incident.state, Incident.resolution, Incident.assignee,
    Incident.period, Incident.region_code, Incident.message_zh, Incident.message_en, Incident.arithmetic,
    Incident.source_locator, Incident.opened_at, Incident.reopen_count, Incident.version, Incident.is_failing,
    Submission.file_name, Submission.reporting_unit,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is asked for; None takes all.  `state` is a state, or `open` for all but resolved."""

    state: str | None = "open"
    severity: str | None = None
    check_id: str | None = None
    region_code: str | None = None
    period: str | None = None
    assignee: str | None = None
    words: str | None = None
    order: Order = "severity"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue; `total` counts all that the filter lets through."""

    rows: Sequence[Row[Any]]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page; the first is 1."""
        return max(1, -(-self.total // PAGE_SIZE))


def page(engine: Engine, wanted: Filter, number: int = 1) -> Page:
    """A page of PAGE_SIZE lines; a number beyond the last gives the last."""
    conditions = _conditions(wanted)
    with reading(engine) as session:
        total = session.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0
        shown = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
        query = (
            select(*_COLUMNS)
            .outerjoin(Submission, Submission.submission_id == Incident.submission_id)
            .where(*conditions)
            .order_by(*ORDERS[wanted.order])
            .limit(PAGE_SIZE)
            .offset((shown - 1) * PAGE_SIZE)
        )
        return Page(list(session.execute(query)), total, shown)


def counts(engine: Engine) -> dict[str, dict[str, int]]:
    """Severity → state → how many, over the whole queue."""
    query = select(Incident.severity, Incident.state, func.count()).group_by(Incident.severity, Incident.state)
    found: dict[str, dict[str, int]] = {severity: dict.fromkeys(STATES, 0) for severity in SEVERITIES}
    with reading(engine) as session:
        for severity, state, count in session.execute(query):
            found[severity][state] = count
    return found


def choices(engine: Engine) -> dict[str, list[str]]:
    """The checks, regions, periods and assignees that occur, for the filters."""
    columns = {
        "check_id": Incident.check_id,
        "region_code": Incident.region_code,
        "period": Incident.period,
        "assignee": Incident.assignee,
    }
    with reading(engine) as session:
        return {
            name: [str(value) for value in session.scalars(select(column).distinct().order_by(column)) if value]
            for name, column in columns.items()
        }


def neighbours(engine: Engine, wanted: Filter, incident_id: str) -> tuple[str | None, str | None]:
    """The incident before and the one after in the filtered queue, for walking through it by keys."""
    with reading(engine) as session:
        ordered = select(
            Incident.incident_id,
            func.lag(Incident.incident_id).over(order_by=ORDERS[wanted.order]).label("before"),
            func.lead(Incident.incident_id).over(order_by=ORDERS[wanted.order]).label("after"),
        ).where(*_conditions(wanted))
        found = ordered.subquery()
        row = session.execute(
            select(found.c.before, found.c.after).where(found.c.incident_id == incident_id)
        ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "open":
        conditions.append(Incident.state != "resolved")
    elif wanted.state:
        conditions.append(Incident.state == wanted.state)
    for column, value in (
        (Incident.severity, wanted.severity),
        (Incident.check_id, wanted.check_id),
        (Incident.region_code, wanted.region_code),
        (Incident.period, wanted.period),
        (Incident.assignee, wanted.assignee),
    ):
        if value:
            conditions.append(column == value)
    for word in (wanted.words or "").split():
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in _SEARCHED)))
    return conditions
