"""What `xushi template` does: issue the workbooks of a month, or check filled ones before they are sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from ingestion.errors import IngestionError
from publishing.errors import PublishingError
from publishing.template import Issue, issue_all, problems_of, units_of
from registry import expected, migrate
from xushi.home import Home

Say = Callable[[str], None]

_PERIOD: Final = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])")
_OUTCOMES: Final = {"issued": "已生成", "kept": "已有填写内容，保留未动（要覆盖请加 --force） kept, it is filled in"}


class TemplateError(Exception):
    """Nothing could be issued or checked; the message is one clear line."""


def issue(
    home: Home, period: str | None, region: str | None, out: Path | None, language: str, force: bool, say: Say
) -> bool:
    """Write a workbook for each unit; True where all were written, False where a filled one was kept."""
    if period is None or not _PERIOD.fullmatch(period):
        raise TemplateError(f"期次 {period!r} 无法识别；写法为 --period 2023-10 (a period is written YYYY-MM)")
    folder = out or home.root / "templates" / period
    try:
        units = units_of(home.published_database, period, expected=_expected(home, period), chosen=region)
        if not units:
            raise TemplateError(_nobody(period, region))
        done: list[Issue] = []
        for one in issue_all(home.published_database, period, units, folder, language=language, force=force):
            done.append(one)
            say(f"[{len(done)}/{len(units)}] {_told(one)}")
    except (PublishingError, OSError) as error:
        raise TemplateError(str(error)) from error
    say(f"填报表在 {folder}：{sum(i.outcome == 'issued' for i in done)} 份 (workbooks written)")
    return all(i.outcome == "issued" for i in done)


def check(files: Sequence[Path], say: Say) -> bool:
    """Say what is wrong in filled workbooks, a line a cell; True where nothing is."""
    clean = True
    for path in files:
        try:
            found = list(problems_of(path.read_bytes(), path.name))
        except (IngestionError, OSError) as error:
            raise TemplateError(str(error)) from error
        clean = clean and not found
        for problem in found:
            quote = " ".join(problem.found.split())[:60]
            say(f"{path.name} {problem.address}：“{quote}” {problem.message_zh} ({problem.message_en})")
        if not found:
            say(f"{path.name}：没有问题 (nothing wrong)")
    return clean


def _told(one: Issue) -> str:
    rows = (
        f"{one.rows} 条要求"
        if one.rows
        else "尚无已发布的任务，下发空表和填报说明 (nothing published yet: an empty form)"
    )
    return f"{one.unit.name}：{rows}，{_OUTCOMES[one.outcome]} {one.path.name}"


def _nobody(period: str, region: str | None) -> str:
    if region is not None:
        return f"不认识的单位 {region!r}；请写全称或行政区划代码，例如 440703 (unknown unit)"
    return (
        f"{period[:4]} 年度没有已发布的任务，登记表中也没有 {period} 应报送的单位；"
        "请先运行 xushi refresh，或用 --region 指定单位下发空表 (nobody to issue to)"
    )


def _expected(home: Home, period: str) -> list[tuple[str, str | None]]:
    """Who owes a report for the period, as far as the registry of the home knows."""
    local = home.root / "registry.sqlite"
    if home.registry_url == f"sqlite:///{local}" and not local.exists():
        return []
    try:
        rows = expected.find(migrate.upgrade(home.registry_url), period=period)
    except SQLAlchemyError as error:
        raise TemplateError(f"登记库无法打开 (the registry cannot be opened): {type(error).__name__}") from error
    return [(row.reporting_unit, row.region_code) for row in rows]
