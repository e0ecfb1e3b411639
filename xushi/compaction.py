"""Files of runs that are no longer live leave the folders that the models scan.

Each new version of the rules lands every submission again, so without this a build from nothing would open the files of
every version there ever was.  They stay below `retired`, unchanged, and so do their locators and hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from ingestion.lake import SCHEMAS
from ingestion.mending import RETIRED
from registry import lake_files
from registry.engine import reading
from registry.models import ExtractionRun


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many runs were retired, with how many files, and the files that the models still scan."""

    runs: int
    files: int
    scanned: int


def retire_runs(engine: Engine, lake: Path) -> Compacted:
    """Move the files of runs that a later live run of the same submission replaced.

    A reading that was only proposed is later than the live one, and stays.
    """
    moved: list[str] = []
    replaced = _replaced(engine)
    runs = 0
    for facts_file in replaced:
        names = [facts_file.replace("facts/", f"{kind}/", 1) for kind in SCHEMAS]
        there = [name for name in names if (lake / name).exists()]
        for name in sorted(there, key=lambda n: n == facts_file):  # the facts last, as they were landed
            target = lake / RETIRED / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (lake / name).replace(target)
        moved += there
        runs += bool(there)
    lake_files.forget(engine, moved)
    scanned = sum(1 for kind in SCHEMAS for _ in (lake / kind).glob("*/*.parquet"))
    return Compacted(runs, len(moved), scanned)


def _replaced(engine: Engine) -> list[str]:
    with reading(engine) as session:
        live = {
            run.submission_id: run.finished_at
            for run in session.scalars(select(ExtractionRun).where(ExtractionRun.is_live))
        }
        others = session.scalars(
            select(ExtractionRun).where(~ExtractionRun.is_live, ExtractionRun.lake_file.is_not(None))
        ).all()
    return sorted(
        str(run.lake_file) for run in others if run.submission_id in live and run.finished_at < live[run.submission_id]
    )
