"""Going back: the pointer moves, what was left is not published again by accident, and a damaged version is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publishing import rollback
from publishing.errors import DamagedVersionError, NotPublishedError, VersionNotKeptError
from publishing.manifest import ForeignKey, Keys, Manifest
from publishing.query import query
from publishing.rollback import held_back, roll_back
from publishing.snapshot import publish
from publishing.versions import current, current_number, database_of, manifest_of, verify, versions

AT = datetime(2023, 10, 6, tzinfo=UTC)


@pytest.fixture
def published(make_build, tmp_path, release) -> Path:
    """Three versions that say 1, 2 and 3."""
    for mark in (1, 2, 3):
        publish(make_build(mark), tmp_path / "published", release)
    return tmp_path / "published"


def back(published: Path, version: int | None = None) -> rollback.Move:
    return roll_back(published, version, at=AT, by="王五", reason="口径有误")


def mark_of(published: Path) -> int:
    return query(published / "warehouse.duckdb", "select min(mark) from fct_task_progress").rows[0][0]


def alter(path: Path) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_the_version_before_is_the_default(published) -> None:
    before = [(p.name, p.stat().st_mtime_ns) for p in sorted(published.rglob("warehouse.duckdb")) if not p.is_symlink()]
    move = back(published)
    assert (move.left, move.manifest.version, move.is_new, move.was_damaged) == (3, 2, True, False)
    assert mark_of(published) == 2
    assert back(published).manifest.version == 1
    after = [(p.name, p.stat().st_mtime_ns) for p in sorted(published.rglob("warehouse.duckdb")) if not p.is_symlink()]
    assert after == before
    with pytest.raises(VersionNotKeptError, match="第 1 版之前"):
        back(published)
    assert mark_of(published) == 1


def test_to_where_it_stands_is_nothing(published) -> None:
    assert not back(published, 3).is_new
    assert held_back(published) == ()


def test_content_that_was_rolled_back_is_published_again_only_when_asked_for(make_build, published, release) -> None:
    back(published)
    (held,) = held_back(published)
    assert (held.version, held.by, held.reason, held.at) == (3, "王五", "口径有误", AT.isoformat())
    again = publish(make_build(3, run="r9"), published, release)
    assert not again.is_new
    assert again.manifest.version == 2
    assert again.held_back == held
    assert (mark_of(published), versions(published)) == (2, (1, 2, 3))
    # other content is published as ever, follows what readers saw, and ends the holding back
    new = publish(make_build(4), published, release)
    assert (new.is_new, new.manifest.version, new.manifest.made_from) == (True, 4, 2)
    assert held_back(published) == ()
    assert publish(make_build(3), published, release).manifest.version == 5


def test_going_forward_again_ends_the_holding_back(make_build, published, release) -> None:
    back(published, 1)
    assert back(published, 3).is_new
    assert held_back(published) == ()
    assert mark_of(published) == 3
    assert not publish(make_build(3), published, release).is_new


def test_back_twice_holds_both_back(make_build, published, release) -> None:
    back(published)
    back(published)
    assert [one.version for one in held_back(published)] == [3, 2]
    assert publish(make_build(2), published, release).held_back
    back(published, 2)
    assert [one.version for one in held_back(published)] == [3]


def test_a_damaged_version_is_refused_by_name(published) -> None:
    alter(database_of(published, 2))
    with pytest.raises(DamagedVersionError, match=r"第 2 版已损坏.*000002/warehouse.duckdb 现为 sha256 .*应为 sha256"):
        back(published)
    assert mark_of(published) == 3
    assert back(published, 1).manifest.version == 1
    database_of(published, 2).unlink()
    with pytest.raises(DamagedVersionError, match="没有这个文件"):
        verify(published, 2)


@pytest.mark.parametrize("what", ["warehouse.duckdb", "manifest.json"])
def test_a_current_version_that_was_damaged_can_be_left_and_is_not_to_blame(
    make_build, published, release, what
) -> None:
    path = published / "versions" / "000003" / what
    if what == "manifest.json":
        path.unlink()
    else:
        alter(path)
    move = back(published)
    assert (move.was_damaged, held_back(published)) == (True, ())
    assert publish(make_build(3), published, release).manifest.version == 4  # not the damaged file once more
    assert mark_of(published) == 3


def test_versions_that_are_not_kept_are_named_with_those_that_are(make_build, published, release) -> None:
    publish(make_build(4), published, release, keep=2)
    for gone in (1, 2, 9):
        with pytest.raises(VersionNotKeptError, match=f"没有第 {gone} 版；现存：3、4"):
            back(published, gone)
    assert mark_of(published) == 4


def test_nothing_published_has_nothing_before_it(tmp_path) -> None:
    with pytest.raises(NotPublishedError):
        back(tmp_path / "published")


def test_pinned_versions_and_the_current_one_outlive_retention(make_build, published, release) -> None:
    publish(make_build(4), published, release, keep=1, pinned=lambda: {2, 77})
    assert versions(published) == (2, 4)
    back(published, 2)
    for mark in (5, 6):
        publish(make_build(mark), published, release, keep=1)
    assert versions(published) == (6,)


@pytest.mark.parametrize("point", ["_keep", "point_to"])
def test_a_rollback_that_fails_half_way_changes_nothing_for_readers(
    make_build, published, release, point, monkeypatch
) -> None:
    def fail(*_args: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(rollback, point, fail)
        with pytest.raises(OSError, match="disk is gone"):
            back(published)
    assert mark_of(published) == 3
    assert not publish(make_build(3), published, release).held_back
    assert back(published).is_new
    assert mark_of(published) == 2


def test_publications_and_rollbacks_at_once_leave_whole_versions(make_build, published, release) -> None:
    build = make_build(4)

    def work(n: int) -> None:
        if n % 2:
            publish(build, published, release)
        else:
            back(published, 1 + n % 3)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(12)))
    assert versions(published) == (1, 2, 3, 4)
    for version in versions(published):
        verify(published, version)
    assert current(published) == manifest_of(published, current_number(published) or 0)


def test_a_manifest_of_an_older_and_of_a_newer_program_is_read(published) -> None:
    path = published / "versions" / "000001" / "manifest.json"
    raw = json.loads(path.read_text("utf-8"))
    for name in ("keys", "made_from"):
        del raw[name]
    path.chmod(0o644)
    path.write_text(json.dumps(raw | {"of_tomorrow": 1}), "utf-8")
    read = manifest_of(published, 1)
    assert (read.made_from, read.keys, read.periods) == (None, {}, ("2023-09",))


def test_keys_go_through_the_manifest(make_build, tmp_path, release) -> None:
    keys = {"fct_task_progress": Keys(("progress_key",), (ForeignKey(("a", "b"), "dim", ("c", "d")),))}
    done = publish(make_build(1), tmp_path / "p", replace(release, keys=keys))
    assert Manifest.read(done.path.parent) == done.manifest
    assert done.manifest.keys == keys


def test_an_older_version_is_queried_by_its_number(published) -> None:
    for version in (1, 2, 3):
        found = query(database_of(published, version), "select min(mark) from mart_lag_table")
        assert found.rows == ((version,),)


def test_a_query_of_a_damaged_file_says_so(published) -> None:
    (published / "warehouse.duckdb").resolve().chmod(0o644)
    (published / "warehouse.duckdb").resolve().write_bytes(b"no database at all")
    with pytest.raises(DamagedVersionError, match="打不开"):
        mark_of(published)


def test_nothing_of_a_retirement_that_was_cut_off_is_taken_for_a_version(make_build, published, release) -> None:
    (published / "versions" / "000001").rename(published / "versions" / ".gone-000001")
    assert versions(published) == (2, 3)
    publish(make_build(4), published, release)
    assert [p.name for p in (published / "versions").iterdir() if p.name[0] == "."] == []
