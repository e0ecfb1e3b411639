"""The register of notices: drafted from findings, issued with a number, answered, closed with proof, escalated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, cast, get_args
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from registry import audit, incidents, notices
from registry.notices import KINDS, Kind, Letterhead
from review import labels, paper_trail
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of, version_of
from review.pages import go, show

router = APIRouter(prefix="/notices")

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Actions that send or end a letter in the bureau's name.
_SIGNED: Final = ("issue", "close")


@router.get("")
def listed(request: Request, me: Annotated[Identity, need("viewer")], state: str = "") -> Response:
    """Every letter, the newest first; those whose reply is overdue are marked."""
    desk = desk_of(request)
    chosen = cast(notices.State, state) if state in get_args(notices.State) else None
    return show(
        request, "notices.html", me, notices=list(reversed(notices.every(desk.engine, state=chosen))), state=state,
        labels=labels, overdue={n.notice_id for n in notices.overdue(desk.engine, desk.today)},
    )  # fmt: skip


@router.post("/draft")
async def draft(request: Request, me: Annotated[Identity, need("steward")]) -> Response:
    """A draft about one finding or several of the same district."""
    form = await request.form()
    chosen = [str(value).partition(":")[0] for value in form.getlist("chosen")]
    key = await run_in_threadpool(draft_about, desk_of(request), me, chosen, text_of(dict(form), "kind"))
    return go(request, f"/notices/{key}")


@router.get("/{key}")
def notice(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:
    """One letter, what it is about, and what may be done with it."""
    desk = desk_of(request)
    found = notices.get(desk.engine, key)
    return show(
        request, "notice.html", me, notice=found, findings=notices.findings(desk.engine, key), labels=labels,
        actions=[a for a in notices.actions_of(found) if me.may(_role_of(a))], today=desk.today, agency=desk.agency,
        history=audit.of_subject(desk.engine, key), told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.get("/{key}/letter.docx")
def letter(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:  # noqa: ARG001
    """The letter itself."""
    desk = desk_of(request)
    found = notices.get(desk.engine, key)
    name = f"{KINDS[cast(Kind, found.kind)]}_{found.recipient}_{found.period or ''}.docx"
    return download(paper_trail.letter(desk, found), DOCX, name)


@router.post("/{key}/{action}")
async def act(request: Request, me: Annotated[Identity, need("steward")], key: str, action: str) -> Response:
    """Issue, reply, close, withdraw or escalate."""
    if action not in notices.ACTIONS:
        raise HTTPException(404, f"没有这个操作 {action!r}，可选 {'、'.join(notices.ACTIONS)} (no such action)")
    if not me.may(_role_of(action)):
        raise HTTPException(403, "签发、销号须有签发权限 (a publisher's)")
    form = dict(await request.form())
    shown = await run_in_threadpool(_act, desk_of(request), me, key, action, form)
    return go(request, f"/notices/{shown}?told=kept")


def draft_about(desk: Desk, me: Identity, chosen: list[str], kind: str) -> str:
    """Draft a letter about findings, all of one district; returns its id.  Raises NoticeError or HTTPException."""
    if kind not in KINDS or not chosen:
        raise HTTPException(422, "请选择文种和至少一个问题 (choose a kind and a finding)")
    found = [incidents.get(desk.engine, key) for key in chosen]
    districts = {incident.region_code for incident in found}
    if len(districts) > 1:
        names = "、".join(sorted(labels.region_name(code) for code in districts))
        raise HTTPException(422, f"一份函件只发给一个单位，所选涉及{names} (one letter, one unit)")
    return notices.draft(
        desk.engine, kind=cast(Kind, kind), recipient=paper_trail.recipient_of(desk, found[0]),
        region_code=found[0].region_code, period=max((i.period for i in found if i.period), default=None),
        incident_ids=chosen, by=me.person, at=desk.now(),
    )  # fmt: skip


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file under a Chinese name."""
    return Response(content, media_type=media_type, headers=attachment(name))


def attachment(name: str) -> dict[str, str]:
    """The header that makes a browser keep a file under its name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _role_of(action: str) -> str:
    return "publisher" if action in _SIGNED else "steward"


def _act(desk: Desk, me: Identity, key: str, action: str, form: dict[str, Any]) -> str:
    given: dict[str, Any] = {"version": version_of(text_of(form, "version")), "by": me.person, "at": desk.now()}
    if action == "issue":
        head = Letterhead(
            number=text_of(form, "number"), signatory=text_of(form, "signatory"),
            issued_on=_day(form, "issued_on"), reply_due=_day(form, "reply_due"),
        )  # fmt: skip
        return notices.issue(desk.engine, key, head, **given)
    if action == "reply":
        return notices.record_reply(
            desk.engine, key, reply=text_of(form, "reply"), replied_on=_day(form, "replied_on"), **given
        )
    if action == "close":
        return notices.close(desk.engine, key, proof=text_of(form, "proof"), closed_on=_day(form, "closed_on"), **given)
    if action == "withdraw":
        return notices.withdraw(desk.engine, key, reason=text_of(form, "reason"), **given)
    return notices.escalate(desk.engine, key, **given)


def _day(form: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text_of(form, name))
    except ValueError:
        raise HTTPException(422, f"日期 {name} 须写成 2023-10-15 (a date is written YYYY-MM-DD)") from None
