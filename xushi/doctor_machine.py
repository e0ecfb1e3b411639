"""Checks of the machine and its settings: programs, fonts, disks, schedules, channels."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from xushi.doctor import Finding, Patient, check
from xushi.home import PROJECT_ROOT

#: Bytes free below which a refresh may not end, and below which somebody should look.
_FULL: Final = 500 * 2**20
_NEARLY_FULL: Final = 5 * 2**30
_PIN: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)([^\n\\]*)", re.MULTILINE)
_SETTING: Final = re.compile(r"XUSHI_[A-Z][A-Z0-9_]*")
_SPEAK_OF_SETTINGS: Final = (
    "xushi", "review", "ingestion", "publishing", "registry", "expectations", "bi", "docker", "dags", "dbt_project",
)  # fmt: skip
_LEFT_AFTER: Final = timedelta(days=1)


@check
def python_version(_: Patient) -> Iterator[Finding]:
    """The Python that this project was proved on."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Finding(
            "python_version",
            "error",
            f"Python {sys.version.split()[0]}，应为 3.11 至 3.13",
            sys.executable,
            "换用 Python 3.11–3.13 后 make setup",
        )


@check
def packages(_: Patient) -> Iterator[Finding]:
    """What is installed is what the lock names."""
    lock = PROJECT_ROOT / "requirements.lock"
    if not lock.exists():
        return
    others, absent = [], []
    for name, pinned, condition in _PIN.findall(lock.read_text("utf-8")):
        if ";" in condition:  # for another platform or Python, perhaps
            continue
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            absent.append(name)
            continue
        if found != pinned:
            others.append(f"{name} {found}（应为 {pinned}）")
    if others or absent:
        told = "、".join([*others, *(f"{name} 未安装" for name in absent)][:4])
        yield Finding(
            "packages",
            "error" if absent else "warning",
            f"{len(others) + len(absent)} 个程序包与锁定的版本不同：{told} (packages differ from the lock)",
            str(lock),
            "make setup",
        )


@check
def home_writable(patient: Patient) -> Iterator[Finding]:
    """The home is there and can be written."""
    root = patient.home.root
    if not root.exists():
        yield Finding(
            "home_writable", "info", "数据文件夹还没有建立 (no home yet)", str(root), "xushi refresh --inbox …"
        )
    elif not root.is_dir() or not os.access(root, os.W_OK | os.X_OK):
        yield Finding(
            "home_writable",
            "error",
            "数据文件夹无法写入 (the home cannot be written)",
            str(root),
            f"chown -R $(id -un) {root}",
        )


@check
def disk_space(patient: Patient) -> Iterator[Finding]:
    """Room for the next version and the build database."""
    place = next(path for path in (patient.home.root, *patient.home.root.parents) if path.exists())
    usage = shutil.disk_usage(place)
    if usage.free < _NEARLY_FULL:
        is_full = usage.free < _FULL
        yield Finding(
            "disk_space",
            "error" if is_full else "warning",
            f"磁盘仅余 {usage.free / 2**30:.1f} GB，共 {usage.total / 2**30:.0f} GB (little room)",
            str(place),
            "清理磁盘；xushi maintenance 清理本系统的旧日志与报告",
        )


@check
def leftovers(patient: Patient) -> Iterator[Finding]:
    """Half-written files of runs that were killed."""
    from xushi.retention import leftovers as left

    old = left(patient.home, patient.now - _LEFT_AFTER)
    if old:
        yield Finding(
            "leftovers",
            "warning",
            f"有 {len(old)} 个中断时留下的半成品 (leftovers of interrupted runs)",
            str(old[0]),
            "xushi maintenance",
        )


@check
def inbox(patient: Patient) -> Iterator[Finding]:
    """The folder where submissions arrive can be read."""
    place = Path(os.environ.get("XUSHI_INBOX") or patient.home.root / "inbox")
    if not place.is_dir():
        if os.environ.get("XUSHI_INBOX"):
            yield Finding(
                "inbox", "error", "收件箱不存在 (no such inbox)", str(place), f"mkdir -p {place}，或改 XUSHI_INBOX"
            )
        return
    closed = [path for path in place.rglob("*") if not os.access(path, os.R_OK)]
    if not os.access(place, os.R_OK | os.X_OK) or closed:
        where = closed[0] if closed else place
        yield Finding("inbox", "error", "收件箱中有无法读取的文件 (unreadable)", str(where), f"chmod -R u+rX {place}")


@check
def fonts(_: Patient) -> Iterator[Finding]:
    """Charts of the bulletin need a font with Chinese characters."""
    from publishing.documents.fonts import missing

    if line := missing():
        yield Finding("fonts", "warning", line, "fontconfig", "apt-get install fonts-noto-cjk")


@check
def readers(_: Patient) -> Iterator[Finding]:
    """Programs that some kinds of files need."""
    from ingestion.read.scan import is_installed

    if not any(map(shutil.which, ("soffice", "libreoffice"))):
        yield Finding(
            "readers",
            "info",
            "未安装 LibreOffice，doc、wps、rtf、odt、ods、xlsb 无法读取 (refused)",
            "PATH",
            "apt-get install libreoffice-writer libreoffice-calc",
        )
    if not is_installed():
        yield Finding(
            "readers", "info", "未安装文字识别，扫描件与图片无法读取 (scans are refused)", "Python", "make ocr"
        )


@check
def time_zone(_: Patient) -> Iterator[Finding]:
    """Every date of a schedule and of a document is the bureau's."""
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield Finding("time_zone", "error", "没有时区数据 Asia/Shanghai (no time zone data)", "tzdata", "make setup")


@check
def schedules(_: Patient) -> Iterator[Finding]:
    """Settings of time that can be understood."""
    from xushi.schedules import SCHEDULES, ScheduleError, deadline, schedule_of, watch_seconds

    looks: list[Callable[[], object]] = [partial(schedule_of, dag) for dag in SCHEDULES]
    for look in (*looks, deadline, watch_seconds):
        try:
            look()
        except ScheduleError as error:
            yield Finding("schedules", "error", str(error), "环境变量 environment", "改正该设置后重新启动")


@check
def settings(_: Patient) -> Iterator[Finding]:
    """Settings that have a value they cannot have, and names that nothing reads: a misspelt setting is silent."""
    from xushi.backup import BackupError, keep_backups
    from xushi.publication import SettingError, keep_versions
    from xushi.retention import LOG_DAYS, REPORT_DAYS, RetentionError, days

    numbers: tuple[Callable[[], object], ...] = (
        keep_backups, keep_versions, partial(days, LOG_DAYS), partial(days, REPORT_DAYS),
    )  # fmt: skip
    for look in numbers:
        try:
            look()
        except (BackupError, SettingError, RetentionError) as error:
            yield Finding("settings", "error", str(error), "环境变量 environment", "改正该设置")
    unknown = sorted({name for name in os.environ if _SETTING.fullmatch(name)} - _names_read())
    if unknown:
        yield Finding(
            "settings",
            "warning",
            f"没有这样的设置：{'、'.join(unknown)} (no such settings)",
            "环境变量 environment",
            "对照 .env.example 改正名称",
        )


def _names_read() -> set[str]:
    """Every setting that the program, or what starts it, speaks of."""
    places = [path for folder in _SPEAK_OF_SETTINGS for path in (PROJECT_ROOT / folder).rglob("*")]
    places += [PROJECT_ROOT / ".env.example", PROJECT_ROOT / "docker-compose.yml", PROJECT_ROOT / "Makefile"]
    return {
        name
        for path in places
        if path.suffix in {".py", ".sh", ".yml", ".sql", ".example", ""}
        and path.is_file()
        and "target" not in path.parts
        for name in _SETTING.findall(path.read_text("utf-8", errors="replace"))
    }


@check
def notifications(_: Patient) -> Iterator[Finding]:
    """Somebody is told of what fails."""
    from xushi.notify_channels import channels

    found = channels()
    for problem in found.problems:
        yield Finding("notifications", "warning", problem, "XUSHI_NOTIFY_URLS", "改正后运行 xushi notify-test")
    if not found.channels and not found.problems:
        yield Finding(
            "notifications",
            "info",
            "没有通知渠道，失败只写入日志 (nobody is told of failures)",
            "XUSHI_NOTIFY_URLS",
            "设置邮件、企业微信或钉钉地址后运行 xushi notify-test",
        )
