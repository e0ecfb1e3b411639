"""`xushi notify-test`: whether the channels of the settings are reached."""

from __future__ import annotations

from typing import Annotated

import typer

from xushi.commands.common import EXIT_FAILED, HomeOption, fail
from xushi.home import Home
from xushi.notify_channels import FILE, KINDS, NAMES_ZH, URLS


def register(app: typer.Typer) -> None:
    """Add these commands to `xushi`."""
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
