"""What a steward's decision would change, found by making it: in a copy of the home that nobody publishes from.

    python -m xushi.trial HOME < decision.json > outcome.json

The real models and gates run over the lake with the decision laid over it, so the answer is the one that the next
refresh gives.  The copy shares the lake's files by hard links; the registry and the build database are copied.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, cast

import duckdb
from sqlalchemy import Engine, insert, select

from registry import incidents, migrate
from registry.audit import Person
from registry.determinations import Status
from registry.engine import reading, writing
from registry.export import export_registry
from registry.models import TABLES, Incident
from xushi import writer
from xushi.home import REGISTRY_URL, Home

#: What of a row a steward is told of, in the order of the page.
TOLD: Final = (
    "publication_status", "actual_value", "actual_class", "unit", "target_value", "reported_completion_pct",
    "computed_completion_pct", "stage", "reported_status", "determined_status", "determination_reason",
    "computed_status", "is_due", "days_overdue", "schedule_variance_pp", "pace_class", "is_behind_schedule",
    "is_lagging", "is_status_contradicted", "is_count_falling", "lag_streak_months", "lag_reason_zh", "footnote_zh",
)  # fmt: skip

#: How long a trial waits for a refresh that writes, and how often it copies what was written meanwhile.
_WRITER_SECONDS: Final = 300
_COPIES: Final = 3

_ROWS: Final = f"""
    select concat_ws('|', p.requirement_id, p.region_key, p.period) as key, p.period, r.name as region, t.task_name,
           {", ".join("p." + name for name in TOLD)}
    from marts.fct_task_progress as p
    left join marts.dim_region as r on r.region_key = p.region_key
    left join marts.dim_task as t on t.task_key = p.task_key
    where p.is_current
"""  # noqa: S608 (names of ours)

_FINDINGS: Final = """
    select distinct check_id, severity, record_key, period, message_zh, message_en from marts.fct_check_result
"""


class TrialError(Exception):
    """The trial could not be made; the message is one line."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as plain text; `kind` says which of the others it needs."""

    kind: Literal["correct", "determine", "accept", "place"]
    progress_key: str | None = None
    column: str | None = None
    expected: str | None = None
    value: str | None = None
    fact_id: str | None = None
    status: str | None = None
    incident_id: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A published row that would say something else: (name, before, after) of each value."""

    period: str
    region: str
    task: str
    values: Sequence[tuple[str, str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the next refresh would change."""

    rows: Sequence[Changed]
    closed: Sequence[Mapping[str, str | None]]
    opened: Sequence[Mapping[str, str | None]]


def trial(home: Home, decision: Decision, at: datetime) -> Outcome:
    """Make the decision in a copy of the home, refresh it, and compare.  Raises TrialError."""
    from xushi import refresh

    if not home.published_database.exists():
        raise TrialError("还没有已发布的数据，无从试算 (nothing is published yet)")
    before = _state(home.published_database)
    with _copied(home) as copy, _registry_of_its_own():
        _decide(copy, decision, at)
        plan = {"home": str(copy.root), "inbox": "", "period": None, "run_id": "trial"}
        try:
            refresh.resolve(plan)
            export_registry(refresh.registry_of(copy), copy.lake)
            refresh.raw_gate(plan)
            refresh.transform(plan)
            refresh.mart_gate(plan, pages=False)
            refresh.release(plan)
        except refresh.StageError as error:
            raise TrialError(str(error)) from error
        after = _state(copy.build_database)
    return _compared(before, after)


@contextmanager
def _copied(home: Home) -> Iterator[Home]:
    """A home of its own beside the real one, on the same disk; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".trial-", dir=home.root) as folder:
        copy = Home(Path(folder))
        copy.lake.mkdir()
        for path in home.lake.iterdir():
            if path.name == "originals":
                copy.originals.symlink_to(path)
            else:
                # files of the lake are replaced, never written into, so a link is as good as a copy
                shutil.copytree(path, copy.lake / path.name, copy_function=os.link)
        _copy_build(home, copy)
        _copy_registry(home.registry_url, copy)
        yield copy


def _copy_build(home: Home, copy: Home) -> None:
    """The build database and its state from one moment in which nobody wrote them; without one all is built anew."""
    state = home.build_database.with_name("state.json")
    copy.build_database.parent.mkdir()
    for _ in range(_COPIES):
        if not home.build_database.exists() or not state.exists():
            return
        before = _undisturbed(home, state)
        shutil.copyfile(home.build_database, copy.build_database)
        shutil.copyfile(state, copy.build_database.with_name("state.json"))
        if _undisturbed(home, state) == before:
            return
    raise TrialError("刷新正在进行，请稍后再试算 (a refresh is writing; try again later)")


def _undisturbed(home: Home, state: Path) -> tuple[bytes, int]:
    """What tells one moment of the build from another, once its writer has let go."""
    try:
        with writer.writing(home, "试算 trial", patience=_WRITER_SECONDS):
            return state.read_bytes(), home.build_database.stat().st_mtime_ns
    except writer.BusyError:
        raise TrialError("刷新正在进行，请稍后再试算 (a refresh is writing; try again later)") from None


@contextmanager
def _registry_of_its_own() -> Iterator[None]:
    """The copy's registry is the SQLite beside it, wherever the real one is."""
    real = os.environ.pop(REGISTRY_URL, None)
    try:
        yield
    finally:
        if real is not None:
            os.environ[REGISTRY_URL] = real


def _copy_registry(url: str, copy: Home) -> None:
    """Every exported table of the registry, whichever database holds it, in an SQLite of the copy."""
    source = migrate.upgrade(url)
    with _registry_of_its_own():
        target = migrate.upgrade(copy.registry_url)
    with reading(source) as session:
        rows = {model: [dict(row._mapping) for row in session.execute(select(*model.__table__.columns))]
                for model in TABLES}  # fmt: skip
    with writing(target, "copy") as session:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for model in TABLES:
            if rows[model]:
                session.execute(insert(model), rows[model])
    source.dispose()
    target.dispose()


def _decide(copy: Home, decision: Decision, at: datetime) -> None:
    """The decision as the desk would record it; the copy has no snapshot, so the build database answers."""
    from xushi import decisions

    _show_marts(copy)
    by, why = "trial", "试算"
    try:
        if decision.kind == "correct":
            decisions.correct(
                copy, _given(decision.progress_key), _given(decision.column), decision.expected, decision.value,
                reason=why, by=by, at=at, fact_id=decision.fact_id,
            )  # fmt: skip
        elif decision.kind == "determine":
            status = cast(Status, _given(decision.status))
            decisions.determine(copy, _given(decision.progress_key), status, reason=why, by=by, at=at)
        elif decision.kind == "place":
            _place(copy, decision, Person(by, "publisher"), at)
        else:
            engine = migrate.upgrade(copy.registry_url)
            _accept(engine, _given(decision.incident_id), Person(by, "steward"), at)
            engine.dispose()
    except (decisions.DecisionError, incidents.IncidentError) as error:
        raise TrialError(str(error)) from error


def _place(copy: Home, decision: Decision, by: Person, at: datetime) -> None:
    from registry import crosswalk
    from xushi import decisions

    engine = migrate.upgrade(copy.registry_url)
    incident = incidents.get(engine, _given(decision.incident_id))
    named = decisions.checked_place(
        copy, _given(incident.submission_id), _given(incident.observed), _given(decision.value)
    )
    crosswalk.decide(engine, named, submission_id=_given(incident.submission_id), by=by, at=at, reason="试算")
    engine.dispose()


def _show_marts(copy: Home) -> None:
    """The marts as they stand, where decisions look rows up."""
    copy.published.mkdir()
    copy.published_database.symlink_to(copy.build_database)


def _accept(engine: Engine, key: str, by: Person, at: datetime) -> None:
    with reading(engine) as session:
        found = session.get(Incident, key)
        version = found.version if found else 0
    incidents.accept(engine, key, reason="试算", comment="试算", version=version, by=by, at=at)


def _given(value: str | None) -> str:
    if not value:
        raise TrialError("试算缺少必要的项 (the decision lacks a value)")
    return value


State = tuple[dict[str, dict[str, Any]], dict[tuple[str, str], dict[str, Any]]]


def _state(database: Path) -> State:
    with duckdb.connect(str(database.resolve()), read_only=True) as connection:
        rows = {row["key"]: row for row in connection.execute(_ROWS).to_arrow_table().to_pylist()}
        found = connection.execute(_FINDINGS).to_arrow_table().to_pylist()
    return rows, {(row["check_id"], row["record_key"]): row for row in found}


def _compared(before: State, after: State) -> Outcome:
    (rows_before, found_before), (rows_after, found_after) = before, after
    changed = []
    for key in sorted(rows_before.keys() | rows_after.keys()):
        was, now = rows_before.get(key, {}), rows_after.get(key, {})
        values = [(n, _text(was.get(n)), _text(now.get(n))) for n in TOLD if was.get(n) != now.get(n)]
        if values:
            row = now or was
            changed.append(Changed(row["period"], row["region"] or "", row["task_name"] or "", values))
    return Outcome(
        rows=changed,
        closed=[_told(found_before[key]) for key in sorted(found_before.keys() - found_after.keys())],
        opened=[_told(found_after[key]) for key in sorted(found_after.keys() - found_before.keys())],
    )


def _told(finding: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: finding[name] for name in ("check_id", "severity", "period", "message_zh", "message_en")}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, Decimal):
        written = format(value, "f")
        return written.rstrip("0").rstrip(".") if "." in written else written
    return str(value)


def main() -> None:
    """One decision from stdin, its outcome to stdout; exit status 1 with one line on stderr."""
    home = Home(Path(sys.argv[1]))
    try:
        outcome = trial(home, Decision(**json.load(sys.stdin)), datetime.now(UTC))
    except TrialError as error:
        sys.exit(f"xushi.trial: {error}")
    json.dump(asdict(outcome), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
