"""What the commands share: the home, exit statuses, and how a failure is told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

EXIT_FAILED: Final = 1
EXIT_WITH_REMARKS: Final = 3

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="系统写入的一切所在的文件夹，默认 ./var（或 XUSHI_HOME） everything that is written"),
]


def fail(message: str) -> NoReturn:
    """One clear line on stderr, exit status 1."""
    typer.echo(f"xushi: {message}", err=True)
    raise typer.Exit(EXIT_FAILED)
