"""`python -m bi.superset`: a Superset of one's own with the dashboard in it, or the dashboard for another server.

`make superset` and `make superset-import` call it.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bi.superset.bundle import UnknownSourceError, bundle, snapshot_uri
from bi.superset.client import Superset, SupersetError
from bi.superset.datasets import write
from bi.superset.server import IMPORTER, USER, Installation, SupersetSetupError, importer_password, serving, set_up

app = typer.Typer(help="Superset 看板：本机运行，或导入已有的服务器。 The dashboard in Superset.", no_args_is_help=True)

HomeOption = Annotated[Path, typer.Option(envvar="XUSHI_HOME", help="序时的数据目录 Xushi's home")]
SourceOption = Annotated[
    str | None,
    typer.Option(
        envvar="XUSHI_BI_SOURCE",
        help="数据源：postgresql://bi_reader:…@主机/库；不给则用已发布的快照 PostgreSQL, else the published snapshot",
    ),
]


def _source(given: str | None, home: Path) -> str:
    """The database that the dashboard stands on."""
    if given:
        return given
    published = home / "published" / "warehouse.duckdb"
    if not published.exists():
        _fail(f"还没有已发布的数据：{published}，请先 make run / nothing is published yet")
    return snapshot_uri(published)


@app.command()
def serve(
    home: HomeOption = Path("var"),
    source: SourceOption = None,
    programs: Annotated[Path, typer.Option(help="Superset 环境的 bin its environment's bin")] = Path(
        "var/superset/env/bin"
    ),
    port: Annotated[int, typer.Option(help="端口 port")] = 8088,
    host: Annotated[str, typer.Option(help="监听地址 the address to listen on")] = "127.0.0.1",
    chosen: Annotated[
        str | None,
        typer.Option(
            "--password", envvar="XUSHI_SUPERSET_PASSWORD", help="首个用户的口令，不给则生成 the first user's password"
        ),
    ] = None,
) -> None:
    """在本机运行 Superset，导入全部数据集、图表与看板，直到 Ctrl-C。 Serve it here, with everything imported."""
    try:
        installed = Installation(programs.absolute(), (home / "superset").absolute())
        zipped = bundle(_source(source, home))
        first = set_up(installed, typer.echo, chosen)
        if first and not chosen:
            typer.echo(f"用户 user: {USER}    口令 password（只显示这一次 shown once）: {first}")
        password = first or importer_password(installed)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end, the server ends first
        with serving(installed, port, host=host) as running, suppress(KeyboardInterrupt):
            with Superset(running.address, IMPORTER, password) as server:
                server.import_assets(zipped)
            typer.echo(f"看板 dashboard: {running.address}/superset/dashboard/xushi/")
            typer.echo("Ctrl-C 结束 ends it")
            running.process.wait()
    except (SupersetSetupError, SupersetError, UnknownSourceError) as error:
        _fail(str(error))


@app.command("import")
def import_(
    address: Annotated[str, typer.Argument(help="已有服务器的地址 the server's address, http://主机:8088")],
    user: Annotated[str, typer.Option(help="有导入权限的用户 a user who may import")],
    password: Annotated[str, typer.Option(envvar="SUPERSET_PASSWORD", prompt="口令 password", hide_input=True)],
    home: HomeOption = Path("var"),
    source: SourceOption = None,
) -> None:
    """把数据集、图表与看板导入已有的 Superset 服务器（覆盖同名资产）。 Import into a server that is there."""
    try:
        with Superset(address, user, password) as server:
            server.import_assets(bundle(_source(source, home)))
    except (SupersetError, UnknownSourceError) as error:
        _fail(str(error))
    typer.echo(f"已导入 imported: {address.rstrip('/')}/superset/dashboard/xushi/")


@app.command("bundle")
def bundle_(
    out: Annotated[Path, typer.Argument(help="写到哪个 zip 文件 the zip to write")],
    home: HomeOption = Path("var"),
    source: SourceOption = None,
) -> None:
    """写出导入包，供在 Superset 页面上导入。 Write the zip, to be imported by hand."""
    try:
        out.write_bytes(bundle(_source(source, home)))
    except UnknownSourceError as error:
        _fail(str(error))
    typer.echo(f"已写 written: {out}")


@app.command()
def datasets() -> None:
    """由 dbt 的视图与指标重写数据集文件。 Write the datasets anew from dbt's views and metrics."""
    changed = write()
    typer.echo("\n".join(f"已改写 written: {path.name}" for path in changed) or "没有变化 nothing changed")


def _fail(message: str) -> NoReturn:
    typer.echo(f"superset: {message}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
