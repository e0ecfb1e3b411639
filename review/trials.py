"""Decisions on trial in the background: each in a process of its own, asked for by its number until it is done."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import uuid4

from xushi.home import Home
from xushi.trial import Decision

#: Trials that are remembered; the oldest is forgotten, and its page says so.
_KEPT: Final = 200
#: A trial costs seconds of every core: one at a time, the others wait their turn.
_AT_ONCE: Final = threading.Semaphore(1)
_SECONDS: Final = 600


@dataclass(slots=True)
class Trial:
    """A decision on trial, with what the person wrote beside it; `outcome` or `error` once it is done."""

    incident_id: str
    decision: Decision
    form: dict[str, str]
    owner: str
    state: str = "waiting"  # waiting, running, done, failed
    outcome: dict[str, Any] | None = None
    error: str | None = None
    number: str = field(default_factory=lambda: uuid4().hex)


class Trials:
    """The trials of one desk."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._kept: OrderedDict[str, Trial] = OrderedDict()
        self._guard = threading.Lock()

    def begin(self, trial: Trial) -> Trial:
        """Start a trial and come back at once."""
        with self._guard:
            self._kept[trial.number] = trial
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        threading.Thread(target=self._run, args=(trial,), daemon=True).start()
        return trial

    def get(self, number: str, owner: str) -> Trial | None:
        """A trial of one's own, or None."""
        found = self._kept.get(number)
        return found if found is not None and found.owner == owner else None

    def _run(self, trial: Trial) -> None:
        with _AT_ONCE:
            trial.state = "running"
            try:
                trial.outcome, trial.error = self._answer(trial.decision)
            except subprocess.TimeoutExpired:
                trial.error = f"试算超过 {_SECONDS} 秒未完成 (the trial took too long)"
            except (OSError, ValueError, IndexError) as error:  # a page must not wait for what has ended
                trial.error = f"试算未能进行 (the trial could not be made): {error}"
            trial.state = "failed" if trial.error else "done"

    def _answer(self, decision: Decision) -> tuple[dict[str, Any] | None, str | None]:
        done = subprocess.run(  # noqa: S603 (this very program)
            [sys.executable, "-m", "xushi.trial", str(self._home.root)],
            input=json.dumps(asdict(decision)),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])  # whatever a library said before
            return answer, None
        lines = done.stderr.strip().splitlines() or ["xushi.trial: no answer"]
        return None, lines[-1].removeprefix("xushi.trial: ")
