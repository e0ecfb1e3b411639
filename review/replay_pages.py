"""History read again under new rules, at the desk: what would change, with its quotes; a publisher decides."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from registry import audit, replays
from review import labels
from review.access import Identity, need
from review.desk import desk_of, text_of
from review.pages import go, show
from xushi import replay, replay_text
from xushi.replay_compare import CLASSES

router = APIRouter(prefix="/replays")

#: Classes that a reader of the published data would see; the others are asked for.
_SEEN: Final = tuple(name for name in CLASSES if name not in ("position", "rule"))


@router.get("")
def listed(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:
    """Every replay, the newest first, and how much stands under older rules."""
    desk = desk_of(request)
    found = [(one, json.loads(one.counts) if one.counts else None) for one in replays.every(desk.engine)]
    return show(
        request, "replays.html", me, replays=found, history=replay.history(desk.engine), texts=replay_text,
        different=different,
    )  # fmt: skip


@router.get("/{key}")
def shown(
    request: Request, me: Annotated[Identity, need("viewer")], key: str, of: str = "", district: str = ""
) -> Response:
    """One replay: its counts, its bars, its differences with their quotes, and what may be decided."""
    desk = desk_of(request)
    one = _get(request, key)
    report = replay.report_of(desk.home, key)
    rows = [row for row in (report or {}).get("differences", []) if _is_wanted(row, of, district)]
    return show(
        request, "replay.html", me, one=one, report=report, rows=rows, of=of, district=district, classes=CLASSES,
        texts=replay_text, labels=labels, different=different, widest=_widest(report),
        history=audit.of_subject(desk.engine, key), told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.post("/{key}/decide")
async def decide(request: Request, me: Annotated[Identity, need("publisher")], key: str) -> Response:
    """Accept or decline; the next refresh publishes what was accepted."""
    form, desk = dict(await request.form()), desk_of(request)
    _get(request, key)
    act = {"accept": replay.accept, "decline": replay.decline}.get(text_of(form, "decision"))
    if act is None:
        raise HTTPException(422, "请选择接受或不接受 (accept or decline)")
    reason = text_of(form, "reason")
    await run_in_threadpool(act, desk.home, key, by=me.person, reason=reason, at=desk.now())
    return go(request, f"/replays/{key}?told=kept")


def different(row: dict[str, Any]) -> int:
    """How many facts of a line of counts a reader would see change."""
    by_class = row.get("by_class", row)
    return sum(int(by_class[name]) for name in _SEEN)


def _is_wanted(row: dict[str, Any], of: str, district: str) -> bool:
    return (row["class"] == of if of else row["class"] in _SEEN) and district in ("", row["district"])


def _widest(report: dict[str, Any] | None) -> int:
    """The most differences that any line of the tables has: the full width of a bar."""
    tables = [report[name] for name in ("by_period", "by_district", "by_rule")] if report else []
    return max([different(row) for table in tables for row in table], default=0) or 1


def _get(request: Request, key: str) -> Any:
    try:
        return replays.get(desk_of(request).engine, key)
    except replays.ReplayError as error:
        raise HTTPException(404, str(error)) from None
