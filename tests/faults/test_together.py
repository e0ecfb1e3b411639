"""Two refreshes at once, and filings in any order and any dress, leave what one quiet refresh leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from publishing.digest import CLOCKS_AND_RUN_IDS
from publishing.query import query
from tests.conftest import ROOT, copy_of_home
from tests.faults.comparing import differences, path_free
from tests.faults.conftest import INBOX, Warm
from xushi.home import Home

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("faults"), pytest.mark.timeout(1800)]


def refreshing(home: Path, *options: str) -> subprocess.Popen[str]:
    """A refresh from the command line, as a person would start it."""
    command = [sys.executable, "-m", "xushi.cli", "refresh", "--no-airflow", "--inbox", str(INBOX), "--home", str(home)]
    return subprocess.Popen(
        [*command, *options], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def whichever_came_first(state: dict[str, Any]) -> dict[str, Any]:
    """The state without the one thing that tells the order: which submission first used a wording."""
    rows = [{name: value for name, value in row.items() if name != "first_submission_id"} for row in state["registry"]]
    return state | {"registry": rows}


@pytest.mark.parametrize("options", [((), ()), (("--period", "2023-08"), ("--period", "2023-09"))])
def test_two_at_once_end_as_one(
    warm: Warm, july: Path, undisturbed: dict[str, Any], options: tuple[tuple[str, ...], ...], tmp_path: Path
) -> None:
    home = copy_of_home(july, tmp_path / "home")
    for process in [refreshing(home, *given) for given in options]:
        told, _ = process.communicate()
        assert process.returncode in (0, 3), told
    found = path_free(warm.done("look", home=str(home)), home)
    assert differences(whichever_came_first(found), whichever_came_first(undisturbed)) == []


def test_the_same_file_again_renamed_and_in_another_inbox_changes_nothing(
    warm: Warm, july: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    home = copy_of_home(july, tmp_path / "home")
    given = {"home": str(home), "inbox": str(INBOX)}
    warm.done("run_to_the_end", **given, run_id="first")
    again = tmp_path / "again"
    again.mkdir()
    name = "鹤山市-2023年9月-污染防治重点工作进度.txt"
    shutil.copy(INBOX / name, again / name)
    shutil.copy(INBOX / name, again / "鹤山市2023年9月 进度（再发）.txt")
    told = warm.done("run_to_the_end", home=str(home), inbox=str(again), run_id="again")
    assert told["version"] == 2
    found = path_free(warm.done("look", home=str(home)), home)
    assert [line for line in differences(found, undisturbed) if "submissions" not in line] == []


def test_filings_that_come_in_the_reverse_order_leave_the_same_figures(warm: Warm, tmp_path: Path) -> None:
    """The resubmission before the report that it replaces, and then each month before the one before it.

    Which of two like wordings is the known one, and so the id, follows from the order; no figure and no verdict does.
    """
    orderly, reverse, first = tmp_path / "orderly", tmp_path / "reverse", tmp_path / "first"
    first.mkdir()
    (resubmission,) = INBOX.glob("*（补报）*")
    shutil.copy(resubmission, first)
    head, *rows = (INBOX / "submissions.csv").read_text("utf-8").splitlines()
    own = [row for row in rows if row.startswith(resubmission.name)]
    (first / "submissions.csv").write_text("\n".join([head, *own]) + "\n", "utf-8")
    warm.done("run_to_the_end", home=str(reverse), inbox=str(first), run_id="resubmitted")
    for period in ("2023-09", "2023-08", "2023-07"):
        warm.done("run_to_the_end", home=str(reverse), inbox=str(INBOX), run_id=period, period=period)
    warm.done("run_to_the_end", home=str(orderly), inbox=str(INBOX), run_id="all")
    assert len(figures(orderly)) > 200
    assert figures(reverse) == figures(orderly)


def figures(home: Path) -> list[str]:
    """Every published row of the facts with all that it measures and says, without ids."""
    found = query(Home(home).published_database, "from fct_task_progress")
    ids = CLOCKS_AND_RUN_IDS | {"progress_key", "requirement_key", "requirement_id"}
    return sorted(
        str({name: value for name, value in zip(found.columns, row, strict=True) if name not in ids})
        for row in found.rows
    )
