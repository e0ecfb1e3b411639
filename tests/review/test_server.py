"""The desk alone: its first user, its secret, and its place beside Airflow for as long as that runs."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx
import pytest

from benchmarks.measuring import free_port
from review.server import FIRST_USER, DeskError, beside, desk_alone, first_user, secret_of
from xushi.home import Home

PASSWORD = "as Airflow's own"


def test_the_secret_is_made_once_and_its_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert len(secret_of(home)) == 32
    assert secret_of(home) == secret_of(home)
    assert (home.root / "desk.secret").stat().st_mode & 0o777 == 0o600


def test_a_desk_without_users_gets_one_admin_and_no_second(tmp_path: Path) -> None:
    app = desk_alone(Home(tmp_path / "home"))
    password = first_user(app)
    assert password is not None
    assert len(password) >= 12
    assert first_user(app) is None
    app.state.desk.engine.dispose()


def test_beside_airflow_its_user_and_password_open_the_desk(tmp_path: Path) -> None:
    port = free_port()
    with (
        beside(Home(tmp_path / "home"), port=port, name=FIRST_USER, password=PASSWORD) as address,
        httpx.Client(base_url=address) as browser,
    ):
        assert browser.get("/").status_code == 401
        token = re.search(r'value="([0-9a-f]{64})"', browser.get("/login").text)
        assert token
        form = {"form_token": token.group(1), "username": FIRST_USER, "password": PASSWORD}
        assert browser.post("/login", data=form).status_code == 303
        assert "待办队列" in browser.get("/").text
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(DeskError, match=str(port)),
            beside(Home(tmp_path / "home"), port=port, name=FIRST_USER, password=PASSWORD),
        ):
            pass
