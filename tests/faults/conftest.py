"""A warm process, a home as it stood after July, and what the rest of the samples leaves where nobody disturbs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, built_once, copy_of_home
from tests.faults.comparing import path_free
from tests.faults.killing import measure

INBOX = ROOT / "samples" / "inbox"


@dataclass(slots=True)
class Warm:
    """Gives orders and waits for the answers."""

    process: subprocess.Popen[str]

    def __call__(self, do: str, kill: dict[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
        """What became of an order: `ended` (done, killed, failed), `answer`, `events`, `seconds`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "with": arguments, "kill": kill}) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def done(self, do: str, **arguments: Any) -> Any:
        """The answer of an order that must succeed."""
        told = self(do, **arguments)
        assert told["ended"] == "done", told
        return told["answer"]


@contextmanager
def warm_process(**settings: str) -> Iterator[Warm]:
    """A warm process with settings of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.warm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | settings,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ended"] == "ready"
        yield Warm(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    with warm_process() as process:
        yield process


@pytest.fixture(scope="session")
def july(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Path:
    """A home that has published July; tests copy it."""
    return built_once(
        tmp_path_factory, "july",
        lambda home: warm.done("run_to_the_end", home=str(home), inbox=str(INBOX), run_id="july", period="2023-07"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory, warm: Warm, july: Path) -> Path:
    """The rest of the samples has come and nothing happened: what stands in the home, and what each stage cost."""

    def build(folder: Path) -> None:
        home = copy_of_home(july, folder / "home")
        (folder / "measured.json").write_text(json.dumps(measure(warm, home, INBOX)), "utf-8")
        (folder / "state.json").write_text(json.dumps(path_free(warm.done("look", home=str(home)), home)), "utf-8")

    return built_once(tmp_path_factory, "quiet", build)


@pytest.fixture(scope="session")
def undisturbed(quiet: Path) -> dict[str, Any]:
    """What stands in a home after a run that nothing disturbed."""
    state: dict[str, Any] = json.loads((quiet / "state.json").read_text("utf-8"))
    return state


@pytest.fixture(scope="session")
def measured(quiet: Path) -> dict[str, dict[str, float]]:
    """Events and seconds of each stage of that run."""
    found: dict[str, dict[str, float]] = json.loads((quiet / "measured.json").read_text("utf-8"))
    return found
