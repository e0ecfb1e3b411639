"""The desk inside Airflow's UI: the same pages under /xushi, behind Airflow's login and roles.

An app that a plugin mounts is anonymous by default; here every page asks `review.airflow_login`, which asks Airflow.
Every task of Airflow loads its plugins, so nothing of the desk is imported here before somebody asks for a page.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX: Final = "/xushi"


class OnFirstRequest:
    """An app that is made when it is first asked: the scheduler loads plugins too, and needs no desk."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, making the desk first where there is none yet: a migration that must not hold up Airflow's pages."""
        if self._app is None:
            await asyncio.to_thread(self._make)
        assert self._app is not None  # noqa: S101 (made above, or the error was raised there)
        await self._app(scope, receive, send)

    def _make(self) -> None:
        with self._lock:
            if self._app is None:
                from review.airflow_login import identify
                from review.app import create_app
                from review.desk import Desk
                from review.server import secret_of
                from xushi.home import Home

                home = Home.find()
                self._app = create_app(Desk.of(home, is_alone=False), identify, secret_of(home))


def address() -> str:
    """Where a browser finds the desk: below the path, if any, under which Airflow itself is served."""
    return f"{urlsplit(conf.get('api', 'base_url', fallback='/')).path.rstrip('/')}{PREFIX}/"


def bound_logins(app: ASGIApp) -> ASGIApp:
    """Airflow's whole app with its logins bound; imported where pages are served and nowhere else."""
    from review.guessing import BoundLogins

    return BoundLogins(app, prefix=address().removesuffix(f"{PREFIX}/"))


class DeskPlugin(AirflowPlugin):
    """The desk's pages, their place in Airflow's menu, and a bound on guessing Airflow's passwords."""

    name = "xushi_desk"
    fastapi_apps = [{"app": OnFirstRequest(), "url_prefix": PREFIX, "name": "序时审核台"}]  # noqa: RUF012
    fastapi_root_middlewares = [  # noqa: RUF012
        {"middleware": bound_logins, "name": "登录次数限制"}
    ]
    external_views = [  # noqa: RUF012
        {"name": "序时审核台", "href": address(), "destination": "nav", "url_route": "xushi-desk"}
    ]
