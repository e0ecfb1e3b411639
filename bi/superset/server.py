"""A Superset of one's own on this machine: its folder, its users, and the server while it is wanted."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

USER: Final = "admin"
#: Imports at every start; its password is a new one each time and is kept nowhere.
IMPORTER: Final = "xushi_importer"
_CONFIG: Final = Path(__file__).with_name("superset_config.py")
#: Where a set-up that ended well leaves its mark; a broken one begins anew.
_READY: Final = "ready"
Say = Callable[[str], None]


class SupersetSetupError(Exception):
    """Superset is not installed, could not be set up, or did not begin to answer."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Superset's environment (`…/bin` with its commands) and the folder that holds its state."""

    programs: Path
    folder: Path
    metadata: str | None = None

    def environment(self) -> Mapping[str, str]:
        """What its commands need; nothing of this process's Python reaches them."""
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        told = {
            **kept,
            "SUPERSET_CONFIG_PATH": str(_CONFIG),
            "XUSHI_SUPERSET_HOME": str(self.folder.absolute()),
            "FLASK_APP": "superset",
            "PYTHONUTF8": "1",
            "SCARF_ANALYTICS": "false",
            "DO_NOT_TRACK": "1",
        }
        return {**told, "XUSHI_SUPERSET_METADATA": self.metadata} if self.metadata else told


def set_up(installed: Installation, say: Say, chosen: str | None = None) -> str | None:
    """Make the folder ready; returns the first user's password, which nothing tells again, or None where it was ready.

    The password is the one that was chosen, else a new one.
    Raises SupersetSetupError with the failing command's last words.
    """
    if not (installed.programs / "superset").exists():
        raise SupersetSetupError(
            f"{installed.programs} 里没有 Superset，请先运行 make superset / Superset is not installed there"
        )
    installed.folder.mkdir(parents=True, exist_ok=True)
    secret = installed.folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48), "utf-8")
    ready = installed.folder / _READY
    if ready.exists():
        return None
    say("正在准备 Superset 的元数据库（约一分钟，仅首次）… setting up its metadata, once")
    password = chosen or secrets.token_urlsafe(12)
    begun = (installed.folder / "superset.db").exists()
    _run(installed, "db", "upgrade")
    _run(installed, "init")
    for user, name in ((USER, "管理员"), (IMPORTER, "导入")):
        known_as = ("--username", user, "--firstname", "序时", "--lastname", name, "--email", f"{user}@localhost")
        _run(installed, "fab", "create-admin", *known_as, "--password", password)
    if begun:  # it was cut short: its users have passwords that nobody was told
        for user in (USER, IMPORTER):
            _set_password(installed, user, password)
    ready.touch()
    return password


def importer_password(installed: Installation) -> str:
    """A new password for the user that imports."""
    password = secrets.token_urlsafe(24)
    _set_password(installed, IMPORTER, password)
    return password


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `address`; `process` ends when it does."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(installed: Installation, port: int, patience: float = 180, host: str = "127.0.0.1") -> Iterator[Running]:
    """The server on `host` while the block lasts; yields it, by its address on this machine, once it answers.

    Raises SupersetSetupError when the port is taken, or when it does not answer within `patience` seconds.
    """
    _refuse_taken(port)
    address = f"http://127.0.0.1:{port}"
    log = installed.folder / "server.log"
    command = [str(installed.programs / "gunicorn"), "--bind", f"{host}:{port}", "--workers", "1", "--threads", "8",
               "--timeout", "120", "--no-control-socket", "superset.app:create_app()"]  # fmt: skip
    with log.open("a", encoding="utf-8") as written:
        process = subprocess.Popen(  # noqa: S603 (its own environment's program)
            command, env=installed.environment(), cwd=installed.folder, stdout=written, stderr=subprocess.STDOUT
        )
        try:
            _await(process, address, log, patience)
            yield Running(address, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_password(installed: Installation, user: str, password: str) -> None:
    _run(installed, "fab", "reset-password", "--username", user, "--password", password)


def _run(installed: Installation, *command: str) -> None:
    told = subprocess.run(  # noqa: S603 (its own environment's program)
        [installed.programs / "superset", *command],
        env=installed.environment(), cwd=installed.folder, capture_output=True, text=True,
    )  # fmt: skip
    if told.returncode != 0:
        raise SupersetSetupError(f"superset {' '.join(command[:2])}：{(told.stderr or told.stdout).strip()[-800:]}")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SupersetSetupError(f"端口 {port} 已被占用，用 --port 另选 / port {port} is taken, choose with --port")


def _await(process: subprocess.Popen[bytes], address: str, log: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SupersetSetupError(f"Superset 没有启动，见 {log} / it did not start, see the log")
        try:
            if httpx.get(f"{address}/health", timeout=2).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise SupersetSetupError(f"Superset {patience:.0f} 秒内没有应答，见 {log} / no answer in time, see the log")
