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


def test_a_stamped_scan_and_its_editable_file_are_one_revision_and_the_scan_is_the_record() -> None:
    for days in ((0, 1), (1, 0)):
        found = rank([member("docx", days[0]), member("scan", days[1], is_stamped=True)])
        assert (found["docx"].revision, found["docx"].superseded_by) == (0, "scan")
        assert (found["scan"].revision, found["scan"].superseded_by) == (0, None)


def test_a_second_file_of_the_same_form_is_a_new_revision() -> None:
    editable = [member("a", 0), member("scan", 1, is_stamped=True), member("b", 2)]
    assert {k: (r.revision, r.superseded_by) for k, r in rank(editable).items()} == {
        "a": (0, "scan"), "scan": (0, "b"), "b": (1, None),
    }  # fmt: skip
    scans = [member("a", 0, is_stamped=True), member("b", 1, is_stamped=True), member("docx", 2)]
    assert {k: (r.revision, r.superseded_by) for k, r in rank(scans).items()} == {
        "a": (0, "docx"), "docx": (1, "b"), "b": (1, None),
    }  # fmt: skip


def test_a_resubmission_is_no_copy_of_the_scan_before_it_but_has_a_scan_of_its_own() -> None:
    first = [member("scan", 0, is_stamped=True), member("docx", 1, is_resubmission=True)]
    assert revisions(first) == {"scan": 0, "docx": 1}
    assert live(first) == {"docx"}
    both = [*first, member("rescan", 2, is_stamped=True, is_resubmission=True)]
    assert revisions(both) == {"scan": 0, "docx": 1, "rescan": 1}
    assert live(both) == {"rescan"}


def test_a_stamped_scan_wins_over_the_editable_file_of_the_same_stated_revision() -> None:
    members = [member("scan", 0, is_stamped=True, declared_revision=1), member("docx", 1, declared_revision=1)]
    assert live(members) == {"scan"}
    assert live([members[0], member("docx", 1, declared_revision=2)]) == {"docx"}


def test_some_rows_are_no_copy_of_a_whole() -> None:
    members = [member("docx", 0), member("scan", 1, is_stamped=True, replaces="rows")]
    assert (revisions(members), live(members)) == ({"docx": 0, "scan": 1}, {"docx", "scan"})


MEMBERS = st.lists(
    st.builds(
        member,
        st.sampled_from("abcdefgh"),
        st.integers(0, 3),
        declared_revision=st.none() | st.integers(0, 3),
        is_resubmission=st.booleans(),
        replaces=st.sampled_from(["all", "rows"]),
        is_stamped=st.booleans(),
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


@given(MEMBERS)
def test_no_editable_file_stands_in_the_place_of_a_stamped_one_of_its_revision(members: list[Member]) -> None:
    found, by_id = rank(members), {m.submission_id: m for m in members}
    for key, r in found.items():
        if r.superseded_by is not None and found[r.superseded_by].revision == r.revision:
            assert by_id[key].is_stamped <= by_id[r.superseded_by].is_stamped


@given(MEMBERS)
def test_without_a_seal_nothing_is_ranked_otherwise_than_before(members: list[Member]) -> None:
    """Files without a seal are numbered one after the other, whatever else there is."""
    plain = [m for m in members if not m.is_stamped and m.declared_revision is None]
    found = rank(plain)
    assert sorted(r.revision for r in found.values()) == list(range(len(plain)))


@given(MEMBERS)
def test_one_revision_without_a_stated_number_has_a_file_of_each_form_at_most(members: list[Member]) -> None:
    unstated = [m for m in members if m.declared_revision is None]
    forms = [(r.revision, m.is_stamped) for m, r in ((m, rank(unstated)[m.submission_id]) for m in unstated)]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_registry_keeps_the_copy_beside_its_scan(engine: Engine, received, order) -> None:
    files = [
        received(sha256="1" * 64, received_at=START),
        received(sha256="2" * 64, received_at=START + timedelta(days=1), is_stamped=True, handler="陈工"),
    ]
    for n in (*order, *order):
        submissions.register(engine, files[n])
    found = {s.sha256[0]: s for s in submissions.find(engine)}
    assert [found[n].revision for n in "12"] == [0, 0]
    assert [found[n].superseded_by for n in "12"] == [files[1].submission_id, None]
    assert (found["2"].is_stamped, found["2"].handler, found["1"].is_stamped) == (True, "陈工", False)


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
