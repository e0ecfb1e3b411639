"""Owed reports at the desk: due, due soon, late, received; who was reminded; the published rates."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from registry import reminders as kept
from review import labels
from review.access import Identity, need
from review.desk import desk_of
from review.pages import show
from xushi import reminders, reminders_text

router = APIRouter(prefix="/reminders")

#: What needs somebody first; what came on time last.
_ORDER: Final = tuple(reminders_text.STATE)


@router.get("")
async def listed(
    request: Request, me: Annotated[Identity, need("viewer")], period: str = "", state: str = ""
) -> Response:
    """Where every owed report stands today, of one period or state where one is chosen."""
    desk = desk_of(request)
    report = await run_in_threadpool(reminders.look, desk.home, desk.today, expect=False)
    rows = [row for row in report["standings"] if period in ("", row["period"]) and state in ("", row["state"])]
    rows.sort(key=lambda row: (_ORDER.index(row["state"]), row["due_date"], row["region_code"]))
    sent = {(r.reporting_unit, r.family, r.period, r.due_state): r for r in kept.sent(desk.engine)}
    return show(
        request, "reminders.html", me, report=report, rows=rows, period=period, state=state, sent=sent,
        periods=sorted({row["period"] for row in report["standings"]}, reverse=True), texts=reminders_text,
        rates=[rate for rate in report["rates"] if period in ("", rate["period"])], labels=labels,
    )  # fmt: skip
