"""Names what was landed: the tasks and requirements of every run that has no ids yet, oldest period first.

One process walks one order (period, receipt, revision, submission), so the same files give the same ids however many
workers read them.  A run's ids lie beside its facts as `identities/period=…/<run>.parquet`; the memory is the
registry's crosswalk, to which rows are only ever added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ingestion.lake import SCHEMAS, file_sha256, table_of, write_if_changed
from ingestion.resolve.aliases import ALIASES_FILE, Aliases, load_aliases
from ingestion.resolve.filings import FiledItem, Filing, read_filing
from ingestion.resolve.requirements import name_requirements
from ingestion.resolve.tasks import KnownTasks, missing_names, name_tasks
from registry import crosswalk, lake_files
from registry.crosswalk import LiveRun, Named
from registry.engine import reading, writing
from registry.keys import key_of

#: An item without any words of its own task.
_NAMELESS: Final = "X"
_SEPARATOR: Final = "|"


def resolve_landed(engine: Engine, lake: Path, *, at: datetime, aliases_file: Path = ALIASES_FILE) -> int:
    """Give ids to what has none; returns how many runs were resolved.

    A change of the stewards' aliases walks every live run again: known wordings keep their rows, and the files beside
    the facts follow the decision.  Raises AliasError for a seed that contradicts itself.
    """
    aliases, of_requirements = load_aliases("task", aliases_file), load_aliases("requirement", aliases_file)
    pending = _pending(engine, lake, aliases)
    if not pending:
        return 0
    with writing(engine, crosswalk.LOCK) as session:
        rows = crosswalk.find(session, "task", [""])
        known = KnownTasks(rows, aliases)
        names = missing_names(known, aliases, [row.wording for row in rows])
        crosswalk.insert(session, names, submission_id=None, created_at=at)
    for one in pending:
        filing = read_filing(lake, one.facts_file, one.submission)
        with writing(engine, crosswalk.LOCK) as session:
            named, identities = _name(session, filing, known, aliases, of_requirements)
            submission_id = one.submission.submission_id
            crosswalk.insert(session, named, submission_id=submission_id, created_at=at)
            name = identities_file(one.facts_file)
            _write(lake / name, identities, submission_id)
            lake_files.put(session, {name: file_sha256(lake / name)}, at=at)
            crosswalk.mark_resolved(session, one.run.run_id, aliases.digest, at=at)
    return len(pending)


def identities_file(facts_file: str) -> str:
    """Where a run's ids lie, given its facts; both relative to the lake."""
    return facts_file.replace("facts/", "identities/", 1)


def _pending(engine: Engine, lake: Path, aliases: Aliases) -> list[LiveRun]:
    """The live runs without ids, and those whose file is gone."""
    with reading(engine) as session:
        done = crosswalk.resolved(session, aliases.digest)
        live = crosswalk.live(session)
    return [one for one in live if one.run.run_id not in done or not (lake / identities_file(one.facts_file)).exists()]


def _name(
    session: Session, filing: Filing, known: KnownTasks, aliases: Aliases, of_requirements: Aliases
) -> tuple[list[Named], list[dict[str, Any]]]:
    """The new rows of the crosswalk, and the filing's ids: a row per requirement."""
    named = name_tasks(filing.written, known, aliases)
    by_context: dict[str, list[FiledItem]] = defaultdict(list)
    tasks = {item.item_key: _task_of(item, known) for item in filing.items}
    for item in filing.items:
        context = _SEPARATOR.join((tasks[item.item_key], item.place, str(filing.campaign_year)))
        by_context[context].append(item)
    rows: dict[str, list[Named]] = defaultdict(list)
    for row in crosswalk.find(session, "requirement", by_context):
        rows[row.context].append(row)
    identities: list[dict[str, Any]] = []
    for context, items in by_context.items():
        stated = [(item, fact_id, asked) for item in items for fact_id, asked in item.asked]
        ids, new = name_requirements(context, [asked for _, _, asked in stated], rows[context], of_requirements)
        named += new
        for (item, fact_id, _), requirement_id in zip(stated, ids, strict=True):
            key = item.item_key
            identities.append(
                {"item_key": key, "task_id": tasks[key], "fact_id": fact_id, "requirement_id": requirement_id}
            )
    return named, identities


def _task_of(item: FiledItem, known: KnownTasks) -> str:
    return known.id_of(item.task) if item.task else f"{_NAMELESS}{key_of(item.item_key)}"


def _write(path: Path, identities: list[Mapping[str, Any]] | list[dict[str, Any]], submission_id: str) -> None:
    """Write a run's ids, in one order."""
    rows = sorted(identities, key=lambda row: (row["item_key"], row["fact_id"] or ""))
    table = table_of(rows, SCHEMAS["identities"], submission_id=submission_id)
    write_if_changed(table, path)
