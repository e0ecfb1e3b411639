"""The desk as a FastAPI app: the same pages inside Airflow's UI and alone; only who is logged in differs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ingestion.originals import AlteredOriginalError
from publishing.errors import PublishingError
from registry.edition_states import EditionError, StaleEditionError, UnknownEditionError
from registry.incidents import IllegalActionError, StaleIncidentError, UnknownIncidentError
from registry.notices import NoticeError, StaleNoticeError, UnknownNoticeError
from registry.replays import ReplayError
from review import (
    check_pages,
    dashboard_pages,
    edition_pages,
    incident_pages,
    intake_pages,
    log_pages,
    login,
    notice_pages,
    queue_pages,
    reminder_pages,
    replay_pages,
    run_pages,
    submission_pages,
    trial_pages,
    user_pages,
)
from review.access import Identify, Identity
from review.desk import Desk
from review.guessing import Guard
from review.pages import FOLDER, HEADERS, go, show
from review.texts import LANGUAGE_COOKIE
from xushi.decisions import DecisionError
from xushi.edition_answering import MAX_PROOF_BYTES, AnsweringError
from xushi.editions import PolicyError
from xushi.intake_forms import IntakeError
from xushi.intake_limits import MEGABYTE, IntakeLimits
from xushi.intake_store import UnknownBatchError

#: Longest form that is read: a comment is some pages at most.
MAX_BODY_BYTES: Final = 1024 * 1024
#: Where a form carries a file: the answer of a district.
_UPLOADS: Final = re.compile(r"/editions/\w+/answer$")


def create_app(desk: Desk, identify: Identify, secret: bytes) -> FastAPI:
    """The desk's pages; `identify` says who sends a request, `secret` signs the tokens of forms."""
    app = FastAPI(title="Xushi desk", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk, app.state.identify, app.state.secret = desk, identify, secret
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for pages in (
        queue_pages, incident_pages, trial_pages, submission_pages, notice_pages, edition_pages, log_pages, check_pages,
        replay_pages, reminder_pages, dashboard_pages, intake_pages, run_pages,
    ):  # fmt: skip
        app.include_router(pages.router)
    if desk.is_alone:
        app.state.guard = Guard()
        app.include_router(login.router)
        app.include_router(user_pages.router)
    app.add_api_route("/language/{language}", choose_language, methods=["GET"], include_in_schema=False)
    app.middleware("http")(_safely)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(StaleIncidentError, _stale)
    app.add_exception_handler(IllegalActionError, _illegal)
    app.add_exception_handler(UnknownIncidentError, _unknown)
    app.add_exception_handler(StaleNoticeError, _stale_notice)
    app.add_exception_handler(UnknownNoticeError, _unknown)
    app.add_exception_handler(NoticeError, _illegal)
    app.add_exception_handler(StaleEditionError, _stale_edition)
    app.add_exception_handler(UnknownEditionError, _unknown)
    app.add_exception_handler(UnknownBatchError, _unknown_batch)
    for refused in (
        EditionError, AnsweringError, PolicyError, DecisionError, PublishingError, AlteredOriginalError, IntakeError,
        ReplayError,
    ):  # fmt: skip
        app.add_exception_handler(refused, _illegal)
    return app


async def choose_language(request: Request, language: str) -> Response:
    """Keep the language in a cookie and go back to the page; anybody may."""
    back = request.query_params.get("back", "/")
    inside = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    response = go(request, inside)
    response.set_cookie(LANGUAGE_COOKIE, "en" if language == "en" else "zh", samesite="lax", max_age=31_536_000)
    return response


async def _safely(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Safe headers on every answer; a body beyond any form is refused unread."""
    length = request.headers.get("content-length")
    if length is None and request.method == "POST":
        return Response("表单须写明长度 (the form does not tell its length)", 411)
    is_intake = request.url.path.rstrip("/").endswith("/intake")
    try:
        files = IntakeLimits.from_environment().batch_bytes if is_intake else 0
    except ValueError as error:  # a setting that is not valid: one line, for whoever set it
        return _page(request, 503, str(error))
    if int(length or 0) > MAX_BODY_BYTES + files + (MAX_PROOF_BYTES if _UPLOADS.search(request.url.path) else 0):
        if is_intake:
            return _page(request, 413, f"这一批超过 {files // MEGABYTE} MB，请分批办理 (too large, split it)")
        return Response("表单过大 (the form is too large)", 413)
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _identity(request: Request) -> Identity | None:
    return getattr(request.state, "identity", None)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for it alone)
    if error.status_code == 401 and request.app.state.desk.is_alone:
        return login.page(request, status=401)
    return _page(request, error.status_code, str(error.detail))


async def _stale(request: Request, error: Exception) -> Response:
    assert isinstance(error, StaleIncidentError)  # noqa: S101 (registered for it alone)
    return _overtaken(request, f"incidents/{error.incident.incident_id}")


async def _stale_notice(request: Request, error: Exception) -> Response:
    assert isinstance(error, StaleNoticeError)  # noqa: S101 (registered for it alone)
    return _overtaken(request, f"notices/{error.notice.notice_id}")


async def _stale_edition(request: Request, error: Exception) -> Response:
    assert isinstance(error, StaleEditionError)  # noqa: S101 (registered for it alone)
    return _overtaken(request, f"editions/{error.edition.edition_id}")


def _overtaken(request: Request, path: str) -> Response:
    return show(request, "stale.html", _identity(request), status=409, path=path)


async def _illegal(request: Request, error: Exception) -> Response:
    return _page(request, 422, str(error))


async def _unknown(request: Request, error: Exception) -> Response:
    return _page(request, 404, str(error))


async def _unknown_batch(request: Request, error: Exception) -> Response:  # noqa: ARG001 (a key says nothing)
    return _page(request, 404, "没有这批收文，或已放弃 (no such batch, or dropped)")


def _page(request: Request, status: int, message: str) -> Response:
    return show(request, "refused.html", _identity(request), status=status, code=status, message=message)
