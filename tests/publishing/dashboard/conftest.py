"""Pages of the refreshed samples, and of the same snapshot after somebody wrote hostile texts into it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing import snapshot
from publishing.dashboard.pages import publish_pages
from publishing.manifest import Release

HOSTILE = '<img src=x onerror="document.title=1">"\'</script><script>window.taken=1</script>\u2028\u202e&amp;'


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
    shutil.copytree(samples_home, home, symlinks=True)
    publish_pages(home / "published", home / "maps", links=frozenset({"checks"}))
    return home


@pytest.fixture(scope="session")
def hostile_pages(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose every free text ends in what a page must never run."""
    home = tmp_path_factory.mktemp("hostile")
    build = home / "build" / "warehouse.duckdb"
    build.parent.mkdir()
    shutil.copyfile((samples_home / "published" / "warehouse.duckdb").resolve(), build)
    build.chmod(0o644)
    with duckdb.connect(str(build)) as connection:
        for table, column in _texts():
            connection.execute(f"update marts.{table} set {column} = {column} || ?", [HOSTILE])
    release = Release(datetime(2023, 10, 5, tzinfo=UTC), "input", ("2023-09",), (), {}, "run")
    snapshot.publish(build, home / "published", release)
    publish_pages(home / "published", home / "maps")
    return home


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
