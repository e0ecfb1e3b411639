"""Makes Great Expectations work on DuckDB and write its site offline; the only place that touches its internals.

Great Expectations 1.24 knows no DuckDB dialect: it closes the connection before it reads a result, so every SQL
expectation errors.  Naming duckdb among the dialects that keep one connection is all it needs.
`tests/expectations/test_adapter.py` fails once upstream works without this; then delete that part.

Its site builder writes pages of what its stores hold, and a result reaches its store only through a run of a
definition, which costs 5 ms for each failing decimal; so results are put there as they are.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final


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


#: The one batch of a suite's result: its whole table.
_BATCH: Final = "whole"


def keep_result(
    context: Any,
    suite: Any,
    results: Iterable[tuple[Any, bool, Mapping[str, Any]]],
    *,
    run_name: str,
    at: datetime,
    meta: Mapping[str, Any],
) -> str:
    """Put what a suite said into the context's store; returns the path of its page in the site.

    `results` holds the expectation, whether it holds, and what of its failure the page shows.
    """
    core: Any = import_module("great_expectations.core.expectation_validation_result")
    keys: Any = import_module("great_expectations.data_context.types.resource_identifiers")
    run_id = import_module("great_expectations.core.run_identifier").RunIdentifier(run_name=run_name, run_time=at)
    told = [
        core.ExpectationValidationResult(
            success=success,
            expectation_config=expectation.configuration,
            result=dict(result),
            exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
        )
        for expectation, success, result in results
    ]
    succeeded = sum(result.success for result in told)
    statistics = {
        "evaluated_expectations": len(told),
        "successful_expectations": succeeded,
        "unsuccessful_expectations": len(told) - succeeded,
        "success_percent": 100 * succeeded / len(told),
    }
    key = keys.ValidationResultIdentifier(keys.ExpectationSuiteIdentifier(suite.name), run_id, _BATCH)
    whole = core.ExpectationSuiteValidationResult(
        success=succeeded == len(told),
        results=told,
        suite_name=suite.name,
        statistics=statistics,
        meta={"run_id": run_id, **meta},
    )
    context.validation_results_store.set(key, whole)
    return "/".join(("validations", *suite.name.split("."), *run_id.to_tuple(), f"{_BATCH}.html"))


def build_site(context: Any, folder: Path) -> None:
    """Write the pages of the context's suites and results into a folder."""
    for name in list(context.list_data_docs_sites()):
        context.delete_data_docs_site(name)  # a folder of the moment, which nobody reads
    context.add_data_docs_site(
        "checks",
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    context.build_data_docs()
