"""Templates and what every page shares: language, role, form token, safe headers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from review import labels
from review.access import CSRF_COOKIE, CSRF_FIELD, Identity, form_token, nonce_of
from review.evidence import place_zh
from review.texts import language_of, teller

FOLDER: Final = Path(__file__).parent
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

#: Nothing from elsewhere, nothing inline, no frame but Airflow's own.
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": figure, "moment": moment, "place": place_zh}
    return environment


def figure(value: object, digits: int | None = None) -> str:
    """A number as people write it; an empty place for none."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        written = format(value if digits is None else round(value, digits), "f")
        return written.rstrip("0").rstrip(".") if "." in written else written
    return str(value)


def moment(value: datetime | None) -> str:
    """An instant in Shanghai, to the minute."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else ""


_TEMPLATES: Final = Jinja2Templates(env=_environment())


def show(
    request: Request, template: str, identity: Identity | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page."""
    language = language_of(request)
    root = request.scope.get("root_path", "")
    context = {
        "me": identity,
        "language": language,
        "_": teller(language),
        "root": root,
        "role_name": labels.name(labels.ROLE, identity.role, language) if identity else "",
        "here": _here(request, root),
        "form_field": CSRF_FIELD,
        "form_token": form_token(request, identity.name if identity else ""),
        "desk": request.app.state.desk,
        **values,
    }
    response = _TEMPLATES.TemplateResponse(request, template, context, status_code=status)
    keep_nonce(request, response)
    return response


def _here(request: Request, root: str) -> str:
    """The address of this page below the desk's root, to come back to."""
    path = request.url.path.removeprefix(root) or "/"
    return f"{path}?{request.url.query}" if request.url.query else path


def go(request: Request, path: str) -> RedirectResponse:
    """On to another page of the desk; `path` begins below the desk's root."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}", 303)


def keep_nonce(request: Request, response: Response) -> None:
    """Set the browser's own number where it has none yet."""
    nonce = nonce_of(request)
    if request.cookies.get(CSRF_COOKIE) != nonce:
        response.set_cookie(
            CSRF_COOKIE, nonce, httponly=True, samesite="strict", path="/", secure=request.url.scheme == "https"
        )


def file_in(folder: Path, path: str, missing: str) -> Path:
    """A file in a folder, through links to the folder but through none out of it; 404 that says `missing`."""
    site = folder.resolve()
    try:
        found = (site / path).resolve()
        is_there = found.is_relative_to(site) and found.is_file()
    except (OSError, ValueError):  # a name that no file can have
        is_there = False
    if not is_there:
        raise HTTPException(404, missing)
    return found
