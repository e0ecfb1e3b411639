"""Checks of what an installation holds: registry, published data, backups, runs, history."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from registry import copying, health
from registry.engine import reading
from registry.models import Base, ExtractionRun
from xushi.doctor import Finding, Patient, check

_BACKUP_OLD: Final = timedelta(days=2)
_BACKUP_LATE: Final = timedelta(days=8)
_CLOCK_SLACK: Final = timedelta(minutes=10)
_AIRFLOW_LARGE: Final = 500 * 2**20


@check
def registry(patient: Patient) -> Iterator[Finding]:
    """The registry can be reached, is whole, has the present schema and knows what was published."""
    where = sa.make_url(patient.home.registry_url).render_as_string(hide_password=True)
    if patient.damage:
        mend = (
            "xushi restore 备份文件夹 --replace" if "损坏" in patient.damage else "检查数据库服务与 XUSHI_REGISTRY_URL"
        )
        yield Finding("registry", "error", patient.damage.partition("；处理")[0], where, mend)
        return
    if patient.engine is None:
        from publishing.versions import versions

        if versions(patient.home.published):
            yield Finding(
                "registry",
                "error",
                "没有登记库，却已有发布版本 (the registry is gone)",
                where,
                "xushi restore 备份文件夹 --replace；没有备份时 xushi salvage",
            )
        return
    with patient.engine.connect() as connection:
        held = copying.revision_of(connection)
    if held != copying.head():
        yield Finding(
            "registry",
            "info" if held else "warning",
            f"登记库的结构是 {held or '空的'}，程序要 {copying.head()} (it will be migrated)",
            where,
            "下次运行任何命令时自动升级；升级前先 xushi backup",
        )
        return
    from xushi.registry_guard import behind

    if line := behind(patient.home, patient.engine):
        yield Finding("registry", "error", line.partition("。")[0], where, "xushi restore 备份文件夹 --replace")


@check
def rights(patient: Patient) -> Iterator[Finding]:
    """The login may read the tables; passwords' hashes are the desk's alone."""
    if not _is_ready(patient) or patient.engine is None or patient.engine.dialect.name != "postgresql":
        return
    with patient.engine.connect() as connection:
        closed = [
            name
            for name in sorted(Base.metadata.tables)
            if name != "desk_users" and not connection.scalar(sa.func.has_table_privilege(name, "select").select())
        ]
    if closed:
        yield Finding(
            "rights",
            "error",
            f"此账号无权读取：{'、'.join(closed)} (no right to read)",
            "PostgreSQL",
            "docker compose up init",
        )


@check
def clock(patient: Patient) -> Iterator[Finding]:
    """What was recorded lies in the past: a clock that was set back would make later filings the older ones."""
    from registry.clock import newest

    if not _is_ready(patient) or patient.engine is None:
        return
    last = newest(patient.engine)
    if last is not None and last > patient.now + _CLOCK_SLACK:
        yield Finding(
            "clock",
            "error",
            f"最新的记录 {last:%Y-%m-%d %H:%M} 晚于现在 {patient.now:%Y-%m-%d %H:%M}（UTC），时钟曾倒拨或走快 "
            "(records lie in the future)",
            "系统时钟 clock",
            "timedatectl set-ntp true，核对时间后再刷新",
        )


@check
def originals(patient: Patient) -> Iterator[Finding]:
    """Originals that a refresh found damaged and nobody has brought back."""
    from xushi.integrity import open_originals

    for path, line in open_originals(patient.home).items():
        yield Finding(
            "originals", "error", line.partition("：")[0], path, "把同一文件重新放入收件箱，或 xushi check --mend"
        )


@check
def published(patient: Patient) -> Iterator[Finding]:
    """The version that readers see is, byte for byte, the one that was published."""
    from publishing.errors import PublishingError
    from publishing.versions import current_number, verify, versions

    place = patient.home.published
    try:
        number = current_number(place)
    except (OSError, ValueError) as error:
        yield Finding("published", "error", f"当前版本的指针无法读取：{error}", str(place), "xushi check --mend")
        return
    if number is None:
        lost = bool(versions(place))
        yield Finding(
            "published",
            "error" if lost else "info",
            "当前版本的指针缺失 (the pointer is gone)" if lost else "还没有发布过 (nothing published yet)",
            str(place),
            "xushi check --mend" if lost else "xushi refresh --inbox …",
        )
        return
    try:
        verify(place, number)
    except PublishingError as error:
        yield Finding("published", "error", str(error), str(place), "xushi check --mend，再 xushi refresh")


@check
def serving(patient: Patient) -> Iterator[Finding]:
    """The database that BI reads has the current version."""
    from publishing.versions import current_number
    from xushi.publication import SERVING_URL

    url = os.environ.get(SERVING_URL)
    number = current_number(patient.home.published)
    if not url or number is None:
        return
    from publishing.postgres import served_version

    served = served_version(url)
    if served != number:
        said = "连接不上或没有数据" if served is None else f"仍是第 {served} 版"
        yield Finding(
            "serving",
            "error" if served is None else "warning",
            f"查询服务{said}，应为第 {number} 版 (the serving database lags)",
            SERVING_URL,
            "xushi load",
        )


@check
def backups(patient: Patient) -> Iterator[Finding]:
    """There is a backup, a fresh one, elsewhere."""
    from xushi.backup import BackupError, read
    from xushi.backup import backups as kept
    from xushi.integrity import BACKUP_DIR, backup_dir

    folder = backup_dir()
    if folder is None:
        yield Finding(
            "backups",
            "warning",
            "没有设置备份文件夹 (no backups are made)",
            BACKUP_DIR,
            f"设 {BACKUP_DIR} 为另一块磁盘上的文件夹，再 xushi backup",
        )
        return
    ids = kept(folder)
    if not ids:
        yield Finding("backups", "warning", "还没有备份 (there is no backup yet)", str(folder), "xushi backup")
        return
    try:
        made = datetime.fromisoformat(read(folder, ids[-1]).made_at)
    except BackupError as error:
        yield Finding("backups", "error", str(error), str(folder), "xushi backup")
        return
    age = patient.now - made
    if age > _BACKUP_OLD:
        yield Finding(
            "backups",
            "error" if age > _BACKUP_LATE else "warning",
            f"最新的备份已有 {age.days} 天 (the newest backup is old)",
            str(folder),
            "xushi backup",
        )
    if patient.home.root.exists() and folder.stat().st_dev == patient.home.root.stat().st_dev:
        yield Finding(
            "backups",
            "info",
            "备份与数据在同一块磁盘上 (on the same disk as the data)",
            str(folder),
            f"把 {BACKUP_DIR} 设到另一块磁盘",
        )


@check
def runs(patient: Patient) -> Iterator[Finding]:
    """Runs that nobody does any more, and a writer that is gone."""
    from registry import run_history
    from xushi import runners

    if not _is_ready(patient) or patient.engine is None:
        return
    for run in run_history.find(patient.engine):
        if run.status == "running" and (why := runners.why_dead(run.runner)):
            yield Finding(
                "runs", "warning", f"运行 {run.run_id} 中断：{why}", "登记库 refresh_runs", "再运行一次 xushi refresh"
            )
    signed = patient.home.writer_lock.with_name("writer.json")
    if signed.exists():
        pid = json.loads(signed.read_text("utf-8")).get("pid")
        if not _lives(pid):
            yield Finding(
                "runs",
                "info",
                f"写入者（进程 {pid}）已不在，锁已自动释放 (the writer is gone)",
                str(signed),
                "再运行一次 xushi refresh",
            )


@check
def airflow_database(patient: Patient) -> Iterator[Finding]:
    """The embedded Airflow's own database is whole and not grown without end."""
    path = patient.home.airflow / "airflow.db"
    if not path.exists():
        return
    if path.stat().st_size > _AIRFLOW_LARGE:
        yield Finding(
            "airflow_database",
            "warning",
            f"Airflow 元数据库已有 {path.stat().st_size / 2**20:.0f} MB (large)",
            str(path),
            "xushi maintenance",
        )
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return  # it is being written
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        yield Finding(
            "airflow_database",
            "error",
            f"Airflow 元数据库已损坏：{said} (damaged)",
            str(path),
            f"停止 Airflow，移开 {path}，再 make up：运行记录重新开始，数据不受影响",
        )


@check
def older_rules(patient: Patient) -> Iterator[Finding]:
    """History that was read under an older version of the rules."""
    from ingestion.extract import EXTRACTOR_VERSION

    if not _is_ready(patient) or patient.engine is None:
        return
    with reading(patient.engine) as session:
        query = sa.select(sa.func.count()).where(
            ExtractionRun.is_live, ExtractionRun.extractor_version != EXTRACTOR_VERSION
        )
        count = session.scalar(query) or 0
    if count:
        yield Finding(
            "older_rules",
            "info",
            f"{count} 份报送仍按旧规则读取 (read under older rules)",
            "登记库 extraction_runs",
            "xushi replay start",
        )


def _is_ready(patient: Patient) -> bool:
    """Whether the registry can be asked: it is there, whole and of the present schema."""
    if patient.engine is None or health.examine(patient.home.registry_url, thorough=False):
        return False
    with patient.engine.connect() as connection:
        return copying.revision_of(connection) == copying.head()


def _lives(pid: object) -> bool:
    import psutil

    return isinstance(pid, int) and psutil.pid_exists(pid)
