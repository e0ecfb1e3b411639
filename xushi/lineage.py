"""Lineage as OpenLineage events: of each run and stage what went in and what came out, of each model its columns.

By default the events are lines of `logs/openlineage.jsonl` in the home and nothing is sent; a server is a setting of
OpenLineage itself (OPENLINEAGE_URL, OPENLINEAGE__TRANSPORT__…, OPENLINEAGE_CONFIG).  Airflow's own provider is off: its
events would tell of the same runs a second time, without the data.  What fails here is a line of the log, never a run.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from xushi.home import Home
from xushi.logs import turn_over_when_full
from xushi.redaction import redact

_LOG: Final = logging.getLogger(__name__)

NAMESPACE: Final = "OPENLINEAGE_NAMESPACE"
_DEFAULT_NAMESPACE: Final = "xushi"
_PRODUCER: Final = "https://xushi.invalid/lineage"
#: The job of a whole run; stages are `refresh.<stage>`, models `refresh.<stage>.<model>`.
ROOT: Final = "refresh"
_SERVER_SETTINGS: Final = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG", "OPENLINEAGE__TRANSPORT")

#: What goes into a stage and what comes out of it; `lake/…` and `registry/…` are the sources of the models.
_FLOWS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "discover": (("inbox",), ("lake/originals", "registry/submissions")),
    "extract": (("lake/originals", "registry/submissions"), ("lake/facts", "lake/items", "lake/rejections")),
    "resolve": (("lake/facts", "lake/items"), ("registry/crosswalk", "registry/amendments")),
    "raw_gate": (("lake/facts", "lake/items"), ("checks/raw_results",)),
    "mart_gate": (("models/audit_task_progress", "models/audit_indicator"), ("checks/mart_results",)),
}


@dataclass(frozen=True, slots=True)
class _Span:
    """A stage that is being done: whose events come now."""

    home: Home
    run_id: str
    stage: str
    id: str


_SPAN: Final[ContextVar[_Span | None]] = ContextVar("xushi_lineage_span", default=None)


@contextmanager
def stage(home: Home, run_id: str, name: str, answer: Mapping[str, Any]) -> Iterator[None]:
    """START before the block; COMPLETE after it, with what `answer` says by then; FAIL where it raises."""
    span = _Span(home, run_id, name, str(uuid.uuid4()))
    is_outermost = _SPAN.get() is None  # a release may judge again within itself
    token = _SPAN.set(span)
    if name == "discover":
        _emit(home, "START", ROOT, root_id(run_id))
    _emit(home, "START", f"{ROOT}.{name}", span.id, parent=run_id)
    try:
        yield
    except Exception as error:
        _emit(home, "FAIL", f"{ROOT}.{name}", span.id, parent=run_id, error=str(error))
        if is_outermost:
            _emit(home, "FAIL", ROOT, root_id(run_id), error=f"{name}: {error}")
        raise
    else:
        inputs, outputs = _flow(home, name, answer)
        _emit(home, "COMPLETE", f"{ROOT}.{name}", span.id, parent=run_id, inputs=inputs, outputs=outputs)
        if name == "summary":
            _emit(home, "COMPLETE", ROOT, root_id(run_id))
    finally:
        _SPAN.reset(token)


def models(results: Iterable[Any]) -> None:
    """Events of the models that dbt has just built, where a stage of a run built them: inputs, columns, outcome."""
    span = _SPAN.get()
    if span is None:
        return  # a trial of a decision builds too, and what it builds is nobody's
    for result in results:
        node = result.node
        if node.resource_type not in ("model", "seed"):
            continue
        job, key = f"{ROOT}.{span.stage}.{node.name}", str(uuid.uuid4())
        inputs = [
            _dataset(name) for name in map(_name_of, node.depends_on.nodes if node.resource_type == "model" else ())
        ]
        output = _dataset(f"models/{node.name}", columns=[(c.name, c.data_type or "") for c in node.columns.values()])
        failed = None if str(result.status) in ("success", "pass") else str(result.message or result.status)
        _emit(span.home, "START", job, key, parent=span.run_id)
        _emit(
            span.home, "FAIL" if failed else "COMPLETE", job, key, parent=span.run_id, inputs=inputs, outputs=[output],
            error=failed,
        )  # fmt: skip


def file_of(home: Home) -> Path:
    """Where the events lie when they are sent nowhere."""
    return home.root / "logs" / "openlineage.jsonl"


def root_id(run_id: str) -> str:
    """The UUID of a run: the same in every process that works on it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"xushi:run:{run_id}"))


def _name_of(node_id: str) -> str:
    """`source.xushi.lake.facts` → lake/facts, `model.xushi.int_facts` → models/int_facts."""
    kind, _, *path = node_id.split(".")
    return "/".join(path) if kind == "source" else f"models/{path[0]}"


def _flow(home: Home, name: str, answer: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    if name == "publish":
        return _published(home)
    inputs, outputs = _FLOWS.get(name, ((), ()))
    rows = {"lake/facts": answer.get("facts")} if name == "extract" else {}
    return [_dataset(one) for one in inputs], [_dataset(one, rows=rows.get(one)) for one in outputs]


def _published(home: Home) -> tuple[list[Any], list[Any]]:
    """From each mart to the table of its name in the version that readers have now."""
    from publishing.snapshot import current

    manifest = current(home.published)
    if manifest is None:
        return [], []
    counts = sorted(manifest.row_counts.items())
    version = str(manifest.version)
    return (
        [_dataset(f"models/{table}") for table, _ in counts],
        [_dataset(f"published/{table}", rows=rows, version=version) for table, rows in counts],
    )


def _dataset(
    name: str, *, rows: int | None = None, version: str | None = None, columns: Sequence[tuple[str, str]] = ()
) -> Any:
    from openlineage.client import event_v2, facet_v2

    facets: dict[str, Any] = {}
    if version is not None:
        facets["version"] = facet_v2.dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=version)
    if columns:
        field = facet_v2.schema_dataset.SchemaDatasetFacetFields
        fields = [field(name=column, type=kind) for column, kind in columns]
        facets["schema"] = facet_v2.schema_dataset.SchemaDatasetFacet(fields=fields)
    counted = facet_v2.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet
    statistics = {} if rows is None else {"outputStatistics": counted(rowCount=rows)}
    return event_v2.OutputDataset(namespace=_namespace(), name=name, facets=facets, outputFacets=statistics)


def _emit(
    home: Home,
    state: str,
    job: str,
    key: str,
    *,
    parent: str | None = None,
    inputs: Sequence[Any] = (),
    outputs: Sequence[Any] = (),
    error: str | None = None,
) -> None:
    try:
        from openlineage.client import event_v2, facet_v2

        facets: dict[str, Any] = {}
        if parent is not None:
            run = facet_v2.parent_run.Run(runId=root_id(parent))
            of = facet_v2.parent_run.Job(namespace=_namespace(), name=ROOT)
            facets["parent"] = facet_v2.parent_run.ParentRunFacet(run=run, job=of)
        if error is not None:
            told = facet_v2.error_message_run.ErrorMessageRunFacet
            facets["errorMessage"] = told(message=redact(error), programmingLanguage="python")
        event = event_v2.RunEvent(
            eventType=event_v2.RunState(state),
            eventTime=datetime.now(UTC).isoformat(),
            run=event_v2.Run(runId=key, facets=facets),
            job=event_v2.Job(namespace=_namespace(), name=job),
            inputs=[event_v2.InputDataset(namespace=one.namespace, name=one.name) for one in inputs],
            outputs=list(outputs),
            producer=_PRODUCER,
        )
        _client(home).emit(event)
    except Exception as failure:  # noqa: BLE001 (whatever a server of lineage does, the run goes on and the log says it)
        line = redact(" ".join(str(failure).split()))[:300]
        _LOG.warning("血缘事件未送出 lineage not sent: %s", line, extra={"event": "lineage_failed"})


_CLIENTS: Final[dict[str, Any]] = {}


def _client(home: Home) -> Any:
    """One client a process and destination: settings of OpenLineage's own where there are any, else the home's file."""
    from openlineage.client import OpenLineageClient
    from openlineage.client.transport.file import FileConfig, FileTransport

    if any(name.startswith(_SERVER_SETTINGS) for name in os.environ):
        if "server" not in _CLIENTS:
            _CLIENTS["server"] = OpenLineageClient()
        return _CLIENTS["server"]
    path = file_of(home)
    if str(path) not in _CLIENTS:
        path.parent.mkdir(parents=True, exist_ok=True)
        transport = FileTransport(FileConfig(log_file_path=str(path), append=True))
        _CLIENTS[str(path)] = OpenLineageClient(transport=transport)
    with suppress(OSError):
        turn_over_when_full(path)
    return _CLIENTS[str(path)]


def _namespace() -> str:
    return os.environ.get(NAMESPACE, "").strip() or _DEFAULT_NAMESPACE
