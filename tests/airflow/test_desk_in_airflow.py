"""The desk in a real Airflow: nobody without a login, each role as Airflow's users hold it, in Airflow's own frame.

Once as `xushi up` starts it (the simple auth manager), once as docker-compose.yml does (FAB, its users in a database).
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from review import labels
from xushi.home import PROJECT_ROOT, Home
from xushi.orchestrate import USER, _free_port, _stop, airflow_for

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow")]

PASSWORD, OTHER_PASSWORD = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
#: As the containers start, and start again after somebody wrote another password into the file.
SET_UP_TWICE = f"""
import runpy, sys
from pathlib import Path
set_up = runpy.run_path({str(PROJECT_ROOT / "docker" / "set_up_airflow.py")!r})["main"]
for file in sys.argv[1:]:
    set_up(Path(file))
"""
#: Users beside the administrator, by Airflow's roles, and what each is at the desk.
DESK_ROLE = {
    "viewer": (["Viewer"], "viewer"),
    "steward": (["Steward"], "steward"),
    "both": (["Viewer", "Steward", "Publisher"], "publisher"),
    "publisher": (["Publisher"], "publisher"),
    "user": (["User"], "steward"),
    "nobody": (["Public"], None),
    "admin": (["Admin"], "admin"),
}
_READY_SECONDS = 60
_POLL_SECONDS = 0.2


@pytest.fixture(scope="module")
def python_path() -> Iterator[str]:
    """This checkout before whatever is installed; Airflow finds the plugin by what `make setup` installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PROJECT_ROOT))
        yield os.environ["PYTHONPATH"]


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody who is logged in to Airflow: by a bearer token, or by the cookie that its UI keeps."""

    url: str
    token: str | None = None
    by_cookie: bool = False

    @contextmanager
    def open(self) -> Iterator[httpx.Client]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token and not self.by_cookie else {}
        cookies = {"_token": self.token} if self.token and self.by_cookie else {}
        with httpx.Client(base_url=self.url, headers=headers, cookies=cookies, timeout=30) as client:
            yield client

    def get(self, path: str) -> httpx.Response:
        with self.open() as client:
            return client.get(path)

    def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        with self.open() as client:
            return client.request(method, path, **given)

    def fill_in(self, path: str, **fields: Any) -> httpx.Response:
        """Post a form with the token that the queue's page gives this browser."""
        with self.open() as client:
            found = re.search(r'name="form_token" value="([0-9a-f]+)"', client.get("/xushi/").text)
            return client.post(path, data={"form_token": found.group(1) if found else "", **fields})


def token_of(url: str, name: str, password: str) -> str:
    answer = httpx.post(f"{url}/auth/token", json={"username": name, "password": password}, timeout=30)
    return str(answer.raise_for_status().json()["access_token"])


@pytest.fixture(scope="module")
def simple(python_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where Airflow answers as `xushi up` starts it, and its one user's token."""
    with airflow_for(Home.find(tmp_path_factory.mktemp("simple"))) as airflow:
        yield airflow.url, token_of(airflow.url, USER, airflow.password)


@pytest.fixture(scope="module")
def fab(python_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where an api-server with FAB answers, set up as the containers are, and a token of everybody in DESK_ROLE."""
    home = tmp_path_factory.mktemp("fab")
    url = f"http://127.0.0.1:{_free_port()}"
    environment = fab_environment(home, url, python_path)
    for name, password in (("first", PASSWORD), ("second", OTHER_PASSWORD)):
        (home / name).write_text(password)
    subprocess.run([sys.executable, "-c", SET_UP_TWICE, str(home / "first"), str(home / "second")],
                   env=environment, check=True, capture_output=True, cwd=home)  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "airflow", "api-server", "--host", "127.0.0.1", "--port", url.rsplit(":", 1)[1]],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(url, process)
        admin = Browser(url, token_of(url, "admin", PASSWORD))
        for name, (roles, _) in DESK_ROLE.items():
            if name != "admin":
                made = {"username": name, "email": f"{name}@localhost", "first_name": "三", "last_name": "张"}
                given = {**made, "password": PASSWORD, "roles": [{"name": role} for role in roles]}
                admin.send("POST", "/auth/fab/v1/users", json=given).raise_for_status()
        yield url, {name: token_of(url, name, PASSWORD) for name in DESK_ROLE}
    finally:
        _stop(process)


def fab_environment(home: Path, url: str, python_path: str) -> dict[str, str]:
    settings = {
        "CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.token_hex(32),
        "API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "API_AUTH__JWT_ALGORITHM": "HS512",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "XUSHI"))}
    return own | {f"AIRFLOW__{name}": value for name, value in settings.items()} | {
        "AIRFLOW_HOME": str(home), "XUSHI_HOME": str(home / "xushi"), "PYTHONPATH": python_path,
    }  # fmt: skip


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            httpx.get(f"{url}/api/v2/version", timeout=5).raise_for_status()
        except httpx.HTTPError:
            assert process.poll() is None, f"the api-server ended with {process.returncode}"
            assert time.monotonic() < deadline, f"no answer after {_READY_SECONDS} s"
            time.sleep(_POLL_SECONDS)
        else:
            return


def test_nobody_is_let_in_without_airflows_login(simple: tuple[str, str], fab: tuple[str, dict[str, str]]) -> None:
    for url in (simple[0], fab[0]):
        for anonymous in (Browser(url), Browser(url, "no.such.token"), Browser(url, "no.such.token", by_cookie=True)):
            for path in ("/xushi/", "/xushi/incidents/x", "/xushi/log", "/xushi/submissions/x/original"):
                answer = anonymous.get(path)
                assert answer.status_code in (401, 403), path
                assert "待办队列</h1>" not in answer.text
            assert anonymous.send("POST", "/xushi/bulk").status_code in (401, 403)
        assert Browser(url).get("/xushi/").status_code == 401


def test_airflows_login_opens_the_desk_by_token_and_by_cookie(simple: tuple[str, str]) -> None:
    url, token = simple
    for browser in (Browser(url, token), Browser(url, token, by_cookie=True)):
        page = browser.get("/xushi/")
        assert page.status_code == 200
        assert "<h1>待办队列</h1>" in page.text
        assert labels.name(labels.ROLE, "admin", "zh") in page.text
        assert 'action="/xushi/bulk"' in page.text
        assert "/logout" not in page.text, "the login is Airflow's"
        assert browser.get("/xushi/static/desk.css").status_code == 200
        assert browser.get("/xushi/login").status_code == 404


def test_the_login_form_of_airflow_opens_the_desk(fab: tuple[str, dict[str, str]]) -> None:
    with Browser(fab[0]).open() as client:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/auth/login/").text)
        assert found
        form = {"csrf_token": found.group(1), "username": "steward", "password": PASSWORD}
        client.post("/auth/login/", data=form)
        page = client.get("/xushi/")
        assert page.status_code == 200
        assert f"张三 · {labels.name(labels.ROLE, 'steward', 'zh')}" in page.text
        client.cookies.delete("_token")
        assert client.get("/xushi/").status_code == 401


def test_the_menu_of_airflow_has_the_desk(simple: tuple[str, str]) -> None:
    (plugin,) = [p for p in Browser(*simple).get("/api/v2/plugins").json()["plugins"] if p["name"] == "xushi_desk"]
    (view,) = plugin["external_views"]
    assert (view["name"], view["href"], view["destination"], view["url_route"]) == (
        "序时审核台", "/xushi/", "nav", "xushi-desk",
    )  # fmt: skip
    assert Browser(*simple).get("/api/v2/plugins/importErrors").json()["import_errors"] == []


def test_airflow_may_show_the_desk_in_its_frame_and_nobody_else(
    simple: tuple[str, str], fab: tuple[str, dict[str, str]]
) -> None:
    for url, token in (simple, (fab[0], fab[1]["viewer"])):
        desk, around = Browser(url, token, by_cookie=True).get("/xushi/"), Browser(url, token).get("/")
        assert "frame-ancestors 'self'" in desk.headers["content-security-policy"]
        assert "x-frame-options" not in desk.headers
        assert around.status_code == 200
        policy = around.headers.get("content-security-policy", "")
        assert not re.search(r"frame-src|child-src|default-src", policy), "Airflow's page must let its own frame in"


@pytest.mark.parametrize("name", DESK_ROLE)
def test_each_of_airflows_roles_is_one_at_the_desk(fab: tuple[str, dict[str, str]], name: str) -> None:
    url, tokens = fab
    role = DESK_ROLE[name][1]
    for browser in (Browser(url, tokens[name]), Browser(url, tokens[name], by_cookie=True)):
        page = browser.get("/xushi/")
        if role is None:
            assert page.status_code == 401
            continue
        assert page.status_code == 200
        assert f"· {labels.name(labels.ROLE, role, 'zh')}</span>" in page.text
        refused = browser.fill_in("/xushi/incidents/nothing/acknowledge", version=1)
        assert refused.status_code == (403 if role == "viewer" else 404), "no such incident, for who may act"
        if role != "viewer":
            assert browser.send("POST", "/xushi/incidents/nothing/acknowledge").status_code == 403, "no form of ours"


@pytest.mark.parametrize("name", ["viewer", "steward", "publisher", "user", "admin"])
def test_everybody_of_the_desk_finds_it_in_the_menu(fab: tuple[str, dict[str, str]], name: str) -> None:
    answer = Browser(fab[0], fab[1][name]).get("/api/v2/plugins")
    assert answer.status_code == 200
    assert "xushi-desk" in answer.text


@pytest.mark.parametrize(("name", "status"), [("viewer", 403), ("steward", 403), ("publisher", 404), ("admin", 404)])
def test_only_who_publishes_answers_the_release_gate(fab: tuple[str, dict[str, str]], name: str, status: int) -> None:
    gate = "/api/v2/dags/monthly_refresh/dagRuns/none/taskInstances/none/-1/hitlDetails"
    answer = Browser(fab[0], fab[1][name]).send("PATCH", gate, json={"chosen_options": ["Approve"]})
    assert answer.status_code == status, answer.text


def test_a_second_set_up_changes_nobody(fab: tuple[str, dict[str, str]]) -> None:
    url, tokens = fab
    with pytest.raises(httpx.HTTPStatusError):
        token_of(url, "admin", OTHER_PASSWORD)
    users = Browser(url, tokens["admin"]).get("/auth/fab/v1/users").json()["users"]
    assert {user["username"] for user in users} == set(DESK_ROLE)
