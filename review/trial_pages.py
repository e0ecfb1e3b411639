"""Decisions that change what is published: first tried, then kept by whoever has seen what they change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, cast, get_args

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from registry import corrections, crosswalk, determinations, incidents
from registry.corrections import Call
from registry.determinations import Status
from registry.incidents import IllegalActionError, StaleIncidentError
from registry.models import Incident
from review import labels
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of, version_of
from review.incident_pages import PLACED
from review.pages import SHANGHAI, go, show
from review.queue_pages import may_accept
from review.trials import Trial
from xushi import decisions
from xushi.trial import Decision

router = APIRouter()

_KINDS: Final = ("correct", "determine", "accept", "place")


@router.post("/incidents/{key}/trial")
async def begin(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Put a decision on trial; nothing is kept yet."""
    form = {name: text_of(dict(await request.form()), name) for name in await request.form()}
    desk = desk_of(request)
    trial = await run_in_threadpool(_begin, desk, me, key, form)
    return go(request, f"/trials/{trial.number}")


@router.get("/trials/{number}")
def trial(request: Request, me: Annotated[Identity, need("steward")], number: str) -> Response:
    """How the trial goes, and what the decision would change once it is done."""
    found = _own(request, me, number)
    incident = incidents.get(desk_of(request).engine, found.incident_id)
    return show(request, "trial.html", me, trial=found, incident=incident, labels=labels)


@router.get("/trials/{number}/state")
def state(request: Request, me: Annotated[Identity, need("steward")], number: str) -> Response:
    """Whether the trial is done, for a page that waits."""
    return JSONResponse({"state": _own(request, me, number).state})


@router.post("/trials/{number}/keep")
async def keep(request: Request, me: Annotated[Identity, need("steward")], number: str) -> Response:
    """Keep the decision as it was tried."""
    found = _own(request, me, number)
    if found.state != "done":
        raise IllegalActionError("试算尚未完成，不能保存 (the trial is not done)")
    await run_in_threadpool(_keep, desk_of(request), me, found)
    return go(request, f"/incidents/{found.incident_id}?told=kept")


def _own(request: Request, me: Identity, number: str) -> Trial:
    found = desk_of(request).trials.get(number, me.name)
    if found is None:
        raise HTTPException(404, "没有这次试算，或已过期，请重新试算 (no such trial, or forgotten)")
    return found


def _begin(desk: Desk, me: Identity, key: str, form: dict[str, str]) -> Trial:
    incident = incidents.get(desk.engine, key)
    if incident.version != version_of(form.get("version", "")):
        raise StaleIncidentError(incident)
    decision = _decision(me, incident, form)
    _call(form)  # what is missing is told before a minute is spent
    return desk.trials.begin(Trial(incident.incident_id, decision, form, me.name))


def _decision(me: Identity, incident: Incident, form: Mapping[str, str]) -> Decision:
    kind = form.get("kind", "")
    if kind not in _KINDS:
        raise IllegalActionError(f"不能试算 {kind!r}，可选 {'、'.join(_KINDS)} (unknown kind of decision)")
    if not form.get("comment"):
        raise IllegalActionError("请写明理由 (a decision needs its reason)")
    if kind == "accept":
        if not may_accept(me, incident.severity):
            raise HTTPException(403, "认可阻断级问题须有签发权限 (a blocker is let through by a publisher)")
        if form.get("reason") not in labels.REASON:
            raise IllegalActionError("请选择认可的理由 (choose a reason)")
        return Decision("accept", incident_id=incident.incident_id)
    if kind == "determine":
        if not me.may("publisher"):
            raise HTTPException(403, "市局认定须有签发权限 (a verdict is given by a publisher)")
        if form.get("status") not in get_args(Status):
            raise IllegalActionError("请选择认定状态 (choose the verdict)")
        return Decision("determine", progress_key=form.get("progress_key"), status=form["status"])
    if kind == "place":
        return _placing(me, incident, form)
    parts = form.get("target", "").split("|")
    if len(parts) != 4:
        raise IllegalActionError("请选择要更正的数值 (choose the value to correct)")
    progress_key, fact_id, column, expected = parts
    return Decision(
        "correct", progress_key=progress_key, fact_id=fact_id, column=column, expected=expected or None,
        value=form.get("value") or None,
    )  # fmt: skip


def _placing(me: Identity, incident: Incident, form: Mapping[str, str]) -> Decision:
    """A division for a wording that nothing resolved; it holds for good, so a publisher gives it."""
    if not me.may("publisher"):
        raise HTTPException(403, "认定区域须有签发权限 (a publisher's)")
    if incident.check_id != PLACED or not incident.observed:
        raise IllegalActionError("只有无法认定的区域可以这样办理 (only a region that nothing resolved)")
    if not form.get("value"):
        raise IllegalActionError("请填写行政区划的名称或代码 (name the division)")
    return Decision("place", incident_id=incident.incident_id, value=form["value"])


def _call(form: Mapping[str, str]) -> Call | None:
    """Who called, when, and by when the supplement is owed; None for a correction that nobody called about."""
    if form.get("kind") != "correct" or form.get("channel") != "telephone":
        return None
    try:
        called = datetime.fromisoformat(form.get("called_at", "")).replace(tzinfo=SHANGHAI)
        due = date.fromisoformat(form.get("supplement_due", ""))
    except ValueError:
        raise IllegalActionError(
            "电话更正须写明来电时间和补件期限 (when they called, and the supplement's day)"
        ) from None
    if not form.get("caller"):
        raise IllegalActionError("电话更正须写明来电人 (who called?)")
    return Call(form["caller"], called, due)


def _keep(desk: Desk, me: Identity, trial: Trial) -> None:
    """Record the decision, and in its incident that it was made.

    What does not fit is refused before anything is written; a stale incident keeps nothing either, for the incident
    is written first and the decision only once nobody else has it.
    """
    decision, form, at, key = trial.decision, trial.form, desk.now(), trial.incident_id
    given: dict[str, Any] = {"version": version_of(form.get("version", "")), "by": me.person, "at": at}
    noted: dict[str, Any] = {"reason": form["comment"], "by": me.display_name, "at": at, "incident_id": key}
    try:
        if decision.kind == "accept":
            reason = labels.name(labels.REASON, form["reason"], "zh")
            incidents.accept(desk.engine, key, reason=reason, comment=form["comment"], **given)
        elif decision.kind == "determine":
            status = cast(Status, decision.status)
            verdict = decisions.checked_verdict(desk.home, decision.progress_key or "", status, **noted)
            named = labels.value(status, "zh")
            incidents.determined(desk.engine, key, reason=named, comment=form["comment"], **given)
            determinations.record(desk.engine, verdict, role=me.role)
        elif decision.kind == "place":
            _keep_place(desk, me, key, decision, form["comment"], given)
        else:
            correction, _ = decisions.checked_correction(
                desk.home, decision.progress_key or "", decision.column or "", decision.expected, decision.value,
                fact_id=decision.fact_id, call=_call(form), **noted,
            )  # fmt: skip
            incidents.take_up(desk.engine, key, comment=form["comment"], **given)
            corrections.record(desk.engine, correction, role=me.role)
    except decisions.DecisionError as error:
        raise IllegalActionError(str(error)) from error


def _keep_place(desk: Desk, me: Identity, key: str, decision: Decision, reason: str, given: Mapping[str, Any]) -> None:
    incident = incidents.get(desk.engine, key)
    submission_id = incident.submission_id or ""
    named = decisions.checked_place(desk.home, submission_id, incident.observed or "", decision.value or "")
    incidents.take_up(desk.engine, key, comment=reason, **given)
    crosswalk.decide(desk.engine, named, submission_id=submission_id, by=me.person, at=given["at"], reason=reason)
