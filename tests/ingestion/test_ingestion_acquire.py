"""A file becomes a registered submission once; its original is kept; nothing that is wrong with it stops the rest."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.errors import UnreadableFileError
from ingestion.inbox import look_into, shown_name
from ingestion.originals import AlteredOriginalError, keep_original, read_original
from registry import submissions
from tests.ingestion.house import SEEN, House, make_house, said

LATER = SEEN + timedelta(days=3)


def only(receipts):
    (receipt,) = receipts.values()
    return receipt


# the inbox


def test_an_inbox_is_read_with_its_subfolders_and_without_leftovers(house: House) -> None:
    for name in ("b.docx", "子/a.docx", ".DS_Store", "~$b.docx", "Thumbs.db", ".git/config", "submissions.csv",
                 "expected_submissions.csv"):  # fmt: skip
        house.put(name, b"file\n")
    inbox = look_into(house.inbox)
    assert [a.name for a in inbox.arrivals] == ["b.docx", "a.docx"]
    assert [p.name for p in inbox.expected_registers] == ["expected_submissions.csv"]
    assert inbox.problems == ()


def test_each_folder_may_have_its_register(house: House) -> None:
    house.put("八月/submissions.csv", b"file,period\nx.json,2023-08\n")
    house.put("八月/x.json", said())
    house.register("y.json,,2023-07,,,,")
    house.put("y.json", said())
    declared = {a.name: a.declared.period for a in look_into(house.inbox).arrivals}
    assert declared == {"x.json": "2023-08", "y.json": "2023-07"}


def test_a_register_that_names_a_file_that_is_not_there_is_a_problem(house: House) -> None:
    house.register("没有.docx,蓬江区,2023-09,,,,")
    (problem,) = look_into(house.inbox).problems
    assert "没有.docx" in str(problem)


def test_a_link_that_leads_out_of_the_inbox_is_passed_over(house: House, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (house.inbox / "link.docx").symlink_to(tmp_path / "secret")
    assert look_into(house.inbox).arrivals == ()


def test_an_inbox_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="收件箱"):
        look_into(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("蓬江区.docx".encode(), "蓬江区.docx"), ("蓬江区.docx".encode("gb18030"), "蓬江区.docx"),
     (b"a\x1b[2J.docx", "a\ufffd[2J.docx"), (b"\xff\xfe.docx", "\ufffd\ufffd.docx"), (b"e\xcc\x81.docx", "é.docx")],
)  # fmt: skip
def test_a_name_is_shown_as_text_whatever_its_bytes(raw: bytes, shown: str) -> None:
    assert shown_name(Path(os.fsdecode(raw))) == shown


def test_a_file_with_a_name_that_is_no_text_is_registered(house: House) -> None:
    (house.inbox / os.fsdecode("蓬江区_2023-09.json".encode("gb18030"))).write_bytes(said())
    receipt = only(house.run())
    assert (receipt.file_name, receipt.rejection) == ("蓬江区_2023-09.json", None)


def test_a_register_names_files_as_they_are_shown(house: House) -> None:
    (house.inbox / os.fsdecode("蓬江.json".encode("gb18030"))).write_bytes(said())
    house.put("e\u0301.json", said(title="2"))
    house.register("蓬江.json,,2023-08,,,,", "é.json,,2023-07,,,,")
    inbox = look_into(house.inbox)
    assert inbox.problems == ()
    assert {a.name: a.declared.period for a in inbox.arrivals} == {"蓬江.json": "2023-08", "é.json": "2023-07"}


# originals


def test_an_original_is_kept_unchanged_and_not_writable(house: House) -> None:
    path = house.put("a.json", b"some bytes")
    original = keep_original(path, house.lake / "originals", "a.json")
    assert original.path == house.lake / "originals" / original.sha256[:2] / original.sha256
    assert (original.path.read_bytes(), original.path.stat().st_mode & 0o777) == (b"some bytes", 0o444)
    before = original.path.stat().st_mtime_ns
    assert keep_original(path, house.lake / "originals", "a.json") == original
    assert original.path.stat().st_mtime_ns == before
    assert [p for p in (house.lake / "originals").iterdir() if p.is_file()] == []


def test_an_altered_original_is_never_passed_on(house: House) -> None:
    path = house.put("a.json", b"some bytes")
    original = keep_original(path, house.lake / "originals", "a.json")
    original.path.chmod(0o644)
    original.path.write_bytes(b"other bytes")
    with pytest.raises(AlteredOriginalError):
        read_original(house.lake / "originals", original.sha256, "a.json")


def test_an_altered_original_is_mended_by_the_same_file_received_again(house: House) -> None:
    path = house.put("a.json", b"some bytes")
    original = keep_original(path, house.lake / "originals", "a.json")
    original.path.chmod(0o644)
    original.path.write_bytes(b"other bytes")
    again = keep_original(path, house.lake / "originals", "a.json")
    assert again.was_mended and again.path == original.path
    assert read_original(house.lake / "originals", original.sha256, "a.json") == b"some bytes"
    assert original.path.with_name(f"{original.sha256}.damaged").read_bytes() == b"other bytes"
    assert not keep_original(path, house.lake / "originals", "a.json").was_mended


def test_a_file_that_vanished_is_one_clear_line(house: House) -> None:
    with pytest.raises(UnreadableFileError, match=r"没了\.docx: 无法打开"):
        keep_original(house.inbox / "没了.docx", house.lake / "originals", "没了.docx")


# registering


def test_register_over_name_over_text(house: House) -> None:
    house.put("江海区_2023-08.json", said(region="蓬江区"))
    receipt = only(house.receive())
    assert (house.submission(receipt).reporting_unit, receipt.period) == ("江海区", "2023-08")
    house.register("江海区_2023-08.json,新会区,2023-07,,,,")
    receipt = only(house.receive())
    assert (house.submission(receipt).reporting_unit, receipt.period) == ("新会区", "2023-07")
    house.put("submissions.csv", b"file\n")
    (house.inbox / "江海区_2023-08.json").rename(house.inbox / "x.json")
    house.put("x.json", said(region="蓬江区", title="又一份"))
    receipt = only(house.receive())
    assert (house.submission(receipt).reporting_unit, receipt.period) == ("蓬江区", "2023-09")


def test_everything_that_is_known_is_registered(house: House) -> None:
    house.put("a.json", said(region="江门市", title="滞后情况表", publisher="市局", issued_by_city=True))
    house.register("a.json,,,2023-10-05T16:48:00+08:00,2,rows,公文系统")
    found = house.submission(only(house.receive()))
    assert (found.title, found.publisher, found.issued_by_city, found.campaign_year) == (
        "滞后情况表",
        "市局",
        True,
        2023,
    )
    assert (found.channel, found.replaces, found.revision, found.declared_revision) == ("公文系统", "rows", 2, 2)
    assert found.received_at == datetime(2023, 10, 5, 8, 48, tzinfo=UTC)
    assert (found.first_seen_at, found.status, found.format) == (SEEN, "received", "json")
    assert (found.region_code, found.region_context, found.as_of_date.isoformat()) == ("440700", "440700", "2023-09-30")


def test_the_first_receipt_is_kept_for_ever(house: House) -> None:
    house.put("a.json", said())
    first = only(house.receive())
    assert house.submission(first).received_at == SEEN
    house.register("a.json,蓬江区,2023-09,2023-12-01,,,")
    again = only(house.receive(LATER))
    assert (again.submission_id, again.is_new) == (first.submission_id, False)
    assert house.submission(again).received_at == SEEN


def test_the_same_bytes_under_another_name_are_nothing_new(house: House) -> None:
    house.put("蓬江区_2023-09.json", said())
    house.put("副本.json", said())
    house.put("子/蓬江区 2023年9月.json", said())
    assert len({r.submission_id for r in house.receive().values()}) == 1
    assert len(submissions.find(house.engine)) == 1


def test_the_same_bytes_for_another_period_are_another_submission(house: House) -> None:
    house.put("蓬江区_2023-08.json", said())
    house.put("蓬江区_2023-09.json", said())
    assert [s.superseded_by for s in submissions.find(house.engine)] == []
    assert sorted(r.period for r in house.receive().values()) == ["2023-08", "2023-09"]
    assert [s.superseded_by for s in submissions.find(house.engine)] == [None, None]


def test_a_changed_file_is_the_next_revision(house: House) -> None:
    house.put("蓬江区_2023-09.json", said())
    first = only(house.receive())
    house.put("蓬江区_2023-09.json", said({"region": "蓬江区", "task": "t", "progress": "1"}))
    second = only(house.receive(LATER))
    assert (house.submission(first).revision, house.submission(second).revision) == (0, 1)
    assert house.submission(first).superseded_by == second.submission_id


def test_a_resubmission_seen_together_with_the_first_comes_after_it(house: House) -> None:
    house.put("江海区 2023年9月.json", said(title="原报"))
    house.put("江海区 2023年9月 补报.json", said(title="补报"))
    house.receive()
    live = [s for s in submissions.find(house.engine) if s.superseded_by is None]
    assert [s.title for s in live] == ["补报"]


def test_rows_replace_nothing_as_a_whole(house: House) -> None:
    house.put("a.json", said(title="原报"))
    house.put("b.json", said(title="补几行"))
    house.register("a.json,蓬江区,2023-09,2023-10-01,,,", "b.json,蓬江区,2023-09,2023-10-02,,rows,")
    house.receive()
    assert [s.superseded_by for s in submissions.find(house.engine)] == [None, None]


def test_a_broken_revision_never_replaces_what_stands(house: House) -> None:
    house.put("蓬江区_2023-09.json", said())
    house.put("蓬江区_2023-09_补报.json", b"broken")
    receipts = house.run()
    assert receipts["蓬江区_2023-09_补报.json"].rejection
    found = house.submission(receipts["蓬江区_2023-09.json"])
    assert (found.status, found.superseded_by) == ("extracted", None)


# what is rejected, and what is not


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"broken", "unreadable"), (b"", "unreadable"), (said(items=[]), "unknown_layout"),
     (said(as_of=None), "unknown_period"), (said(crash="x"), "internal_error")],
)  # fmt: skip
def test_what_cannot_be_taken_is_registered_with_its_reason(house: House, content: bytes, reason: str) -> None:
    house.put("a.json", content)
    house.put("好_蓬江区_2023-09.json", said())
    receipts = house.run()
    rejected = house.submission(receipts["a.json"])
    assert (rejected.status, rejected.rejection_reason) == ("rejected", reason)
    assert rejected.rejection_detail.startswith("a.json: ")
    assert "\n" not in rejected.rejection_detail
    assert house.submission(receipts["好_蓬江区_2023-09.json"]).status == "extracted"
    assert (house.lake / "originals" / rejected.sha256[:2] / rejected.sha256).read_bytes() == content


def test_a_rejection_is_not_repeated(house: House) -> None:
    house.put("a.json", b"broken")
    first, again = only(house.receive()), only(house.receive(LATER))
    assert (again.submission_id, again.is_new, again.rejection) == (first.submission_id, False, first.rejection)
    assert len(submissions.find(house.engine)) == 1


def test_a_new_version_of_the_rules_reads_a_rejected_file_again(house: House) -> None:
    content = b"broken"
    house.put("a.json", content)
    rejected = only(house.receive())

    def read_anything(content: bytes, name: str):
        return house_read(said(), name)

    house_read = house.stages.read
    house.with_version("v2", read=read_anything)
    placed = only(house.receive(LATER))
    assert placed.rejection is None
    assert house.submission(rejected).superseded_by == placed.submission_id


def test_a_period_that_is_stated_later_places_a_file(house: House) -> None:
    house.put("a.json", said(as_of=None))
    rejected = only(house.receive())
    house.register("a.json,,2023-09,,,,")
    placed = only(house.receive(LATER))
    assert (placed.is_new, placed.rejection, placed.period) == (True, None, "2023-09")
    assert house.submission(rejected).superseded_by == placed.submission_id


def test_a_file_whose_line_is_wrong_waits_for_the_line(house: House) -> None:
    house.put("a.json", said())
    house.register("a.json,蓬江区,2023-13,,,,")
    waiting = only(house.receive())
    assert "第 2 行" in (waiting.rejection or "")
    assert house.submission(waiting).rejection_reason == "invalid_register_line"
    house.register("a.json,蓬江区,2023-08,,,,")
    placed = only(house.receive(LATER))
    assert (placed.period, placed.rejection) == ("2023-08", None)
    assert house.submission(waiting).superseded_by == placed.submission_id


def test_a_line_that_goes_wrong_later_takes_nothing_back(house: House) -> None:
    house.put("a.json", said())
    first = only(house.receive())
    house.register("a.json,蓬江区,2023-13,,,,")
    assert only(house.receive(LATER)).submission_id == first.submission_id
    assert len(submissions.find(house.engine)) == 1


@pytest.mark.parametrize("region", ["XX市", "某县", "鼓楼区", "火星市"])
def test_a_masked_or_unknown_region_is_no_rejection(house: House, region: str) -> None:
    house.put("a.json", said({"task": "t", "progress": "1"}, region=region))
    found = house.submission(only(house.run()))
    assert (found.status, found.region_code, found.region_context) == ("extracted", "UNKNOWN", "")
    assert found.reporting_unit == region


def test_two_masked_senders_never_replace_each_other(house: House) -> None:
    house.put("a.json", said({"task": "t", "progress": "1"}, region="XX市", title="甲"))
    house.put("b.json", said({"task": "t", "progress": "1"}, region="XX市", title="乙"))
    house.receive()
    assert [s.superseded_by for s in submissions.find(house.engine)] == [None, None]


CELLS = st.text(max_size=12) | st.sampled_from(
    [
        "a.json",
        "./a.json",
        "../a.json",
        "2023-09",
        "9999-12",
        "2023-09-30",
        "2023-10-05T24:00",
        "1",
        "rows",
        "蓬江区",
        '"',
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=8), max_size=4))
def test_whatever_a_register_says_every_file_is_registered(tmp_path_factory, rows: list[list[str]]) -> None:
    house = make_house(tmp_path_factory.mktemp("register"))
    house.put("a.json", said())
    with (house.inbox / "submissions.csv").open("w", encoding="utf-8", errors="replace", newline="") as stream:
        stream.write("file,reporting_unit,period,received_at,revision,replaces,channel\n")
        csv.writer(stream).writerows(rows)
    (receipt,) = house.run().values()
    assert house.submission(receipt).status in ("extracted", "rejected")
    house.engine.dispose()
