"""What arrives is announced once it has settled, once; nothing that arrived is ever lost, nothing is ever touched."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xushi.arrivals import Look, Watch, look, remember, remembered
from xushi.home import Home
from xushi.inbox_trigger import InboxTrigger


def put(path: Path, text: str = "一") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_announced_when_two_looks_agree_and_only_once() -> None:
    watch = Watch()
    assert watch.step({"a": (1, 1, 1)}, {}) == ()
    assert watch.step({"a": (2, 2, 2)}, {}) == (), "still being written"
    assert watch.step({"a": (2, 2, 2)}, {}) == ("a",)
    assert watch.step({"a": (2, 2, 2)}, {}) == ()


def test_files_that_arrive_together_are_one_batch() -> None:
    watch = Watch()
    watch.step({"a": (1, 1, 1)}, {})
    assert watch.step({"a": (1, 1, 1), "b": (1, 1, 1)}, {}) == (), "b is waited for"
    assert watch.step({"a": (1, 1, 1), "b": (1, 1, 1)}, {}) == ("a", "b")


def test_one_that_never_settles_does_not_hold_back_the_others_for_ever() -> None:
    watch, told = Watch(), []
    for number in range(100):
        told += watch.step({"a": (1, 1, 1), "growing": (number, number, number)}, {})
    assert told == ["a"]


def test_what_a_refresh_has_seen_is_not_announced_and_a_change_of_it_is() -> None:
    seen = {"a": (1, 1, 1)}
    watch = Watch()
    for _ in range(3):
        assert watch.step({"a": (1, 1, 1)}, seen) == ()
    watch.step({"a": (1, 1, 9)}, seen)
    assert watch.step({"a": (1, 1, 9)}, seen) == ("a",), "another content with the old size and time"


def test_a_watcher_that_starts_anew_announces_what_no_refresh_has_seen() -> None:
    first = Watch()
    first.step({"a": (1, 1, 1)}, {})
    assert first.step({"a": (1, 1, 1)}, {}) == ("a",)
    again = Watch()  # the triggerer died before anybody heard of it
    again.step({"a": (1, 1, 1)}, {})
    assert again.step({"a": (1, 1, 1)}, {}) == ("a",)


NAMES = ["a", "b", "c"]
LOOKS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3).map(lambda n: (n, n, n))),
        st.booleans(),  # a refresh runs after this look
        st.booleans(),  # the watcher dies after this look
    ),
    max_size=30,
)


@given(LOOKS)
def test_whatever_happens_nothing_is_lost_and_one_watcher_says_nothing_twice(
    steps: list[tuple[Look, bool, bool]],
) -> None:
    watch, seen = Watch(), {}
    said: list[tuple[str, Any]] = []
    now: Look = {}
    for now, refreshes, dies in steps:
        said += [(name, now[name]) for name in watch.step(now, seen)]
        # one that is replaced and comes back later is a new arrival each time
        said = [one for one in said if now.get(one[0]) == one[1]]
        assert len(said) == len(set(said))
        if refreshes:
            seen = dict(now)
        if dies:
            watch, said = Watch(), []
    announced = {name for _ in range(60) for name in watch.step(now, seen)} | {name for name, _ in said}
    assert {name for name, stamp in now.items() if seen.get(name) != stamp} <= announced | set(watch.announced)


def test_the_memory_is_of_folders_and_survives_any_damage(tmp_path: Path) -> None:
    home, inbox, other = Home(tmp_path / "home"), tmp_path / "inbox", tmp_path / "other"
    put(inbox / "a.txt")
    put(other / "b.txt")
    remember(home, [inbox], look([inbox]))
    remember(home, [other], look([other]))
    assert remembered(home) == look([inbox, other])
    (inbox / "a.txt").unlink()
    remember(home, [inbox], look([inbox]))
    assert remembered(home) == look([other])
    for damaged in ("", "[]", "{", '{"files": 3}', '{"files": {"a": [1]}}', '{"files": {"a": "x"}}', "null"):
        home.looked_at.write_text(damaged, encoding="utf-8")
        assert remembered(home) == {}


def test_registers_and_subfolders_are_looked_at_leftovers_are_not(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for name in ("a.txt", "蓬江区/b.docx", "submissions.csv", "expected_submissions.csv", ".b.part", "~$a.docx"):
        put(inbox / name)
    (inbox / os.fsdecode("新会".encode("gb18030") + b".txt")).write_text("x", encoding="utf-8")
    names = {Path(path).name for path in look([inbox, tmp_path / "absent"])}
    assert len(names) == 5
    assert {"a.txt", "b.docx", "submissions.csv", "expected_submissions.csv"} < names
    home = Home(tmp_path / "home")
    remember(home, [inbox], look([inbox]))
    assert remembered(home) == look([inbox]), "a name in another encoding is known again"


def test_the_trigger_tells_of_one_batch_and_leaves_the_files_alone(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    put(inbox / "a.txt")
    put(inbox / "submissions.csv", "file,period\na.txt,2023-09\n")
    trigger = InboxTrigger(home=str(tmp_path / "home"), folders=[str(inbox)], seconds=0.01)
    events: list[Any] = []

    async def watch() -> None:
        async for event in trigger.run():
            events.append(event.payload)
            if len(events) == 1:
                put(inbox / "submissions.csv", "file,period\na.txt,2023-08\n")
            else:
                return

    asyncio.run(asyncio.wait_for(watch(), 60))
    assert events[0] == {"count": 2, "files": ["a.txt", "submissions.csv"]}
    assert events[1] == {"count": 1, "files": ["submissions.csv"]}, "a changed register is an arrival"
    assert sorted(path.name for path in inbox.iterdir()) == ["a.txt", "submissions.csv"]


def test_the_trigger_goes_on_where_the_inbox_cannot_be_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "inbox" / "a.txt")
    broken = [OSError("stale handle")]

    def look_or_fail(folders: Any) -> Look:
        if broken:
            raise broken.pop()
        return look(folders)

    monkeypatch.setattr("xushi.inbox_trigger.look", look_or_fail)
    trigger = InboxTrigger(home=str(tmp_path / "home"), folders=[str(tmp_path / "inbox")], seconds=0.01)

    async def first() -> Any:
        return (await anext(trigger.run())).payload

    assert asyncio.run(asyncio.wait_for(first(), 60))["files"] == ["a.txt"]


def test_the_trigger_is_made_anew_from_what_it_says_of_itself(tmp_path: Path) -> None:
    trigger = InboxTrigger(home=str(tmp_path), folders=["/inbox"], seconds=2.5)
    path, arguments = trigger.serialize()
    assert path == "xushi.inbox_trigger.InboxTrigger"
    assert InboxTrigger(**arguments).serialize() == (path, arguments)
