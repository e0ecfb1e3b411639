"""Files made to harm: each is read right or refused with one clear line, and the batch goes on."""

from __future__ import annotations

import pytest

from tests.hostile.cases import CASES, READ, Case
from tests.hostile.walking import Bytes, End, ends, is_one_clear_line


def judged(cases: list[Case]) -> None:
    found = ends(Bytes(case.name, case.make()) for case in cases)
    assert [end.file_name for end in found] == [case.name for case in cases]
    wrong: list[End] = [end for case, end in zip(cases, found, strict=True) if end.how not in case.ends]
    assert wrong == []
    assert [end for end in found if end.how != READ and not is_one_clear_line(end)] == []


def test_hostile_files_end_as_one_clear_line_or_are_read_right() -> None:
    judged([case for case in CASES if not case.is_long])


@pytest.mark.soak
def test_large_hostile_files_end_as_one_clear_line_or_are_read_right() -> None:
    judged([case for case in CASES if case.is_long])
