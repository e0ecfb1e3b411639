"""A home from a backup: every file is compared before anything is written, and the home appears whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from ingestion.intact import sha256_of
from ingestion.mending import put_back
from publishing.digest import content_digest
from publishing.versions import SCHEMA, current, point_to
from registry import copying
from registry.copying import CopyError, RegistryCopy
from xushi.backup import BackupError, BackupManifest, backups, check, object_of, read
from xushi.home import Home


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the backup, and where the home that stood there before lies now."""

    manifest: BackupManifest
    moved_to: Path | None


def restore(folder: Path, home: Home, *, backup_id: str | None, replace: bool, at: datetime) -> Restored:
    """Write a backup (None: the newest) into a home that is empty, or with `replace` in the place of one that is not.

    The registry goes where XUSHI_REGISTRY_URL says, else into the home; a server's database must be empty.  Raises
    BackupError or CopyError; what was there then stays as it was.
    """
    manifest = read(folder, backup_id or _newest(folder))
    if wrong := check(folder, manifest):
        more = f"（另有 {len(wrong) - 1} 个）" if len(wrong) > 1 else ""
        raise BackupError(
            f"{wrong[0]}{more}；请改用另一份备份：{'、'.join(backups(folder))} (another backup is needed)"
        )
    occupied = home.root.exists() and any(home.root.iterdir())
    if occupied and not replace:
        raise BackupError(
            f"{home.root} 不是空文件夹；请用 --home 指定新的文件夹，或加 --replace（原有的移到一旁，不删除）"
            " (the home is not empty)"
        )
    home.root.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=home.root.parent, prefix=f".{home.root.name}.restoring-"))
    try:
        _fill(folder, Home(staging), home, manifest)
        moved = _aside(home, at) if occupied else None
        _settle(staging, home.root)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return Restored(manifest, moved)


def _newest(folder: Path) -> str:
    found = backups(folder)
    if not found:
        raise BackupError(f"{folder} 里没有备份 (there is no backup)")
    return found[-1]


def _fill(folder: Path, staging: Home, home: Home, manifest: BackupManifest) -> None:
    for one in manifest.files:
        target = staging.root / one.path
        if not put_back(object_of(folder, one.sha256), target, one.sha256):
            raise BackupError(f"{target} 写入后与备份不一致，请检查磁盘 (it does not read back)")
    if manifest.published is not None:
        number = int(manifest.published["version"])
        point_to(staging.published, number)
        _compare(staging, str(manifest.published["content_digest"]))
    own = home.registry_url == f"sqlite:///{home.root / 'registry.sqlite'}"
    copied = RegistryCopy(**manifest.registry)
    url = f"sqlite:///{staging.root / 'registry.sqlite'}" if own else home.registry_url
    engine = copying.copy_in(url, staging.root / "registry", copied)
    try:
        _compare_registry(copied, staging.root / "registry", engine)
    finally:
        engine.dispose()
    shutil.rmtree(staging.root / "registry")


def _compare_registry(copied: RegistryCopy, folder: Path, engine: Engine) -> None:
    """Copy the registry out again: under the same schema the files have the same bytes, else as many rows."""
    with tempfile.TemporaryDirectory() as again:
        now = copying.copy_out(engine, Path(again))
        for name, count in copied.rows.items():
            same = now.rows.get(name) == count
            if now.revision == copied.revision:
                same = sha256_of(Path(again) / f"{name}.parquet") == sha256_of(folder / f"{name}.parquet")
            if not same:
                raise CopyError(f"登记库的表 {name} 写入后与备份不一致 (the table differs after the copy)")


def _compare(staging: Home, digest: str) -> None:
    with duckdb.connect(str(staging.published_database), read_only=True) as connection:
        found = content_digest(connection, SCHEMA)
    if found != digest:
        raise BackupError(f"恢复的发布版本内容摘要为 {found}，应为 {digest} (the published content differs)")


def _aside(home: Home, at: datetime) -> Path:
    target = home.root.with_name(f"{home.root.name}.before-{at:%Y%m%dT%H%M%S}")
    try:
        home.root.rename(target)
    except OSError as error:
        raise BackupError(f"{home.root} 无法移到 {target}：{error.strerror} (it cannot be moved aside)") from error
    return target


def _settle(staging: Path, root: Path) -> None:
    """Rename the folder into its place; where that is a mount point, its entries."""
    try:
        if root.exists():
            root.rmdir()
        staging.rename(root)
    except OSError:
        root.mkdir(exist_ok=True)
        for entry in staging.iterdir():
            shutil.move(entry, root / entry.name)
        staging.rmdir()


def rebuilt(home: Home, manifest: BackupManifest, *, say: Callable[[str], None]) -> str:
    """Compute everything anew from the restored lake and compare what would be published; one line that says so.

    Raises BackupError where the content differs, which rules of another version than the backup's may account for.
    """
    from xushi import run

    with tempfile.TemporaryDirectory() as empty:
        outcome = run.refresh(home, Path(empty), None, through_airflow=False, say=say)
    if outcome.error:
        raise BackupError(f"恢复后重算未完成：{outcome.error} (the rebuild failed)")
    now = current(home.published)
    expected = manifest.published["content_digest"] if manifest.published else None
    if now is None or (expected is not None and now.content_digest != expected):
        found = now.content_digest if now else "无"
        raise BackupError(f"重算的内容摘要为 {found}，备份时为 {expected}；程序版本不同时属正常 (the content differs)")
    return f"已全部重算，内容与备份时发布的第 {now.version} 版一致 computed anew, the same content"
