"""The one writer: threads and processes wait for each other and say for whom, one that holds the lock goes on."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from xushi import writer
from xushi.home import Home


def hold(root: str, holds: Event, end: Event) -> None:
    with writer.writing(Home(Path(root)), "transform monthly-2023-09"):
        holds.set()
        end.wait(60)


@pytest.fixture
def held(tmp_path: Path):
    """A home whose lock another process holds; the function ends that."""
    start = multiprocessing.get_context("spawn")
    holds, end = start.Event(), start.Event()
    process = start.Process(target=hold, args=(str(tmp_path), holds, end))
    process.start()
    assert holds.wait(60)
    yield Home(tmp_path), end
    end.set()
    process.join(60)


def test_who_holds_the_lock_goes_on_and_gives_it_back_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with writer.writing(home, "outer"):
        with writer.writing(home, "inner", patience=0):
            assert "outer" in str(writer.holder(home)), "the first to hold it signs"
        assert writer.holder(home), "the inner one gives nothing back"
    assert writer.holder(home) is None
    with writer.writing(home, "next", patience=0):
        pass


def test_a_thread_of_the_same_process_waits_too(tmp_path: Path) -> None:
    home, order = Home(tmp_path), []

    def second() -> None:
        with writer.writing(home, "second"):
            order.append("second")

    with writer.writing(home, "first"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(60)
    assert order == ["first", "second"]


def test_the_impatient_are_told_who_writes(held: tuple[Home, Event]) -> None:
    home, _ = held
    with pytest.raises(writer.BusyError) as told, writer.writing(home, "xushi docs", patience=0.1):
        pass
    line = str(told.value)
    assert "\n" not in line
    assert "transform monthly-2023-09" in line
    assert str(home.writer_lock) in line


def test_who_waits_says_for_whom_and_then_writes(held: tuple[Home, Event], caplog: pytest.LogCaptureFixture) -> None:
    home, end = held
    said: list[bool] = []

    class Ends(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append("transform monthly-2023-09" in record.getMessage() and "等待" in record.getMessage())
            end.set()

    handler = Ends()
    logging.getLogger("xushi.writer").addHandler(handler)
    try:
        with writer.writing(home, "publish late-1"):
            assert "publish late-1" in str(writer.holder(home))
    finally:
        logging.getLogger("xushi.writer").removeHandler(handler)
    assert said == [True]


def test_a_stage_that_calls_a_stage_is_one_writer_and_a_failure_lets_go(tmp_path: Path) -> None:
    home = Home(tmp_path)

    @writer.sole
    def inner(plan: writer.Plan) -> str:
        return str(writer.holder(home))

    @writer.sole
    def outer(plan: writer.Plan) -> str:
        return inner(plan)

    @writer.sole
    def fails(plan: writer.Plan) -> None:
        raise ValueError("broken")

    plan = {"home": str(tmp_path), "run_id": "r1"}
    assert "outer r1" in outer(plan)
    with pytest.raises(ValueError, match="broken"):
        fails(plan)
    assert writer.holder(home) is None


def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    start = multiprocessing.get_context("spawn")
    holds, end = start.Event(), start.Event()
    process = start.Process(target=hold, args=(str(tmp_path), holds, end))
    process.start()
    assert holds.wait(60)
    process.kill()
    process.join(60)
    with writer.writing(Home(tmp_path), "next", patience=5):
        assert "next" in str(writer.holder(Home(tmp_path)))
