"""What a warm process is ordered to do: one stage of a refresh, or to look at a home."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.faults.comparing import state_of
from xushi import refresh
from xushi.home import Home


def load() -> None:
    """Everything that the stages import late, so that a fork has it already; starts no thread and opens no file."""

    import xushi.publication
    import xushi.summary_text  # noqa: F401


def discover(home: str, inbox: str, run_id: str, period: str | None = None) -> dict[str, Any]:
    """The plan of a new run."""
    return refresh.discover(home, inbox, period, run_id)


def stage(name: str, plan: dict[str, Any], **more: Any) -> Any:
    """One stage after the plan is made."""
    return getattr(refresh, name)(plan, **more)


def receive_and_read(home: str, inbox: str, run_id: str) -> list[str]:
    """The first half of a refresh: what is registered, read and named; answers what was wrong in the inbox."""
    plan = discover(home, inbox, run_id)
    for batch in plan["batches"]:
        refresh.extract(plan, batch)
    refresh.resolve(plan)
    told: list[str] = json.loads((Path(home) / "reports" / run_id / "stages" / "discover.json").read_text("utf-8"))[
        "problems"
    ]
    return told


def run_to_the_end(home: str, inbox: str, run_id: str, period: str | None = None) -> dict[str, Any]:
    """A whole refresh."""
    plan = discover(home, inbox, run_id, period)
    for batch in plan["batches"]:
        refresh.extract(plan, batch)
    if refresh.has_changes(plan):
        for name in ("raw_gate", "transform", "mart_gate", "release", "publish"):
            getattr(refresh, name)(plan)
    return refresh.summary(plan)


def look(home: str) -> dict[str, Any]:
    """What stands in a home, without clocks."""
    return state_of(Home(Path(home)))


def digest_of(value: object) -> str:
    """One line for a whole state."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def at_another_hour(hours: float, order: str, given: dict[str, Any]) -> Any:
    """An order on a machine whose clock stands so many hours off, wherever the project reads it."""
    import datetime as module
    import sys

    class Clock(module.datetime):
        @classmethod
        def now(cls, tz: module.tzinfo | None = None) -> Any:
            return module.datetime.now(tz) + module.timedelta(hours=hours)  # plain: it goes to other processes

    for name, loaded in list(sys.modules.items()):
        own = name.split(".")[0] in ("xushi", "ingestion", "registry", "publishing", "expectations")
        if own and getattr(loaded, "datetime", None) is module.datetime:
            setattr(loaded, "datetime", Clock)  # noqa: B010 (a module's attribute, by its name)
    return globals()[order](**given)
