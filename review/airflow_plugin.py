"""The desk inside Airflow's UI: the same pages under /xushi, behind Airflow's login and roles.

An app that a plugin mounts is anonymous by default; here every page asks `identify`, which asks Airflow.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from airflow.plugins_manager import AirflowPlugin
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from review.access import ROLES, Identity

PREFIX: Final = "/xushi"

#: Airflow's roles as the desk's: those of its simple auth manager in lower case, those of FAB by their names.
#: A bureau that uses FAB adds the roles Steward and Publisher; User and Op stand in for them where it does not.
ROLE_OF: Final = {
    "viewer": "viewer",
    "user": "steward",
    "steward": "steward",
    "op": "publisher",
    "publisher": "publisher",
    "admin": "admin",
}


async def identify(request: Request) -> Identity | None:
    """Who Airflow says it is: by its cookie, or by a bearer token; None for nobody and for a role without rights."""
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
    from fastapi import HTTPException

    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        return None
    role = desk_role(user)
    return Identity(user.get_name(), user.get_name(), role) if role else None


def desk_role(user: Any) -> str | None:
    """The highest of the desk's roles that an Airflow user has."""
    named = [str(role.name) for role in getattr(user, "roles", None) or []] or [str(getattr(user, "role", None) or "")]
    held = {ROLE_OF[name.lower()] for name in named if name.lower() in ROLE_OF}
    return max(held, key=ROLES.index, default=None)


class OnFirstRequest:
    """An app that is made when it is first asked: the scheduler loads plugins too, and needs no desk."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, making the desk first where there is none yet."""
        await self._made()(scope, receive, send)

    def _made(self) -> ASGIApp:
        with self._lock:
            if self._app is None:
                from review.app import create_app
                from review.desk import Desk
                from review.server import secret_of
                from xushi.home import Home

                home = Home.find()
                self._app = create_app(Desk.of(home, is_alone=False), identify, secret_of(home))
            return self._app


class DeskPlugin(AirflowPlugin):
    """The desk's pages and their place in Airflow's menu."""

    name = "xushi_desk"
    fastapi_apps = [{"app": OnFirstRequest(), "url_prefix": PREFIX, "name": "序时审核台"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "序时审核台", "href": f"{PREFIX}/", "destination": "nav", "url_route": "xushi-desk"}
    ]
