"""Whether a registry can be opened and is whole, told in one line."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from registry.engine import open_engine

#: What brings a registry back; every message of a damaged one ends with it.
HOW_TO_MEND: Final = (
    "处理：先停止刷新与审核台，再用 xushi restore 从备份恢复；没有备份时用 xushi salvage 重建"
    " (restore it from a backup, or salvage what the lake still holds)"
)


#: Bytes that SQLite's journal index takes where a registry is opened.
_ROOM_TO_READ: Final = 1 << 20


class DamagedRegistryError(Exception):
    """The registry's file is damaged; the message is one line that says how to mend it."""


def examine(url: str, *, thorough: bool = True) -> str | None:
    """One line about a registry that is damaged or cannot be reached; None where it is whole, or not made yet.

    SQLite reads every page, and where it is `thorough` compares indexes and references; PostgreSQL is asked whether it
    answers.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _examine_file(Path(parsed.database), thorough) if parsed.database else None
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        where = parsed.render_as_string(hide_password=True)
        return f"登记库 {where} 连接不上：{said}；处理：请检查数据库服务与 XUSHI_REGISTRY_URL (it cannot be reached)"
    finally:
        engine.dispose()
    return None


def _examine_file(path: Path, thorough: bool) -> str | None:
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=60)) as connection:
            look = "integrity_check" if thorough else "quick_check"
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {look}(3)")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchall() if thorough else []
    except sqlite3.DatabaseError as error:
        return no_room(path, str(error)) or damaged(path, str(error))
    if found != ["ok"]:
        return damaged(path, found[0].splitlines()[-1])
    if loose:
        return damaged(path, f"{loose[0][0]} 有 {len(loose)} 行所指的记录不在 (rows whose reference is gone)")
    return None


def no_room(path: Path, said: str) -> str | None:
    """The one line about a file that cannot be read because its disk is full; None where there is room.

    SQLite needs a little room even to read, and calls the lack of it an I/O error: that is no damage.
    """
    free = shutil.disk_usage(path.parent).free
    if free >= _ROOM_TO_READ:
        return None
    return (
        f"登记库 {path} 所在磁盘空间不足，只剩 {free // 1024} KiB：{said}；处理：腾出空间后再运行一次，"
        "登记库并未因此损坏 (no space left on its disk: make room and run again; the registry is not damaged by this)"
    )


def damaged(path: Path | str, said: str) -> str:
    """The one line about a damaged file."""
    return f"登记库 {path} 已损坏：{said} (the registry is damaged)；{HOW_TO_MEND}"
