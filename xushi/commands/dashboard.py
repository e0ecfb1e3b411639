"""`xushi dashboard`: write the offline pages of what is published, and say what to open."""

from __future__ import annotations

import typer

from xushi.commands.common import EXIT_WITH_REMARKS, HomeOption, fail
from xushi.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(dashboard)


def dashboard(home: HomeOption = None) -> None:
    """生成离线总览页（地图、矩阵、曲线、出处），双击即可打开。 The offline pages of what is published."""
    from publishing.errors import PublishingError
    from xushi.dashboard import write

    try:
        pages = write(Home.find(home))
    except PublishingError as error:
        fail(str(error))
    for problem in pages.problems:
        typer.echo(f"xushi: {problem}", err=True)
    typer.echo(f"总览页 dashboard：{pages.index.as_uri()}")
    if pages.problems:
        raise typer.Exit(EXIT_WITH_REMARKS)
