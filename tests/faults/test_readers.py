"""Readers while 50 versions are published: one looks again and again, one holds the first version open all the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
import pytest

from publishing.digest import content_digest
from publishing.snapshot import current
from tests.conftest import copy_of_home
from tests.faults.reading import read_all_the_time
from xushi import publication
from xushi.home import Home
from xushi.stages import registry_of

PUBLICATIONS: Final = 50


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("faults")
def test_fifty_publications_disturb_no_reader(
    samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(publication.KEEP, "3")
    home = Home(copy_of_home(samples_home, tmp_path / "home"))
    engine, began = registry_of(home), datetime(2026, 1, 1, tzinfo=UTC)
    with (
        duckdb.connect(str(home.published_database.resolve()), read_only=True) as held,
        read_all_the_time(home.root, tmp_path) as looks,
    ):
        first = content_digest(held, "marts")
        for number in range(PUBLICATIONS):
            with duckdb.connect(str(home.build_database)) as build:
                build.execute("update marts.dim_document set title = ?", [f"第{number}次"])
            at = began + timedelta(minutes=number)
            done = publication.publish(home, engine, run_id=f"run-{number}", inputs=str(number), at=at)
            assert done["is_new"]
        assert content_digest(held, "marts") == first, "whoever opened a version keeps it, removed or not"
    manifest = current(home.published)
    assert manifest is not None
    assert manifest.version == 1 + PUBLICATIONS
    assert looks["wrong"] == []
    assert looks["versions"] == sorted(looks["versions"])
    assert looks["looks"] > 0
