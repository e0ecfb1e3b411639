"""A bound on guessing passwords, for Airflow's logins and the desk's own.

Wrong passwords are counted for a name from one address, for the address, and for the name from wherever: the first
bound stops a guesser, the second one who tries many names, the third many addresses that try one.  A bound is counted
alike for names that nobody has, so that it tells nobody which there are.  What is counted is this process's own.
"""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG: Final = logging.getLogger(__name__)

#: Wrong passwords within WAIT_SECONDS before who tries has to wait: a name from an address, an address, a name.
TRIES: Final = 8
TRIES_OF_ADDRESS: Final = 40
TRIES_OF_NAME: Final = 80
WAIT_SECONDS: Final = 300.0
#: As many are remembered; the one that tried longest ago is forgotten for a new one.
_REMEMBERED: Final = 20_000

TOLD: Final = "口令输错次数过多，请五分钟后再试 (too many tries, wait five minutes)"

Key = tuple[str, ...]


class Guard:
    """Who tried wrong passwords lately; one of them serves a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tried: OrderedDict[Key, list[float]] = OrderedDict()

    def begin(self, name: str, address: str) -> bool:
        """Before a password is looked at: False where a bound is reached.

        The try is counted at once, as a wrong one, so that many at the same time are as many.
        """
        if any(len(self._recent(key)) >= bound for key, bound in _bounds(name, address)):
            return False
        for key, _ in _bounds(name, address):
            self._tried[key] = [*self._recent(key), self._clock()]
            self._tried.move_to_end(key)
        while len(self._tried) > _REMEMBERED:
            self._tried.popitem(last=False)
        return True

    def succeeded(self, name: str, address: str) -> None:
        """It was the right one: whoever mistyped begins anew; what others tried for the name stays counted."""
        self.void(name, address)
        (own, _), *_ = _bounds(name, address)
        self._tried.pop(own, None)

    def void(self, name: str, address: str) -> None:
        """Nobody looked at the password after all."""
        for key, _ in _bounds(name, address):
            if kept := self._recent(key)[:-1]:
                self._tried[key] = kept
            else:
                self._tried.pop(key, None)

    def _recent(self, key: Key) -> list[float]:
        since = self._clock() - WAIT_SECONDS
        return [tried for tried in self._tried.get(key, ()) if tried > since]


def _bounds(name: str, address: str) -> tuple[tuple[Key, int], ...]:
    folded = name.strip().casefold()[:200]
    return (
        (("pair", folded, address), TRIES),
        (("address", address), TRIES_OF_ADDRESS),
        (("name", folded), TRIES_OF_NAME),
    )


#: Where Airflow takes passwords, by either auth manager.
_LOGINS: Final = frozenset({"/auth/token", "/auth/token/cli", "/auth/login", "/auth/token/login"})
#: A login is a line; what is longer is none.
_LONGEST_BODY: Final = 16 * 1024
_REFUSED: Final = frozenset({400, 401, 403, 422})
_REDIRECTS, _ERRORS, _TOO_MANY = 300, 400, 429


class BoundLogins:
    """Middleware over the whole of Airflow's app: reads name and answer of each login, and refuses beyond the bounds.

    The body goes on unchanged.  `prefix` is the path, if any, under which Airflow is served.
    """

    def __init__(self, app: ASGIApp, guard: Guard | None = None, prefix: str = "") -> None:
        self._app, self._guard, self._prefix = app, guard or Guard(), prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, counting wrong passwords."""
        path = str(scope.get("path", "")).removeprefix(self._prefix).rstrip("/")
        if scope["type"] != "http" or scope["method"] != "POST" or path not in _LOGINS:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            await _answer(scope, send, 413, "登录请求过大 (the login is too large)")
            return
        name, address = _name_in(body), (scope.get("client") or ("?",))[0]
        if not self._guard.begin(name, address):
            _LOG.warning("登录受限：来自 %s (a login is bounded)", address)
            await _answer(scope, send, _TOO_MANY, TOLD)
            return

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and not _is_refusal(message):
                (self._guard.succeeded if int(message["status"]) < _ERRORS else self._guard.void)(name, address)
            await send(message)

        await self._app(scope, _again(body, receive), watched)


def _is_refusal(message: Message) -> bool:
    """A form is answered by a redirect either way: with the cookie of a session that is logged in, or without."""
    status = int(message["status"])
    if not _REDIRECTS <= status < _ERRORS:
        return status in _REFUSED
    cookies: SimpleCookie = SimpleCookie()
    for key, value in message.get("headers", ()):
        if key.lower() == b"set-cookie":
            cookies.load(value.decode("latin-1"))
    return not (cookies.get("_token") and cookies["_token"].value)


def _name_in(body: bytes) -> str:
    """The name in a login's JSON or form; '' where there is none, which is counted as one name."""
    text = body.decode("utf-8", "replace")
    try:
        read: Any = json.loads(text)
    except ValueError:
        return parse_qs(text).get("username", [""])[0]
    return str(read.get("username") or "") if isinstance(read, dict) else ""


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None for one that is no login's."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > _LONGEST_BODY:
            return None
        if not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body as if nobody had read it; afterwards whatever the connection says."""
    kept = [body]

    async def given() -> Message:
        if kept:
            return {"type": "http.request", "body": kept.pop(), "more_body": False}
        return await receive()

    return given


async def _answer(scope: Scope, send: Send, status: int, line: str) -> None:
    """One line: as JSON for programs, as text for a browser's form."""
    accepts = dict(scope.get("headers", ())).get(b"accept", b"")
    is_page = b"text/html" in accepts
    body = line.encode() if is_page else json.dumps({"detail": line}, ensure_ascii=False).encode()
    kind = b"text/plain; charset=utf-8" if is_page else b"application/json"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    if status == _TOO_MANY:
        headers.append((b"retry-after", str(int(WAIT_SECONDS)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
