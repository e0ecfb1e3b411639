"""A received file to vary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.submissions import Received

SEEN = datetime(2023, 10, 8, 1, 2, 3, tzinfo=UTC)


def make_received(**changes: Any) -> Received:
    """A readable lag table of 蓬江区 for September 2023, changed as given."""
    given: dict[str, Any] = {
        "sha256": "a" * 64,
        "file_name": "蓬江区_2023-09.docx",
        "format": "docx",
        "size_bytes": 1234,
        "reporting_unit": "蓬江区",
        "unit_key": "440703",
        "region_code": "440703",
        "region_context": "440703",
        "period": "2023-09",
        "family": "lag_table",
        "declared_revision": None,
        "is_resubmission": False,
        "replaces": "all",
        "channel": None,
        "received_at": SEEN,
        "first_seen_at": SEEN,
    }
    return Received(**(given | changes))


@pytest.fixture
def received() -> Callable[..., Received]:
    """Makes a received file: `received(sha256=…, period=…)`."""
    return make_received
