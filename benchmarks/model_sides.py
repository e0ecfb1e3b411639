"""One side of the models' benchmark, in a process of its own so that its peak of memory is its own.

`python -m benchmarks.model_sides SIDE HOME` prints one JSON object: seconds by the clock and of the processor, the peak
in MB, seconds by dbt node, and what else the side tells.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from xushi import build_state
from xushi import transform as models
from xushi.home import Home
from xushi.window import Window

BY_HAND = Path(__file__).with_name("by_hand.sql")
_NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_nodes: dict[str, float] = {}


def by_hand(home: Home) -> dict[str, Any]:
    """The fact table as by_hand.sql writes it, in a database of its own."""
    hand_database(home).unlink(missing_ok=True)
    with duckdb.connect(str(hand_database(home))) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set variable lake = ?", [str(home.lake)])
        connection.execute(BY_HAND.read_text(encoding="utf-8"))
        (rows,) = connection.execute("select count(*) from fct_task_progress").fetchone() or (0,)
    return {"rows": rows}


def hand_database(home: Home) -> Path:
    return home.root / "by_hand.duckdb"


def start_up(home: Home) -> dict[str, Any]:
    """What dbt takes to find that there is nothing to build; it reads the whole project in a new home."""
    models.run_dbt(home, ("build", "--select", "no_such_model"), Window("2015-01", "2015-01", is_full=False))
    return {}


def fact_table(home: Home) -> dict[str, Any]:
    """The models that fct_task_progress rests on, and it."""
    models.run_dbt(home, ("build", "--select", "+fct_task_progress", *_NO_TESTS))
    return {}


def refresh(home: Home) -> dict[str, Any]:
    """What `xushi.refresh` does with the models, data tests and all: the windows, the transform, the release."""
    before = time.perf_counter()
    window = build_state.window_to_build(home)
    build_state.begin(home, window)
    told: dict[str, Any] = {"window": f"{window.first}…{window.last}", "windows": time.perf_counter() - before}
    models.transform(home, window)
    before = time.perf_counter()
    build_state.built(home, run_id="bench", inputs="")
    to_release = build_state.window_to_release(home)
    told["windows"] += time.perf_counter() - before
    models.release(home, to_release)
    before = time.perf_counter()
    build_state.released(home)
    told["windows"] += time.perf_counter() - before
    return told


SIDES: dict[str, Callable[[Home], dict[str, Any]]] = {
    "by_hand": by_hand,
    "start_up": start_up,
    "fact_table": fact_table,
    "refresh": refresh,
}


def _record_nodes() -> None:
    """Keep what dbt says of each node, which the product only counts."""
    from dbt.cli import main as cli

    class Recording(cli.dbtRunner):
        def invoke(self, args: list[str], **kwargs: Any) -> Any:
            outcome = super().invoke(args, **kwargs)
            for result in getattr(outcome.result, "results", None) or ():
                kind = "test/" if result.node.resource_type == "test" else ""
                _nodes[kind + result.node.name] = _nodes.get(kind + result.node.name, 0) + result.execution_time
            return outcome

    cli.dbtRunner = Recording  # type: ignore[misc]


def main() -> None:
    side, home = sys.argv[1], Home(Path(sys.argv[2]))
    if side != "by_hand":
        _record_nodes()
    clock, cpu = time.perf_counter(), time.process_time()
    told = SIDES[side](home)
    told |= {"seconds": time.perf_counter() - clock, "cpu": time.process_time() - cpu, "nodes": _nodes}
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
