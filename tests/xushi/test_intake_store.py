"""Batches that wait for a person: whole or not at all, registered or dropped but never both, gone when nobody comes."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from ingestion.inbox import look_into
from xushi import intake_store as store
from xushi.home import Home
from xushi.intake_forms import IntakeError, registration
from xushi.intake_limits import IntakeLimits

AT = datetime(2023, 10, 8, 1, 2, 3, tzinfo=UTC)
SHARED = registration(channel="微信", received_at="2023-10-07T16:48", handler="李工", note="=1+1，“附注”", now=AT)


@dataclass
class Sent:
    filename: str | None
    file: BinaryIO


class Broken(io.BytesIO):
    """A connection that ends half-way."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise ConnectionResetError


def sent(name: str, content: bytes = b"x") -> Sent:
    return Sent(name, io.BytesIO(content))


def held(home: Home, *files: Sent, at: datetime = AT, by: str = "clerk") -> store.Batch:
    limits = IntakeLimits.from_environment()
    return store.hold(
        home, files, SHARED, by=by, at=at, limits=limits, unit="蓬江区", period="2023-09", is_stamped=True
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_held_batch_is_an_inbox_with_its_registration(home: Home) -> None:
    batch = held(home, sent('甲, "乙".txt'), sent('甲, "乙".txt', b"y"))
    found = look_into(store.inbox(home, batch.key))
    assert found.problems == ()
    names = [arrival.name for arrival in found.arrivals]
    assert names == ["甲, _乙_.txt"] * 2, "two files of one name stand beside each other"
    said = found.arrivals[0].declared
    assert (said.reporting_unit, said.period, said.channel, said.is_stamped, said.handler, said.note) == (
        "蓬江区", "2023-09", "微信", True, "李工", "=1+1，“附注”",
    )  # fmt: skip
    assert said.received_at == datetime(2023, 10, 7, 8, 48, tzinfo=UTC)
    assert store.get(home, batch.key) == batch


def test_an_upload_that_breaks_off_leaves_nothing(home: Home) -> None:
    with pytest.raises(ConnectionResetError):
        held(home, sent("一.txt"), Sent("二.txt", Broken()))
    assert store.held(home) == []
    assert list((home.intake / "batches").iterdir()) == []


def test_an_accepted_batch_is_the_next_refresh_s_and_nobody_s_else(home: Home) -> None:
    batch = held(home, sent("一.txt"))
    for _ in range(2):
        store.accept(home, batch.key)
    assert [p.name for p in home.intake_accepted.iterdir()] == [batch.key]
    assert [a.name for a in look_into(home.intake_accepted).arrivals] == ["一.txt"]
    for change in (lambda: store.drop(home, batch.key), lambda: store.amend(home, batch, batch.uploads, SHARED)):
        with pytest.raises(IntakeError, match="已经登记"):
            change()
    assert (store.held(home), [b.key for b in store.accepted(home)]) == ([], [batch.key])


def test_of_one_who_registers_and_one_who_drops_one_wins(home: Home) -> None:
    def outcome(number: int) -> tuple[bool, bool]:
        batch = held(home, sent("一.txt"), at=AT + timedelta(minutes=number), by=f"clerk{number}")

        def tried(change) -> bool:
            try:
                change(home, batch.key)
            except (IntakeError, store.UnknownBatchError):
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(tried, (store.accept, store.drop)))
        assert store.is_accepted(home, batch.key) == done[0]
        return done[0], done[1]

    assert {sum(outcome(number)) for number in range(30)} == {1}


def test_files_are_left_out_but_never_all(home: Home) -> None:
    batch = held(home, sent("一.txt"), sent("二.txt"))
    changed = store.amend(home, batch, batch.uploads[1:], SHARED)
    assert [a.name for a in look_into(store.inbox(home, batch.key)).arrivals] == ["二.txt"]
    assert store.get(home, batch.key) == changed
    with pytest.raises(IntakeError, match="没有留下任何文件"):
        store.amend(home, changed, (), SHARED)


def test_what_nobody_registers_goes_after_its_days_and_what_was_accepted_stays(home: Home) -> None:
    old, kept = held(home, sent("旧.txt")), held(home, sent("留.txt"))
    store.accept(home, kept.key)
    new = held(home, sent("新.txt"), at=AT + timedelta(days=5))
    (home.intake / "batches" / ".killed.part").mkdir()
    limits = IntakeLimits.from_environment()
    assert store.clean_up(home, limits, AT + timedelta(days=6)) == []
    assert [b.key for b in store.clean_up(home, limits, AT + timedelta(days=8))] == [old.key]
    assert [b.key for b in store.held(home)] == [new.key]
    assert look_into(home.intake_accepted).arrivals != ()
    store.clean(home, before=AT, left_before=datetime.now(UTC) + timedelta(days=1))
    assert not (home.intake / "batches" / ".killed.part").exists()


def test_one_person_leaves_only_so_many_waiting(home: Home) -> None:
    for number in range(store.MOST_HELD):
        held(home, sent("一.txt"), at=AT + timedelta(seconds=number))
    with pytest.raises(IntakeError, match="您已有 20 批收文未登记"):
        held(home, sent("一.txt"))
    held(home, sent("一.txt"), by="somebody else")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("XUSHI_INTAKE_FILES", "0", "XUSHI_INTAKE_FILES='0' 应为"),
        ("XUSHI_INTAKE_FORMATS", "docx,exe", "exe 不是可读取"),
    ],
)
def test_a_limit_that_is_not_valid_is_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=told):
        IntakeLimits.from_environment()
