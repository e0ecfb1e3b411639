"""Pages change as a whole: written once for a content, swapped at once, kept where the next ones fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from publishing.dashboard import pages as module
from publishing.dashboard.errors import ChartLibraryMissingError
from publishing.dashboard.pages import KEPT, publish_pages
from publishing.errors import NotPublishedError
from tests.publishing.dashboard.test_boundaries import collection, feature

pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture
def home(samples_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(samples_home / "published", tmp_path / "published", symlinks=True)
    shutil.rmtree(tmp_path / "published" / "dashboards", ignore_errors=True)
    (tmp_path / "published" / "dashboard").unlink(missing_ok=True)
    return tmp_path


def target(home: Path) -> str:
    return (home / "published" / "dashboard").readlink().name


def bound(home: Path, number: int) -> None:
    (home / "maps").mkdir(exist_ok=True)
    value = collection(feature({"name": "蓬江区"}), 审图号=f"粤S(2023){number:03d}号")
    (home / "maps" / "440700.geojson").write_text(json.dumps(value), "utf-8")


def test_the_same_content_is_written_once(home: Path) -> None:
    first = publish_pages(home / "published", home / "maps")
    assert first.index == home / "published" / "dashboard" / "index.html"
    assert first.index.is_file()
    before = target(home)
    again = publish_pages(home / "published", home / "maps")
    assert (first.is_new, again.is_new, target(home)) == (True, False, before)
    assert before.startswith("000001-")


def test_a_map_a_link_or_a_generator_makes_new_pages(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_pages(home / "published", home / "maps")
    seen = {target(home)}
    bound(home, 1)
    assert publish_pages(home / "published", home / "maps").is_new
    seen.add(target(home))
    assert publish_pages(home / "published", home / "maps", links=frozenset({"models"})).is_new
    seen.add(target(home))
    changed = home / "changed.js"
    changed.write_text("changed", "utf-8")
    sources = module._sources
    monkeypatch.setattr(module, "_sources", lambda maps: [*sources(maps), changed])
    assert publish_pages(home / "published", home / "maps", links=frozenset({"models"})).is_new
    assert len(seen | {target(home)}) == 4


def test_a_bad_map_is_told_and_the_pages_stand(home: Path) -> None:
    bound(home, 1)
    path = home / "maps" / "440700.geojson"
    path.write_text(path.read_text("utf-8").replace("\\u84ec\\u6c5f\\u533a", "\\u756a\\u79ba\\u533a"), "utf-8")
    (problem,) = publish_pages(home / "published", home / "maps").problems
    assert problem.startswith("maps/440700.geojson：第1个要素：名称为“番禺区”")
    assert "番禺区" in (home / "published" / "dashboard" / "data" / "index.js").read_text("utf-8")


def test_a_failure_leaves_the_current_pages_and_no_half_made_ones(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_pages(home / "published", home / "maps")
    before = target(home)
    bound(home, 1)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(module, "write_contents", broken)
    with pytest.raises(OSError, match="disk full"):
        publish_pages(home / "published", home / "maps")
    assert target(home) == before
    assert [folder.name for folder in (home / "published" / "dashboards").iterdir()] == [before]
    monkeypatch.undo()
    assert publish_pages(home / "published", home / "maps").is_new


def test_what_a_crash_left_is_swept_and_a_lost_link_is_set_again(home: Path) -> None:
    publish_pages(home / "published", home / "maps")
    before = target(home)
    (home / "published" / "dashboards" / ".part-crashed").mkdir()
    (home / "published" / "dashboard").unlink()
    assert not publish_pages(home / "published", home / "maps").is_new
    assert target(home) == before
    assert [folder.name for folder in (home / "published" / "dashboards").iterdir()] == [before]


def test_older_pages_go_and_the_newest_few_stay(home: Path) -> None:
    for number in range(1, KEPT + 3):
        bound(home, number)
        publish_pages(home / "published", home / "maps")
    kept = {folder.name for folder in (home / "published" / "dashboards").iterdir()}
    assert len(kept) == KEPT
    assert target(home) in kept


def test_without_the_library_or_a_snapshot_one_line_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotPublishedError):
        publish_pages(home / "elsewhere", home / "maps")

    def absent() -> None:
        raise ChartLibraryMissingError("make setup")

    monkeypatch.setattr(module, "find", absent)
    with pytest.raises(ChartLibraryMissingError):
        publish_pages(home / "published", home / "maps")
    assert not (home / "published" / "dashboard").exists()
