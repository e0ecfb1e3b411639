"""What the commands share: the home, exit statuses, and how a failure is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from xushi.home import Home

EXIT_FAILED: Final = 1
EXIT_WITH_REMARKS: Final = 3

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="系统写入的一切所在的文件夹，默认 ./var（或 XUSHI_HOME） everything that is written"),
]


def now_of(home: Path | None) -> datetime:
    """The instant of a decision from the command line: this machine's, never before what the registry holds."""
    from registry.clock import steady
    from xushi.stages import registry_of

    return steady(registry_of(Home.find(home)), datetime.now(UTC))


def fail(message: str) -> NoReturn:
    """One clear line on stderr, exit status 1."""
    typer.echo(f"xushi: {message}", err=True)
    raise typer.Exit(EXIT_FAILED)
