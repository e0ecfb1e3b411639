"""Who does a run, written down so that a later run can tell whether it is still being done.

`process|HOST|PID|STARTED` for a run in one process, `airflow|HOME|DAG|RUN` for one of Airflow's.  A run is called dead
only where that is certain: its process is gone from this machine, or its Airflow says that it has ended.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Final

import psutil
from sqlalchemy import Engine

from registry import run_history

_LOG: Final = logging.getLogger(__name__)

#: DAG and run → the state that Airflow knows of, or None where it knows no such run.
AirflowState = Callable[[str, str], str | None]

_ENDED: Final = frozenset({"success", "failed"})
#: Two readings of one start differ by less than this.
_SAME_START_SECONDS: Final = 2.0


def this_runner() -> str:
    """Who does the run that this process works on."""
    dag, run = os.environ.get("AIRFLOW_CTX_DAG_ID"), os.environ.get("AIRFLOW_CTX_DAG_RUN_ID")
    if dag and run:
        return f"airflow|{_airflow_home()}|{dag}|{run}"
    return f"process|{socket.gethostname()}|{os.getpid()}|{psutil.Process().create_time():.0f}"


def why_dead(runner: str | None, airflow_state: AirflowState | None = None) -> str | None:
    """How it is known that nobody does a run any more; None where it lives, or where that cannot be known from here."""
    kind, _, rest = (runner or "").partition("|")
    if kind == "process":
        host, pid, started = rest.rsplit("|", 2)
        if host == socket.gethostname() and not _lives(int(pid), float(started)):
            return f"进程 {pid} 已不在，运行中断，没有留下原因 (its process is gone)"
    elif kind == "airflow" and airflow_state is not None:
        home, dag, run = rest.split("|", 2)
        if home != _airflow_home():
            return None
        state = airflow_state(dag, run)
        if state is None:
            return f"Airflow 中已没有这次运行（{dag}） (Airflow knows no such run)"
        if state in _ENDED:
            return f"Airflow 中这次运行已结束（{state}），没有留下原因；见其任务日志 (ended in Airflow without a word)"
    return None


def close_dead(engine: Engine, own: str, *, at: datetime) -> list[str]:
    """End every run that is recorded as running and that nobody does; the ids of those ended."""
    closed = []
    for run in run_history.find(engine, status="running", limit=1000):
        line = None if run.run_id == own else why_dead(run.runner, state_in_airflow())
        if line and run_history.mark_dead(engine, run.run_id, at=at, line=line):
            _LOG.warning("运行 %s：%s", run.run_id, line, extra={"event": "run_dead", "dead_run_id": run.run_id})
            closed.append(run.run_id)
    return closed


def state_in_airflow() -> AirflowState | None:
    """How a task of Airflow asks for the state of another run; None outside of a task."""
    if not os.environ.get("AIRFLOW_CTX_DAG_RUN_ID"):
        return None
    from airflow.sdk.exceptions import AirflowRuntimeError
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    def ask(dag: str, run: str) -> str | None:
        try:
            return str(RuntimeTaskInstance.get_dagrun_state(dag, run))
        except AirflowRuntimeError as error:
            known = (error.error.detail or {}).get("status_code") != 404
            return "unknown" if known else None  # an Airflow that does not answer proves nothing

    return ask


def _lives(pid: int, started: float) -> bool:
    """Whether that very process is there: its number may belong to another program by now."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) <= _SAME_START_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def _airflow_home() -> str:
    return os.environ.get("AIRFLOW_HOME", "")
