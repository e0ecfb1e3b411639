"""`xushi documents`: what it writes, what it tells, and how it fails."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from xushi.cli import app
from xushi.home import Home

pytestmark = pytest.mark.xdist_group("documents_command")


def run(home: Path, out: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["documents", "--home", str(home), "--out", str(out), *options])
    return result.exit_code, result.output


def test_drafts_of_the_latest_month_in_both_editions(samples_home: Path, tmp_path: Path) -> None:
    status, told = run(samples_home, tmp_path, "--reply", "2023-10-25", "--day", "2023-10-20")
    assert status == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == 2 * (2 + 2 + 1 + 7)
    assert "2023-09进度滞后情况表（报送版·征求意见稿）.docx" in names
    assert "2023-09蓬江区情况单（核对版·征求意见稿）.docx" in names
    assert all(name in told for name in names)
    assert not any("正式" in name for name in names)


def test_a_draft_for_signature_tells_what_waits_for_a_verdict(samples_home: Path, tmp_path: Path) -> None:
    status, told = run(samples_home, tmp_path, "--stage", "review", "--form", "submission")
    assert status == 0
    assert "待市局认定、未列入 38 条" in told
    assert "未写 left out：进度滞后情况表" in told
    assert not [path for path in tmp_path.iterdir() if "滞后" in path.name]


def targets(document: Path) -> set[str]:
    """Where the links of a docx lead, without what stands behind #."""
    with zipfile.ZipFile(document) as package:
        rels = etree.fromstring(package.read("word/_rels/document.xml.rels"))
    return {rel.get("Target").partition("#")[0] for rel in rels if rel.get("TargetMode") == "External"}


def test_links_lead_to_the_dashboard_that_is_there(
    samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(samples_home, tmp_path, "--form", "checking")
    (table,) = tmp_path.glob("*进度滞后情况表*.docx")
    (target,) = targets(table)
    assert (tmp_path / target).resolve() == (Home.find(samples_home).dashboard / "index.html").resolve()
    monkeypatch.setenv("XUSHI_DASHBOARD_URL", "http://desk.example/dashboard/index.html")
    run(samples_home, tmp_path, "--form", "checking")
    assert targets(table) == {"http://desk.example/dashboard/index.html"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--period", "2022-01"), "2023-07、2023-08、2023-09"),
        (("--period", "九月"), "2023-09"),
        (("--day", "2023年10月"), "2023-10-20"),
        (("--city", "广州市"), "江门市"),
    ],
)
def test_what_cannot_be_written_is_one_line(
    samples_home: Path, tmp_path: Path, options: tuple[str, str], words: str
) -> None:
    status, told = run(samples_home, tmp_path, *options)
    assert status == 1
    assert words in told
    assert len([line for line in told.splitlines() if line.strip()]) == 1


def test_an_empty_home_is_told(tmp_path: Path) -> None:
    status, told = run(tmp_path / "nothing", tmp_path / "out")
    assert status == 1
    assert "还没有已发布的数据" in told
