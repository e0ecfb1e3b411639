"""Mends what is damaged in the lake: from a copy with the same bytes, or by reading the original again.

Nothing damaged is thrown away: it is moved to `retired/damaged` below the lake, where no model looks.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Engine

from ingestion import pipeline
from ingestion.errors import IngestionError
from ingestion.intact import AMENDMENT, ORIGINAL, STRAY, Damage, sha256_of
from ingestion.workers import Workers
from registry import lake_files, runs
from registry.runs import Landed

#: sha256 → a file that should hold these bytes, or None where nobody has one.
Spare = Callable[[str], Path | None]

How = Literal["copy", "original", "reread", "derived", "aside", "open"]

RETIRED: Final = "retired"
_SAID: Final[dict[How, str]] = {
    "copy": "已用备份中相同的文件放回 put back from a backup",
    "original": "已由原件重新读出，与登记的内容逐字节一致 re-made from its original, byte for byte",
    "reread": "已由原件按现行规则重新读出，内容与登记的不尽相同，该期将重新计算 read anew under the present rules",
    "derived": "由登记库重新生成 written anew from the registry",
    "aside": "无人引用，已移到 retired/damaged，不影响数据 nobody names it; set aside",
    "open": "未能修复 not mended",
}


@dataclass(frozen=True, slots=True)
class Mended:
    """A damage and what became of it; `why` says what stood in the way where it is open."""

    damage: Damage
    how: How
    why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person has to do something."""
        return self.how == "open"

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.damage}：{_SAID[self.how]}{'，' + self.why if self.why else ''}"


_FETCH_ORIGINAL: Final = (
    "备份中没有同一文件；已读出的数据照用，有关记录列为待核。请从其他备份或报送单位取得原文件，重新放入收件箱，"
    "系统核对后自动放回 (no backup holds it; put the same file into the inbox again and it is put back)"
)


def mend(
    engine: Engine,
    lake: Path,
    damages: Sequence[Damage],
    stages: pipeline.Stages,
    spare: Spare,
    *,
    at: datetime,
    preload: tuple[str, ...] = (),
) -> list[Mended]:
    """Mend what can be mended, originals first, since files are read from them again; the outcomes in that order.

    Ids and amendments are only taken away here: the resolve stage, which must follow, writes them from the registry.
    """
    outcomes: list[Mended] = []
    again: dict[str, list[Damage]] = defaultdict(list)
    for damage in sorted(damages, key=lambda d: (d.kind != ORIGINAL, d.path)):
        if damage.sha256 and _put_back(lake, damage, damage.sha256, spare):
            outcomes.append(Mended(damage, "copy"))
        elif damage.kind == ORIGINAL:
            outcomes.append(Mended(damage, "open", _FETCH_ORIGINAL))
        elif damage.kind == STRAY:
            set_aside(lake, damage.path)
            outcomes.append(Mended(damage, "aside"))
        elif damage.kind in ("identities", AMENDMENT) or damage.run is None:
            set_aside(lake, damage.path)
            outcomes.append(Mended(damage, "derived"))
        else:
            again[damage.run.submission_id].append(damage)
    if again:
        with Workers(preload=preload) as workers:
            outcomes += _read_again(engine, lake, again, stages, workers, at)
    return outcomes


def set_aside(lake: Path, path: str) -> Path | None:
    """Move a damaged file out of the models' sight; returns where it is, None where there was none."""
    source = lake / path
    if not source.exists():
        return None
    target = lake / RETIRED / "damaged" / f"{path}.{(sha256_of(source) or 'unreadable')[:12]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    return target


def put_back(source: Path, target: Path, sha256: str) -> bool:
    """Copy a file into its place, whole or not at all; False where the copy is not what it should be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as folder:
        copy = Path(folder) / "copy"
        try:
            shutil.copyfile(source, copy)
        except OSError:
            return False
        if sha256_of(copy) != sha256:
            return False
        copy.chmod(0o444 if target.name == sha256 else 0o644)
        copy.replace(target)
    return True


def _put_back(lake: Path, damage: Damage, sha256: str, spare: Spare) -> bool:
    source = spare(sha256)
    if source is None or sha256_of(source) != sha256:
        return False
    set_aside(lake, damage.path)
    return put_back(source, lake / damage.path, sha256)


def _read_again(
    engine: Engine,
    lake: Path,
    again: dict[str, list[Damage]],
    stages: pipeline.Stages,
    workers: Workers,
    at: datetime,
) -> Iterator[Mended]:
    """Land the submissions anew; a run of an older version of the rules can only be followed by one of the present."""
    of_present = [key for key, of_key in again.items() if _version(of_key) == stages.version]
    for of_key in again.values():
        for damage in of_key:
            set_aside(lake, damage.path)
    for key, landed in pipeline.land_again(engine, lake, of_present, stages, workers):
        yield from _landed(engine, lake, again[key], landed, at)
    older = [key for key in again if key not in of_present]
    for outcome in pipeline.process_all(engine, lake, older, stages, workers):
        for damage in again[outcome.submission_id]:
            yield Mended(damage, "open", outcome.error) if outcome.error else Mended(damage, "reread")


def _landed(
    engine: Engine, lake: Path, damages: Iterable[Damage], landed: Landed | IngestionError, at: datetime
) -> Iterator[Mended]:
    if isinstance(landed, IngestionError):
        yield from (Mended(damage, "open", str(landed)) for damage in damages)
        return
    listed = list(damages)
    registered = listed[0].run.lake_sha256 if listed[0].run else None
    if landed.lake_sha256 != registered:
        runs.succeed(engine, landed, started_at=at, finished_at=at)
        yield from (Mended(damage, "reread") for damage in listed)
        return
    for damage in listed:
        found = sha256_of(lake / damage.path)
        same = damage.sha256 is None or found == damage.sha256
        if found and not same:
            lake_files.record(engine, {damage.path: found}, at=at)
        yield Mended(damage, "original" if same else "reread")


def _version(damages: Sequence[Damage]) -> str | None:
    return damages[0].run.extractor_version if damages[0].run else None
