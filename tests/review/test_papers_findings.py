"""What a paper says of an incident, now and as it stood when a notice was drafted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from registry.models import Incident, NoticeIncident
from review.papers.findings import of_incident, of_notice
from tests.review.paper_samples import FILE, finding

ADDED = {"task": "受污染耕地安全利用", "file_name": FILE, "request": "核对面积和占比"}


def incident(**given: Any) -> Incident:
    same = finding()
    values = {
        "incident_id": "i1", "check_id": "c1", "severity": "error", "message_zh": same.message,
        "expected": same.expected, "observed": same.observed, "arithmetic": same.arithmetic,
        "source_quote": same.quote, "source_locator": same.locator, "opened_at": datetime(2023, 10, 8, tzinfo=UTC),
    }  # fmt: skip
    return Incident(**(values | given))


def told() -> NoticeIncident:
    same = finding()
    return NoticeIncident(message_zh=same.message, source_quote=same.quote, source_locator=same.locator)


def test_an_incident_is_told_as_it_was_last_seen() -> None:
    assert of_incident(incident(), **ADDED) == finding()
    assert of_incident(incident(message_zh=None)).message == ""


@pytest.mark.parametrize("changed", ["message_zh", "source_quote", "source_locator"])
def test_a_notice_keeps_its_words_and_borrows_no_figures_from_another_finding(changed: str) -> None:
    assert of_notice(told(), incident(), **ADDED) == finding()
    later = incident(**{changed: "另一处", "expected": "9", "observed": "8", "arithmetic": "9 ≠ 8"})
    assert of_notice(told(), later, **ADDED) == finding(arithmetic=None, expected=None, observed=None)
