"""A file is registered once, keeps its first receipt, and is pending until this version of the rules has had it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound

from registry import crosswalk, runs, submissions
from registry.engine import reading, writing
from registry.runs import Landed

AT = datetime(2023, 10, 8, tzinfo=UTC)


def landed(submission_id: str, version: str = "v1", **changes) -> Landed:
    given = {
        "submission_id": submission_id, "extractor_version": version, "item_count": 2, "fact_count": 9,
        "rejection_count": 1, "lake_file": f"facts/period=2023-09/{submission_id}.{version}.parquet",
        "lake_sha256": "f" * 64,
    }  # fmt: skip
    return Landed(**(given | changes))


def succeed(engine: Engine, submission_id: str, version: str = "v1", **changes) -> None:
    runs.succeed(engine, landed(submission_id, version, **changes), started_at=AT, finished_at=AT)


def fail(engine: Engine, submission_id: str, version: str = "v1", reason: str = "unknown_layout") -> None:
    runs.fail(engine, submission_id, version, reason=reason, detail="一行说明", started_at=AT, finished_at=AT)


def test_the_same_file_twice_is_one_submission_with_its_first_receipt(engine: Engine, received) -> None:
    first, is_new = submissions.register(engine, received())
    again, is_new_again = submissions.register(engine, received(received_at=AT + timedelta(days=9)))
    assert (is_new, is_new_again) == (True, False)
    assert again.submission_id == first.submission_id
    assert again.received_at == first.received_at


@pytest.mark.parametrize(
    "changes",
    [{"sha256": "b" * 64}, {"unit_key": "440704"}, {"period": "2023-08"}, {"family": "narrative"},
     {"declared_revision": 1}],
)  # fmt: skip
def test_another_file_unit_period_family_or_revision_is_another_submission(received, changes) -> None:
    assert received(**changes).submission_id != received().submission_id


def test_parts_of_the_key_never_run_together(received) -> None:
    a, b = received(unit_key="4407", period="032023-09"), received(unit_key="440703", period="2023-09")
    assert a.submission_id != b.submission_id


def test_an_unknown_id_is_an_error(engine: Engine) -> None:
    with pytest.raises(NoResultFound):
        submissions.get(engine, "nothing")


def test_pending_until_read_or_refused_by_this_version(engine: Engine, received) -> None:
    ids = [submissions.register(engine, received(sha256=f"{n}" * 64, unit_key=f"{n}"))[0].submission_id for n in "123"]
    succeed(engine, ids[0])
    fail(engine, ids[1])
    fail(engine, ids[2], reason=submissions.INTERNAL_ERROR)
    assert [s.submission_id for s in submissions.pending(engine, "v1")] == [ids[2]]
    # what was read stands under whatever rules; what was never read is tried by new ones
    assert {s.submission_id for s in submissions.pending(engine, "v2")} == set(ids[1:])


def test_pending_is_asked_by_period_and_comes_oldest_first(engine: Engine, received) -> None:
    for period in ("2023-09", "2023-07", "2023-08"):
        submissions.register(engine, received(period=period))
    assert [s.period for s in submissions.pending(engine, "v1")] == ["2023-07", "2023-08", "2023-09"]
    assert [s.period for s in submissions.pending(engine, "v1", period="2023-08")] == ["2023-08"]
    assert submissions.periods(engine) == ["2023-07", "2023-08", "2023-09"]


def test_a_file_that_was_never_placed_is_not_pending(engine: Engine, received) -> None:
    rejected = received(period=None, family=None, rejection_reason="unknown_period", rejection_detail="无期次")
    submission, _ = submissions.register(engine, rejected)
    assert (submission.status, submission.rejection_reason) == ("rejected", "unknown_period")
    assert submissions.pending(engine, "v1") == []
    assert submissions.periods(engine) == []


def test_a_readable_file_takes_the_place_of_its_own_rejection(engine: Engine, received) -> None:
    rejected, _ = submissions.register(
        engine, received(period=None, family=None, rejection_reason="unknown_period", rejection_detail="无期次")
    )
    placed, is_new = submissions.register(engine, received())
    assert is_new
    assert submissions.get(engine, rejected.submission_id).superseded_by == placed.submission_id


def test_a_rejection_whose_place_was_taken_is_done_with(engine: Engine, received) -> None:
    wrong, _ = submissions.register(engine, received(period="2023-08"))
    fail(engine, wrong.submission_id)
    placed, _ = submissions.register(engine, received(period="2023-09"))
    assert [s.submission_id for s in submissions.pending(engine, "v2")] == [placed.submission_id]


def test_a_proposed_reading_is_beside_the_live_one_and_leaves_nothing_pending(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    succeed(engine, key)
    runs.propose(engine, landed(key, "v2"), started_at=AT, finished_at=AT)
    assert [r.extractor_version for r in runs.live(engine)] == ["v1"]
    assert submissions.pending(engine, "v2") == []


def test_a_proposed_reading_alone_is_no_reading(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    runs.propose(engine, landed(key), started_at=AT, finished_at=AT)
    assert runs.live(engine) == []
    assert [s.submission_id for s in submissions.pending(engine, "v1")] == [key]


def test_a_rejection_under_the_same_key_becomes_readable_and_keeps_its_receipt(engine: Engine, received) -> None:
    first, _ = submissions.register(engine, received(rejection_reason="unknown_layout", rejection_detail="无表"))
    again, is_new = submissions.register(engine, received(received_at=AT + timedelta(days=9), title="新标题"))
    assert (first.submission_id, is_new) == (again.submission_id, False)
    assert (again.status, again.rejection_reason, again.title) == ("received", None, "新标题")
    assert again.received_at == first.received_at


def test_exactly_one_run_is_live_and_it_is_the_newest(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    succeed(engine, key, "v1")
    succeed(engine, key, "v2")
    assert [r.extractor_version for r in runs.live(engine)] == ["v2"]
    succeed(engine, key, "v1")  # the rules are taken back
    assert [r.extractor_version for r in runs.live(engine)] == ["v1"]
    assert submissions.get(engine, key).status == "extracted"


def test_the_same_result_again_keeps_the_times(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    succeed(engine, key)
    later = AT + timedelta(days=3)
    run = runs.succeed(engine, landed(key), started_at=later, finished_at=later)
    assert (run.started_at, run.finished_at) == (AT, AT)


def test_the_same_failure_again_keeps_the_times(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    fail(engine, key)
    later = AT + timedelta(days=3)
    again = {"detail": "一行说明", "started_at": later, "finished_at": later}
    runs.fail(engine, key, "v1", reason="unknown_layout", **again)
    assert runs.get(engine, f"{key}.v1").finished_at == AT
    runs.fail(engine, key, "v1", reason="unreadable", **again)
    assert runs.get(engine, f"{key}.v1").finished_at == later


def test_a_failure_never_takes_a_standing_extraction_away(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    succeed(engine, key, "v1")
    fail(engine, key, "v2")
    assert submissions.get(engine, key).status == "extracted"
    assert [r.extractor_version for r in runs.live(engine)] == ["v1"]
    fail(engine, key, "v1")
    assert [r.extractor_version for r in runs.live(engine)] == ["v1"]


def test_a_refused_file_that_reads_later_is_extracted(engine: Engine, received) -> None:
    key = submissions.register(engine, received())[0].submission_id
    fail(engine, key, "v1")
    succeed(engine, key, "v2")
    found = submissions.get(engine, key)
    assert (found.status, found.rejection_reason, found.rejection_detail) == ("extracted", None, None)


def test_live_names_superseded_submissions_too(engine: Engine, received) -> None:
    """Applying revisions is the models' work: what was known on an earlier day needs the earlier files."""
    keys = [
        submissions.register(engine, received(sha256=n * 64, received_at=AT + timedelta(days=int(n))))[0].submission_id
        for n in "12"
    ]
    for key in keys:
        succeed(engine, key)
    assert {r.submission_id for r in runs.live(engine)} == set(keys)
    assert submissions.get(engine, keys[0]).superseded_by == keys[1]


def test_live_runs_come_in_one_order_and_are_resolved_once_for_a_state_of_the_aliases(engine: Engine, received) -> None:
    late = received(sha256="b" * 64, period="2023-08", received_at=AT + timedelta(days=2))
    for one in (received(), late, received(sha256="c" * 64, period="2023-08", unit_key="440704")):
        submission, _ = submissions.register(engine, one)
        succeed(engine, submission.submission_id)
    with reading(engine) as session:
        live = crosswalk.live(session)
        assert crosswalk.resolved(session, "a1") == set()
    assert [one.submission.period for one in live] == ["2023-08", "2023-08", "2023-09"]
    assert live[1].submission.sha256 == "b" * 64
    assert live[0].facts_file.startswith("facts/period=2023-09/")
    with writing(engine, crosswalk.LOCK) as session:
        for _ in range(2):
            crosswalk.mark_resolved(session, live[0].run.run_id, "a1", at=AT)
    with reading(engine) as session:
        assert crosswalk.resolved(session, "a1") == {live[0].run.run_id}
        assert crosswalk.resolved(session, "a2") == set()
