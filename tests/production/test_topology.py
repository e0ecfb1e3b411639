"""What docker-compose.yml says, as real processes over a real PostgreSQL: set up, healthy, refreshed, queried."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from publishing.versions import current
from review.guessing import TOLD, TRIES
from tests.production.compose import ROOT
from tests.production.processes import Topology, topology
from tests.production.server import LOGINS, Production

pytestmark = [
    pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("production"), pytest.mark.timeout(1200),
]  # fmt: skip

AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")
FILES = ("蓬江区2023年7月重点任务进展情况.docx", "江海区考核任务完成情况表（2023年1-7月）.xlsx",
         "submissions.csv", "expected_submissions.csv")  # fmt: skip
_RUN_SECONDS = 900


@pytest.fixture(scope="module")
def house(production: Production, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """Every service is up, as its own health check says."""
    folder = tmp_path_factory.mktemp("production")
    inbox = folder / "inbox"
    inbox.mkdir()
    for name in FILES:
        shutil.copy(ROOT / "samples" / "inbox" / name, inbox / name)
    with topology(production, folder / "house", inbox) as made:
        told = made.run("init")
        assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
        made.start("api-server")
        made.await_healthy("api-server", seconds=180)
        for name in ("scheduler", "dag-processor", "triggerer", "desk"):
            made.start(name)
        made.await_healthy(*AIRFLOW, "desk", seconds=180)
        yield made


@pytest.fixture(scope="module")
def admin(house: Topology) -> Iterator[httpx.Client]:
    """The first administrator, logged in to FAB with the password from the secret's file."""
    given = {"username": "admin", "password": house.secret("airflow_admin")}
    answer = httpx.post(f"{house.address}/auth/token", json=given, timeout=60)
    headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
    with httpx.Client(base_url=house.address, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def refreshed(house: Topology, admin: httpx.Client) -> Topology:
    """The monthly refresh ran once, triggered over the API as in the UI."""
    until = time.monotonic() + _RUN_SECONDS
    dag = "/api/v2/dags/monthly_refresh"
    while admin.get(dag).status_code != httpx.codes.OK:
        assert time.monotonic() < until, "the DAG is not parsed"
        time.sleep(1)
    # before the schedule's own run is made, which would go first
    made = admin.post(f"{dag}/dagRuns", json={"logical_date": None, "conf": {"gate": "withhold"}})
    run = made.raise_for_status().json()["dag_run_id"]
    admin.patch(dag, json={"is_paused": False}).raise_for_status()
    while (state := admin.get(f"{dag}/dagRuns/{run}").raise_for_status().json()["state"]) not in ("success", "failed"):
        assert time.monotonic() < until, f"the run is {state}"
        time.sleep(1)
    admin.patch(dag, json={"is_paused": True}).raise_for_status()
    tasks = admin.get(f"{dag}/dagRuns/{run}/taskInstances").json()["task_instances"]
    assert state == "success", [(task["task_id"], task["state"]) for task in tasks]
    return house


def test_every_service_is_healthy(house: Topology) -> None:
    assert [name for name in (*AIRFLOW, "desk") if not house.is_healthy(name)] == []
    assert house.production.log.read_text("utf-8", "replace").count("FATAL") == 0


#: What rests on a refresh costs minutes: part of the long runs.
long = pytest.mark.soak


@long
def test_the_refresh_is_published_and_served(refreshed: Topology) -> None:
    manifest = current(refreshed.home / "published")
    assert manifest is not None
    with refreshed.production.connect("xushi_bi", "serving") as connection:
        (rows,) = connection.execute("select count(*) from fct_task_progress").fetchone() or (0,)
        (version,) = connection.execute("select version from publication").fetchone() or (0,)
    assert rows > 10
    assert version == manifest.version
    with refreshed.production.connect("xushi", "registry") as connection:
        (received,) = connection.execute("select count(*) from submissions").fetchone() or (0,)
    assert received == 2
    assert not (refreshed.home / "registry.sqlite").exists()


@long
def test_the_desk_behind_airflow_decides_under_its_own_login(refreshed: Topology, admin: httpx.Client) -> None:
    page = admin.get("/xushi/")
    assert "<h1>待办队列</h1>" in page.text
    found = re.search(r"/xushi/incidents/(\w+)", page.text)
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page.text)
    assert found
    assert token
    form = {"form_token": token.group(1), "version": "1"}
    done = admin.post(f"/xushi/incidents/{found.group(1)}/acknowledge", data=form)
    assert done.status_code == 303, done.text[:2000]
    with refreshed.production.connect("xushi", "registry") as connection:
        assert connection.execute(
            "select state from incidents where incident_id = %s", [found.group(1)]
        ).fetchone() == ("acknowledged",)
        users = connection.execute(
            "select usename from pg_stat_activity where datname = 'registry' and application_name <> ''"
            " or datname = 'registry' and usename like 'xushi_%'"
        ).fetchall()
    assert ("xushi_desk",) in users


def test_the_desk_alone_lets_its_first_user_in(house: Topology) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{house.desk}", timeout=60) as browser:
        assert browser.get("/").status_code == 401
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', browser.get("/login").text)
        assert token
        form = {"form_token": token.group(1), "username": "admin", "password": house.secret("desk_admin")}
        assert browser.post("/login", data=form).status_code == 303
        assert "待办队列" in browser.get("/").text
    assert "口令 password" not in house.log("desk"), "it was chosen, and is told nobody"


@long
def test_a_steward_at_the_command_line_uses_the_desks_login(refreshed: Topology) -> None:
    told = refreshed.run("api-server", ["xushi", "versions"])
    assert told.returncode == 0, told.stderr


def test_the_first_administrator_logs_in_and_guessing_is_bounded(house: Topology, admin: httpx.Client) -> None:
    assert admin.get("/xushi/").status_code == httpx.codes.OK
    answers = [
        httpx.post(f"{house.address}/auth/token", json={"username": "nobody", "password": "guess"}, timeout=60)
        for _ in range(TRIES + 1)
    ]
    assert [answer.status_code for answer in answers] == [401] * TRIES + [429]
    assert answers[-1].json()["detail"] == TOLD


@long
def test_a_second_start_changes_nothing(refreshed: Topology, admin: httpx.Client) -> None:
    told = refreshed.run("init")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    assert admin.get("/xushi/").status_code == httpx.codes.OK
    assert [name for name in AIRFLOW if not refreshed.is_healthy(name)] == []


def test_no_service_has_a_secret_that_is_not_its_own(house: Topology) -> None:
    """What each process holds in its environment, as the kernel tells it."""
    for name, process in house.running.items():
        held = Path(f"/proc/{process.pid}/environ").read_bytes().decode("utf-8", "replace")
        for secret in (*LOGINS, "airflow_admin", "desk_admin", "superset_admin"):
            if secret not in house.services[name]["secrets"] or secret == "desk_admin":
                assert house.secret(secret) not in held, f"{name} holds {secret}"


@long
def test_no_secret_is_in_a_log_a_report_or_a_page(refreshed: Topology) -> None:
    kept = {path.name: path.read_text("utf-8").strip() for path in refreshed.production.secrets.iterdir()}
    values = {name: value.encode() for name, value in kept.items() if value}
    assert len(values) >= 11
    looked = 0
    places = [refreshed.production.log, *refreshed.folder.joinpath("logs").rglob("*"), *refreshed.home.rglob("*"),
              *refreshed.folder.joinpath("tmp").rglob("*")]  # fmt: skip
    leaks = []
    for path in places:
        if path.is_file() and not path.is_symlink():
            looked += 1
            data = path.read_bytes()
            leaks += [f"{name} in {path}" for name, value in values.items() if value in data]
    assert leaks == []
    assert looked > 50


@long
def test_nothing_is_written_beside_the_volume(refreshed: Topology) -> None:
    """The containers' root is read only: what lies in the image's folder is as old as before."""
    started = refreshed.folder.stat().st_ctime
    ours = ("dags", "docker", "dbt_project", "expectations", "ingestion", "publishing", "registry", "review", "xushi")
    newer = [
        str(path)
        for folder in ours
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.stat().st_mtime > started + 1
    ]
    assert newer == []
