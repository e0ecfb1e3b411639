"""The refresh through Airflow: a real scheduler in the home, short-lived for `xushi refresh`, kept by `xushi up`.

One Airflow at a time serves a home: whoever holds `airflow/instance.lock` runs it, everybody else triggers there.
Everything goes through Airflow's public REST API; its database is never opened here.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from filelock import FileLock, Timeout

from xushi import metrics
from xushi.home import PROJECT_ROOT, Home
from xushi.schedules import BY_HAND_ONLY, SCHEDULES
from xushi.writer import POOL, POOL_DESCRIPTION

DAG_ID: Final = "monthly_refresh"
USER: Final = "xushi"
_REFRESH: Final = SCHEDULES[DAG_ID][0]
_UNPAUSED: Final = "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"
#: A machine that does other things too is slow to start; an Airflow that ends while starting is told of at once.
_READY_SECONDS: Final = 600
#: How long a started Airflow may answer that it is busy.
_SETTLE_SECONDS: Final = 120
_STOP_SECONDS: Final = 20
_POLL_SECONDS: Final = 0.5
_FINISHED: Final = frozenset({"success", "failed"})


class OrchestrationError(Exception):
    """Airflow did not start, or the run did not end well; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """One task instance as a person sees it: the task, its label when mapped, and its state."""

    display_name: str
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Airflow:
    """A running Airflow: where it answers and how to log in."""

    url: str
    password: str

    def client(self) -> httpx.Client:
        """A client of the public REST API that has logged in."""
        token = httpx.post(f"{self.url}/auth/token", json={"username": USER, "password": self.password}, timeout=30)
        token.raise_for_status()
        return httpx.Client(
            base_url=f"{self.url}/api/v2",
            headers={"Authorization": f"Bearer {token.json()['access_token']}"},
            timeout=60,
        )

    def is_ready(self) -> bool:
        """True once the API answers and every DAG has been parsed.

        Raises OrchestrationError when the DAG file cannot be imported: waiting would not mend it.
        """
        try:
            with self.client() as client:
                answered = [client.get(f"/dags/{dag_id}").status_code for dag_id in dag_ids()]
                if set(answered) == {httpx.codes.OK}:
                    return True
                broken = client.get("/importErrors").raise_for_status().json()["import_errors"]
        except httpx.HTTPError:
            return False
        if broken:
            last_line = str(broken[0]["stack_trace"]).strip().splitlines()[-1]
            raise OrchestrationError(f"{broken[0]['filename']} cannot be imported: {last_line}")
        return False

    def prepare(self, *, keeps: bool) -> None:
        """Make the pool of the one writer; where this Airflow is kept up, let run what runs by itself.

        While its services start they all write, and over SQLite one of them may be told that it is busy: tried again.
        """
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            try:
                return self._prepare(keeps)
            except httpx.HTTPStatusError as error:
                if not error.response.is_server_error or time.monotonic() > deadline:
                    raise OrchestrationError(f"Airflow refused to be set up: {error.response.text[:300]}") from error
                time.sleep(_POLL_SECONDS)

    def _prepare(self, keeps: bool) -> None:
        with self.client() as client:
            pool = {"slots": 1, "description": POOL_DESCRIPTION, "include_deferred": False}
            made = client.post("/pools", json={"name": POOL, **pool})
            if made.status_code == httpx.codes.CONFLICT:
                made = client.patch(f"/pools/{POOL}", json={"pool": POOL, **pool})
            made.raise_for_status()
            if keeps:
                for dag_id in dag_ids():
                    # without a schedule it waits for somebody in any case
                    client.patch(f"/dags/{dag_id}", json={"is_paused": False}).raise_for_status()

    def questions(self) -> list[dict[str, Any]]:
        """What runs are waiting for a person to answer: subject, body, options and the task instance of each."""
        with self.client() as client:
            standing = client.get("/dags/~/dagRuns/~/hitlDetails", params={"response_received": False})
            return list(standing.raise_for_status().json()["hitl_details"])

    def answer(self, question: Mapping[str, Any], option: str, **fields: str) -> None:
        """Answer one of the questions; `fields` are those of its form."""
        asking = question["task_instance"]
        place = (
            f"/dags/{asking['dag_id']}/dagRuns/{asking['dag_run_id']}/taskInstances/{asking['task_id']}/-1/hitlDetails"
        )
        with self.client() as client:
            client.patch(place, json={"chosen_options": [option], "params_input": fields}).raise_for_status()

    def run(self, conf: Mapping[str, Any], on_change: Callable[[TaskProgress], None]) -> tuple[str, str]:
        """Trigger one monthly refresh and follow it to its end; returns its id and its state."""
        run_id = self.trigger(conf)
        return run_id, self.follow(run_id, on_change)

    def trigger(self, conf: Mapping[str, Any], *, dag_id: str = DAG_ID, run_id: str | None = None) -> str:
        """Start one run, paused or not; returns its id.  OrchestrationError where Airflow refuses it."""
        asked = {"logical_date": None, "conf": dict(conf), **({"dag_run_id": run_id} if run_id else {})}
        with self.client() as client:
            client.patch(f"/dags/{dag_id}", json={"is_paused": False}).raise_for_status()
            created = client.post(f"/dags/{dag_id}/dagRuns", json=asked)
            if created.is_error:
                raise OrchestrationError(f"Airflow refused the run: {created.text}")
            return str(created.json()["dag_run_id"])

    def follow(self, run_id: str, on_change: Callable[[TaskProgress], None], *, dag_id: str = DAG_ID) -> str:
        """Follow a run to its end; returns its state.

        `on_change` is told of every task instance each time its state changes.
        """
        with self.client() as client:
            run_url = f"/dags/{dag_id}/dagRuns/{run_id}"
            names = _names(client.get(f"/dags/{dag_id}/tasks").raise_for_status().json())
            seen: dict[tuple[str, int], TaskProgress] = {}
            while True:
                state = str(client.get(run_url).raise_for_status().json()["state"])
                for key, progress in _tasks(client.get(f"{run_url}/taskInstances").raise_for_status().json(), names):
                    if progress.state and seen.get(key) != progress:
                        seen[key] = progress
                        on_change(progress)
                if state in _FINISHED:
                    return state
                time.sleep(_POLL_SECONDS)

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The runs of a DAG that Airflow knows, as its API tells them."""
        with self.client() as client:
            return list(client.get(f"/dags/{dag_id}/dagRuns").raise_for_status().json()["dag_runs"])


def dag_ids() -> tuple[str, ...]:
    """The DAGs of this house: each file of dags/ is one, named like it."""
    return tuple(sorted(path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")))


def _names(answer: Mapping[str, Any]) -> dict[str, str]:
    """What a person calls each task; an expanded task instance knows only its id."""
    return {task["task_id"]: str(task["task_display_name"] or task["task_id"]) for task in answer["tasks"]}


def _tasks(answer: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[tuple[str, int], TaskProgress]]:
    for instance in answer["task_instances"]:
        task_id, index, rendered = instance["task_id"], int(instance["map_index"]), instance["rendered_map_index"]
        # before a mapped task has run, its label is a bare number
        label = str(rendered) if index >= 0 and rendered and rendered != str(index) else ""
        yield (task_id, index), TaskProgress(names[task_id], label, str(instance["state"] or ""))


@contextmanager
def airflow_for(
    home: Home, *, keeps: bool = False, schedule: str | None = None, port: int | None = None
) -> Iterator[Airflow]:
    """The home's Airflow: the one that runs already, else one of our own for as long as the block lasts.

    Where it `keeps` running, the inbox is watched and each DAG has its schedule (xushi/schedules.py); `schedule` is
    another one for the monthly refresh, empty for none.  Otherwise nothing starts in it but what is triggered.
    """
    home.airflow.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.airflow / "instance.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        running = _running(home)
        _wait_until_ready(running, home)
        yield running
        return
    try:
        with _started(home, _kept(schedule) if keeps else BY_HAND_ONLY, port) as started:
            started.prepare(keeps=keeps)
            yield started
    finally:
        lock.release()


def command(home: Home, arguments: Sequence[str]) -> int:
    """Airflow's own command on this home's Airflow, running or not; its exit status.

    What Airflow's pages refuse where its metadata are in SQLite goes this way: a backfill, for one, since the record of
    who asked for it holds the database.
    """
    instance = _announced(home) or Airflow("http://127.0.0.1:0", _secret(home, "password"))
    airflow = [sys.executable, "-m", "airflow", *arguments]
    return subprocess.call(airflow, env=_environment(home, instance), cwd=home.airflow)  # noqa: S603  # nosec B603


def _kept(schedule: str | None) -> dict[str, str]:
    """Settings of an Airflow that is kept up: a DAG that it meets for the first time runs by itself at once."""
    return {_UNPAUSED: "False", **({} if schedule is None else {_REFRESH: schedule})}


def _running(home: Home) -> Airflow:
    """The instance that another process keeps up for this home."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if (found := _announced(home)) is not None:
            return found
        time.sleep(_POLL_SECONDS)
    raise OrchestrationError(f"another process holds {home.airflow / 'instance.lock'} but no Airflow answers for it")


def _announced(home: Home) -> Airflow | None:
    """The instance that says of itself that it runs for this home."""
    path = home.airflow / "instance.json"
    return Airflow(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


@contextmanager
def _started(home: Home, settings: Mapping[str, str], port: int | None) -> Iterator[Airflow]:
    _end_leftover(home)
    instance = Airflow(f"http://127.0.0.1:{port or _free_port()}", _secret(home, "password"))
    environment = {**_environment(home, instance), **settings}
    log = home.root / "logs" / "airflow.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        process = subprocess.Popen(  # nosec B603 (a command of ours)
            [sys.executable, "-m", "airflow", "standalone"],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=home.airflow,
            start_new_session=True,  # so that every process of it can be ended together
        )
    info = home.airflow / "instance.json"
    leader = _leader_file(home)
    leader.write_text(str(process.pid), encoding="utf-8")
    try:
        _wait_until_ready(instance, home, process)
        _write_private(info, json.dumps({"url": instance.url, "password": instance.password}))
        yield instance
    finally:
        info.unlink(missing_ok=True)
        _stop(process)
        leader.unlink(missing_ok=True)


def _leader_file(home: Home) -> Path:
    return home.airflow / "standalone.pid"


def _end_leftover(home: Home) -> None:
    """End the Airflow of an owner that was killed: two schedulers must never share one metadata database.

    Called with the instance lock held, so nobody else's Airflow can be meant.
    """
    path = _leader_file(home)
    if not path.exists():
        return
    pid = int(path.read_text(encoding="utf-8"))
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        # the number may belong to another program by now
        if b"airflow" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.killpg(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    (home.airflow / "instance.json").unlink(missing_ok=True)


def _wait_until_ready(instance: Airflow, home: Home, process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not instance.is_ready():
        if process is not None and process.poll() is not None:
            raise OrchestrationError(
                f"Airflow ended while starting (exit status {process.returncode}); see {home.root / 'logs/airflow.log'}"
            )
        if time.monotonic() > deadline:
            raise OrchestrationError(
                f"Airflow was not ready after {_READY_SECONDS} s; see {home.root / 'logs/airflow.log'}"
            )
        time.sleep(_POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End standalone and all it started: first politely, then for certain."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):  # at SIGINT standalone waits for what does not end
        try:
            os.killpg(process.pid, signal_number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        # the leader is gone; sweep what it may have left in its group
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        break


def _environment(home: Home, instance: Airflow) -> dict[str, str]:
    """Airflow's settings for one machine: four workers, one API process, loopback only, nothing sent outside."""
    port = instance.url.rsplit(":", 1)[1]
    passwords = home.airflow / "passwords.json"
    _write_private(passwords, json.dumps({USER: instance.password}))
    settings = {
        "CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "xushi.executor.WarmExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        # half a minute is not enough where the machine does other things too
        "CORE__DAGBAG_IMPORT_TIMEOUT": "180",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "240",
        # the files change with the program alone: parsed every 30 s, as is Airflow's habit, they cost half a core
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        "CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "CORE__EXECUTION_API_SERVER_URL": f"{instance.url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "CORE__FERNET_KEY": _secret(home, "fernet"),
        "DATABASE__SQL_ALCHEMY_CONN": os.environ.get("XUSHI_AIRFLOW_DB") or f"sqlite:///{home.airflow / 'airflow.db'}",
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__BASE_URL": instance.url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": _secret(home, "session"),
        "API_AUTH__JWT_SECRET": _secret(home, "token"),
        "API_AUTH__JWT_ALGORITHM": "HS512",
        "LOGGING__BASE_LOG_FOLDER": str(home.root / "logs" / "airflow"),
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        # the stages tell their lineage themselves (xushi/lineage.py); whoever wants Airflow's beside it says so
        "OPENLINEAGE__DISABLED": os.environ.get("AIRFLOW__OPENLINEAGE__DISABLED", "True"),
        **metrics.airflow_settings(),
    }
    return {
        **os.environ,
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        "AIRFLOW_HOME": str(home.airflow),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH")])),
        "XUSHI_HOME": str(home.root),
    }


def _secret(home: Home, name: str) -> str:
    """A secret of this home, made once and readable by its owner alone."""
    path = home.airflow / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(path, _fernet_key() if name == "fernet" else secrets.token_hex(32))
    return path.read_text(encoding="utf-8").strip()


def _fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode("ascii")


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
