"""A zip in the inbox stands for the files in it, whatever its names try."""

from __future__ import annotations

import gc
import io
import zipfile
from pathlib import Path

import pytest

from ingestion import packed
from ingestion.inbox import Arrival, look_into
from ingestion.read import archive
from tests.ingestion.house import House, said


def zipped(files: dict[str, bytes], raw_names: str | None = None) -> bytes:
    """An archive; with an encoding, its names are written in it and not marked, as old programs do."""
    raw = {name: name.encode(raw_names) for name in files} if raw_names else {}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr("x" * len(raw[name]) if raw else name, content)
    data = stream.getvalue()
    for encoded in raw.values():
        data = data.replace(b"x" * len(encoded), encoded)
    return data


def arrivals(house: House) -> list[Arrival]:
    return list(look_into(house.inbox).arrivals)


def test_the_files_of_a_zip_arrive_in_its_place(house: House) -> None:
    house.put("a.json", b"1")
    house.put("b.zip", zipped({"子/乙.json": b"22", "甲.json": b"333", "空/": b""}))
    house.put("c.json", b"4")
    found = arrivals(house)
    assert [a.name for a in found] == ["a.json", "乙.json", "甲.json", "c.json"]
    assert [a.path.read_bytes() for a in found] == [b"1", b"22", b"333", b"4"]


def test_they_are_received_and_known_again(house: House) -> None:
    house.put("九月.zip", zipped({"甲.json": said()}))
    house.register("九月.zip,蓬江区,2023-09,,,,")
    (first,) = house.run().values()
    (second,) = house.run().values()
    assert first.is_new and not second.is_new
    assert (first.submission_id, first.period, first.rejection) == (second.submission_id, "2023-09", None)


def test_a_register_may_lie_in_the_zip_and_wins_over_what_is_said_of_the_zip(house: House) -> None:
    inner = b"file,reporting_unit,period\nx.json,,2023-07\n"
    house.put("九月.zip", zipped({"报送/submissions.csv": inner, "报送/x.json": b"1", "报送/y.json": b"2"}))
    house.register("九月.zip,,2023-09,,,,")
    inbox = look_into(house.inbox)
    assert {a.name: a.declared.period for a in inbox.arrivals} == {"x.json": "2023-07", "y.json": "2023-09"}
    assert inbox.problems == ()


def test_a_register_of_what_is_owed_counts_only_outside_of_zips(house: House) -> None:
    house.put("九月.zip", zipped({"expected_submissions.csv": b"reporting_unit\n", "x.json": b"1"}))
    assert look_into(house.inbox).expected_registers == ()


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_that_are_not_marked_are_told_apart(house: House, encoding: str) -> None:
    house.put("a.zip", zipped({"蓬江区九月进展.docx": b"1"}, encoding))
    assert [a.name for a in arrivals(house)] == ["蓬江区九月进展.docx"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../../etc/甲.json", "甲.json"),
        ("/etc/甲.json", "甲.json"),
        ("..\\..\\甲.json", "甲.json"),
        ("C:\\报送\\甲.json", "甲.json"),
        ("甲\x07\u202e乙.json", "甲\ufffd\ufffd乙.json"),
        ("甲" * 300 + ".json", "甲" * 74 + ".json"),
    ],
)
def test_a_name_leads_nowhere_and_shows_what_it_is(house: House, name: str, shown: str) -> None:
    house.put("a.zip", zipped({name: b"1"}))
    (arrival,) = arrivals(house)
    assert arrival.name == shown
    assert arrival.unpacked is not None
    assert arrival.path.resolve().is_relative_to(arrival.unpacked.folder.resolve())


def test_names_that_become_one_are_kept_apart(house: House) -> None:
    house.put("a.zip", zipped({"甲.json": b"1", "../甲.json": b"2", "甲.json/乙.json": b"3"}))
    assert sorted((a.name, a.path.read_bytes()) for a in arrivals(house)) == [
        ("乙.json", b"3"), ("甲.json", b"1"), ("甲.json", b"2"),
    ]  # fmt: skip


def test_what_file_managers_leave_is_passed_over(house: House) -> None:
    leftovers = ("__MACOSX/._甲.json", ".DS_Store", "子/Thumbs.db", "~$甲.docx")
    house.put("a.zip", zipped({"甲.json": b"1", **dict.fromkeys(leftovers, b"x")}))
    assert [a.name for a in arrivals(house)] == ["甲.json"]


def test_a_zip_in_a_zip_and_a_document_called_zip_are_files(house: House) -> None:
    house.put("a.zip", zipped({"内.zip": zipped({"甲.json": b"1"})}))
    house.put("b.zip", zipped({"[Content_Types].xml": b"", "word/document.xml": b""}))
    house.put("c.zip", b"text")
    assert [a.name for a in arrivals(house)] == ["内.zip", "b.zip", "c.zip"]


@pytest.mark.parametrize(
    ("content", "said_of_it"),
    [
        (zipped({"甲.json": b"1" * 500})[:60], "损坏或不完整"),
        (zipped({"甲.json": b" " * 30_000_000}), "压缩炸弹"),
        (zipped({"空/": b""}), "0 个文件"),
    ],
)
def test_a_zip_that_does_not_open_is_rejected_with_one_line(house: House, content: bytes, said_of_it: str) -> None:
    house.put("九月.zip", content)
    (receipt,) = house.run().values()
    assert receipt.rejection is not None
    assert receipt.rejection.startswith("九月.zip: ")
    assert said_of_it in receipt.rejection
    assert "\n" not in receipt.rejection


def test_limits_hold(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.put("a.zip", zipped({"甲.json": b"1", "乙.json": b"2"}))
    monkeypatch.setattr(packed, "MAX_FILES", 1)
    assert "2 个文件" in str(arrivals(house)[0].problem)
    monkeypatch.setattr(packed, "MAX_FILES", 5)
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1)
    assert "上限 1 字节" in str(arrivals(house)[0].problem)
    monkeypatch.setattr(packed, "MAX_FILE_BYTES", 1)
    assert "压缩包超过上限 1 字节" in str(arrivals(house)[0].problem)


def test_nothing_is_left_on_the_disk(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    house.put("a.zip", zipped({"甲.json": b"1"}))
    found = arrivals(house)
    assert len(list(folder.iterdir())) == 1
    found.clear()
    gc.collect()
    assert not list(folder.iterdir())
