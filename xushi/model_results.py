"""What dbt did, model by model, where people look for it: the task's log, its XCom, the run's report.

One dbt process builds all models, for it is the one writer; so a model is no task of its own in Airflow's UI.  Its
result is a line of the task's log while dbt runs, one of a group by layer when it has ended, and a row of the answer.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

_LOG: Final = logging.getLogger(__name__)

#: What is built, as against what is tested.
_BUILT: Final = frozenset({"model", "seed", "snapshot"})
_WORDS: Final = {
    "success": "完成", "pass": "通过", "error": "出错", "fail": "未通过", "skipped": "因上游出错而跳过",
    "partial success": "部分批次出错", "warn": "警告", "runtime error": "出错",
}  # fmt: skip

#: The layers as data pass through them; any other comes last.
_ORDER: Final = ("seed", "staging", "intermediate", "marts", "audit")

Row = dict[str, Any]


def listen(event: Any) -> None:
    """A callback of dbt: a line for each model when it has been built, and for a test that failed."""
    if event.info.name != "NodeFinished":
        return
    node, result = event.data.node_info, event.data.run_result
    is_built = node.resource_type in _BUILT
    if is_built or (node.resource_type == "test" and result.status not in ("pass", "skipped")):
        kind = "模型 model" if is_built else "检验 test"
        _LOG.info("%s %s %s %.2f s", kind, node.node_name, _word(result.status), result.execution_time)


def rows_of(results: Iterable[Any]) -> list[Row]:
    """A row for each model and seed that was built: layer, status, seconds, how its tests ended."""
    found = list(results)
    tests: dict[str, Counter[str]] = defaultdict(Counter)
    for result in found:
        if result.node.resource_type not in _BUILT:
            tests[getattr(result.node, "attached_node", None) or ""][str(result.status)] += 1
    return [
        {
            "model": result.node.name,
            "layer": result.node.fqn[1] if len(result.node.fqn) > 2 else result.node.resource_type,
            "status": str(result.status),
            "seconds": round(float(result.execution_time or 0), 3),
            "tests": dict(sorted(tests[result.node.unique_id].items())),
        }
        for result in found
        if result.node.resource_type in _BUILT
    ]


def tell(rows: Sequence[Row]) -> None:
    """Log the models once more in groups by layer, which Airflow's log view folds."""
    for layer in sorted({row["layer"] for row in rows}, key=lambda name: (*_ORDER, name).index(name)):
        of_layer = [row for row in rows if row["layer"] == layer]
        seconds = sum(row["seconds"] for row in of_layer)
        _LOG.info("::group::%s：%d 个模型 models，%.1f s", layer, len(of_layer), seconds)
        for row in of_layer:
            ended = "，".join(f"{_word(status)} {count}" for status, count in row["tests"].items())
            tests = f"；检验 tests {ended}" if ended else ""
            _LOG.info("%s %s %.2f s%s", row["model"], _word(row["status"]), row["seconds"], tests)
        _LOG.info("::endgroup::")


def _word(status: object) -> str:
    return _WORDS.get(str(status), str(status))
