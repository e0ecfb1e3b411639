"""Homes that a whole refresh has been through; built once, since each costs a dbt build."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publishing.query import query
from tests.conftest import copy_of_home
from xushi import run
from xushi.home import PROJECT_ROOT, Home

SAMPLES = PROJECT_ROOT / "samples" / "inbox"

Rows = Callable[[str], list[dict[str, Any]]]


def refreshed(home: Path, inbox: Path) -> run.Outcome:
    """Refresh a home in this process."""
    return run.refresh(Home.find(home), inbox, None, through_airflow=False, say=lambda _: None)


def rows_of(home: Path) -> Rows:
    """A function that queries a home's published snapshot."""

    def rows(sql: str) -> list[dict[str, Any]]:
        result = query(Home.find(home).published_database, sql)
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    return rows


def filed_twice(inbox: Path) -> Path:
    """An inbox with one file of the samples in another unit's name: what it says stands twice, which is a blocker."""
    inbox.mkdir()
    (name,) = [path.name for path in SAMPLES.glob("鹤山市-2023年9月*.txt")]
    shutil.copy(SAMPLES / name, inbox / "副本.txt")
    register = "file,reporting_unit,period,received_at\n副本.txt,恩平市,2023-09,2023-10-07T09:00:00+08:00\n"
    (inbox / "submissions.csv").write_text(register, encoding="utf-8")
    return inbox


@pytest.fixture(scope="session")
def seeds(seeds_home: Path) -> Rows:
    return rows_of(seeds_home)


@pytest.fixture(scope="session")
def samples(samples_home: Path) -> Rows:
    return rows_of(samples_home)


@pytest.fixture
def copied(samples_home: Path, tmp_path: Path) -> Path:
    """A copy of the refreshed samples home, for a test that goes on from there."""
    return copy_of_home(samples_home, tmp_path / "home")
