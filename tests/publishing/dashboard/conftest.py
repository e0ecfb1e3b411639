"""Pages of the refreshed samples, and of the same snapshot after somebody wrote hostile texts into it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing import snapshot
from publishing.dashboard.pages import publish_pages
from publishing.manifest import Release
from tests.conftest import copy_of_home

HOSTILE = '<img src=x onerror="document.title=1">"\'</script><script>window.taken=1</script>\u2028\u202e&amp;'


LOUD = ("error", "warning")
Open = Callable[..., Any]


def read_data(folder: Path, name: str) -> Any:
    """What a data file hands over."""
    text = (folder / "data" / f"{name}.js").read_text("utf-8")
    assert text.startswith("XUSHI.put(")
    return json.loads(f"[{text.removeprefix('XUSHI.put(').removesuffix(');' + chr(10))}]")[2]


def rows_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@pytest.fixture(scope="session")
def sample_pages(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the samples, copied, with its pages; nothing writes it any more."""
    home = tmp_path_factory.mktemp("pages") / "home"
    copy_of_home(samples_home, home)
    publish_pages(home / "published", home / "maps", links=frozenset({"checks"}))
    return home


@pytest.fixture(scope="session")
def hostile_pages(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose every free text ends in what a page must never run."""
    home = tmp_path_factory.mktemp("hostile")
    _publish_altered(
        samples_home,
        home,
        [(f"update marts.{table} set {column} = {column} || ?", [HOSTILE]) for table, column in _texts()],
    )
    return home


@pytest.fixture(scope="session")
def uneven_pages(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """September with 江海区 withheld as a whole, 蓬江区 without a lag and two rows withheld, and one city verdict."""
    home = tmp_path_factory.mktemp("uneven")
    facts, region = "marts.fct_task_progress", "select region_key from marts.dim_region where name = ?"
    mine = f"period = '2023-09' and is_current and region_key in ({region})"
    two = f"select progress_key from {facts} where {mine} order by 1 limit 2"
    one = f"select min(progress_key) from {facts} where {mine} and computed_status = 'not_due'"
    calm = "is_lagging = false, is_overdue = false"
    _publish_altered(
        samples_home,
        home,
        [
            (f"update {facts} set publication_status = 'under_review', {calm} where {mine}", ["江海区"]),
            (f"update {facts} set {calm} where {mine}", ["蓬江区"]),
            (f"update {facts} set publication_status = 'under_review' where progress_key in ({two})", ["蓬江区"]),
            (f"update {facts} set determined_status = 'completed' where progress_key in ({one})", ["鹤山市"]),
        ],
    )
    return home


def _publish_altered(samples_home: Path, home: Path, changes: list[tuple[str, list[str]]]) -> None:
    """The samples' snapshot with changes of its facts, as a snapshot and pages of another home."""
    build = home / "build" / "warehouse.duckdb"
    build.parent.mkdir()
    shutil.copyfile((samples_home / "published" / "warehouse.duckdb").resolve(), build)
    build.chmod(0o644)
    with duckdb.connect(str(build)) as connection:
        for sql, parameters in changes:
            connection.execute(sql, parameters)
    release = Release(datetime(2023, 10, 5, tzinfo=UTC), "input", ("2023-09",), (), {}, "run")
    snapshot.publish(build, home / "published", release)
    publish_pages(home / "published", home / "maps")


def _texts() -> Iterator[tuple[str, str]]:
    for table, columns in {
        "fct_task_progress": "reported_status_phrase lag_reason_zh content_text item_requirement_text progress_text "
        "source_quote unit",
        "dim_task": "task_name",
        "dim_requirement": "requirement_text indicator_text sub_item target_unit",
        "dim_region": "name",
        "dim_document": "file_name title publisher",
        "bridge_progress_evidence": "quote rule_id",
        "fct_check_result": "message_zh arithmetic source_quote",
        "fct_submission": "file_name reporting_unit channel",
    }.items():
        yield from ((table, column) for column in columns.split())


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Open]:
    """`open_page(home, 'matrix')` is a page from disk; a request that is no file of it, or an error, fails the test."""
    elsewhere: list[str] = []
    troubles: list[str] = []

    def opened(home: Path, route: str = "", width: int = 1280, *, allows: str = "-", **context: Any) -> Any:
        page = chromium.new_context(locale="zh-CN", viewport={"width": width, "height": 860}, **context).new_page()
        root = (home / "published" / "dashboard").as_uri()
        page.on("request", lambda r: None if r.url.startswith((root, "data:")) else elsewhere.append(r.url))
        page.on("requestfailed", lambda r: troubles.append(r.url))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if m.type in LOUD and allows not in m.text else None)
        page.goto(f"{root}/index.html#/{route}")
        page.wait_for_selector("main h1")
        return page

    yield opened
    assert elsewhere == []
    assert troubles == []


def go(page: Any, route: str) -> None:
    page.evaluate("(hash) => { document.querySelector('main').replaceChildren(); location.hash = hash; }", f"#/{route}")
    page.wait_for_selector("main h1")
