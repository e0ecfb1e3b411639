"""What can be made again is made again: a damaged build database, a damaged published version.

Both follow from the lake, so neither needs a person; what was damaged is set aside and told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec

import duckdb

from ingestion.mending import put_back
from publishing.errors import PublishingError
from publishing.manifest import DATABASE, Manifest
from publishing.versions import alone, current_number, folder_of, manifest_of, point_to, verify, versions
from xushi import build_state
from xushi.home import Home
from xushi.integrity import backup_dir, spare_of
from xushi.stages import Plan, report_folder

P = ParamSpec("P")
Stage = Callable[Concatenate[Plan, P], dict[str, Any]]

_LOG: Final = logging.getLogger(__name__)
#: Errors of DuckDB that say nothing of the file.
_OUTSIDE_THE_FILE: Final = ("could not set lock", "out of memory", "no space left")


def rebuilding(*before: Callable[[Plan], object]) -> Callable[[Stage[P]], Stage[P]]:
    """Where the stage fails on a build database that is damaged, set it aside, run the stages before it, and it, again.

    The stages before it start with the transform, which finds no database and builds everything from the lake.
    """

    def of(stage: Stage[P]) -> Stage[P]:
        @wraps(stage)
        def mended(plan: Plan, /, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
            try:
                return stage(plan, *args, **kwargs)
            except Exception:
                home = Home(Path(plan["home"]))
                line = set_aside_build(home)
                if line is None:
                    raise
                tell(home, plan["run_id"], line)
                for earlier in before:
                    earlier(plan)
                return stage(plan, *args, **kwargs)

        return mended

    return of


def is_damaged(database: Path) -> bool:
    """Whether a DuckDB file is there and cannot be read to its last row; its blocks carry checksums."""
    if not database.exists():
        return False
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where not internal"
            ).fetchall()
            for schema, table in tables:
                place = ".".join('"{}"'.format(name.replace('"', '""')) for name in (schema, table))
                connection.execute(f"select bit_xor(hash(t)) from {place} as t").fetchall()  # noqa: S608 (quoted)
    except duckdb.Error as error:
        return not any(words in str(error).lower() for words in _OUTSIDE_THE_FILE)
    except UnicodeDecodeError:
        return True
    return False


def set_aside_build(home: Home) -> str | None:
    """Move a damaged build database aside, so that the next transform builds from nothing; None where it is whole."""
    database = home.build_database
    if not is_damaged(database):
        return None
    aside = database.with_name(f"{database.name}.damaged")
    database.replace(aside)
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
    line = f"构建库已损坏，已移到 {aside}，由数据湖全部重建 (the build database was damaged and is built anew)"
    _LOG.warning("%s", line)
    return line


def heal_published(home: Home) -> list[str]:
    """Make sure that readers have a version that is what was published; returns what had to be done, in words.

    A damaged one is put back from a backup, else set aside: readers get the newest whole version, and the refresh
    publishes the content anew under the next number.
    """
    published = home.published
    told: list[str] = []
    try:
        number = current_number(published)
    except (ValueError, OSError):
        number = None
    kept = versions(published)
    if number is None and not kept:
        return told
    with alone(published):
        while number is not None:
            try:
                verify(published, number)
                return told
            except PublishingError as error:
                if put_version_back(published, number):
                    told.append(f"{error}；已用备份放回 put back from a backup")
                    continue
                aside = _set_aside(published, number)
                told.append(f"{error}；已移到 {aside}，本次刷新重新发布 set aside; it is published anew")
                build_state.published(home, inputs="")
            number = max((n for n in versions(published) if n < number), default=None)
            _point(published, number)
        newest = max((n for n in versions(published) if _is_whole(published, n)), default=None)
        if newest is not None:
            _point(published, newest)
            told.append(f"当前版本的指针缺失，已指向第 {newest} 版 (the pointer was lost; it names version {newest})")
        elif not told:
            build_state.published(home, inputs="")
    for line in told:
        _LOG.warning("%s", line)
    return told


def tell(home: Home, run_id: str, line: str) -> None:
    """Keep a line for the run's summary."""
    folder = report_folder(home, run_id) / "stages"
    number = len(list(folder.glob("recovery-*.json")))
    build_state.write_json(folder / f"recovery-{number}.json", {"recovered": [line]})


def put_version_back(published: Path, number: int) -> bool:
    """Put a version's database back from a backup; False where its manifest is gone or no backup holds it."""
    try:
        manifest: Manifest = manifest_of(published, number)
    except PublishingError:
        return False
    source = spare_of(backup_dir())(manifest.sha256)
    folder = folder_of(published, number)
    folder.chmod(0o755)
    return source is not None and put_back(source, folder / DATABASE, manifest.sha256)


def _set_aside(published: Path, number: int) -> Path | None:
    folder = folder_of(published, number)
    if not folder.exists():
        return None
    aside = published / "damaged" / f"{folder.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    aside.parent.mkdir(exist_ok=True)
    folder.rename(aside)
    return aside


def _point(published: Path, number: int | None) -> None:
    if number is None:
        (published / DATABASE).unlink(missing_ok=True)
    else:
        point_to(published, number)


def _is_whole(published: Path, number: int) -> bool:
    try:
        verify(published, number)
    except PublishingError:
        return False
    return True
