"""Commands about replays: history read again under new rules, compared, and accepted or declined by a person."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

from xushi.commands.common import EXIT_WITH_REMARKS, HomeOption, fail, now_of
from xushi.home import Home

PeriodOption = Annotated[str | None, typer.Option("--period", help="期次，如 2023-09；默认全部 default: all")]
IdArgument = Annotated[str, typer.Argument(help="重读编号，如 R0001 the replay")]
ByOption = Annotated[str, typer.Option("--by", help="经办人姓名 who decides")]
ReasonOption = Annotated[str, typer.Option("--reason", help="理由 why")]

app = typer.Typer(
    name="replay",
    help="历史重读：用新规则重读历史材料，比对后由人决定是否采用。 History read again under new rules.",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add these commands to `xushi`."""
    cli.add_typer(app)


@app.command()
def start(
    period: PeriodOption = None,
    home: HomeOption = None,
    by: Annotated[str | None, typer.Option("--by", help="发起人，默认登录名 who starts it")] = None,
) -> None:
    """用现行规则重读历史，与旧读取比对；中断后再次运行即继续，现行数据不变。 Read again and compare; resumable."""
    if period is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        fail(f"期次 {period!r} 无法识别；写法为 年-月，例如 2023-09 a period is written YYYY-MM")
    from xushi import replay
    from xushi.replay_text import headline, is_harmless

    place = Home.find(home)
    done = _or_fail(lambda: replay.run(place, period=period, by=by or getpass.getuser(), say=typer.echo))
    if done is None:
        typer.echo("历史数据均按现行规则读取，无须重读 history was read under the rules in force; nothing to do")
        return
    typer.echo(f"{done['replay_id']}：{headline(done['totals'])}")
    typer.echo(f"报告 report：{done['report']}")
    typer.echo(
        f"尚未生效；由人决定 not in force yet：xushi replay accept|decline {done['replay_id']} --by … --reason …"
    )
    if not is_harmless(done["totals"]):
        raise typer.Exit(EXIT_WITH_REMARKS)


@app.command(name="list")
def list_replays(home: HomeOption = None) -> None:
    """列出全部重读及其状态。 All replays and their states."""
    from registry import replays
    from xushi.replay_text import STATE, headline, name
    from xushi.stages import registry_of

    found = replays.every(registry_of(Home.find(home)))
    if not found:
        typer.echo("没有重读记录 no replays yet")
    for one in found:
        decided = f"，{one.decided_by}：{one.reason}" if one.decided_by else ""
        counts = f"  {headline(json.loads(one.counts))}" if one.counts else ""
        typer.echo(
            f"{one.replay_id}  {name(STATE, one.state)}{decided}  规则 {one.extractor_version}  "
            f"期次 {one.period or '全部'}{counts}"
        )


@app.command()
def show(replay_id: IdArgument, home: HomeOption = None) -> None:
    """显示一次重读的比对报告。 The report of a replay."""
    from xushi import replay
    from xushi.replay_text import render

    place = Home.find(home)
    report = replay.report_of(place, replay_id)
    if report is None:
        fail(f"重读 {replay_id} 还没有报告；xushi replay list 列出全部 (no report of this replay)")
    typer.echo(render(report))


@app.command()
def accept(replay_id: IdArgument, by: ByOption, reason: ReasonOption, home: HomeOption = None) -> None:
    """采用新读取结果，下次刷新重建并发布有关期次。 The new readings become live; the next refresh publishes them."""
    from xushi import replay

    place, at = Home.find(home), now_of(home)
    _or_fail(lambda: replay.accept(place, replay_id, by=_person(by), reason=reason, at=at))
    typer.echo(f"已接受重读 {replay_id}，下次刷新时发布 accepted; the next refresh publishes it")


@app.command()
def decline(replay_id: IdArgument, by: ByOption, reason: ReasonOption, home: HomeOption = None) -> None:
    """不采用新读取结果，已发布的不变。 What is live stays."""
    from xushi import replay

    place, at = Home.find(home), now_of(home)
    _or_fail(lambda: replay.decline(place, replay_id, by=_person(by), reason=reason, at=at))
    typer.echo(f"未接受重读 {replay_id}，历史数据仍按旧规则 declined; history stays as it is")


def _person(name: str) -> Any:
    from registry.audit import Person
    from registry.corrections import COMMAND

    return Person(name, COMMAND)


def _or_fail(act: Callable[[], Any]) -> Any:
    from registry.replays import ReplayError

    try:
        return act()
    except ReplayError as error:
        fail(str(error))
