"""`xushi runs`, `logs` and `notify-test`: what ran and how it went, and whether the channels are reached."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xushi.commands.common import EXIT_FAILED, HomeOption, fail
from xushi.home import Home
from xushi.notify_channels import FILE, KINDS, NAMES_ZH, URLS
from xushi.run_words import STATUS_ZH, line_of_run, told_of


def register(app: typer.Typer) -> None:
    """Add these commands to `xushi`."""
    app.command()(runs)
    app.command()(logs)
    app.command("notify-test")(notify_test)


def notify_test(
    home: HomeOption = None,
    kind: Annotated[str, typer.Option("--kind", help=f"通知种类 which kind：{'、'.join(KINDS)}")] = "run_finished",
) -> None:
    """向设置的渠道（邮件、企业微信、钉钉等）发一条测试通知，逐个说明是否送达。 A test message to every channel."""
    from xushi import notify
    from xushi.notify_channels import channels

    if kind not in KINDS:
        fail(f"没有通知种类 {kind!r}；可用 {'、'.join(KINDS)} no such kind")
    found = channels()
    if not found.channels and not found.problems:
        fail(f"没有设置通知渠道：请设 {URLS}（地址以空格分隔）或 {FILE}（每行一个地址） no channel is set")
    text = f"这是一条测试通知，种类“{NAMES_ZH[kind]}”。收到即说明渠道可用，无须处理。"
    sent = notify.send(Home.find(home), kind, "测试通知", text)  # type: ignore[arg-type]  # looked up above
    for delivery in sent.deliveries:
        typer.echo(f"{delivery.channel}：{f'未送达（{delivery.error}）' if delivery.error else '已送达 delivered'}")
    for channel in found.channels:
        if not channel.takes(kind):
            typer.echo(f"{channel.name}：不收此类通知 does not take this kind")
    for problem in found.problems:
        typer.echo(f"xushi: {problem}", err=True)
    if sent.failures:
        raise typer.Exit(EXIT_FAILED)


def runs(
    home: HomeOption = None,
    status: Annotated[
        str | None, typer.Option("--status", help=f"只列此类结果 only these：{'、'.join(STATUS_ZH)}")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="指定过的期次，如 2023-09 the period asked for")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="最多列几次 how many at most", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON one JSON object a line")] = False,
) -> None:
    """列出历次刷新：何时、结果、用时、收件、发现、发布版本；失败的说明原因。 The history of the refresh."""
    from registry import run_history
    from xushi.stages import registry_of

    if status is not None and status not in STATUS_ZH:
        fail(f"没有结果 {status!r}；可用 {'、'.join(STATUS_ZH)} no such status")
    place = Home.find(home)
    if "sqlite" in place.registry_url and not (place.root / "registry.sqlite").exists():
        fail(f"{place.root} 中还没有运行记录，请先运行 xushi refresh nothing has run here yet")
    found = run_history.find(registry_of(place), status=status, period=period, limit=limit)
    if as_json:
        for run in found:
            typer.echo(json.dumps(told_of(run), ensure_ascii=False, default=str))
        return
    for run in found:
        typer.echo(line_of_run(run))
    if not found:
        typer.echo("没有符合条件的运行记录 no such run")


def logs(
    home: HomeOption = None,
    run: Annotated[str | None, typer.Option("--run", help="运行编号，last 为最近一次 a run, or last")] = None,
    period: Annotated[str | None, typer.Option("--period", help="期次，如 2023-09 a period")] = None,
    submission: Annotated[
        str | None,
        typer.Option("--submission", help="报送编号（可只写开头）或文件名 an id or a file name"),
    ] = None,
    level: Annotated[str | None, typer.Option("--level", help="最低级别，如 warning the lowest level")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="原样输出 JSON as they are kept")] = False,
) -> None:
    """查看运行日志，可按运行、期次、报送、级别筛选。 The log lines of a home."""
    from xushi.log_reading import LEVELS, lines, written

    if level is not None and level not in LEVELS:
        fail(f"没有级别 {level!r}；可用 {'、'.join(LEVELS)} no such level")
    place = Home.find(home)
    if run == "last":
        from registry import run_history
        from xushi.stages import registry_of

        newest = run_history.find(registry_of(place), limit=1)
        run = newest[0].run_id if newest else None
    none = True
    for line in lines(place, run=run, period=period, submission=submission, level=level):
        none = False
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else written(line))
    if none:
        typer.echo("没有符合条件的日志 no such line", err=True)
