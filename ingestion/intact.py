"""Compares what lies in the lake with what the registry says of it, before anything is computed from it.

Facts have their sha256 in the registry's rows, the files beside them in `lake_files`, originals in their names.  A file
that is compared for the first time and can be read is recorded as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Engine

from ingestion.lake import EMPTY_PERIOD, SCHEMAS, partition, rows_of
from registry import corrections, crosswalk, lake_files, submissions
from registry.engine import reading
from registry.models import ExtractionRun, Submission

Found = Literal["missing", "altered", "unreadable"]

ORIGINAL: Final = "original"
#: A file of the lake's folders that no live run or amendment names.
STRAY: Final = "stray"
AMENDMENT: Final = "amendment"
_FOUND_ZH: Final = {"missing": "不在了", "altered": "内容与登记不符", "unreadable": "无法读取"}


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not what it should be: `path` relative to the lake, `kind` its folder, `original` or `stray`.

    `sha256` is what it should hold, where that is known; `run` and `submission` are whose it is.
    """

    path: str
    kind: str
    found: Found
    sha256: str | None = None
    submission: Submission | None = None
    run: ExtractionRun | None = None

    def __str__(self) -> str:
        """Which file, whose, and what was found."""
        name = "原件 original" if self.kind == ORIGINAL else "数据湖文件 lake file"
        whose = ""
        if self.submission is not None:
            one = self.submission
            whose = f"（“{one.file_name}”，{one.reporting_unit or '单位不明'} {one.period or '期次不明'} 报送）"
        return f"{name} {self.path}{whose}{_FOUND_ZH[self.found]} ({self.found})"


@dataclass(slots=True)
class Look:
    """What a look at the lake found; `new` are files that were compared for the first time, path → sha256."""

    files: int = 0
    size_bytes: int = 0
    damages: list[Damage] = field(default_factory=list)
    new: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Named:
    """A file that the registry names."""

    path: str
    kind: str
    sha256: str | None
    submission: Submission | None = None
    run: ExtractionRun | None = None
    must_exist: bool = True


def look(
    engine: Engine,
    lake: Path,
    *,
    at: datetime,
    periods: Collection[str] | None = None,
    part: Collection[str] | None = None,
) -> Look:
    """Compare the files of some registered periods (None: all), and the originals of their submissions.

    `part`, of the sixteen digits of sha256, takes only the originals that begin with one of them.
    """
    seen = Look()
    named = list(_named(engine, periods))
    recorded = lake_files.known(engine, [one.path for one in named if one.sha256 is None])
    for one in named:
        _compare(seen, lake, one, one.sha256 or recorded.get(one.path))
    for path in _loose(lake, {one.path for one in named}, periods):
        _count(seen, lake / path)
        if rows_of(lake / path) is None:
            seen.damages.append(Damage(path, STRAY, "unreadable"))
    for submission in submissions.find(engine):
        if (periods is None or submission.period in periods) and (part is None or submission.sha256[0] in part):
            path = f"originals/{submission.sha256[:2]}/{submission.sha256}"
            _compare(seen, lake, _Named(path, ORIGINAL, submission.sha256, submission), submission.sha256)
    lake_files.record(engine, seen.new, at=at)
    return seen


def sha256_of(path: Path) -> str | None:
    """The sha256 of a file, None where it is not there or the disk does not give it."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _named(engine: Engine, periods: Collection[str] | None) -> Iterator[_Named]:
    """The files of the live runs and amendments; the ids may not be there yet, the resolve stage writes them."""
    with reading(engine) as session:
        live = [one for one in crosswalk.live(session) if periods is None or one.submission.period in periods]
    of_live = {one.submission.submission_id: one for one in live}
    for one in live:
        for kind in SCHEMAS:
            sha256 = one.run.lake_sha256 if kind == "facts" else None
            path = one.facts_file.replace("facts/", f"{kind}/", 1)
            yield _Named(path, kind, sha256, one.submission, one.run, must_exist=kind != "identities")
    for amended in corrections.amendments(engine):
        base = of_live.get(amended.submission_id)
        if base is None:
            continue
        for kind in (kind for kind, schema in SCHEMAS.items() if "item_key" in schema.names):
            # every refresh compares their rows with what the decisions give, so here they need only be readable
            yield _Named(amended.lake_file.replace("facts/", f"{kind}/", 1), AMENDMENT, None, base.submission)


def _compare(seen: Look, lake: Path, one: _Named, sha256: str | None) -> None:
    path = lake / one.path
    found = sha256_of(path)
    if found is None:
        if one.must_exist or sha256 is not None:
            seen.damages.append(Damage(one.path, one.kind, "missing", sha256, one.submission, one.run))
        return
    _count(seen, path)
    if sha256 is None and rows_of(path) is not None:
        if one.kind != AMENDMENT:
            seen.new[one.path] = found
    elif found != sha256:
        what: Found = "altered" if sha256 else "unreadable"
        seen.damages.append(Damage(one.path, one.kind, what, sha256, one.submission, one.run))


def _loose(lake: Path, named: Collection[str], periods: Collection[str] | None) -> Iterator[str]:
    """Files that the models would open though the registry does not name them: of older runs, or put there by hand."""
    for kind in SCHEMAS:
        folders = sorted((lake / kind).glob("*")) if periods is None else [
            lake / partition(kind, period) for period in sorted({*periods, EMPTY_PERIOD})
        ]  # fmt: skip
        for folder in folders:
            for path in sorted(folder.glob("*.parquet")):
                if (name := path.relative_to(lake).as_posix()) not in named:
                    yield name


def _count(seen: Look, path: Path) -> None:
    seen.files += 1
    seen.size_bytes += path.stat().st_size
