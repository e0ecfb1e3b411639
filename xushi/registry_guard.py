"""A registry that lost its memory must not publish a history again: it is refused before anything is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from publishing.errors import PublishingError
from publishing.manifest import DATABASE, Manifest
from publishing.versions import folder_of, manifest_of, versions
from registry import copying, health, publications, run_history, salvage, submissions
from registry.copying import CopyError, RegistryCopy
from registry.salvage import Salvaged
from xushi import backup
from xushi.home import Home
from xushi.integrity import backup_dir
from xushi.stages import StageError, registry_of


def guard(home: Home) -> Engine:
    """The home's registry, where it is whole and knows what was published.  Raises StageError, one line."""
    if line := health.examine(home.registry_url, thorough=False):
        raise StageError(line)
    engine = registry_of(home)
    if line := behind(home, engine):
        raise StageError(line)
    return engine


def behind(home: Home, engine: Engine) -> str | None:
    """One line where a version was published by a run that the registry knows nothing of; None where all is well."""
    newest = next(_manifests(home), None)
    if newest is None or not newest.run_id or run_history.get_run(engine, newest.run_id) is not None:
        return None
    known = publications.next_version(engine) - 1
    state = "是空的" if not known and not submissions.find(engine) else f"只到第 {known} 版"
    return (
        f"登记库 {engine.url.render_as_string(hide_password=True)} {state}，而已发布到第 {newest.version} 版："
        f"登记库被清空、换过或是旧的；为免把全部历史当作新收的重新发布，不予刷新。{health.HOW_TO_MEND} "
        "(the registry does not know what was published)"
    )


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a salvage gave: the rows, where the former registry lies, and originals that no row speaks of."""

    salvaged: Salvaged
    moved_to: Path | None
    unknown_originals: tuple[str, ...]


def rebuild(home: Home, *, at: datetime) -> Rebuilt:
    """Make the registry anew from its own file as far as it can be read, the lake's copy and the newest backup.

    The former file is moved aside.  Raises CopyError where a server's registry is not empty.
    """
    own = Path(home.root / "registry.sqlite")
    is_file = home.registry_url == f"sqlite:///{own}"
    sources = {
        "登记库文件 the file": salvage.of_file(own) if is_file else {},
        "数据湖副本 the lake": salvage.of_folder(home.lake / "registry"),
    }
    with tempfile.TemporaryDirectory(dir=home.root, prefix=".salvage-") as hidden:
        folder = Path(hidden)
        if backups := backup_dir():
            sources["备份 a backup"] = _of_backup(backups, folder / "backup")
        sources["版本清单 manifests"] = {"publications": [_publication(m) for m in _manifests(home)]}
        done = salvage.merge(sources, folder / "rows")
        copied = RegistryCopy(copying.head(), done.rows)
        if not done.rows["submissions"]:
            raise CopyError(
                "登记库文件、数据湖副本与备份中都没有报送记录，无从重建；请用 xushi restore，或换空文件夹重新收件"
                " (there is nothing to build from)"
            )
        if is_file:
            url = f"sqlite:///{folder / 'new.sqlite'}"
            copying.copy_in(url, folder / "rows", copied).dispose()
            moved = _aside(own, at)
            shutil.move(folder / "new.sqlite", own)
        else:
            copying.copy_in(home.registry_url, folder / "rows", copied).dispose()
            moved = None
    engine = registry_of(home)
    named = {s.sha256 for s in submissions.find(engine)}
    engine.dispose()
    loose = sorted(p.name for p in home.originals.glob("??/*") if len(p.name) == 64 and p.name not in named)
    return Rebuilt(done, moved, tuple(loose))


def _aside(own: Path, at: datetime) -> Path | None:
    target = own.with_name(f"registry.damaged-{at:%Y%m%dT%H%M%S}.sqlite")
    for suffix in ("-wal", "-shm"):
        side = own.with_name(own.name + suffix)
        if side.exists():
            side.replace(target.with_name(target.name + suffix))
    if not own.exists():
        return None
    own.replace(target)
    return target


def _of_backup(folder: Path, target: Path) -> dict[str, list[salvage.Row]]:
    """The registry's rows of the newest backup that can be read."""
    for backup_id in reversed(backup.backups(folder)):
        try:
            manifest = backup.read(folder, backup_id)
        except backup.BackupError:
            continue
        target.mkdir(parents=True, exist_ok=True)
        for one in manifest.files:
            if one.path.startswith("registry/"):
                shutil.copyfile(backup.object_of(folder, one.sha256), target / Path(one.path).name)
        return salvage.of_folder(target)
    return {}


def _manifests(home: Home) -> Iterator[Manifest]:
    """The manifests of the kept versions that can be read, newest first."""
    for number in reversed(versions(home.published)):
        try:
            yield manifest_of(home.published, number)
        except PublishingError:
            continue


def _publication(made: Manifest) -> salvage.Row:
    return {
        "version": made.version,
        "published_at": datetime.fromisoformat(made.published_at),
        "input_digest": made.input_digest,
        "content_digest": made.content_digest,
        "path": f"published/{folder_of(Path(), made.version).as_posix()}/{DATABASE}",
        "periods": ",".join(made.periods),
        "run_id": made.run_id or "",
        "row_counts": publications.as_json(made.row_counts),
        "status": "published",
    }
