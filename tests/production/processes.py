"""The services of docker-compose.yml as processes: its commands, its environment and each one's secrets, on real paths.

What differs from containers is where things lie: the image's folder is this checkout, the volume and the inbox are
folders of the test, names of hosts are this machine, ports are free ones.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import free_port
from tests.production.compose import ROOT, compose
from tests.production.server import Production

_STOP_SECONDS = 30
_POLL_SECONDS = 0.5


@dataclass
class Topology:
    """Everything below one folder; `start` what runs, `run` what ends."""

    production: Production
    folder: Path
    inbox: Path
    services: dict[str, Any] = field(init=False)
    api: int = field(default_factory=free_port)
    desk: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services = compose({"XUSHI_INBOX_DIR": str(self.inbox)})["services"]
        for name in ("home", "tmp", "logs"):
            (self.folder / name).mkdir(parents=True)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.api}"

    def secret(self, name: str) -> str:
        return (self.production.secrets / name).read_text("utf-8").strip()

    def _here(self, text: str) -> str:
        """Where what stands in the compose file lies on this machine."""
        for there, here in (
            ("http://api-server:8080", self.address),
            ("http://127.0.0.1:8090", f"http://127.0.0.1:{self.desk}"),
            ("/var/lib/xushi", str(self.home)),
            ("/opt/xushi", str(ROOT)),
            ("/run/secrets", str(self.folder / "secrets")),
        ):
            text = text.replace(there, here)
        places = {
            "0.0.0.0": "127.0.0.1",  # noqa: S104
            "8080": str(self.api),
            "8090": str(self.desk),
            "/inbox": str(self.inbox),
            "/tmp": str(self.folder / "tmp"),  # noqa: S108
        }
        return places.get(text, text)

    def environment(self, name: str) -> dict[str, str]:
        """The compose file's, and nothing of this process's but where programs are."""
        service = self.services[name]
        secrets = self.folder / "secrets" / name
        if not secrets.exists():
            secrets.mkdir(parents=True)
            for secret in service["secrets"]:
                shutil.copy(self.production.secrets / secret, secrets / secret)
        told = {key: self._here(str(value)) for key, value in service["environment"].items()}
        told = {key: value.replace(str(secrets.parent) + "/", f"{secrets}/") for key, value in told.items()}
        return told | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": "Asia/Shanghai",
            "XUSHI_SECRETS": str(secrets),
            "XUSHI_POSTGRES_HOST": "127.0.0.1",
            "XUSHI_POSTGRES_PORT": str(self.production.port),
        }

    def _words(self, command: list[str]) -> list[str]:
        return [str(ROOT / "docker" / "entrypoint.sh"), *(self._here(word) for word in command)]

    def run(self, name: str, command: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        """A service that ends, or another command in a service's place."""
        told = subprocess.run(
            self._words(command or self.services[name]["command"]), env=self.environment(name), cwd=ROOT,
            capture_output=True, text=True,
        )  # fmt: skip
        with (self.folder / "logs" / f"{name}.log").open("a", encoding="utf-8") as log:
            log.write(told.stdout + told.stderr)
        return told

    def start(self, name: str) -> None:
        log = (self.folder / "logs" / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            self._words(self.services[name]["command"]), env=self.environment(name), cwd=ROOT, stdout=log,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        log.close()

    def is_healthy(self, name: str) -> bool:
        """As the compose file's own health check says."""
        check = self.services[name]["healthcheck"]["test"]
        api = [] if any(word.startswith("--") for word in check) else ["--api", self.address]
        words = [self._here(word) for word in check[1:]] + api
        return subprocess.run(words, env=self.environment(name), cwd=ROOT, capture_output=True).returncode == 0

    def await_healthy(self, *names: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        waiting = set(names)
        while waiting := {name for name in waiting if not self.is_healthy(name)}:
            for name in names:
                assert self.running[name].poll() is None, f"{name} ended: {self.log(name)[-2000:]}"
            assert time.monotonic() < until, f"not healthy after {seconds} s: {waiting}"
            time.sleep(_POLL_SECONDS)

    def log(self, name: str) -> str:
        return (self.folder / "logs" / f"{name}.log").read_text("utf-8", "replace")

    def stop(self) -> None:
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def topology(production: Production, folder: Path, inbox: Path) -> Iterator[Topology]:
    """The services, ended whatever happens."""
    made = Topology(production, folder, inbox)
    with ExitStack() as stack:
        stack.callback(made.stop)
        yield made
