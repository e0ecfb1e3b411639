"""Layouts as they come: every case of `golden/`, in every format that holds it."""

from __future__ import annotations

import pytest

from ingestion.errors import UnknownLayoutError
from ingestion.segment import segment
from tests.segment.goldens import Golden, goldens, in_line, in_one_line, unplaced_line
from tests.segment.layouts import checked

CASES = list(goldens())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.format}")
def test_a_layout_is_understood(case: Golden) -> None:
    if case.refused:
        with pytest.raises(UnknownLayoutError, match=case.refused):
            segment(case.document, region=case.region, as_of=case.as_of)
        return
    found = checked(segment(case.document, region=case.region, as_of=case.as_of))
    assert in_one_line(found) == case.says
    assert [in_line(item) for item in found.items] == case.items
    assert [unplaced_line(part) for part in found.unplaced] == case.unplaced


def test_the_cases_are_there() -> None:
    assert len({case.name for case in CASES}) >= 60
    assert {case.format for case in CASES} == {"txt", "docx", "html", "xlsx"}
