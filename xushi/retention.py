"""What need not be kept for ever: half-written files of killed runs, old reports and logs, what was set aside.

Data never goes: originals, facts, decisions, pinned versions and issued documents stay.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from xushi.home import Home

LOG_DAYS: Final = "XUSHI_KEEP_LOG_DAYS"
REPORT_DAYS: Final = "XUSHI_KEEP_REPORT_DAYS"
_DEFAULT_DAYS: Final = {LOG_DAYS: 90, REPORT_DAYS: 400}
#: Longer than any run takes.
_LEFT_AFTER: Final = timedelta(days=1)
_ASIDE_DAYS: Final = 90


class RetentionError(ValueError):
    """A setting that is no number of days; one line."""


@dataclass(slots=True)
class Removed:
    """How many of each kind went, and their bytes."""

    counts: dict[str, int] = field(default_factory=dict)
    size_bytes: int = 0


def days(setting: str) -> int:
    """The days that a setting says.  Raises RetentionError."""
    given = os.environ.get(setting, "").strip() or str(_DEFAULT_DAYS[setting])
    if not given.isdecimal() or int(given) < 1:
        raise RetentionError(f"{setting} 现为 {given!r}，应为不小于 1 的天数 (must be days, at least 1)")
    return int(given)


def leftovers(home: Home, before: datetime) -> list[Path]:
    """What killed runs left half-written before an instant; work that is going on is younger."""
    candidates = [
        *home.lake.rglob(".*.part"),
        *home.reports.rglob("*.part"),
        *(home.published / "versions").glob(".*"),
        *home.published.glob(".link-*"),
        *home.editions.glob(".*"),
        *home.reports.glob(".data_docs-*"),
        *home.root.glob(".salvage-*"),
        *home.root.glob(".trial-*"),
        *home.root.parent.glob(f".{home.root.name}.restoring-*"),
    ]
    return sorted(path for path in candidates if _older(path, before))


def tidy(home: Home, now: datetime) -> Removed:
    """Remove what is older than the settings say."""
    logs, reports = now - timedelta(days=days(LOG_DAYS)), now - timedelta(days=days(REPORT_DAYS))
    aside = now - timedelta(days=_ASIDE_DAYS)
    removed = Removed()
    for kind, paths in (
        ("半成品 leftovers", leftovers(home, now - _LEFT_AFTER)),
        ("日志 logs", [p for p in (home.root / "logs").rglob("*") if p.is_file() and _older(p, logs)]),
        ("运行报告 reports", [p for p in _run_reports(home) if _older(p, reports)]),
        ("移开的损坏文件 set aside", [p for p in _set_aside(home) if _older(p, aside)]),
    ):
        for path in paths:
            removed.size_bytes += _size(path)
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        if paths:
            removed.counts[kind] = len(paths)
    for folder in sorted((home.root / "logs").rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return removed


def _run_reports(home: Home) -> Iterator[Path]:
    """Folders of single runs: they hold what the stages answered."""
    return (path for path in home.reports.glob("*") if (path / "stages").is_dir())


def _set_aside(home: Home) -> Iterator[Path]:
    """Derived files that were damaged and made anew; originals and registries that were set aside stay."""
    yield from (home.published / "damaged").glob("*")
    yield from home.build_database.parent.glob("*.damaged")


def _older(path: Path, before: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC) < before
    except OSError:
        return False


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
    return path.lstat().st_size
