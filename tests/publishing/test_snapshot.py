"""Write, audit, publish: a version is whole or absent, and never changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.lake import file_sha256
from publishing import copying, snapshot
from publishing.digest import file_content_digest
from publishing.errors import NothingToPublishError, NotPublishedError, UnfaithfulCopyError
from publishing.manifest import Manifest
from publishing.snapshot import current, publish, versions


def mark_of(database: Path) -> int:
    with duckdb.connect(str(database.resolve()), read_only=True) as connection:
        row = connection.execute("select min(mark) from marts.a_view_of_a_view").fetchone()
    assert row
    return row[0]


def test_a_publication_is_a_link_to_a_read_only_version_with_its_manifest(make_build, tmp_path, release) -> None:
    published = tmp_path / "published"
    done = publish(make_build(), published, release)
    pointer = published / "warehouse.duckdb"
    assert done.is_new
    assert pointer.readlink() == Path("versions/000001/warehouse.duckdb")
    assert pointer.stat().st_mode & 0o777 == 0o444
    assert sorted(p.name for p in pointer.resolve().parent.iterdir()) == ["manifest.json", "warehouse.duckdb"]
    manifest = json.loads((pointer.resolve().parent / "manifest.json").read_text("utf-8"))
    assert manifest["version"] == 1
    assert manifest["published_at"] == "2023-10-05T02:00:00+00:00"
    assert manifest["periods"] == ["2023-09"]
    assert manifest["withheld"][0]["record_key"] == "k9"
    assert manifest["row_counts"] == {"fct_task_progress": 3}
    assert manifest["sha256"] == file_sha256(pointer)
    assert manifest["versions"] == {"extractor": "abc", "models": "def"}
    assert manifest["storage_version"] == "v1.0.0"
    assert manifest["content_digest"] == file_content_digest(pointer)
    assert current(published) == Manifest.read(pointer.resolve().parent) == done.manifest


def test_the_copy_holds_marts_only_with_views_and_comments(make_build, tmp_path, release) -> None:
    done = publish(make_build(), tmp_path / "published", release)
    moved = tmp_path / "renamed.duckdb"
    moved.write_bytes(done.path.read_bytes())
    with duckdb.connect(str(moved), read_only=True) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        assert schemas == [("marts",)]
        # the views hold under any file name
        assert connection.execute("select count(*) from marts.a_view_of_a_view").fetchone() == (2,)
        comments = connection.execute(
            "select comment from duckdb_tables() where comment is not null union all"
            " select comment from duckdb_views() where comment is not null union all"
            " select comment from duckdb_columns() where comment is not null"
        ).fetchall()
        assert sorted(row[0] for row in comments) == ["任务进度", "原文", "标记", "进度滞后情况表"]
        tags = connection.execute("select tags from duckdb_databases() where not internal").fetchone()
    assert tags and tags[0]["storage_version"].startswith("v1.0.0")


def test_the_same_content_makes_no_new_version(make_build, tmp_path, release) -> None:
    published = tmp_path / "published"
    first = publish(make_build(run="r1"), published, release)
    later = replace(release, published_at=datetime(2023, 11, 5, tzinfo=UTC), run_id="run-2")
    again = publish(make_build(run="r2", reverse=True), published, later)
    assert not again.is_new
    assert again.manifest == first.manifest
    assert versions(published) == (1,)


def test_another_content_makes_the_next_version_and_keeps_the_last(make_build, tmp_path, release) -> None:
    published = tmp_path / "published"
    first = publish(make_build(1), published, release)
    second = publish(make_build(2), published, release)
    assert (second.manifest.version, versions(published)) == (2, (1, 2))
    assert mark_of(published / "warehouse.duckdb") == 2
    assert mark_of(first.path) == 1


@pytest.mark.parametrize(("keep", "left"), [(None, (1, 2, 3, 4)), (2, (3, 4)), (1, (4,)), (0, (4,)), (9, (1, 2, 3, 4))])
def test_old_versions_are_kept_as_asked_and_the_current_always(make_build, tmp_path, release, keep, left) -> None:
    published = tmp_path / "published"
    for mark in (1, 2, 3):
        publish(make_build(mark), published, release)
    publish(make_build(4), published, release, keep=keep)
    assert versions(published) == left
    assert mark_of(published / "warehouse.duckdb") == 4


def test_nothing_to_publish_is_said_and_changes_nothing(make_build, tmp_path, release) -> None:
    published = tmp_path / "published"
    with pytest.raises(NothingToPublishError, match="no build database"):
        publish(tmp_path / "absent.duckdb", published, release)
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(NothingToPublishError, match="holds no table"):
        publish(empty, published, release)
    assert current(published) is None
    assert versions(published) == ()


def test_a_view_that_reads_outside_the_marts_stops_the_publication(make_build, tmp_path, release) -> None:
    published = tmp_path / "published"
    publish(make_build(1), published, release)
    build = make_build(2)
    with duckdb.connect(str(build)) as connection:
        connection.execute("create view marts.leak as select * from audit.audit_indicator")
    with pytest.raises(UnfaithfulCopyError, match="leak"):
        publish(build, published, release)
    assert mark_of(published / "warehouse.duckdb") == 1


def test_a_copy_that_lost_rows_is_never_published(make_build, tmp_path, release, monkeypatch) -> None:
    published = tmp_path / "published"
    publish(make_build(1), published, release)
    true_counts = copying.row_counts

    def one_less(connection, database, schema):
        counts = true_counts(connection, database, schema)
        return {k: v - 1 for k, v in counts.items()} if database == "target" else counts

    monkeypatch.setattr(copying, "row_counts", one_less)
    with pytest.raises(UnfaithfulCopyError, match="rows"):
        publish(make_build(2), published, release)
    assert mark_of(published / "warehouse.duckdb") == 1
    assert versions(published) == (1,)


CRASH_POINTS = ["copy_schema", "file_sha256", "flush", "point_to", "os.replace"]


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_failure_at_any_point_leaves_the_old_version_and_the_next_run_mends(
    make_build, tmp_path, release, monkeypatch, point: str
) -> None:
    published = tmp_path / "published"
    publish(make_build(1), published, release)

    def fail(*_args, **_kwargs):
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        owner, name = (os, "replace") if point == "os.replace" else (snapshot, point)
        broken.setattr(owner, name, fail)
        with pytest.raises(OSError, match="the disk is gone"):
            publish(make_build(2), published, release)
    assert mark_of(published / "warehouse.duckdb") == 1
    publish(make_build(2), published, release)
    assert mark_of(published / "warehouse.duckdb") == 2
    assert versions(published) == (1, 2)
    assert leftovers(published) == []


def leftovers(published: Path) -> list[str]:
    return sorted(p.name for p in (*published.iterdir(), *(published / "versions").iterdir()) if p.name[0] == ".")


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from publishing import snapshot
from publishing.manifest import Release

def die(*args, **kwargs):
    os._exit(9)

point = sys.argv[3]
owner, name = (os, point.split(".")[1]) if "." in point else (snapshot, point)
if point == "after":
    done = os.replace
    def swap_and_die(*args):
        done(*args)
        os._exit(9)
    os.replace = swap_and_die
else:
    setattr(owner, name, die)
snapshot.publish(Path(sys.argv[1]), Path(sys.argv[2]), Release(datetime(2023, 10, 5, tzinfo=UTC), "input"))
"""


@pytest.mark.parametrize(("point", "mark"), [*((p, 1) for p in CRASH_POINTS), ("after", 2)])
def test_a_killed_process_leaves_the_old_or_the_new_version(make_build, tmp_path, release, point, mark) -> None:
    published = tmp_path / "published"
    publish(make_build(1), published, release)
    build = make_build(2)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(build), str(published), point], check=False)
    assert killed.returncode == 9
    assert mark_of(published / "warehouse.duckdb") == mark
    publish(build, published, release)
    assert mark_of(published / "warehouse.duckdb") == 2
    assert versions(published) == (1, 2)
    assert leftovers(published) == []


def test_a_pointer_to_lost_files_is_said(make_build, tmp_path, release) -> None:
    published = tmp_path / "published"
    done = publish(make_build(1), published, release)
    (done.path.parent / "manifest.json").unlink()
    with pytest.raises(NotPublishedError, match="cannot be read"):
        current(published)
