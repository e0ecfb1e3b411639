"""The desk alone: its own login, served by uvicorn on one port (`xushi desk`)."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from registry import desk_users
from registry.audit import SYSTEM, Person
from review import login
from review.app import create_app
from review.desk import Desk
from xushi.home import Home

#: The first user of a desk that has none; the password is told where the desk is started.
FIRST_USER: Final = "admin"
#: The file of that password, where a bureau chose it before; then nobody is told.
PASSWORD_FILE: Final = "XUSHI_DESK_PASSWORD_FILE"  # noqa: S105 (a setting's name)


class DeskError(Exception):
    """The desk could not be served; the message is one clear line."""


def desk_alone(home: Home) -> FastAPI:
    """The desk with the login of its own."""
    return create_app(Desk.of(home, is_alone=True), login.identify, secret_of(home))


def secret_of(home: Home) -> bytes:
    """What signs cookies and forms of this home: made once, readable by its owner alone."""
    path = home.root / "desk.secret"
    if not path.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was faster: its secret is the one
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text("ascii").strip())


def first_user(app: FastAPI, name: str = FIRST_USER, password: str | None = None) -> str | None:
    """Make an admin where nobody can log in yet; the password, or None where somebody can."""
    desk: Desk = app.state.desk
    if desk_users.every(desk.engine):
        return None
    chosen = password or secrets.token_urlsafe(12)
    desk_users.keep(desk.engine, name, role="admin", at=desk.now(), by=Person(SYSTEM, SYSTEM), password=chosen)
    return chosen


@contextmanager
def serving(home: Home, *, host: str = "127.0.0.1", port: int) -> Iterator[tuple[uvicorn.Server, str | None]]:
    """A server that is ready to run, and the first user's password where one was just made up.  Raises DeskError."""
    chosen = _chosen_password()
    app = desk_alone(home)
    try:
        made = first_user(app, password=chosen)
        yield _server(app, host, port), None if chosen else made
    finally:
        app.state.desk.engine.dispose()


@contextmanager
def beside(home: Home, *, port: int, name: str, password: str) -> Iterator[str]:
    """The desk alone beside Airflow, as long as the block lasts; its first user is Airflow's.  Yields its address."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise DeskError(
            f"审核台的端口 {port} 不能监听，可用 --desk-port 另选 (cannot listen on {port}: {error.strerror})"
        ) from error
    app = desk_alone(home)
    first_user(app, name, password)
    server = _server(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()  # who comes before it has started waits in the socket's queue
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        app.state.desk.engine.dispose()


def _chosen_password() -> str | None:
    path = os.environ.get(PASSWORD_FILE)
    if not path:
        return None
    try:
        chosen = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DeskError(f"{PASSWORD_FILE} 指向的口令文件不能读：{path} (the password's file cannot be read)") from error
    if len(chosen) < desk_users.SHORTEST_PASSWORD:
        raise DeskError(f"{path}：口令至少 {desk_users.SHORTEST_PASSWORD} 个字符 (at least that many characters)")
    return chosen


def _server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    # a proxy with TLS before the desk is believed where it is named: its scheme makes the cookies secure
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", server_header=False,
        proxy_headers=bool(os.environ.get("FORWARDED_ALLOW_IPS")),
    )  # fmt: skip
    return uvicorn.Server(config)
