"""The adapter is needed as long as Great Expectations cannot read DuckDB by itself, and no longer."""

from __future__ import annotations

import subprocess
import sys

#: Runs one SQL expectation on DuckDB; prints whether it could be judged. argv[1]: with or without the adapter.
ONE_EXPECTATION = """
import os, sys, tempfile
os.environ["GX_ANALYTICS_ENABLED"] = "false"
import duckdb
path = os.path.join(tempfile.mkdtemp(), "one.duckdb")
with duckdb.connect(path) as connection:
    connection.execute("create table t as select i as k, i % 7 as v from range(1000) r(i)")
if sys.argv[1] == "with":
    from expectations import adapter
    gx = adapter.load()
else:
    import great_expectations as gx
context = gx.get_context(mode="ephemeral")
asset = context.data_sources.add_sql("one", connection_string="duckdb:///" + path).add_table_asset("t", table_name="t")
suite = context.suites.add(gx.ExpectationSuite("t"))
suite.add_expectation(gx.expectations.ExpectColumnValuesToBeBetween(column="v", min_value=0, max_value=5))
query = "select * from {batch} where v = 6"
suite.add_expectation(gx.expectations.UnexpectedRowsExpectation(unexpected_rows_query=query))
whole = asset.add_batch_definition_whole_table("whole")
run = context.validation_definitions.add(gx.ValidationDefinition(name="t", data=whole, suite=suite)).run()
print("judged", sum(bool(r.result) for r in run.results))
"""


def judged(how: str) -> str:
    done = subprocess.run([sys.executable, "-c", ONE_EXPECTATION, how], capture_output=True, text=True, check=False)
    return done.stdout.split("judged ")[-1].strip() if "judged" in done.stdout else done.stderr


def test_with_the_adapter_sql_expectations_are_judged() -> None:
    assert judged("with") == "2"


def test_without_the_adapter_they_are_not_so_it_is_still_needed() -> None:
    """Fails once upstream works without it: then delete expectations/adapter.py's dialect and this test."""
    assert judged("without") == "0"
