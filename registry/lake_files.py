"""The sha256 of the lake's files beside the facts, as they were when they were first compared.

The facts' own sha256 stands in `extraction_runs` and `amendments`; these files follow from the same walk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from registry.engine import insert_absent, reading, writing
from registry.models import LakeFile

_LOCK = "lake_files"
_PATHS_PER_QUERY = 500


def known(engine: Engine, paths: Collection[str]) -> dict[str, str]:
    """Path → sha256 of those of the paths that are recorded."""
    wanted, found = sorted(paths), dict[str, str]()
    with reading(engine) as session:
        for start in range(0, len(wanted), _PATHS_PER_QUERY):
            some = wanted[start : start + _PATHS_PER_QUERY]
            query = select(LakeFile.path, LakeFile.sha256).where(LakeFile.path.in_(some))
            found |= {row.path: row.sha256 for row in session.execute(query)}
    return found


def record(engine: Engine, files: Mapping[str, str], *, at: datetime) -> None:
    """Record files, path → sha256, in the place of what was recorded of them."""
    if files:
        with writing(engine, _LOCK) as session:
            put(session, files, at=at)


def put(session: Session, files: Mapping[str, str], *, at: datetime) -> None:
    """Within a transaction: record files as `record` does."""
    paths = sorted(files)
    for start in range(0, len(paths), _PATHS_PER_QUERY):
        some = paths[start : start + _PATHS_PER_QUERY]
        session.execute(delete(LakeFile).where(LakeFile.path.in_(some)))
        insert_absent(session, LakeFile, [{"path": p, "sha256": files[p], "recorded_at": at} for p in some])


def forget(engine: Engine, paths: Collection[str]) -> None:
    """Take files out that are no longer in the lake."""
    wanted = sorted(paths)
    with writing(engine, _LOCK) as session:
        for start in range(0, len(wanted), _PATHS_PER_QUERY):
            session.execute(delete(LakeFile).where(LakeFile.path.in_(wanted[start : start + _PATHS_PER_QUERY])))
