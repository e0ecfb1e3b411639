"""Airflow's database, the writer's pool, the desk's roles, the first administrator; a second run changes nothing.

    python docker/set_up_airflow.py FILE    FILE holds the first administrator's password

Roles of FAB for the desk (review/airflow_plugin.py): Steward and Publisher see in Airflow what a Viewer sees, and the
desk; a Publisher also answers the release gate.  Viewers and Users are given the menu entry of the desk.  All of it
goes through Airflow's own commands, in one process.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from airflow.cli.cli_parser import get_parser
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

from xushi.writer import POOL, POOL_DESCRIPTION

ADMIN: Final = "admin"
SHORTEST_PASSWORD: Final = 10
_OWN: Final = ("Steward", "Publisher")
_SEEN: Final = (
    "Website", "DAGs", "DAG Runs", "DAG Code", "DAG Versions", "DAG Warnings", "DAG Dependencies", "Task Instances",
    "Task Logs", "ImportError", "XComs", "HITL Detail", "Assets", "My Profile", "My Password",
)  # fmt: skip
_MENUS: Final = ("DAGs", "DAG Runs", "Task Instances", "HITL Detail", "Browse")


def airflow(*words: str) -> None:
    """One of Airflow's commands; what it refuses ends the set-up."""
    arguments = get_parser().parse_args(words)
    arguments.func(arguments)


def allow(roles: tuple[str, ...], action: str, *resources: str) -> None:
    """Add permissions to roles; those that they have already are left alone."""
    airflow("roles", "add-perms", *roles, "--action", action, "--resource", *resources)


def main(password_file: Path) -> None:
    """Set up; exits with one line where there is no password to start with."""
    password = password_file.read_text("utf-8").strip()
    if len(password) < SHORTEST_PASSWORD:
        sys.exit(f"{password_file}: 首个管理员的口令至少 {SHORTEST_PASSWORD} 个字符 (at least that many characters)")
    airflow("db", "migrate")
    airflow("pools", "set", POOL, "1", POOL_DESCRIPTION)
    airflow("roles", "create", *_OWN)
    allow(_OWN, "can_read", *_SEEN)
    allow(_OWN, "menu_access", *_MENUS)
    allow(_OWN, "can_edit", "My Profile", "My Password")
    allow(("Publisher",), "can_edit", "DAGs", "HITL Detail")
    allow(("Viewer", "User", *_OWN), "can_read", "Plugins")
    if is_nobody_there():
        airflow(
            "users", "create", "--username", ADMIN, "--role", "Admin", "--email", f"{ADMIN}@localhost",
            "--firstname", "管理员", "--lastname", "首任", "--password", password,
        )  # fmt: skip


def is_nobody_there() -> bool:
    """True before the first user: an administrator whom the bureau removed does not come back at the next start."""
    with get_application_builder() as builder:
        return not builder.sm.get_all_users()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
