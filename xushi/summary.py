"""What a refresh did, in words: built from the published snapshot and what the stages answered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
from sqlalchemy import Engine

from publishing.errors import PublishingError
from publishing.query import query
from publishing.rollback import held_back
from publishing.snapshot import current
from registry import run_history, submissions
from registry.models import Submission
from xushi import replay
from xushi.home import Home
from xushi.human_gate import STOP

_WITHHELD: Final = """
    select p.progress_key as record_key, 'fct_task_progress' as record_table, p.item_no, r.name as region,
           t.task_name as task
    from marts.fct_task_progress as p
    left join marts.dim_region as r on r.region_key = p.region_key
    left join marts.dim_task as t on t.task_key = p.task_key
    where p.publication_status = 'under_review' and p.is_current
    order by 1
"""

_FILINGS: Final = """
    select s.status, s.file_name, r.name as region, d.year, d.month, s.due_date, s.received_at, s.revision,
           s.rejection_reason
    from marts.fct_submission as s
    left join marts.dim_region as r on r.region_key = s.region_key
    left join marts.dim_period as d on d.period_key = s.period_key
    order by d.year, d.month, r.region_code, s.received_at, s.file_name
"""

_FINDINGS: Final = "select severity, count(*) from marts.fct_check_result where resolved_at is null group by severity"

#: Each region at the newest date that it speaks of: a bureau's districts share one, loose documents do not.
_DISTRICTS: Final = """
    with newest as (
        select p.region_key, max(d.as_of_date) as as_of_date
        from marts.fct_task_progress as p
        inner join marts.dim_period as d on d.period_key = p.period_key
        where p.is_current
        group by p.region_key
    )
    select r.name, d.as_of_date, count(*) as requirements,
           count(*) filter (where p.is_due) as due,
           count(*) filter (where p.is_lagging) as lagging,
           count(*) filter (where p.is_behind_schedule) as behind,
           count(*) filter (where p.is_status_contradicted) as contradicted,
           count(*) filter (where p.publication_status <> 'published') as not_shown
    from marts.fct_task_progress as p
    inner join marts.dim_region as r on r.region_key = p.region_key
    inner join marts.dim_period as d on d.period_key = p.period_key
    inner join newest as n on n.region_key = p.region_key and n.as_of_date = d.as_of_date
    where p.is_current
    group by r.name, r.region_code, d.as_of_date
    order by r.region_code
"""

_NUMERALS: Final = """
    select coalesce(sum(in_fact), 0), coalesce(sum(named_non_measure), 0), coalesce(sum(rejected), 0)
    from marts.fct_numeral_coverage
"""


#: What the steps after a publication answer (xushi/publication.py).
_FOLLOWING: Final = ("serving", "dashboard", "dashboard_error", "dashboard_problems")


def withheld_records(build_database: Path) -> list[dict[str, Any]]:
    """The records that the release keeps back, for the manifest."""
    with duckdb.connect(str(build_database), read_only=True) as connection:
        cursor = connection.execute(_WITHHELD)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def build(home: Home, engine: Engine, plan: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """The summary of a run that ends now as plain JSON; the published snapshot is what it speaks of."""
    stages = _stages(home.reports / plan["run_id"] / "stages")
    manifest = current(home.published)
    filings = _rows(home, _FILINGS)
    by_status = Counter(str(filing["status"]) for filing in filings)
    run = run_history.get_run(engine, plan["run_id"])
    refused = [s for s in submissions.find(engine) if s.status == "rejected" and s.superseded_by is None]
    came_now = _seen_by(stages)
    withheld = [] if manifest is None else [dict(record) for record in manifest.withheld]
    answer = stages.get("human_answer")
    followed = stages.get("publish") or stages.get("has_changes", {})
    changed = bool(stages.get("has_changes", {}).get("changed"))
    in_fact, named, unread = (_rows(home, _NUMERALS, as_tuples=True) or [(0, 0, 0)])[0]
    return {
        "run_id": plan["run_id"],
        "started_at": (at if run is None else run.started_at).isoformat(),
        "finished_at": at.isoformat(),
        "status": "stopped" if answer and answer["option"] == STOP else _status(changed, withheld),
        "gate_answer": answer,
        "inbox": plan["inbox"],
        "period": plan["period"],
        "periods": [] if manifest is None else list(manifest.periods),
        "received": stages.get("discover", {}).get("submissions", 0),
        "new": len(stages.get("discover", {}).get("new", [])),
        "problems": stages.get("discover", {}).get("problems", []),
        "mended": _told(stages, "mended", "recovered"),
        "damaged": _told(stages, "open"),
        "extracted": sum(part.get("extracted", 0) for name, part in stages.items() if name.startswith("extract-")),
        "facts": sum(part.get("facts", 0) for name, part in stages.items() if name.startswith("extract-")),
        "filings": dict(by_status),
        "missing": [_filing(f) for f in filings if f["status"] == "missing"],
        "late": [_filing(f) for f in filings if f["status"] == "late"],
        "superseded": [_filing(f) for f in filings if f["status"] == "superseded"],
        "rejected": [_rejection(s) for s in refused],
        "rejected_now": [_rejection(s) for s in refused if s.submission_id in came_now],
        "numerals": {"in_fact": int(in_fact), "named_non_measure": int(named), "not_read": int(unread)},
        "findings": {str(name): int(count) for name, count in _rows(home, _FINDINGS, as_tuples=True)},
        "withheld": withheld,
        "districts": [_plain(row) for row in _rows(home, _DISTRICTS)],
        "version": None if manifest is None else manifest.version,
        "is_new": bool(stages.get("publish", {}).get("is_new")),
        "held_back": stages.get("publish", {}).get("held_back"),
        "history": replay.history(engine),
        "rolled_back": [asdict(one) for one in held_back(home.published)],
        **{name: followed.get(name) for name in _FOLLOWING},
        "published_database": str(home.published_database),
        "report": str(home.reports / plan["run_id"] / "summary.md"),
        "page": str(home.reports / plan["run_id"] / "summary.html"),
        "data_docs": str(home.data_docs / "index.html") if home.data_docs.exists() else None,
        "data_docs_error": stages.get("mart_gate", {}).get("data_docs_error"),
        "seconds": {name: part.get("seconds", 0) for name, part in sorted(stages.items())},
    }


def _told(stages: Mapping[str, Mapping[str, Any]], *names: str) -> list[str]:
    """The lines about damaged files that stages kept under these names."""
    return [line for part in stages.values() for name in names for line in part.get(name) or ()]


def _seen_by(stages: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The submissions that this run was the first to see or to read."""
    read = (key for name, part in stages.items() if name.startswith("extract-") for key in part.get("submissions", ()))
    return {*stages.get("discover", {}).get("new", ()), *read}


def _rejection(submission: Submission) -> dict[str, Any]:
    return {
        "file": submission.file_name,
        "reason": submission.rejection_reason,
        "detail": submission.rejection_detail,
        "region": submission.reporting_unit,
        "period": submission.period,
    }


def _status(changed: bool, withheld: Sequence[object]) -> str:
    if not changed:
        return "unchanged"
    return "published_with_withheld" if withheld else "published"


def _stages(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def _rows(home: Home, sql: str, *, as_tuples: bool = False) -> list[Any]:
    try:
        result = query(home.published_database, sql)
    except PublishingError:
        return []  # nothing has been published yet
    return list(result.rows) if as_tuples else [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _filing(filing: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("region", "file_name", "due_date", "received_at", "revision")
    period = f"{filing['year']}-{filing['month']:02d}" if filing["year"] else None
    return _plain({"period": period, **{name: filing[name] for name in kept}})


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | str | None) else str(value) for name, value in row.items()}
