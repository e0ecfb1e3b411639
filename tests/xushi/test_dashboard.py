"""A run ends with what to open; where the pages fail, the publication stands and the summary says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from publishing.dashboard.errors import ChartLibraryMissingError
from tests.conftest import copy_of_home
from tests.xushi.conftest import SAMPLES, refreshed
from xushi import dashboard
from xushi.cli import app
from xushi.home import Home
from xushi.stages import summary_of
from xushi.summary_text import render

pytestmark = pytest.mark.xdist_group("dashboard")


@pytest.fixture
def home(samples_home: Path, tmp_path: Path) -> Home:
    return Home(copy_of_home(samples_home, tmp_path / "home"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_last_line_of_a_summary_is_what_to_open(samples_home: Path, language: str) -> None:
    (run,) = [path.parent.name for path in (samples_home / "reports").glob("*/summary.json")]
    report = summary_of(Home(samples_home), run)
    assert report is not None
    last = render(report, language).splitlines()[-1]
    assert last.endswith((samples_home / "published" / "dashboard" / "index.html").as_uri())


def test_pages_of_the_same_content_are_written_once_and_told_each_time(home: Home) -> None:
    first = dashboard.step(home)
    made = home.dashboard.resolve().stat()
    assert dashboard.step(home) == first
    assert home.dashboard.resolve().stat() == made
    assert first == {"dashboard": (home.dashboard / "index.html").as_uri(), "dashboard_problems": []}


def test_pages_that_fail_do_not_stop_a_publication(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object, **__: object) -> None:
        raise ChartLibraryMissingError("图表库 ECharts 未安装，请运行 make setup")

    monkeypatch.setattr(dashboard, "publish_pages", absent)
    outcome = refreshed(home.root, SAMPLES)
    assert outcome.error is None
    assert "未安装" in outcome.summary["dashboard_error"]
    assert "总览页未能生成，数据已照常发布：图表库" in render(outcome.summary, "zh")


def test_a_map_that_cannot_be_used_stands_in_the_summary(home: Home) -> None:
    home.maps.mkdir()
    (home.maps / "440700.geojson").write_text("{}", "utf-8")
    report = dashboard.step(home)
    assert "maps/440700.geojson" in report["dashboard_problems"][0]
    result = CliRunner().invoke(app, ["dashboard", "--home", str(home.root)])
    assert result.exit_code == 3, "told as long as it is so"
    assert "maps/440700.geojson" in result.output
    assert "index.html" in result.output


def test_a_snapshot_that_is_gone_is_told(home: Home) -> None:
    for version in (home.published / "versions").iterdir():
        shutil.rmtree(version)
    assert "cannot be read" in dashboard.step(home)["dashboard_error"]


def test_before_anything_is_published_there_is_nothing_to_open(tmp_path: Path) -> None:
    assert dashboard.step(Home(tmp_path)) == {}
    result = CliRunner().invoke(app, ["dashboard", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "还没有已发布的数据" in result.output
