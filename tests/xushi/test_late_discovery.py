"""An arrival's run reads the periods of what nobody has read, and the memory of the inbox is written before reading."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion import pipeline
from registry import runs
from xushi import refresh
from xushi.arrivals import folders_of, look, remembered
from xushi.home import PROJECT_ROOT, Home

SAMPLES = PROJECT_ROOT / "samples" / "inbox"
Arrive = Callable[[str], Path]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def arrive(tmp_path: Path) -> Arrive:
    """Puts 鹤山市's file of a month into the inbox."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()

    def put(month: str) -> Path:
        (file,) = SAMPLES.glob(f"鹤山市-2023年{month}月*.txt")
        return Path(shutil.copy(file, inbox))

    return put


def late(home: Home, inbox: Path, run_id: str) -> dict[str, Any]:
    return refresh.discover_arrivals(str(home.root), str(inbox), None, run_id)


def test_only_the_periods_of_what_was_never_read_are_read(home: Home, arrive: Arrive) -> None:
    inbox = arrive("7").parent
    first = late(home, inbox, "r1")
    assert [batch["batch"] for batch in first["batches"]] == ["2023-07-1"]
    refresh.extract(first, first["batches"][0])
    arrive("9")
    second = late(home, inbox, "r2")
    assert [batch["batch"] for batch in second["batches"]] == ["2023-09-1"]
    again = late(home, inbox, "r3")  # r2 died before it read anything
    assert again["batches"] == second["batches"]
    refresh.extract(again, again["batches"][0])
    assert late(home, inbox, "r4")["batches"] == []


def test_what_is_tried_again_does_not_ride_along_with_an_arrival(home: Home, arrive: Arrive) -> None:
    inbox = arrive("7").parent
    first = late(home, inbox, "r1")
    (key,) = first["batches"][0]["submission_ids"]
    at = datetime(2023, 8, 6, tzinfo=UTC)
    runs.fail(
        refresh.registry_of(home), key, pipeline.default_stages().version,
        reason="time_limit", detail="超时", started_at=at, finished_at=at,
    )  # fmt: skip
    arrive("9")
    assert [batch["batch"] for batch in late(home, inbox, "r2")["batches"]] == ["2023-09-1"]
    whole = refresh.discover(str(home.root), str(inbox), None, "r3")
    assert [batch["batch"] for batch in whole["batches"]] == ["2023-07-1", "2023-09-1"]


def test_a_file_of_no_known_period_is_registered_as_rejected(home: Home, arrive: Arrive) -> None:
    inbox = arrive("7").parent
    (inbox / "说明.txt").write_text("请查收。\n", encoding="utf-8")
    plan = late(home, inbox, "r1")
    assert (plan["submissions"], [batch["batch"] for batch in plan["batches"]]) == (2, ["2023-07-1"])
    found = {s.file_name: s.status for s in refresh.submissions.find(refresh.registry_of(home))}
    assert found["说明.txt"] == "rejected"


def test_the_inbox_is_remembered_by_runs_that_read_all_of_it(home: Home, arrive: Arrive) -> None:
    inbox = arrive("7").parent
    refresh.discover(str(home.root), str(inbox), "2023-09", "r1")
    assert remembered(home) == {}, "a run for one month leaves the others to whoever watches"
    late(home, inbox, "r2")
    assert remembered(home) == look(folders_of(home, inbox))


def test_what_changes_while_a_run_reads_is_an_arrival_still(
    home: Home, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = arrive("7")
    receive_all = pipeline.receive_all

    def meanwhile(*given: Any, **named: Any) -> Any:
        file.write_text(file.read_text("utf-8") + "\n补充\n", encoding="utf-8")
        return receive_all(*given, **named)

    monkeypatch.setattr(pipeline, "receive_all", meanwhile)
    late(home, file.parent, "r1")
    assert remembered(home)[str(file)] != look([file.parent])[str(file)]


def test_a_run_that_fails_to_register_remembers_nothing(
    home: Home, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = arrive("7").parent

    def fails(*given: Any, **named: Any) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr(pipeline, "receive_all", fails)
    with pytest.raises(refresh.StageError, match="disk full"):
        late(home, inbox, "r1")
    assert remembered(home) == {}
