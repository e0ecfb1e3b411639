"""Commands about published versions: which there are, going back, open files, the serving database."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xushi.commands.common import EXIT_FAILED, EXIT_WITH_REMARKS, HomeOption, fail, now_of
from xushi.home import Home

if TYPE_CHECKING:
    from publishing.manifest import Manifest

_UNKNOWN_REASON = "未说明 not given"


def register(app: typer.Typer) -> None:
    """Add these commands to `xushi`."""
    for command in (versions, rollback, export, load):
        app.command()(command)


def versions(
    home: HomeOption = None,
    check: Annotated[bool, typer.Option("--check", help="逐版核对 sha256 compare each file with its manifest")] = False,
) -> None:
    """列出留存的发布版本。 The published versions that are kept."""
    from publishing.errors import PublishingError
    from publishing.versions import current_number, manifest_of, verify
    from publishing.versions import versions as kept
    from xushi.publication import marks

    place = Home.find(home)
    if current_number(place.published) is None:
        fail(f"还没有已发布的数据：{place.published_database} / nothing has been published yet")
    told, damaged = marks(place), []
    rows = []
    for number in kept(place.published):
        try:
            manifest = (verify if check else manifest_of)(place.published, number)
        except PublishingError as error:
            damaged.append(str(error))
            rows.append([str(number), *[""] * 5, "；".join([*told.get(number, ()), "已损坏 damaged"])])
        else:
            rows.append([*_cells(manifest), "；".join(told.get(number, ()))])
    _show(rows)
    for line in damaged:
        typer.echo(f"xushi: {line}", err=True)
    if damaged:
        raise typer.Exit(EXIT_FAILED)
    if check:
        typer.echo(f"{len(rows)} 版均与清单一致 every version is what was published")


def rollback(
    version: Annotated[int | None, typer.Argument(help="版本号；默认当前版的前一版 default: the one before")] = None,
    by: Annotated[str | None, typer.Option("--by", help="经办人姓名，默认登录名 who decides")] = None,
    reason: Annotated[str, typer.Option("--reason", help="理由 why")] = _UNKNOWN_REASON,
    home: HomeOption = None,
) -> None:
    """回退到以前的发布版本；内容有变时刷新才会再发布。 Publish an earlier version again."""
    from publishing.errors import PublishingError
    from xushi import publication
    from xushi.stages import registry_of

    place = Home.find(home)
    who = by or getpass.getuser()
    try:
        move = publication.roll_back(
            place, registry_of(place), version, by=who, role="command", reason=reason, at=now_of(home)
        )
    except PublishingError as error:
        fail(str(error))
    now = move.manifest.version
    if not move.is_new:
        typer.echo(f"当前就是第 {now} 版 version {now} is the current one")
    else:
        typer.echo(f"已由第 {move.left} 版改为第 {now} 版 version {now} is published instead of {move.left}")
    if move.was_damaged:
        typer.echo(f"第 {move.left} 版文件已损坏，下次刷新重新发布 it was damaged; the next refresh publishes anew")
    answer = publication.follow(place)
    if behind := answer.get("dashboard_error"):
        typer.echo(f"xushi: 总览页未跟上，仍为原来的版本 the dashboard lags: {behind}", err=True)
    _tell_serving(answer)
    if behind:
        raise typer.Exit(EXIT_WITH_REMARKS)


def export(
    version: Annotated[int | None, typer.Option("--version", help="版本号，默认当前版 default: the current")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="存放的文件夹 the folder to write")] = None,
    home: HomeOption = None,
) -> None:
    """导出为 Parquet 数据包（Frictionless）。 A published version as Parquet files with a data package."""
    from publishing.errors import PublishingError
    from publishing.package import Terms
    from publishing.package import export as export_package
    from publishing.versions import current_number

    place = Home.find(home)
    number = version or current_number(place.published)
    if number is None:
        fail(f"还没有已发布的数据：{place.published_database} / nothing has been published yet")
    target = out or place.exports / f"v{number:06d}"
    terms = Terms(os.environ.get("XUSHI_DATA_LICENCE") or None, os.environ.get("XUSHI_DATA_SOURCE") or None)
    try:
        folder = export_package(place.published, number, target.expanduser().resolve(), terms)
    except (PublishingError, OSError) as error:
        fail(str(error))
    typer.echo(f"第 {number} 版已导出 version {number} exported：{folder}")


def load(home: HomeOption = None) -> None:
    """把当前发布版本装入查询服务 PostgreSQL（XUSHI_SERVING_URL）。 Load the current version into PostgreSQL."""
    from xushi import publication

    if not os.environ.get(publication.SERVING_URL):
        fail(
            f"未设置 {publication.SERVING_URL}，例如 postgresql://用户@主机/库名"
            f" / {publication.SERVING_URL} is not set, for example postgresql://user@host/database"
        )
    answer = publication.serve(Home.find(home))
    if answer["serving"]["error"]:
        fail(answer["serving"]["error"])
    _tell_serving(answer)


def _tell_serving(answer: dict[str, Any]) -> None:
    serving = answer.get("serving")
    if serving is None:
        return
    if serving["error"]:
        typer.echo(f"xushi: 查询服务未跟上 the serving database lags：{serving['error']}", err=True)
        raise typer.Exit(EXIT_WITH_REMARKS)
    typer.echo(f"查询服务 PostgreSQL：第 {serving['version']} 版 version {serving['version']} is served")


def _cells(manifest: Manifest) -> list[str]:
    from xushi.refresh import SHANGHAI

    at = datetime.fromisoformat(manifest.published_at).astimezone(SHANGHAI)
    periods = manifest.periods
    span = f"{periods[0]}…{periods[-1]}" if len(periods) > 1 else "".join(periods)
    return [
        str(manifest.version),
        f"{at:%Y-%m-%d %H:%M}",
        span,
        f"{sum(manifest.row_counts.values()):,}",
        f"{manifest.size_bytes / 2**20:.1f} MB",
        str(len(manifest.withheld)),
    ]


def _show(rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("版本", "发布时间", "期次", "行数", "大小", "数据待核", "标记", show_lines=False)
    for row in rows:
        table.add_row(*row)
    wide = Console()
    (wide if wide.is_terminal else Console(width=120)).print(table)
