"""The month's documents at the desk: consultation, answers, review, issue, correction, and what was issued for ever."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from registry import audit, edition_answers, editions
from registry.edition_answers import Answer, Proof
from registry.editions import Signature
from review import labels
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of, version_of
from review.edition_verdicts import determine
from review.edition_view import ROLE_OF, by_stage, papers, periods, view
from review.notice_pages import DOCX, attachment, download
from review.pages import go, show
from review.submission_pages import XLSX
from review.texts import language_of
from xushi import edition_answering, edition_proof, edition_store
from xushi import editions as issuing
from xushi.edition_answering import MAX_PROOF_BYTES
from xushi.edition_contents import COLUMNS

router = APIRouter(prefix="/editions")

_MEDIA: Final = {"docx": DOCX, "xlsx": XLSX}
_CHANNELS: Final = ("letter", "telephone", "desk")


@router.get("")
def listed(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:
    """Every edition, the newest first, with what each waits for."""
    desk = desk_of(request)
    found = list(reversed(editions.every(desk.engine)))
    corrected = {e.corrects: e for e in found if e.corrects and e.state == "issued"}
    answers = {e.edition_id: edition_answers.of_edition(desk.engine, e.edition_id, e.round) for e in found}
    return show(
        request, "editions.html", me, editions=found, corrected=corrected, answers=answers, labels=labels,
        periods=periods(desk) if me.may("steward") else [], today=desk.today, reply_days=_policy().reply_days,
        told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.post("/draft")
async def draft(request: Request, me: Annotated[Identity, need("steward")]) -> Response:
    """The consultation of a month."""
    form, desk = dict(await request.form()), desk_of(request)
    policy = _policy(text_of(form, "reply_days"))
    key = await run_in_threadpool(
        issuing.draft, desk.home, desk.engine, text_of(form, "period"), policy, day=desk.today, by=me.person,
        at=desk.now(),
    )  # fmt: skip
    return go(request, f"/editions/{key}?told=kept")


@router.get("/{key}")
def edition(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:
    """One edition, and what may be done with it."""
    desk = desk_of(request)
    shown = view(desk, me, key)
    rows = papers(shown.files, language_of(request))
    return show(
        request, "edition.html", me, v=shown, current=by_stage(rows, shown.edition.round),
        earlier=[p for p in rows if p.round < shown.edition.round], labels=labels, columns=COLUMNS, today=desk.today,
        reply_days=_policy().reply_days, channels=_CHANNELS,
        example=f"江环〔{desk.today.year}〕12号", max_mb=MAX_PROOF_BYTES // 1024 // 1024,
        history=audit.of_subject(desk.engine, key), told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.get("/{key}/files/{form}/{sha256}")
def file(
    request: Request,
    me: Annotated[Identity, need("viewer")],  # noqa: ARG001
    key: str,
    form: str,
    sha256: str,
) -> Response:
    """A document of an edition, byte by byte as it was kept."""
    desk = desk_of(request)
    editions.get(desk.engine, key)
    found = next((f for f in editions.files(desk.engine, key) if (f.form, f.sha256) == (form, sha256)), None)
    if found is None:
        raise HTTPException(404, "本期文件中没有这份文档 (no such document)")
    content = edition_store.read(desk.home, found.sha256, found.name)
    return download(content, _MEDIA.get(found.name.rpartition(".")[2], "application/octet-stream"), found.name)


@router.get("/{key}/proofs/{sha256}")
def proof(request: Request, me: Annotated[Identity, need("viewer")], key: str, sha256: str) -> Response:  # noqa: ARG001
    """The proof of an objection; always a download, never shown by the browser as if it were ours."""
    desk = desk_of(request)
    last = editions.get(desk.engine, key).round
    rows = [row for n in range(1, last + 1) for row in edition_answers.of_edition(desk.engine, key, n)]
    found = next((row for row in rows if row.proof_sha256 == sha256), None)
    if found is None:
        raise HTTPException(404, "本期文件中没有这份佐证材料 (no such proof)")
    name = found.proof_name or "佐证材料"
    content = edition_store.read(desk.home, sha256, name)
    return Response(content, media_type="application/octet-stream", headers=attachment(name))


@router.get("/{key}/verified")
def verified(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:
    """Whether an issued edition is what was issued, file by file."""
    desk = desk_of(request)
    proven = edition_proof.verify(desk.home, desk.engine, key)
    return show(
        request, "edition_verified.html", me, proof=proven, edition=editions.get(desk.engine, key), labels=labels
    )


@router.post("/{key}/{action}")
async def act(request: Request, me: Annotated[Identity, need("steward")], key: str, action: str) -> Response:
    """One step of an edition."""
    if action not in ROLE_OF:
        raise HTTPException(404, f"没有这个操作 {action!r}，可选 {'、'.join(ROLE_OF)} (no such action)")
    if not me.may(ROLE_OF[action]):
        raise HTTPException(403, "此项须有签发权限 (a publisher's)")
    sent = await request.form()
    uploaded = sent.get("proof")
    content = await uploaded.read(MAX_PROOF_BYTES + 1) if isinstance(uploaded, UploadFile) else b""
    name = (uploaded.filename or "") if isinstance(uploaded, UploadFile) else ""
    await sent.close()
    shown = await run_in_threadpool(_act, desk_of(request), me, key, action, dict(sent), (name, content))
    return go(request, f"/editions/{shown}?told=kept")


def _act(desk: Desk, me: Identity, key: str, action: str, form: dict[str, Any], upload: tuple[str, bytes]) -> str:
    given: dict[str, Any] = {"version": version_of(text_of(form, "version")), "by": me.person, "at": desk.now()}
    region, reason = text_of(form, "region"), text_of(form, "reason")
    if action == "answer":
        edition_answers.record(desk.engine, key, region, _answer(desk, form, upload), **given)
    elif action == "settle":
        edition_answers.settle(desk.engine, key, region, cast(Any, text_of(form, "outcome")), reason=reason, **given)
    elif action == "silence":
        edition_answers.take_silence(desk.engine, key, desk.today, **given)
    elif action == "determine":
        determine(desk, me, key, given["version"], form)
    elif action == "redraft":
        issuing.redraft(desk.home, desk.engine, key, _policy(text_of(form, "reply_days")), day=desk.today, **given)
    elif action == "submit":
        issuing.submit(desk.home, desk.engine, key, day=desk.today, **given)
    elif action == "issue":
        signature = Signature(
            number=text_of(form, "number"), signatory=text_of(form, "signatory"), issued_on=_day(form, "issued_on")
        )
        issuing.issue(desk.home, desk.engine, key, signature, **given)
    elif action == "correct":
        return issuing.correct(desk.home, desk.engine, key, _policy(), day=desk.today, **given)
    elif action == "review":
        editions.review(desk.engine, key, **given)
    else:
        {"send_back": editions.send_back, "withdraw": editions.withdraw}[action](
            desk.engine, key, reason=reason, **given
        )
    return key


def _answer(desk: Desk, form: dict[str, Any], upload: tuple[str, bytes]) -> Answer:
    name, content = upload
    is_accepted = text_of(form, "answer") == "accepted"
    kept: Proof | None = edition_answering.keep_proof(desk.home, content, name) if content or name else None
    channel = text_of(form, "channel")
    if channel not in _CHANNELS:
        raise HTTPException(422, f"途径 {channel!r} 无效，可选 {'、'.join(_CHANNELS)} (no such channel)")
    return Answer(
        is_accepted=is_accepted, by=text_of(form, "answered_by"), on=_day(form, "answered_on"),
        channel=cast(Any, channel), text=text_of(form, "text"), proof=kept,
    )  # fmt: skip


def _policy(reply_days: str = "") -> issuing.Policy:
    if reply_days and not (reply_days.isdecimal() and 1 <= int(reply_days) <= 60):
        raise HTTPException(422, f"工作日数 {reply_days!r} 应为1到60的整数 (working days, 1 to 60)")
    return issuing.Policy.of_settings(reply_days=int(reply_days) if reply_days else None)


def _day(form: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text_of(form, name))
    except ValueError:
        raise HTTPException(422, f"日期 {name} 须写成 2023-10-15 (a date is written YYYY-MM-DD)") from None
