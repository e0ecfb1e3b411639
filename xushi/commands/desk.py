"""`xushi desk`: the stewards' desk without Airflow."""

from __future__ import annotations

from typing import Annotated

import typer

from xushi.commands.common import HomeOption, fail
from xushi.home import Home


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(desk)


def desk(
    home: HomeOption = None,
    host: Annotated[str, typer.Option("--host", help="监听地址 the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="审核台的端口 the desk's port")] = 8090,
) -> None:
    """启动审核台（不经 Airflow，自带登录），直到 Ctrl-C。 The stewards' desk alone, until Ctrl-C."""
    from review import server as desks

    try:
        with desks.serving(Home.find(home), host=host, port=port) as (server, password):
            typer.echo(f"审核台 desk：http://{host}:{port}    Ctrl-C 结束 to stop")
            if password:
                typer.echo(f"首个用户 first user：{desks.FIRST_USER}  口令 password：{password}（登录后请更换）")
            server.run()
    except desks.DeskError as error:
        fail(str(error))
