"""Many stewards at once, and any sequence of what they and the checks do: one winner, legal states, one entry each."""

from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Barrier as ThreadBarrier

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import incidents
from registry.audit import Person
from registry.incidents import IllegalActionError, StaleIncidentError
from registry.migrate import upgrade
from tests.registry.desk import ACTIONS, ALLOWED, AT, LOGGED, act, found, sync, told

THREADS = 6
PROCESSES = 2
ROUNDS = 12

_start: Barrier


def test_of_threads_that_act_at_once_exactly_one_succeeds(engine: Engine) -> None:
    names = [name for name in ACTIONS if name != "reopen"]
    ready = ThreadBarrier(THREADS)

    def attempt(worker: int, key: str) -> str:
        ready.wait()
        return _attempt(engine, names[worker % len(names)], key, worker)

    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(ROUNDS):
            one = found(f"r{number}")
            sync(engine, one)
            outcomes = list(pool.map(attempt, range(THREADS), itertools.repeat(one.incident_id)))
            _one_won(engine, one.incident_id, outcomes)


def test_of_processes_that_share_a_file_exactly_one_succeeds(tmp_path: Path) -> None:
    url, context = f"sqlite:///{tmp_path / 'registry.sqlite'}", get_context("spawn")
    engine = upgrade(url)
    keys = [found(f"r{number}").incident_id for number in range(ROUNDS)]
    sync(engine, *(found(f"r{number}") for number in range(ROUNDS)))
    with ProcessPoolExecutor(
        PROCESSES, mp_context=context, initializer=_remember, initargs=(context.Barrier(PROCESSES),)
    ) as pool:
        tried = list(pool.map(_race, [url] * PROCESSES, [keys] * PROCESSES, range(PROCESSES)))
    for key, outcomes in zip(keys, zip(*tried, strict=True), strict=True):
        _one_won(engine, key, list(outcomes))
    engine.dispose()


def _remember(start: Barrier) -> None:
    global _start
    _start = start


def _race(url: str, keys: list[str], worker: int) -> list[str]:
    engine = upgrade(url)
    outcomes = []
    for key in keys:
        _start.wait(60)
        outcomes.append(_attempt(engine, ("accept", "assign")[worker], key, worker))
    engine.dispose()
    return outcomes


def _attempt(engine: Engine, name: str, key: str, worker: int) -> str:
    try:
        act(engine, name, key, by=Person(f"甲{worker}", "steward"))
    except StaleIncidentError as error:
        assert error.incident.version == 2
        return ""
    return f"甲{worker}"


def _one_won(engine: Engine, key: str, outcomes: list[str]) -> None:
    (winner,) = [name for name in outcomes if name]
    (entry,) = told(engine, key)
    assert entry.actor == winner
    assert incidents.get(engine, key).version == 2


@dataclass(slots=True)
class Model:
    """What an incident must be after the steps so far, said once more and simpler."""

    condition: str = "new"
    version: int = 1
    text: str = "甲"
    logged: tuple[str, ...] = ()

    def do(self, name: str) -> None:
        """A steward's action that is allowed."""
        self.condition = {
            "acknowledge": "acknowledged", "assign": "assigned", "hand_back": "assigned", "take_up": "assigned",
            "accept": "settled", "determined": "settled", "reopen": "new",
        }[name]  # fmt: skip
        self._log(LOGGED[name])

    def fail(self, text: str) -> None:
        """The checks found the record failing."""
        if text != self.text:
            self.text, self.version = text, self.version + 1
        if self.condition in ("agreed", "settled, then agreed"):
            self.condition = "new"
            self._log("reopened")

    def agree(self) -> None:
        """The checks found nothing: what a steward had settled keeps its settlement."""
        if self.condition == "settled":
            self.condition, self.version = "settled, then agreed", self.version + 1
        elif self.condition not in ("agreed", "settled, then agreed"):
            self.condition = "agreed"
            self._log("agreed")

    def _log(self, action: str) -> None:
        self.version += 1
        self.logged += (action,)

    @property
    def state(self) -> str:
        return self.condition if self.condition in ("new", "acknowledged", "assigned") else "resolved"


STEPS = st.one_of(
    st.tuples(st.sampled_from(sorted(ACTIONS)), st.sampled_from([0, 0, 0, -1, 1])),
    st.tuples(st.just("fail"), st.sampled_from(["甲", "乙"])),
    st.tuples(st.just("agree"), st.none()),
)
_records = itertools.count()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=14))
def test_whatever_is_done_states_are_legal_and_every_change_stands_in_the_log(
    engine: Engine, steps: list[tuple[str, object]]
) -> None:
    record = f"r{next(_records)}"
    one, model = found(record, check_id=record, message_zh="甲"), Model()
    sync(engine, one, checks=(record,))
    for day, (name, detail) in enumerate(steps, start=1):
        before = model.version
        _step(engine, model, one.incident_id, name, detail, record, day)
        incident = incidents.get(engine, one.incident_id)
        assert (incident.state, incident.version, incident.message_zh) == (model.state, model.version, model.text)
        assert incident.is_failing == (model.condition not in ("agreed", "settled, then agreed"))
        assert (incident.resolution is not None) == (incident.state == "resolved") == (incident.resolved_at is not None)
        assert incident.version >= before
        assert incident.reopen_count == sum(action.startswith("reopen") for action in model.logged)
    assert [entry.action for entry in sorted(told(engine, one.incident_id), key=lambda e: e.at)] == list(model.logged)


def _step(engine: Engine, model: Model, key: str, name: str, detail: object, record: str, day: int) -> None:
    """Do a step on both; what must be refused is, and as it must be."""
    if name == "fail":
        sync(engine, found(record, check_id=record, message_zh=str(detail)), day=day, checks=(record,))
        model.fail(str(detail))
        return
    if name == "agree":
        sync(engine, day=day, checks=(record,))
        model.agree()
        return
    refused: type[Exception] | None = None
    try:
        act(engine, name, key, model.version + int(str(detail)), at=AT + timedelta(days=day))
    except (StaleIncidentError, IllegalActionError) as error:
        refused = type(error)
    if detail:
        assert refused is StaleIncidentError
    elif model.condition in ALLOWED[name]:
        assert refused is None
        model.do(name)
    else:
        assert refused is IllegalActionError
