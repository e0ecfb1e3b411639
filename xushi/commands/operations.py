"""Commands that keep an installation: is everything whole?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from xushi.commands.common import EXIT_FAILED, EXIT_WITH_REMARKS, HomeOption, fail
from xushi.home import Home


def register(app: typer.Typer) -> None:
    """Add these commands to `xushi`."""
    for command in (check,):
        app.command()(command)


def check(
    home: HomeOption = None,
    mend: Annotated[bool, typer.Option("--mend", help="能修复的当即修复 mend what can be mended")] = False,
) -> None:
    """核对全部文件：原件、数据湖、已印发文件、发布版本、登记库、构建库。 Compare every file with what it should be."""
    from xushi import inspection

    place = Home.find(home)
    if not place.root.is_dir():
        fail(f"没有这个文件夹：{place.root}；请用 --home 指明 no such home")
    report = inspection.inspect(place, mend=mend, at=datetime.now(UTC))
    for line in report.lines():
        typer.echo(line)
    if report.open:
        raise typer.Exit(EXIT_FAILED)
    if report.mended:
        raise typer.Exit(EXIT_WITH_REMARKS)
