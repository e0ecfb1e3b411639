"""One server for all tests of production."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.production.server import Production, running


@pytest.fixture(scope="session")
def production() -> Iterator[Production]:
    with running() as server:
        yield server
