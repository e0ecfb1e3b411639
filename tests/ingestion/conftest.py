"""A house to receive files into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ingestion.house import House, make_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A new house over SQLite; the registry's own tests run on both databases."""
    made = make_house(tmp_path)
    yield made
    made.engine.dispose()
