"""A process that has loaded everything and forks for each order, so that a stage begins, and dies, within milliseconds.

Orders come as JSON lines on standard input, answers go out as JSON lines on standard output.  An order names a function
of `tests.faults.orders`, its arguments, and when the process that works on it is killed: at the n-th event that touches
a file (`at_event`), or after so many seconds (`after`); `group` says whether what it started is killed with it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, Final

#: What touches a file, a process or a database: the moments between two of them leave different things behind.
EVENTS: Final = frozenset(
    {
        "open", "os.rename", "os.remove", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate",
        "shutil.rmtree", "sqlite3.connect", "subprocess.Popen", "os.fork", "os.posix_spawn",
    }
)  # fmt: skip
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Counter:
    """Counts the events of this process; at the chosen one the process dies as by `kill -9`."""

    def __init__(self, at: int | None, group: bool) -> None:
        self.seen, self._at, self._group = 0, at, group
        sys.addaudithook(self._on_event)

    def _on_event(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name not in EVENTS or (name == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITES)):
            return
        self.seen += 1
        if self.seen == self._at:
            end = os.killpg if self._group else os.kill
            end(os.getpid(), signal.SIGKILL)


def _work(order: dict[str, Any], answer: Path) -> None:
    """In the forked process: do as ordered and leave the answer in a file."""
    from tests.faults import orders

    os.setsid()
    kill = order.get("kill") or {}
    counter = Counter(kill.get("at_event"), bool(kill.get("group")))
    try:
        told = {"ended": "done", "answer": getattr(orders, order["do"])(**order["with"])}
    except Exception as error:  # noqa: BLE001 (whatever it is, the test sees it)
        told = {"ended": "failed", "error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    answer.write_text(json.dumps(told | {"events": counter.seen}), "utf-8")


def serve() -> None:
    """Answer orders until standard input ends."""
    from tests.faults import orders

    orders.load()
    home = Path(tempfile.mkdtemp(prefix="xushi-warm-"))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a stage prints is no answer
    print(json.dumps({"ended": "ready"}), file=out, flush=True)
    for number, line in enumerate(sys.stdin):
        order, path = json.loads(line), home / f"{number}.json"
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _work(order, path)
            os._exit(0)
        _wait(pid, order.get("kill") or {})
        told = json.loads(path.read_text("utf-8")) if path.exists() else {"ended": "killed"}
        path.unlink(missing_ok=True)
        print(json.dumps(told | {"seconds": time.monotonic() - began}), file=out, flush=True)


def _wait(pid: int, kill: dict[str, Any]) -> None:
    """Until the process has ended, by itself or by us."""
    handle = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        after = kill.get("after")
        if after is not None and not poll.poll(after * 1000):
            end = os.killpg if kill.get("group") else os.kill
            end(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    finally:
        os.close(handle)


if __name__ == "__main__":
    serve()
