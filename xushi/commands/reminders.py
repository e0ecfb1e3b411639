"""Commands about owed reports: where each stands on a day, and the calendar that says what is owed."""

from __future__ import annotations

import getpass
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from xushi.commands.common import EXIT_WITH_REMARKS, HomeOption, fail, now_of
from xushi.home import Home

app = typer.Typer(
    name="reminders",
    help="报送提醒：应报未报、即将到期、迟报。 Owed reports: due, due soon, late.",
    invoke_without_command=True,
)


def register(cli: typer.Typer) -> None:
    """Add these commands to `xushi`."""
    cli.add_typer(app)


@app.callback()
def show(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至日期，如 2023-10-06 the day")] = None,
    period: Annotated[str | None, typer.Option("--period", help="只看一期，如 2023-09 one period")] = None,
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON print JSON")] = False,
    send: Annotated[bool, typer.Option("--send", help="写入当日报告并发出提醒 write the report and send")] = False,
) -> None:
    """截至某日，谁应报、何时到期、是否已报。 Where every owed report stands on a day."""
    if context.invoked_subcommand is not None:
        return
    if as_of is None:
        fail("请用 --as-of 写明截至日期，例如 --as-of 2023-10-06 (say as of which day)")
    from xushi import reminders
    from xushi.reminders_text import render

    day, place = _day(as_of), Home.find(home)
    try:
        report = reminders.remind(place, day) if send else reminders.look(place, day, period=period)
    except reminders.ReminderError as error:
        fail(str(error))
    typer.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else render(report))


@app.command()
def calendar(
    load: Annotated[
        Path | None, typer.Option("--load", help="obligations.csv：单位、材料、首期、到期日 rows of the calendar")
    ] = None,
    exceptions: Annotated[
        Path | None, typer.Option("--exceptions", help="obligation_exceptions.csv：改期或免报 other days")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="经办人，默认登录名 who enters it")] = None,
    home: HomeOption = None,
) -> None:
    """登记或列出报送日历：每个单位每期应报什么、何时到期。 Load or list the calendar of obligations."""
    from ingestion.obligations import read_exceptions, read_obligations
    from registry import obligations
    from registry.obligations import Excepted, Owed
    from xushi.stages import registry_of

    engine = registry_of(Home.find(home))
    if load is None and exceptions is None:
        _list(*obligations.every(engine))
        return
    rows, wrong = read_obligations(load) if load else ([], [])
    others, also_wrong = read_exceptions(exceptions) if exceptions else ([], [])
    owed, excepted = [Owed(**row) for row in rows], [Excepted(**row) for row in others]
    kept = obligations.record(engine, owed, excepted, by=by or getpass.getuser(), at=now_of(home))
    typer.echo(f"已登记报送日历 {len(rows)} 行（新增或变更 {kept[0]}），例外 {len(others)} 行（{kept[1]}） recorded")
    for problem in (*wrong, *also_wrong):
        typer.echo(f"xushi: {problem}", err=True)
    if wrong or also_wrong:
        raise typer.Exit(EXIT_WITH_REMARKS)


def _list(rows: Any, exceptions: Any) -> None:
    if not rows and not exceptions:
        typer.echo("报送日历为空；用 --load 登记 the calendar is empty")
    for row in rows:
        until = f"—{row.last_period}" if row.last_period else "起"
        working = f"后第 {row.due_working_days} 个工作日" if row.due_working_days else ""
        day = f"次月 {row.due_day} 日" if row.due_day else "期末"
        rolls = "，遇节假日顺延" if row.rolls and not row.due_working_days else ""
        typer.echo(f"{row.reporting_unit}  {row.family}  {row.first_period}{until}  {day}{working}{rolls}")
    for one in exceptions:
        due = f"改为 {one.due_date}" if one.due_date else "免报"
        typer.echo(f"{one.reporting_unit}  {one.family}  {one.period}  {due}（{one.reason}）")


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        fail(f"日期 {given!r} 无法识别；写法为 年-月-日，例如 2023-10-06 a date is written YYYY-MM-DD")
