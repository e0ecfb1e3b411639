"""A run whose settings hold marked secrets, and that meets failures which speak of them: nothing written has them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import copy_of_home
from tests.telling.marks import MARKS, marks_in
from xushi.home import PROJECT_ROOT


@pytest.fixture(scope="module")
def run(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Two refreshes of a copy: the serving database refuses and no message arrives; then a setting breaks a stage."""
    home = copy_of_home(samples_home, tmp_path_factory.mktemp("marked") / "home")
    said = ""
    for settings in ({}, {"XUSHI_FILE_SECONDS": "token=mark7setting"}):
        done = subprocess.run(
            [sys.executable, "-m", "xushi.cli", "refresh", "--no-airflow", "--home", home, "--inbox", "samples/inbox"],
            cwd=PROJECT_ROOT, env={**os.environ, **MARKS, **settings}, capture_output=True, text=True,
        )  # fmt: skip
        said += done.stdout + done.stderr
    return home, said


def test_what_failed_is_told(run: tuple[Path, str]) -> None:
    home, said = run
    assert "查询服务 PostgreSQL 未跟上" in said
    assert "通知未送达" in said
    assert "discover: " in said
    assert "通知未送达" in (home / "logs" / "xushi.jsonl").read_text("utf-8")
    assert (home / "reports" / "notifications.jsonl").exists()


def test_no_file_and_no_line_holds_a_mark(run: tuple[Path, str]) -> None:
    home, said = run
    assert re.findall(r"mark\d", said) == []
    assert marks_in(home) == set()
