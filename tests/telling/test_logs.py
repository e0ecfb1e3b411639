"""The log: a JSON object a line that says what it is about, by many processes at once, turned over, without secrets."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from xushi import logs
from xushi.cli import app
from xushi.home import PROJECT_ROOT, Home
from xushi.log_reading import lines

LOG = logging.getLogger("xushi.tests")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home that this process logs to; afterwards it logs where it did before."""
    logger = logging.getLogger("xushi")
    before = list(logger.handlers), logger.propagate
    logs.to_home(Home(tmp_path))
    yield Home(tmp_path)
    logger.handlers, logger.propagate = before


def test_a_line_says_what_it_is_about(home: Home) -> None:
    with logs.about(run_id="r1", stage="extract"), logs.about(submission_id="s1", file="甲.docx", period="2023-09"):
        LOG.info("读取 %d 条", 7, extra={"event": "extracted", "seconds": 1.5})
    LOG.warning("以后")
    first, second = lines(home)
    assert first.pop("at").endswith("Z")
    assert first == {
        "level": "info", "event": "extracted", "message": "读取 7 条", "run_id": "r1", "stage": "extract",
        "period": "2023-09", "submission_id": "s1", "file": "甲.docx", "seconds": 1.5,
    }  # fmt: skip
    assert "run_id" not in second, "what a block said does not outlive it"


def test_an_exception_keeps_its_trace_in_one_line(home: Home) -> None:
    try:
        raise ValueError("postgresql://xushi:markedpassword@db/registry")
    except ValueError:
        LOG.exception("失败 %s", "token=markedtoken99")
    text = logs.log_file(home).read_text("utf-8")
    assert text.count("\n") == 1
    assert "ValueError" in text
    assert "marked" not in text


def test_lines_are_filtered(home: Home) -> None:
    for number, period in enumerate(["2023-08", "2023-09"]):
        with logs.about(run_id=f"r{number}", period=period, submission_id=f"abc{number}", file=f"{period}.docx"):
            LOG.info("一")
            LOG.warning("二")
    assert len(list(lines(home))) == 4
    assert {line["run_id"] for line in lines(home, period="2023-09")} == {"r1"}
    assert {line["run_id"] for line in lines(home, submission="abc0")} == {"r0"}
    assert len(list(lines(home, submission="abc"))) == 4, "the beginning of an id"
    assert {line["run_id"] for line in lines(home, submission="2023-09.docx")} == {"r1"}
    assert [line["message"] for line in lines(home, run="r0", level="warning")] == ["二"]


def test_a_line_that_a_crash_cut_off_hides_no_other(home: Home) -> None:
    LOG.info("前")
    with logs.log_file(home).open("ab") as stream:
        stream.write(b'{"at": "2023-10-06", "mess\n[1]\n')
    LOG.info("后")
    assert [line["message"] for line in lines(home)] == ["前", "后"]


WRITER = """
import logging, sys
from pathlib import Path
from xushi import logs
from xushi.home import Home
logs.to_home(Home(Path(sys.argv[1])))
for number in range(200):
    logging.getLogger("xushi.w").info("%s %d %s", sys.argv[2], number, "长" * 40)
"""


def test_many_processes_write_whole_lines_and_the_file_turns_over(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(logs.MEGABYTES, "0.05")
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], cwd=PROJECT_ROOT) for name in "abc"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    kept = list((tmp_path / "logs").glob("xushi*.jsonl"))
    assert len(kept) > 1
    read = [json.loads(line) for path in kept for line in path.read_text("utf-8").splitlines()]
    told = [tuple(line["message"].split()[:2]) for line in read]
    assert len(told) == len(set(told)) == 600, "none twice, none lost while five older files hold them"


def test_the_command_shows_a_run(home: Home) -> None:
    with logs.about(run_id="r1", stage="publish", period="2023-09"):
        LOG.error("磁盘已满")
    runner = CliRunner()
    said = runner.invoke(app, ["logs", "--home", str(home.root), "--run", "r1", "--level", "warning"])
    assert said.exit_code == 0
    assert "ERROR" in said.stdout and "publish 2023-09 磁盘已满" in said.stdout
    assert "没有符合条件的日志" in runner.invoke(app, ["logs", "--home", str(home.root), "--run", "r2"]).stderr
    refused = runner.invoke(app, ["logs", "--home", str(home.root), "--level", "loud"])
    assert (refused.exit_code, "warning" in refused.stderr) == (1, True)
