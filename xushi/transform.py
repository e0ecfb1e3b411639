"""Drives the dbt project in this process: `transform` builds up to the candidates, `release` the published marts.

One writer: both hold the lock file beside the build database while they run.  The project reads the lake and writes
the build database, whose places it is told by XUSHI_LAKE and XUSHI_BUILD_DB; it knows no other path and no clock.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ingestion.lake import ensure_skeleton, write_parquet
from xushi import lineage, model_results, writer
from xushi.home import PROJECT_ROOT, Home
from xushi.model_results import Row
from xushi.window import Window, everything

PROJECT: Final = PROJECT_ROOT / "dbt_project"

#: Unit tests prove the models, not a month's data: they run in `make test`, never in a refresh.
_TRANSFORM: Final = ("build", "--exclude", "tag:release", "--exclude-resource-type", "unit_test")
_RELEASE: Final = ("build", "--select", "tag:release", "--exclude-resource-type", "unit_test")

#: The catalogue of checks before any gate has run; the gate writes the real one.
_NO_CHECKS: Final = pa.schema(
    [
        pa.field(name, pa.string())
        for name in ("check_id", "severity", "stage", "name_zh", "name_en", "formula", "how_to_mend")
    ]
)


class TransformError(Exception):
    """A model or a data test failed; the message is one line that names it and says why."""


class WriterBusyError(TransformError):
    """Another process holds the build database."""


def transform(home: Home, window: Window | None = None, *, nodes: list[Row] | None = None) -> dict[str, int]:
    """Build staging, intermediate, dimensions and candidates of a window of periods (default: all, from nothing).

    Returns counts of results by kind and outcome; `nodes` is given a row for each model.  Raises TransformError, or
    WriterBusyError when another process writes.
    """
    return run_dbt(home, _TRANSFORM, window, nodes=nodes)


def release(home: Home, window: Window | None = None, *, nodes: list[Row] | None = None) -> dict[str, int]:
    """Build the published marts from the candidates, the findings and the incidents, as `transform` does."""
    return run_dbt(home, _RELEASE, window, nodes=nodes)


def run_dbt(
    home: Home, command: Sequence[str], window: Window | None = None, *, nodes: list[Row] | None = None
) -> dict[str, int]:
    """Run one dbt command on the home's lake and build database under the writer's lock.

    Returns counts such as `{"model success": 60, "test pass": 160}`.
    """
    with _writing(home):
        _complete_the_lake(home.lake)
        window, batch = _batches(window or everything(home.lake))
        return _invoke(home, [*command, *_window_arguments(window, command)], nodes, batch)


def document(home: Home) -> Path:
    """Write dbt's documentation of the built warehouse as one page without a server; returns where it lies.

    Raises TransformError where nothing has been built yet.
    """
    if not home.build_database.exists():
        raise TransformError("还没有建成的数据仓库，请先运行 xushi refresh (nothing has been built yet)")
    with _writing(home):
        _run(home, ["docs", "generate", "--static"])
    page = home.root / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    return shutil.copyfile(home.build_database.parent / "dbt" / "static_index.html", page)


def _window_arguments(window: Window, command: Sequence[str]) -> tuple[str, ...]:
    """The window as dbt is told it; without an end it would run up to today, so both are always given."""
    if command[0] not in ("build", "run"):
        return ()
    span = ("--event-time-start", f"{window.first}-01", "--event-time-end", f"{window.end}-01")
    return (*span, "--full-refresh") if window.is_full else span


def _batches(window: Window) -> tuple[Window, str]:
    """The window that dbt is told, and the size of its batches ('month' or 'year').

    Each table that keeps its months pays for a batch and reads whole intermediate tables in it: from nothing, by
    months, a history would cost its square.  So a window that is at least half of the calendar years that it touches,
    such as a correction of January in autumn, is taken by years too; and a batch by years needs the whole years, or it
    would delete months whose rows nobody computed.
    """
    if window.is_full:  # there is nothing to delete
        return window, "year"
    years = Window(f"{window.first[:4]}-01", f"{window.last[:4]}-12", is_full=False)
    return (years, "year") if 2 * len(window.periods) >= len(years.periods) else (window, "month")


#: A trial looks at the lock for an instant; a writer holds it for as long as it writes.
_PATIENCE_SECONDS: Final = 2


@contextmanager
def _writing(home: Home) -> Iterator[None]:
    """A stage of a refresh holds the lock already; anybody else is told at once that somebody writes."""
    with ExitStack() as held:
        try:
            held.enter_context(writer.writing(home, "dbt", patience=_PATIENCE_SECONDS))
        except writer.BusyError as error:
            raise WriterBusyError(str(error)) from None
        yield


def _complete_the_lake(lake: Path) -> None:
    """Every glob of the models finds a file with its schema, in a new home too."""
    ensure_skeleton(lake)
    catalogue = lake / "registry" / "checks.parquet"
    if not catalogue.exists():
        write_parquet(_NO_CHECKS.empty_table(), catalogue)


def _invoke(home: Home, command: Sequence[str], nodes: list[Row] | None, batch: str) -> dict[str, int]:
    """Run what builds or tests; counts of results by kind and outcome."""
    results = _run(home, [*command, "--no-write-json"], batch).results
    lineage.models(results)
    rows = model_results.rows_of(results)
    model_results.tell(rows)
    if nodes is not None:
        nodes.extend(rows)
    built = [r for r in results if r.node.resource_type != "exposure"]  # who reads, not what is built
    return dict(sorted(Counter(f"{r.node.resource_type} {r.status}" for r in built).items()))


def _run(home: Home, command: Sequence[str], batch: str = "month") -> Any:
    from dbt.cli.main import dbtRunner  # costs seconds: only for those who build

    told: list[str] = []

    def listen(event: Any) -> None:
        if event.info.name == "CatchableExceptionOnRun":
            told.append(event.info.msg)

    places = _NOWHERE | {"XUSHI_LAKE": str(home.lake), "XUSHI_BUILD_DB": str(home.build_database)}
    with _environment(places):
        try:
            runner = dbtRunner(manifest=_manifest_of(home, batch), callbacks=[listen, model_results.listen])
            outcome: Any = runner.invoke(_arguments(home, command))
        finally:
            _let_go()
    if not outcome.success:
        raise TransformError(_why(outcome, told))
    return outcome.result


def _manifest_of(home: Home, batch: str) -> Any:
    """The project as dbt parsed it, with this home's lake and batch.

    Parsing costs a quarter of a small refresh, and dbt does it anew wherever a setting differs from the last time.  So
    it is parsed without a place, and what was parsed stays good for every home, for copies that try a decision, and
    from the first build to the months after it.
    """
    from dbt.cli.main import dbtRunner

    with _environment(_NOWHERE):
        outcome: Any = dbtRunner().invoke(_arguments(home, ["parse", "--no-write-json"]))
    if not outcome.success:
        raise TransformError(_why(outcome, []))
    manifest = outcome.result
    for source in manifest.sources.values():
        source.relation_name = _in_the_lake(home, source.relation_name)
        for meta in (source.meta, source.source_meta, source.config.meta):
            if "external_location" in meta:
                meta["external_location"] = _in_the_lake(home, meta["external_location"])
    for node in manifest.nodes.values():
        if getattr(node.config, "batch_size", None):
            node.config.batch_size = batch
    return manifest


#: The settings that name a home's places, of no home; the build database's name is its catalogue's in any folder.
_NOWHERE: Final = {
    "XUSHI_LAKE": "the-lake-of-a-home",
    "XUSHI_BUILD_DB": Home(Path()).build_database.name,
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
}


def _in_the_lake(home: Home, location: str) -> str:
    """A source's place as SQL, its path quoted."""
    return location.replace(_NOWHERE["XUSHI_LAKE"], str(home.lake).replace("'", "''"))


def _arguments(home: Home, command: Sequence[str]) -> list[str]:
    return [
        *command,
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(home.build_database.parent / "dbt"), "--log-path", str(home.root / "logs")),
        *("--log-level", "none", "--log-level-file", "info", "--no-use-colors"),
    ]


def _let_go() -> None:
    """Close the database and the log file even where dbt failed: a gate of the same process opens the former next."""
    from dbt.adapters.duckdb import connections

    manager: Any = connections.DuckDBConnectionManager
    if manager._ENV is not None:  # its own close_all_connections only forgets the connection
        manager._ENV.close()
    manager.close_all_connections()
    log = logging.getLogger("file_log")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _why(outcome: Any, told: Sequence[str]) -> str:
    """One line: the first thing that failed, and how many more did; `told` is what dbt's log says of errors.

    The result of a model that keeps its months says no more than that a batch failed: the reason is in the log alone.
    """
    results = getattr(outcome.result, "results", None) or ()
    failed = [r for r in results if r.status in ("error", "fail", "runtime error", "partial success")]
    if not failed:
        return f"dbt: {_one_line(outcome.exception)}"
    first = failed[0]
    said = next((message for message in told if first.node.name in message), "") or first.message
    more = f" (+{len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"dbt {first.node.resource_type} {first.node.name} failed: {_one_line(said)}{more}"


def _one_line(message: object) -> str:
    """The telling part of a message: without line breaks, without the trace of macros, no longer than a line or two."""
    lines = [line.strip() for line in str(message).splitlines()]
    told = " ".join(line for line in lines if line and not line.startswith((">", "compiled code at")))
    return told if len(told) <= 400 else told[:399] + "…"
