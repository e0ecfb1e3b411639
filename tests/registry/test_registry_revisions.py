"""What counts in a scope follows from the scope's members alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import runs, submissions
from registry.revisions import Member, rank

START = datetime(2023, 10, 1, tzinfo=UTC)


def member(name: str, day: int, **changes) -> Member:
    plain = {"declared_revision": None, "is_resubmission": False, "replaces": "all"}
    return Member(name, name * 8, f"{name}.docx", received_at=START + timedelta(days=day), **(plain | changes))


def live(members: Sequence[Member]) -> set[str]:
    return {key for key, found in rank(members).items() if found.superseded_by is None}


def revisions(members: Sequence[Member]) -> dict[str, int]:
    return {key: found.revision for key, found in rank(members).items()}


def test_a_file_alone_is_live_and_first() -> None:
    assert rank([member("a", 0)])["a"].revision == 0
    assert live([member("a", 0)]) == {"a"}


def test_the_later_receipt_replaces_the_earlier() -> None:
    found = rank([member("b", 5), member("a", 1)])
    assert (found["a"].revision, found["a"].superseded_by) == (0, "b")
    assert (found["b"].revision, found["b"].superseded_by) == (1, None)


def test_a_stated_number_wins_over_the_receipt() -> None:
    assert live([member("late", 9, declared_revision=0), member("early", 1, declared_revision=2)]) == {"early"}


def test_a_file_without_number_follows_what_was_received_before() -> None:
    members = [member("a", 0, declared_revision=3), member("b", 1), member("c", 2)]
    assert revisions(members) == {"a": 3, "b": 4, "c": 5}


def test_what_calls_itself_a_resubmission_comes_later_at_the_same_instant() -> None:
    assert live([member("z", 0), member("a", 0, is_resubmission=True)]) == {"a"}


def test_rows_leave_the_earlier_ones_standing() -> None:
    members = [member("a", 0), member("b", 1, replaces="rows"), member("c", 2, replaces="rows")]
    assert live(members) == {"a", "b", "c"}


def test_a_whole_replacement_ends_rows_too() -> None:
    found = rank([member("a", 0), member("b", 1, replaces="rows"), member("c", 2)])
    assert [found[k].superseded_by for k in "abc"] == ["c", "c", None]


def test_each_is_superseded_by_the_next_one() -> None:
    found = rank([member("a", 0), member("b", 1), member("c", 2)])
    assert [found[k].superseded_by for k in "abc"] == ["b", "c", None]


MEMBERS = st.lists(
    st.builds(
        member,
        st.sampled_from("abcdefgh"),
        st.integers(0, 3),
        declared_revision=st.none() | st.integers(0, 3),
        is_resubmission=st.booleans(),
        replaces=st.sampled_from(["all", "rows"]),
    ),
    unique_by=lambda m: m.submission_id,
    min_size=1,
)


@given(MEMBERS, st.randoms())
def test_the_order_of_arrival_does_not_matter(members: list[Member], random) -> None:
    shuffled = members.copy()
    random.shuffle(shuffled)
    assert rank(shuffled) == rank(members)


@given(MEMBERS)
def test_something_is_always_live_and_nothing_is_superseded_by_an_earlier_one(members: list[Member]) -> None:
    found = rank(members)
    assert any(r.superseded_by is None for r in found.values())
    for key, r in found.items():
        if r.superseded_by is not None:
            assert r.superseded_by != key
            assert found[r.superseded_by].revision >= r.revision


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_registry_ends_the_same_in_any_order(engine: Engine, received, order) -> None:
    files = [received(sha256=f"{n}" * 64, received_at=START + timedelta(days=n)) for n in range(3)]
    for n in order:
        submissions.register(engine, files[n])
    found = {s.sha256[0]: s for s in submissions.find(engine)}
    assert [found[n].revision for n in "012"] == [0, 1, 2]
    assert [found[n].superseded_by for n in "012"] == [files[1].submission_id, files[2].submission_id, None]


def test_a_rejected_revision_gives_the_place_back(engine: Engine, received) -> None:
    good, _ = submissions.register(engine, received(sha256="1" * 64))
    bad, _ = submissions.register(engine, received(sha256="2" * 64, received_at=START + timedelta(days=30)))
    assert submissions.get(engine, good.submission_id).superseded_by == bad.submission_id
    runs.fail(
        engine, bad.submission_id, "v1", reason="unreadable", detail="坏文件", started_at=START, finished_at=START
    )
    assert submissions.get(engine, good.submission_id).superseded_by is None
    assert submissions.get(engine, bad.submission_id).status == "rejected"


def test_other_scopes_are_left_alone(engine: Engine, received) -> None:
    for n, (unit, period) in enumerate([("440703", "2023-08"), ("440704", "2023-09"), ("440703", "2023-09")]):
        submissions.register(engine, received(sha256=f"{n}" * 64, unit_key=unit, period=period))
    assert [s.superseded_by for s in submissions.find(engine)] == [None] * 3
