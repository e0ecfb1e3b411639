"""What lies in a home is compared before it is read, mended where it can be, and told.

A refresh compares the months that it is about to read; `xushi check` and the nightly maintenance compare the whole.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Engine

from ingestion.intact import ORIGINAL, Damage, Look, look, sha256_of
from ingestion.mending import Mended, mend
from registry import submissions
from xushi import build_state
from xushi.build_state import write_json
from xushi.home import Home
from xushi.stages import StageError

BACKUP_DIR: Final = "XUSHI_BACKUP_DIR"
_LOG: Final = logging.getLogger(__name__)
#: What reading a damaged Parquet file fails with, also inside a stage.
_UNREADABLE: Final = (StageError, OSError, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was compared before a refresh reads, and what became of what was wrong."""

    files: int
    outcomes: tuple[Mended, ...]

    def report(self) -> dict[str, Any]:
        """As the summary keeps it: lines for a person."""
        return {
            "files": self.files,
            "mended": [str(one) for one in self.outcomes if not one.is_open],
            "open": [str(one) for one in self.outcomes if one.is_open],
        }


def settle(home: Home, engine: Engine, resolve: Callable[[], object], *, at: datetime) -> Settled:
    """Resolve and export, with every file whole that this refresh is going to read.

    What `resolve` itself stumbles over is looked for in the whole lake; where nothing is found, its error stands.
    """
    from registry.export import export_registry

    outcomes: list[Mended] = []
    try:
        resolve()
    except _UNREADABLE:
        outcomes += repair(home, engine, look(engine, home.lake, at=at).damages, at=at)
        if not outcomes:
            raise
        resolve()
    export_registry(engine, home.lake)
    seen = look(engine, home.lake, at=at, periods=periods_to_read(home))
    damages = seen.damages + _still_damaged(home, engine, seen.damages)
    if damages:
        outcomes += repair(home, engine, damages, at=at)
        resolve()
        export_registry(engine, home.lake)
    note(home, outcomes)
    return Settled(seen.files, tuple(outcomes))


def periods_to_read(home: Home) -> tuple[str, ...] | None:
    """The registered periods whose files the next build and the next gate read; None for all."""
    windows = (build_state.window_to_build(home), build_state.window_to_judge(home, "raw"))
    if any(window.is_full for window in windows):
        return None
    return tuple(sorted({period for window in windows for period in window.periods}))


def repair(home: Home, engine: Engine, damages: Sequence[Damage], *, at: datetime) -> list[Mended]:
    """Mend what can be mended and log every outcome; the resolve stage must follow."""
    from ingestion import pipeline

    outcomes = mend(
        engine, home.lake, damages, pipeline.default_stages(), spare_of(backup_dir()), at=at,
        preload=("pandas", "pyarrow.parquet"),
    )  # fmt: skip
    for one in outcomes:
        _LOG.error("%s", one) if one.is_open else _LOG.warning("%s", one)
    return outcomes


def backup_dir() -> Path | None:
    """The folder of backups (XUSHI_BACKUP_DIR), None where none is set."""
    given = os.environ.get(BACKUP_DIR, "").strip()
    return Path(given).expanduser().resolve() if given else None


def spare_of(backups: Path | None) -> Callable[[str], Path | None]:
    """Where the backups hold the bytes of a sha256."""

    def find(sha256: str) -> Path | None:
        path = backups / "objects" / sha256[:2] / sha256 if backups else None
        return path if path is not None and path.is_file() else None

    return find


def note(home: Home, outcomes: Sequence[Mended], *, whole: Look | None = None) -> None:
    """Keep which originals are damaged; where they are others than before, the gates must judge and publish anew.

    `whole` says that every original was compared, so that what it does not name is no longer damaged.
    """
    before = open_originals(home)
    found = {o.damage.path: str(o) for o in outcomes if o.damage.kind == ORIGINAL and o.is_open}
    kept = {} if whole else {path: line for path, line in before.items() if not _is_whole(home, path)}
    now = kept | found
    if now.keys() != before.keys():
        build_state.published(home, inputs="")
    if now != before:
        write_json(_path(home), {"originals": now})


def open_originals(home: Home) -> dict[str, str]:
    """Originals known to be damaged: path below the lake → the line that was told."""
    path = _path(home)
    try:
        return dict(json.loads(path.read_text("utf-8"))["originals"]) if path.exists() else {}
    except (ValueError, KeyError, TypeError):
        return {}


def _still_damaged(home: Home, engine: Engine, found: Collection[Damage]) -> list[Damage]:
    """Originals of other months that were damaged when they were last compared: a backup may have come since."""
    known = {one.path for one in found}
    return [
        Damage(path, ORIGINAL, "altered", sha256, next(iter(submissions.of_bytes(engine, sha256)), None))
        for path in open_originals(home)
        if path not in known and not _is_whole(home, path) and (sha256 := Path(path).name)
    ]


def _is_whole(home: Home, path: str) -> bool:
    return sha256_of(home.lake / path) == Path(path).name


def _path(home: Home) -> Path:
    return home.root / "integrity.json"
