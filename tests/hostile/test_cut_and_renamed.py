"""Files that were cut short, and files with the wrong extension: read right, or one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from tests.hostile.cases import READ
from tests.hostile.walking import Bytes, End, ends, is_one_clear_line
from tests.hostile.whole import whole_files

KILOBYTE = 1024
#: LibreOffice takes a second for each: left to the long runs.
SLOW = frozenset({"rtf"})
#: What may come of a cut or misnamed file that is harmless in itself: never a limit, never a fault.
CLEAN = frozenset({READ, "unreadable", "unsupported_format", "unknown_layout"})


def assert_clean(found: list[End]) -> None:
    assert found
    assert [end for end in found if end.how not in CLEAN] == []
    assert [end for end in found if end.how != READ and not is_one_clear_line(end)] == []


def cuts(extension: str, step: int) -> Iterator[Bytes]:
    """The file cut after every `step` bytes, and just before its end."""
    whole = whole_files()[extension]
    for end in [*range(1, len(whole), step), len(whole) - 1]:
        yield Bytes(f"{end}.{extension}", whole[:end])


@pytest.mark.parametrize("extension", sorted(set(whole_files()) - SLOW))
def test_a_file_cut_at_every_kilobyte(extension: str) -> None:
    assert_clean(ends(cuts(extension, KILOBYTE)))


@pytest.mark.soak
@pytest.mark.parametrize("extension", sorted(set(whole_files()) - SLOW))
def test_a_file_cut_at_every_seventh_byte(extension: str) -> None:
    assert_clean(ends(cuts(extension, 7)))


def renamed(contents: frozenset[str]) -> list[Bytes]:
    pairs = product(sorted(contents), [*sorted(whole_files()), "doc", "wps", "et", "jpg", "exe", "md", ""])
    return [Bytes(f"{content}.{name}" if name else content, whole_files()[content]) for content, name in pairs]


def test_every_content_under_every_extension() -> None:
    files = renamed(frozenset(whole_files()) - SLOW)
    found = ends(files)
    assert_clean(found)
    own = {end.file_name: end.how for end in found}
    assert {
        extension: own[f"{extension}.{extension}"] for extension in set(whole_files()) - SLOW - {"zip"}
    } == dict.fromkeys(set(whole_files()) - SLOW - {"zip"}, READ)


@pytest.mark.soak
def test_rich_text_cut_and_under_every_extension() -> None:
    assert_clean(ends([*cuts("rtf", 40), *renamed(SLOW)]))
