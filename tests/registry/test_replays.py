"""A replay's life in the registry, in either database: opened once, proposed, decided once, overtaken by newer ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from registry import audit, replays, runs, submissions
from registry.audit import Person
from registry.replays import ReplayError
from registry.runs import Landed

AT = datetime(2023, 11, 1, tzinfo=UTC)
BY = Person("王五", "publisher")


def landed(key: str, version: str) -> Landed:
    return Landed(
        submission_id=key, extractor_version=version, item_count=1, fact_count=1, rejection_count=0,
        lake_file=f"facts/period=2023-09/{key}.{version}.parquet", lake_sha256=f"{version:0>64}",
    )  # fmt: skip


@pytest.fixture
def keys(engine: Engine, received) -> list[str]:
    """Two submissions, of September and of August, read by version v1 and again by v2."""
    found = []
    for number, period in enumerate(("2023-09", "2023-08")):
        key = submissions.register(engine, received(sha256=f"{number}" * 64, period=period))[0].submission_id
        runs.succeed(engine, landed(key, "v1"), started_at=AT, finished_at=AT)
        runs.propose(engine, landed(key, "v2"), started_at=AT, finished_at=AT)
        found.append(key)
    return found


def opened(engine: Engine, version: str = "v2", period: str | None = None) -> str:
    return replays.start(engine, extractor_version=version, period=period, by="李四", at=AT).replay_id


def proposed(engine: Engine, version: str = "v2", period: str | None = None) -> str:
    key = opened(engine, version, period)
    pairs = replays.pairs(engine, version, period=period)
    replays.propose(engine, key, pairs, counts={"same": 1}, digest="d", at=AT)
    return key


def accept(engine: Engine, key: str, version: str = "v2") -> None:
    replays.accept(engine, key, extractor_version=version, by=BY, reason="已核对", at=AT)


def live(engine: Engine) -> list[str]:
    return sorted(run.extractor_version for run in runs.live(engine))


def test_whoever_starts_together_works_on_one_replay(engine: Engine, keys: list[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: opened(engine), range(4))) == {"R0001"}
    assert [pair.submission.submission_id for pair in replays.pairs(engine, "v2")] == [keys[1], keys[0]]
    assert replays.older(engine, "v2") == {"v1": 2}


def test_an_accepted_replay_makes_its_runs_live_and_is_told_in_the_log(engine: Engine, keys: list[str]) -> None:
    key = proposed(engine)
    assert live(engine) == ["v1", "v1"]
    accept(engine, key)
    assert live(engine) == ["v2", "v2"]
    assert replays.older(engine, "v2") == {}
    (entry,) = audit.of_subject(engine, key)
    assert (entry.actor, entry.action, entry.note) == ("王五", "replay_accepted", "已核对")
    assert len(replays.chosen(engine, key)) == len(keys)


def test_a_declined_one_changes_nothing_and_a_new_one_may_follow(engine: Engine, keys: list[str]) -> None:
    first = proposed(engine)
    replays.decline(engine, first, by=BY, reason="不妥", at=AT)
    assert live(engine) == ["v1"] * len(keys)
    second = proposed(engine)
    assert (first, second) == ("R0001", "R0002")
    accept(engine, second)
    with pytest.raises(ReplayError, match="已由 王五 决定不接受"):
        accept(engine, first)


def test_other_rules_supersede_and_one_month_leaves_the_others_open(engine: Engine, keys: list[str]) -> None:
    assert len(keys) == 2
    august, september, all_of_them = (proposed(engine, period=p) for p in ("2023-08", "2023-09", None))
    accept(engine, august)
    states = {one.replay_id: one.state for one in replays.every(engine)}
    assert states == {august: "accepted", september: "proposed", all_of_them: "superseded"}
    assert live(engine) == ["v1", "v2"]
    with pytest.raises(ReplayError, match="已不是现行规则 v3"):
        accept(engine, september, "v3")
    opened(engine, "v3")
    with pytest.raises(ReplayError, match="已被更新的重读取代"):
        accept(engine, september)


def test_a_file_that_the_new_rules_cannot_read_keeps_its_run(engine: Engine, received, keys: list[str]) -> None:
    key = submissions.register(engine, received(sha256="9" * 64, period="2023-07"))[0].submission_id
    runs.succeed(engine, landed(key, "v1"), started_at=AT, finished_at=AT)
    runs.fail(engine, key, "v2", reason="unknown_layout", detail="无表", started_at=AT, finished_at=AT)
    first = replays.pairs(engine, "v2")[0]
    assert (first.submission.submission_id, first.new, first.failure) == (key, None, "unknown_layout")
    accept(engine, proposed(engine))
    assert live(engine) == ["v1", *["v2"] * len(keys)]
    assert submissions.get(engine, key).status == "extracted"
