"""The submissions: what was received, the original itself, and the papers about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from registry import corrections, submissions
from registry.corrections import UnknownCorrectionError
from registry.engine import reading
from registry.models import Incident, Submission
from review import labels, paper_trail
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of
from review.notice_pages import DOCX, attachment, download
from review.pages import go, show

router = APIRouter()

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/submissions")
def listed(request: Request, me: Annotated[Identity, need("viewer")], period: str = "") -> Response:
    """What was received in a period, the newest one at first, with how many findings are open."""
    desk = desk_of(request)
    periods = submissions.periods(desk.engine)
    shown = period if period in periods else periods[-1] if periods else ""
    found = submissions.find(desk.engine, period=shown) if shown else []
    return show(
        request, "submissions.html", me, periods=list(reversed(periods)), period=shown, labels=labels,
        submissions=found, open=_open(desk, shown), copies=_copies(found),
    )  # fmt: skip


@router.get("/submissions/{key}/original")
def original(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:  # noqa: ARG001
    """The file as it was received; always a download, never shown by the browser as if it were ours."""
    desk = desk_of(request)
    found = submission_or_404(desk, key)
    path = desk.original_of(found).path
    if not path.is_file():
        raise HTTPException(404, "原件已不在 (the original is gone)")
    return FileResponse(path, media_type="application/octet-stream", headers=attachment(found.file_name))


@router.get("/submissions/{key}/receipt.docx")
def receipt(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:  # noqa: ARG001
    """The receipt of a submission."""
    desk = desk_of(request)
    found = submission_or_404(desk, key)
    name = f"回执_{found.reporting_unit or ''}_{found.period or ''}.docx"
    return download(paper_trail.receipt_of(desk, found), DOCX, name)


@router.get("/submissions/{key}/findings.xlsx")
def findings(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:  # noqa: ARG001
    """The unit's own rows with what was found in them."""
    desk = desk_of(request)
    found = submission_or_404(desk, key)
    content = paper_trail.error_book(desk, found)
    if content is None:
        raise HTTPException(404, "这份报送没有未办结的问题 (nothing is open)")
    return download(content, XLSX, f"核对意见表_{found.reporting_unit or ''}_{found.period or ''}.xlsx")


@router.get("/corrections")
def corrected(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:
    """Every correction, with what became of it and which stamped supplements are owed."""
    desk = desk_of(request)
    files = {s.submission_id: s for s in submissions.find(desk.engine)}
    return show(
        request, "corrections.html", me, corrections=list(reversed(corrections.every(desk.engine))), files=files,
        labels=labels, today=desk.today, told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.post("/corrections/{key}/withdraw")
async def withdraw(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Take a correction back."""
    desk = desk_of(request)
    try:
        await run_in_threadpool(corrections.withdraw, desk.engine, key, by=me.display_name, at=desk.now(), role=me.role)
    except UnknownCorrectionError as error:
        raise HTTPException(404, "没有这项更正，或已撤回 (no such correction, or withdrawn)") from error
    return go(request, "/corrections?told=kept")


@router.post("/corrections/{key}/supplement")
async def supplement(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """The stamped supplement of a correction by telephone has come."""
    desk = desk_of(request)
    note = text_of(dict(await request.form()), "note")
    if not note:
        raise HTTPException(422, "请写明补件的文号或存放处 (the supplement's number or place)")
    try:
        await run_in_threadpool(
            corrections.supplement, desk.engine, key, on=desk.today, note=note, by=me.person, at=desk.now()
        )
    except UnknownCorrectionError as error:
        raise HTTPException(404, "没有这项电话更正 (no such correction)") from error
    return go(request, "/corrections?told=kept")


def submission_or_404(desk: Desk, key: str) -> Submission:
    """A submission by its id; 404 where there is none."""
    try:
        return submissions.get(desk.engine, key)
    except NoResultFound as error:
        raise HTTPException(404, "没有这份报送 (no such submission)") from error


def _copies(found: Sequence[Submission]) -> set[str]:
    """The editable files in whose place the stamped scan of the same revision stands."""
    by_id = {one.submission_id: one for one in found}
    followed = [(one, by_id[one.superseded_by]) for one in found if one.superseded_by in by_id]
    return {
        one.submission_id
        for one, successor in followed
        if successor.is_stamped and not one.is_stamped and successor.revision == one.revision
    }


def _open(desk: Desk, period: str) -> Counter[str]:
    query = select(Incident.submission_id).where(Incident.state != "resolved", Incident.period == period)
    with reading(desk.engine) as session:
        return Counter(key for key in session.scalars(query) if key)
