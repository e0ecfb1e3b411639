"""`xushi documents`: drafts of a month's documents, written from the published version; it never issues one."""

from __future__ import annotations

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from xushi.commands.common import HomeOption, fail
from xushi.home import Home

if TYPE_CHECKING:
    from publishing.documents.edition import Edition
    from publishing.query import Ask

AGENCY: Final = "XUSHI_AGENCY"


class Forms(StrEnum):
    """Which editions are written."""

    submission = "submission"
    checking = "checking"
    both = "both"


class Draft(StrEnum):
    """How far the documents are; what is signed is issued elsewhere."""

    consultation = "consultation"
    review = "review"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(documents)


def documents(
    period: Annotated[
        str | None, typer.Option("--period", help="期次，如 2023-09；默认最近一期 default: latest")
    ] = None,
    form: Annotated[Forms, typer.Option("--form", help="报送版、核对版或两者 which edition")] = Forms.both,
    stage: Annotated[Draft, typer.Option("--stage", help="征求意见稿或送审稿 which draft")] = Draft.consultation,
    out: Annotated[Path | None, typer.Option("--out", help="存放的文件夹 the folder to write to")] = None,
    home: HomeOption = None,
    day: Annotated[
        str | None, typer.Option("--day", help="成文日期，默认截至日期 the day, default: as-of date")
    ] = None,
    reply: Annotated[str | None, typer.Option("--reply", help="反馈截止日期 the day by which districts answer")] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", envvar=AGENCY, help="发文机关，默认某市生态环境局 the issuing bureau")
    ] = None,
    city: Annotated[
        str | None, typer.Option("--city", envvar="XUSHI_CITY", help="数据含多个市时指明 where several are published")
    ] = None,
    order: Annotated[
        str | None,
        typer.Option("--order", envvar="XUSHI_DISTRICT_ORDER", help="区县次序，顿号或逗号分隔 order of districts"),
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", envvar="XUSHI_SUBJECT", help="标题中的事由，如 生态环境重点任务 of what")
    ] = None,
) -> None:
    """生成当月文件的草稿：滞后表、完成情况表、通报、区县情况单；不签发。 Drafts of a month's documents."""
    from publishing.documents import report
    from publishing.documents.edition import Edition
    from publishing.errors import PublishingError
    from publishing.query import opened
    from xushi.edition_writing import names_of

    place = Home.find(home)
    version = place.published_database.resolve().parent.name
    try:
        with opened(place.published_database) as ask:
            chosen = period or _latest(ask)
            read = report.read(ask, chosen, city=city)
            folder = (out or place.documents / chosen).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            forms = [f for f in (Forms.submission, Forms.checking) if form in (f, Forms.both)]
            for which in forms:
                edition = Edition(
                    form="submission" if which is Forms.submission else "checking",
                    stage="consultation" if stage is Draft.consultation else "review",
                    agency=agency or f"{read.city}生态环境局",
                    day=_day(day) or read.as_of,
                    reply_due=_day(reply),
                )
                _write(
                    ask, chosen, edition, version, folder, place,
                    city=read.city, order=names_of(order), subject=subject or None,
                )  # fmt: skip
    except PublishingError as error:
        fail(str(error))


def _write(
    ask: Ask,
    period: str,
    edition: Edition,
    version: str,
    folder: Path,
    home: Home,
    *,
    city: str,
    order: tuple[str, ...],
    subject: str | None,
) -> None:
    from publishing.documents.writing import left_out, write

    beside = Path(os.path.relpath(home.dashboard / "index.html", folder)).as_posix()
    given = {"subject": subject} if subject else {}
    written = write(
        ask, period, edition, version=version, city=city, order=order,
        dashboard=os.environ.get("XUSHI_DASHBOARD_URL") or beside, **given,
        say=lambda line: typer.echo(f"  {line}"),
    )  # fmt: skip
    for document in written:
        (folder / document.file_name).write_bytes(document.content)
    typer.echo(f"已写 {len(written)} 份 documents written：{folder}")
    for words in left_out(ask, period, edition, city=city):
        typer.echo(f"未写 left out：{words}")


def _latest(ask: Ask) -> str:
    found = ask("select max(period) from fct_task_progress where is_current").rows
    return str(found[0][0])


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        fail(f"日期 {given!r} 无法识别；写法为 年-月-日，例如 2023-10-20 a date is written YYYY-MM-DD")
