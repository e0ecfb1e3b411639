"""The `xushi` command: refresh, extract, explain, template, query, correct, withdraw, determine, change, docs,
desk, up; those of xushi/commands by what they are about.

Exit status: 0 done, 3 published with withheld records or rejected files, 1 failed with one clear line on stderr.
"""

from __future__ import annotations

import csv
import json
import re
import signal
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from xushi.commands import dashboard, desk, documents, editions, operations, reminders, replay, serving, telling
from xushi.commands.common import EXIT_FAILED, EXIT_WITH_REMARKS, HomeOption, fail, now_of
from xushi.home import Home

app = typer.Typer(
    name="xushi",
    help="序时：读取进展材料，建立任务×地区×期次的数据仓库。 Reads progress documents into a warehouse of lag.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RegionOption = Annotated[
    str | None,
    typer.Option("--region", help="登记的报送单位，文中未写时采用 the registered unit, where the text is silent"),
]
ByOption = Annotated[str, typer.Option("--by", help="经办人姓名 who decides")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="登记的截至日期，如 2023-09-30 the registered date, where the text is silent"),
]


class FactFormat(StrEnum):
    """How `xushi extract` prints."""

    jsonl = "jsonl"
    table = "table"


class RowFormat(StrEnum):
    """How `xushi query` prints."""

    table = "table"
    csv = "csv"
    json = "json"


class ChangeEvent(StrEnum):
    """What became of a requirement."""

    change_applied = "change_applied"
    change_approved = "change_approved"
    cancel_applied = "cancel_applied"
    cancelled = "cancelled"
    refused = "refused"


class VerdictStatus(StrEnum):
    """What the bureau may find."""

    completed = "completed"
    on_schedule = "on_schedule"
    basically_on_schedule = "basically_on_schedule"
    behind_schedule = "behind_schedule"


class Language(StrEnum):
    """The language of the summary."""

    zh = "zh"
    en = "en"


def main() -> None:
    """Entry point of the command; a polite end of the process ends what it started too."""
    from sqlalchemy.exc import OperationalError

    from registry.health import DamagedRegistryError

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_FAILED))
    try:
        app()
    except DamagedRegistryError as error:  # whatever the command is about, this comes first
        typer.echo(f"xushi: {error}", err=True)
        sys.exit(EXIT_FAILED)
    except OperationalError as error:  # a server that is away, a full disk
        from xushi.stages import line_of

        typer.echo(f"xushi: {line_of(error)}", err=True)
        sys.exit(EXIT_FAILED)


@app.command()
def refresh(
    inbox: Annotated[Path, typer.Option("--inbox", help="报送文件所在的文件夹 the folder of submissions")],
    period: Annotated[str | None, typer.Option("--period", help="期次，如 2023-09；默认全部 default: all")] = None,
    home: HomeOption = None,
    airflow: Annotated[
        bool, typer.Option("--airflow/--no-airflow", help="经 Airflow 运行，或在本进程内运行 or in this process")
    ] = True,
    language: Annotated[Language, typer.Option("--lang", help="小结的语言 the summary's language")] = Language.zh,
) -> None:
    """按月刷新：收件、读取、检查、建模、发布，最后给出小结。 The monthly refresh of a folder of submissions."""
    if not inbox.is_dir():
        fail(f"收件箱 {inbox} 不是文件夹；请给出存放报送文件的文件夹 the inbox is no folder")
    if period is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        fail(f"期次 {period!r} 无法识别；写法为 年-月，例如 2023-09 a period is written YYYY-MM")
    from xushi import run

    outcome = run.refresh(Home.find(home), inbox.resolve(), period, through_airflow=airflow, say=typer.echo)
    if outcome.summary is not None:
        from xushi.summary_text import render

        typer.echo(render(outcome.summary, language.value))
    if outcome.error:
        fail(outcome.error)
    if outcome.has_remarks:
        raise typer.Exit(EXIT_WITH_REMARKS)


@app.command()
def extract(
    files: Annotated[list[Path], typer.Argument(help="一个或多个文件 one or more files")],
    fmt: Annotated[FactFormat, typer.Option("--format", help="输出格式 how to print")] = FactFormat.jsonl,
    region: RegionOption = None,
    as_of: AsOfOption = None,
) -> None:
    """读出文件中的事实，不留任何状态。 The facts of files, without any state."""
    from ingestion.alone import LooseFile, facts_of_each
    from ingestion.errors import IngestionError

    registered = _date(as_of)
    failed = False
    read = facts_of_each(LooseFile(path, region, registered) for path in files)
    for path, rows in zip(files, read, strict=True):
        if isinstance(rows, IngestionError):
            typer.echo(f"xushi: {rows}", err=True)
            failed = True
            continue
        if fmt is FactFormat.jsonl:
            sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        else:
            _print_table(
                ["item_no", "sub_item", "region", "fact", "task", "target_value", "actual_value", "unit", "percent",
                 "deadline", "status", "rule_id", "quote"],
                rows,
                title=path.name,
            )  # fmt: skip
    if failed:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="一段文字或一个文件 a text or a file")],
    region: RegionOption = None,
    as_of: AsOfOption = None,
) -> None:
    """说明哪条规则读出了哪一段文字，还剩下什么。 Which rule fired on which span, and what was left over."""
    from ingestion.errors import IngestionError
    from ingestion.extract.explain import explain as explain_text

    path = Path(text) if len(text) < 1024 else None
    data, name = (path.read_bytes(), path.name) if path and path.is_file() else (text.encode("utf-8"), "text.txt")
    try:
        for line in explain_text(data, name, region=region, as_of=_date(as_of)):
            typer.echo(str(line))
    except IngestionError as error:
        fail(str(error))


@app.command()
def template(
    period: Annotated[str | None, typer.Option("--period", help="填报期次，如 2023-10 the month to report")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="只下发给这个单位（名称或代码） for one unit alone")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="存放的文件夹 the folder to write to")] = None,
    home: HomeOption = None,
    language: Annotated[Language, typer.Option("--lang", help="填报说明的语言 the language of the help")] = Language.zh,
    force: Annotated[bool, typer.Option("--force", help="覆盖已填写的文件 overwrite what was filled in")] = False,
    check: Annotated[
        list[Path] | None, typer.Option("--check", help="检查填好的填报表，不下发 check filled workbooks instead")
    ] = None,
) -> None:
    """下发填报表：每个单位一份，预填任务、要求、时限和上期数；或检查填好的表。 Issue the workbooks of a month."""
    from xushi import templates

    try:
        if check:
            clean = templates.check(check, typer.echo)
        else:
            clean = templates.issue(Home.find(home), period, region, out, language.value, force, typer.echo)
    except templates.TemplateError as error:
        fail(str(error))
    if not clean:
        raise typer.Exit(EXIT_WITH_REMARKS)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="SQL 查询语句 a SELECT on the published snapshot")],
    home: HomeOption = None,
    fmt: Annotated[RowFormat, typer.Option("--format", help="输出格式 how to print")] = RowFormat.table,
    version: Annotated[
        int | None, typer.Option("--version", help="较早的发布版本，默认当前版 an earlier version")
    ] = None,
) -> None:
    """在已发布的快照上查询，只读。 A query on the published snapshot, read only."""
    from publishing.errors import PublishingError
    from publishing.query import query as run_query
    from publishing.versions import database_of

    place = Home.find(home)
    try:
        database = place.published_database if version is None else database_of(place.published, version)
        result = run_query(database, sql)
    except PublishingError as error:
        fail(str(error))
    _print_rows(result.columns, result.rows, fmt)


@app.command()
def correct(
    progress_key: Annotated[str, typer.Argument(help="进展记录键 fct_task_progress.progress_key")],
    column: Annotated[str, typer.Argument(help="更正哪一项，如 actual_value、deadline which value")],
    reason: Annotated[str, typer.Option("--reason", help="更正理由 why")],
    by: ByOption,
    expected: Annotated[str | None, typer.Option("--from", help="原值，空缺则不填 what stands there")] = None,
    value: Annotated[str | None, typer.Option("--to", help="更正后的值，改为空则不填 what it should be")] = None,
    fact: Annotated[str | None, typer.Option("--fact", help="出处不止一处时指明 which of several facts")] = None,
    home: HomeOption = None,
) -> None:
    """更正一个数值：原值须与原文一致，下次刷新生效，原报送保留不变。 Correct one value; the original stays."""
    from xushi import decisions

    try:
        correction_id, words = decisions.correct(
            Home.find(home), progress_key, column, expected, value,
            reason=reason, by=by, at=now_of(home), fact_id=fact,
        )  # fmt: skip
    except decisions.DecisionError as error:
        fail(str(error))
    typer.echo(f"已登记更正 {correction_id}（{words}），下次刷新生效 recorded; the next refresh applies it")


@app.command()
def withdraw(
    correction_id: Annotated[str, typer.Argument(help="更正编号 fct_correction.correction_id")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """撤回一项更正，下次刷新起恢复原文的值。 Take a correction back."""
    from xushi import decisions

    try:
        decisions.withdraw(Home.find(home), correction_id, by=by, at=now_of(home))
    except decisions.DecisionError as error:
        fail(str(error))
    typer.echo(f"已撤回更正 {correction_id}，下次刷新生效 withdrawn; the next refresh follows")


@app.command()
def determine(
    progress_key: Annotated[str, typer.Argument(help="进展记录键 fct_task_progress.progress_key")],
    status: Annotated[VerdictStatus, typer.Argument(help="认定状态 the verdict")],
    reason: Annotated[str, typer.Option("--reason", help="认定理由 why")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """市局认定一条进展的状态，下次刷新生效；自报和测算的状态保留。 The bureau's verdict on one row."""
    from xushi import decisions

    try:
        key = decisions.determine(Home.find(home), progress_key, status.value, reason=reason, by=by, at=now_of(home))
    except decisions.DecisionError as error:
        fail(str(error))
    typer.echo(f"已登记认定 {key}：{status.value}，下次刷新生效 recorded; the next refresh shows it")


@app.command()
def change(
    requirement_id: Annotated[str, typer.Argument(help="要求编号 dim_requirement.requirement_id")],
    event: Annotated[ChangeEvent, typer.Argument(help="申请或批准 what happened")],
    on: Annotated[str, typer.Option("--on", help="申请或批准日期，如 2023-09-15 the day")],
    by: ByOption,
    approval: Annotated[str | None, typer.Option("--approval", help="批准文号 number of the approval")] = None,
    note: Annotated[str | None, typer.Option("--note", help="说明 a remark")] = None,
    home: HomeOption = None,
) -> None:
    """登记要求的调整、取消申请或批复；未获批准（文号）前照常考核。 Applications and approvals of changes."""
    from xushi import decisions

    day = _date(on)
    assert day is not None  # noqa: S101 (an option that must be given)
    try:
        words = decisions.change(
            Home.find(home), requirement_id, event.value, day, by=by, at=now_of(home),
            approval_no=approval, note=note,
        )  # fmt: skip
    except decisions.DecisionError as error:
        fail(str(error))
    typer.echo(f"已登记 {event.value}：{words}，下次刷新生效 recorded; the next refresh follows")


@app.command()
def docs(home: HomeOption = None) -> None:
    """生成数据仓库说明（各表各列、来龙去脉），一个网页，离线可看。 The warehouse's documentation as one page."""
    from xushi import transform
    from xushi.dashboard import step

    try:
        page = transform.document(Home.find(home))
    except transform.TransformError as error:
        fail(str(error))
    step(Home.find(home))  # the dashboard leads there from now on
    typer.echo(f"数据仓库说明：{page} documentation")


@app.command()
def up(
    home: HomeOption = None,
    port: Annotated[int, typer.Option("--port", help="界面的端口 the UI's port")] = 8080,
    desk_port: Annotated[int, typer.Option("--desk-port", help="审核台的端口 the desk's port")] = 8090,
    schedule: Annotated[
        str | None, typer.Option("--schedule", help="月度刷新的定时（北京时间 cron）；空串为只手动 empty: by hand only")
    ] = None,
) -> None:
    """启动 Airflow 界面、审核台与调度器，直到 Ctrl-C。 The Airflow UI, the desk and the scheduler, until Ctrl-C."""
    from review.server import DeskError
    from xushi import run
    from xushi.orchestrate import OrchestrationError
    from xushi.schedules import ScheduleError

    try:
        run.keep_up(Home.find(home), port=port, desk_port=desk_port, schedule=schedule, say=typer.echo)
    except (OrchestrationError, DeskError, ScheduleError) as error:
        fail(str(error))


def _date(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        fail(f"日期 {given!r} 无法识别；写法为 年-月-日，例如 2023-09-30 a date is written YYYY-MM-DD")


def _print_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], fmt: RowFormat) -> None:
    if fmt is RowFormat.json:
        for row in rows:
            typer.echo(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=_plain))
    elif fmt is RowFormat.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        _print_table(columns, [dict(zip(columns, row, strict=True)) for row in rows])


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def _print_table(columns: Sequence[str], rows: Iterable[dict[str, Any]], title: str | None = None) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, title=title, show_lines=False)
    for row in rows:
        table.add_row(*("" if row.get(name) is None else str(row[name]) for name in columns))
    Console().print(table)


for topic in (documents, editions, dashboard, serving, telling, replay, reminders, desk, operations):
    topic.register(app)

if __name__ == "__main__":
    main()
