"""A refresh that is killed again and again at seeded moments, and comes to its end all the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # which measures by this module
    from tests.faults.conftest import Warm

#: The stages in their order; extract is one a batch, has_changes resolves identities.
STAGES: Final = (
    "discover", "extract", "has_changes", "raw_gate", "transform", "mart_gate", "release", "publish", "summary",
)  # fmt: skip
#: How often a killed stage is not tried again, as Airflow does, but its whole run given up for a new one.
_GIVEN_UP: Final = 0.15
#: Of the time that a stage took when it was missed.
_SOONER: Final = 0.8


@dataclass(slots=True)
class Killed:
    """How often each stage was killed, and the moments, to be named where something is found wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    moments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Killer:
    """Works a home through the stages, and kills each the given number of times before it lets it pass.

    `measured` is what a stage did undisturbed: events and seconds, by its name.
    """

    warm: Warm
    home: Path
    inbox: Path
    dice: random.Random
    measured: dict[str, dict[str, float]]
    told: Killed = field(default_factory=Killed)
    runs: int = 0

    def work(self, each: int) -> Killed:
        """Until the end is reached, with `each` kills of every stage on the way."""
        left = dict.fromkeys(STAGES, each)
        self.measured = {name: dict(costs) for name, costs in self.measured.items()}  # corrected on the way
        while not self._through(left):
            pass
        return self.told

    def _through(self, left: dict[str, int]) -> bool:
        """One run through the stages; False where it was given up after a kill."""
        self.runs += 1
        plan: dict[str, Any] = {}
        for name, order in self.orders(plan):
            while True:
                kill = self._moment(name) if left[name] > 0 else None
                told = self.warm(order["do"], kill, **order["with"])
                if told["ended"] == "killed":
                    left[name] -= 1
                    self.told.kills[name] += 1
                    self.told.moments.append(f"{name} {kill}")
                    # what died in publish may have published, and the run after it would have nothing to publish
                    is_needed = name == "publish" and left[name] > 0
                    if self.dice.random() < _GIVEN_UP and not is_needed:
                        return False
                elif kill is None or told["ended"] != "done":
                    break
                else:  # it ended before the blow, and is done again, as somebody clears a task: strike sooner
                    self.measured[name] = {"events": told["events"], "seconds": told["seconds"] * _SOONER}
            assert told["ended"] == "done", (self.told.moments, told)
            plan.update(told["answer"] if name == "discover" else {})
            plan["changed"] = told["answer"] if name == "has_changes" else plan.get("changed", True)
        return True

    def orders(self, plan: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each stage with its order; what discover answers comes into `plan` on the way."""
        given = {"home": str(self.home), "inbox": str(self.inbox), "run_id": f"killed-{self.runs}"}
        yield "discover", {"do": "discover", "with": given}
        for batch in plan["batches"]:
            yield "extract", {"do": "stage", "with": {"name": "extract", "plan": plan, "batch": batch}}
        for name in STAGES[2:]:
            if plan.get("changed", True) or name == "summary":
                yield name, {"do": "stage", "with": {"name": name, "plan": plan}}

    def _moment(self, name: str) -> dict[str, Any]:
        """Somewhere in the stage: at one of its events, or at one of its instants."""
        group = self.dice.random() < 0.5
        if self.dice.random() < 0.5:
            return {"at_event": self.dice.randint(1, max(1, int(self.measured[name]["events"]))), "group": group}
        return {"after": self.dice.uniform(0, self.measured[name]["seconds"]), "group": group}


def measure(warm: Warm, home: Path, inbox: Path) -> dict[str, dict[str, float]]:
    """Events and seconds of every stage of an undisturbed run; of extract, those of its first batch."""
    killer = Killer(warm, home, inbox, random.Random(0), {})  # noqa: S311 (dice, not a secret)
    plan: dict[str, Any] = {}
    found: dict[str, dict[str, float]] = {}
    for name, order in killer.orders(plan):
        told = warm(order["do"], None, **order["with"])
        assert told["ended"] == "done", told
        plan.update(told["answer"] if name == "discover" else {})
        found.setdefault(name, {"events": told["events"], "seconds": told["seconds"]})
    return found
