"""Makes Great Expectations' SQL engine work on DuckDB; the only place that touches its internals.

Great Expectations 1.24 knows no DuckDB dialect: it closes the connection before it reads a result, so every SQL
expectation errors.  Naming duckdb among the dialects that keep one connection is all it needs.
`tests/expectations/test_adapter.py` fails once upstream works without this; then delete the module.
"""

from __future__ import annotations

import logging
import os
from enum import StrEnum
from importlib import import_module
from typing import Any


class _Dialect(StrEnum):
    """Great Expectations reads the entry's `.value` and compares the entry with the dialect's name."""

    DUCKDB = "duckdb"


def load() -> Any:
    """Import Great Expectations (4–8 s, hence never at module level), quiet, offline, and able to read DuckDB."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations

    # the one module of it that sets a level of its own while it is imported
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.ERROR)

    engine: Any = import_module("great_expectations.execution_engine.sqlalchemy_execution_engine")
    if _Dialect.DUCKDB not in engine._PERSISTED_CONNECTION_DIALECTS:
        engine._PERSISTED_CONNECTION_DIALECTS = (*engine._PERSISTED_CONNECTION_DIALECTS, _Dialect.DUCKDB)
    return great_expectations
