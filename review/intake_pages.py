"""收文登记: a clerk hands in files or the text of a message, sees what was read, and registers or drops it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import select
from starlette.datastructures import FormData, UploadFile

from registry import submissions
from registry.engine import reading
from registry.models import ExpectedSubmission, Submission
from review import intake_readings, labels
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of
from review.intake_view import view
from review.pages import SHANGHAI, go, show
from xushi import intake_register
from xushi import intake_store as store
from xushi.intake_forms import IntakeError, Registration, Upload, period_of, registration, unit_of
from xushi.intake_limits import MEGABYTE, IntakeLimits
from xushi.intake_store import Batch

router = APIRouter(prefix="/intake")

#: Characters of a pasted message; what is longer comes as a file.
MOST_PASTED: Final = 200_000
CHANNELS: Final = ("微信", "电子邮件", "公文系统", "U盘", "电话", "纸质")
#: Batches that were registered and are shown below the form.
_RECENT: Final = 20


@dataclass(frozen=True, slots=True)
class _Pasted:
    """The text of a message as a file: the words unchanged, line ends as people see them."""

    filename: str | None
    file: BinaryIO


@router.get("")
def form(request: Request, me: Annotated[Identity, need("steward")]) -> Response:
    """The form, the batches that wait, and what was registered lately; what waited too long is dropped."""
    desk, limits = desk_of(request), IntakeLimits.from_environment()
    gone = store.clean_up(desk.home, limits, desk.now())
    return show(
        request, "intake.html", me, limits=limits, megabyte=MEGABYTE, units=_units(desk), channels=CHANNELS,
        now=f"{desk.now().astimezone(SHANGHAI):%Y-%m-%dT%H:%M}", held=store.held(desk.home), gone=gone,
        recent=list(reversed(store.accepted(desk.home)))[:_RECENT], most_pasted=MOST_PASTED,
        told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.post("")
async def hold(request: Request, me: Annotated[Identity, need("steward")]) -> Response:
    """Hold what was handed in; nothing is registered yet."""
    given, desk = await request.form(), desk_of(request)
    try:
        batch = await run_in_threadpool(_hold, desk, me, given)
    finally:
        await given.close()
    return go(request, f"/intake/{batch.key}")


@router.get("/{key}")
def batch(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """A held batch with what was read of it, or what became of a registered one."""
    desk = desk_of(request)
    found = store.get(desk.home, key)
    if store.is_accepted(desk.home, key):
        return _receipts(request, me, desk, found)
    shown = intake_readings.shown(desk, found)
    files = view(desk, found, shown) if shown else []
    return show(
        request, "intake_batch.html", me, batch=found, shown=shown, files=files, labels=labels, channels=CHANNELS,
        failure=intake_readings.failure(desk.home, found), units=_units(desk),
        rejected=sum(1 for one in files if one.is_rejected), shanghai=SHANGHAI,
    )  # fmt: skip


@router.get("/{key}/state")
def state(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:  # noqa: ARG001
    """Whether a batch has been read, for a page that waits."""
    desk = desk_of(request)
    found = store.get(desk.home, key)
    is_running = not store.is_accepted(desk.home, key) and intake_readings.shown(desk, found) is None
    return JSONResponse({"state": "running" if is_running and not _failed(desk, found) else "done"})


@router.post("/{key}/register")
async def register(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Register a batch; pressed twice it is registered once."""
    desk = desk_of(request)
    found = store.get(desk.home, key)
    if (
        not store.is_accepted(desk.home, key)
        and intake_readings.shown(desk, found) is None
        and not _failed(desk, found)
    ):
        raise IntakeError("文件还在读取，读完并看过之后再登记 (still being read)")
    await run_in_threadpool(intake_register.register, desk.home, desk.engine, key, by=me.person, at=desk.now())
    return go(request, f"/intake/{key}")


@router.post("/{key}/drop")
async def drop(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Drop a held batch."""
    desk = desk_of(request)
    await run_in_threadpool(intake_register.drop, desk.home, desk.engine, key, by=me.person, at=desk.now())
    return go(request, "/intake?told=dropped")


@router.post("/{key}/amend")
async def amend(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Write the registration anew and read again."""
    given, desk = dict(await request.form()), desk_of(request)
    found = store.get(desk.home, key)
    shared = _shared(desk, me, given)
    uploads = [_amended(upload, given) for upload in found.uploads if f"leave:{upload.number}" not in given]
    await run_in_threadpool(store.amend, desk.home, found, uploads, shared)
    intake_readings.again(desk.home, found)
    return go(request, f"/intake/{key}")


def _hold(desk: Desk, me: Identity, given: FormData) -> Batch:
    files: list[Any] = [one for one in given.getlist("files") if isinstance(one, UploadFile) and one.filename]
    pasted = given.get("text")
    if isinstance(pasted, str) and pasted.strip():
        if len(pasted) > MOST_PASTED:
            raise IntakeError(f"粘贴的文字有 {len(pasted)} 字，上限 {MOST_PASTED} 字，请存成文件再选 (too long)")
        files.append(_pasted(pasted, text_of(given, "channel")))
    return store.hold(
        desk.home, files, _shared(desk, me, given), by=me.name, at=desk.now(), limits=IntakeLimits.from_environment(),
        unit=unit_of(text_of(given, "unit")), period=period_of(text_of(given, "period")),
        is_stamped=text_of(given, "stamped") == "yes",
    )  # fmt: skip


def _pasted(text: str, channel: str) -> _Pasted:
    """A browser sends each end of a line as two signs, whatever was pasted.  The name says no unit and no period."""
    words = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    return _Pasted(f"{channel if channel in CHANNELS else ''}消息.txt", io.BytesIO(words))


def _shared(desk: Desk, me: Identity, given: Mapping[str, object]) -> Registration:
    return registration(
        channel=text_of(given, "channel"), received_at=text_of(given, "received_at"),
        handler=text_of(given, "handler") or me.display_name, note=text_of(given, "note"), now=desk.now(),
    )  # fmt: skip


def _amended(upload: Upload, given: Mapping[str, object]) -> Upload:
    return replace(
        upload,
        unit=unit_of(text_of(given, f"unit:{upload.number}")),
        period=period_of(text_of(given, f"period:{upload.number}")),
        is_stamped=text_of(given, f"stamped:{upload.number}") == "yes",
    )


def _receipts(request: Request, me: Identity, desk: Desk, found: Batch) -> Response:
    done = intake_register.receipts(desk.home, found.key)
    registered = {one.submission_id: _submission(desk, one.submission_id) for one in done if one.submission_id}
    return show(request, "intake_done.html", me, batch=found, done=done, registered=registered, labels=labels)


def _submission(desk: Desk, key: str) -> Submission:
    return submissions.get(desk.engine, key)


def _failed(desk: Desk, found: Batch) -> bool:
    return intake_readings.failure(desk.home, found) is not None


def _units(desk: Desk) -> Sequence[str]:
    """The units that have sent something or owe something."""
    with reading(desk.engine) as session:
        sent = session.scalars(select(Submission.reporting_unit).distinct()).all()
        owing = session.scalars(select(ExpectedSubmission.reporting_unit).distinct()).all()
    return sorted({unit for unit in (*sent, *owing) if unit})
