"""The DuckDB database that a gate judges in: temporary, filled before Great Expectations is imported.

raw: the live facts and items of the current submissions, read from the lake through the registry's manifest, and what
the readers of `expectations/reading` find in their texts.  mart: read-only views of the build database's `audit` and
`marts`.  On both stand the relations of `relations/{common,raw,mart}/*.sql`, run in the order of their names.

Asked for some periods alone, raw loads only their submissions, and those that have no period; what is owed is judged
whole, from the registry alone.  mart keeps every relation whole, for a check may look back at earlier months, and hands
a suite the part of its table that is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from expectations.catalogue import Stage
from expectations.errors import GateError, MissingTableError
from expectations.reading import REQUIREMENT_TEXTS
from expectations.reading import relations as readings
from ingestion.lake import EMPTY_PERIOD, file_sha256, partition
from ingestion.resolve.doubts import is_settled

RELATIONS: Final = Path(__file__).parent / "relations"
MART_SCHEMAS: Final = ("audit", "marts")
#: The column that names a record, in the tables that built-in expectations judge.
RECORD_KEYS: Final = {
    "facts": "fact_id",
    "items": "item_key",
    "audit_task_progress": "progress_key",
    "audit_indicator": "fact_key",
}
_REGISTRY: Final = ("submissions", "expected_submissions", "extraction_runs", "crosswalk", "amendments", "corrections")
_KINDS: Final = ("facts", "items")
#: Raw relations of every period whatever was asked: a report is missed once later ones have come.
_WHOLE: Final = frozenset({"obligations"})
#: A kind's rows with the registered period and the submission's own region.
_ROWS: Final = (
    "select r.*, s.period, s.reporting_unit, s.region_code as sender_code"
    " from read_parquet(?, union_by_name = true, hive_partitioning = false) r"
    " join current_submissions s using (submission_id)"
)


@contextmanager
def workbench(
    stage: Stage, lake: Path, build_database: Path | None, periods: Collection[str] | None = None
) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
    """Yield the SQLAlchemy URL of the filled database and a connection to it; everything is gone afterwards.

    `periods` are the registered periods that the raw facts are loaded of; None is all of them.
    Engines that open the URL inside the block share this database instance, attached files included.
    """
    with TemporaryDirectory(prefix="xushi-gate-") as folder:
        url = f"duckdb:///{Path(folder) / 'gate.duckdb'}"
        engine = sa.create_engine(url)
        raw = engine.raw_connection()
        connection: Any = raw.driver_connection
        try:
            _run_scripts(connection, stage, "common")
            if stage == "raw":
                _fill_raw(connection, lake, periods)
            else:
                _fill_mart(connection, build_database)
            _run_scripts(connection, stage, stage)
            yield url, connection
        finally:
            raw.close()
            engine.dispose()


def relations(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The names of the tables and views that a check may judge."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database()"
        " union all select view_name from duckdb_views() where database_name = current_database() and not internal"
    ).fetchall()
    return frozenset(row[0] for row in rows)


def judged_part(
    connection: duckdb.DuckDBPyConnection, stage: Stage, table: str, periods: Collection[str] | None
) -> tuple[str, bool]:
    """The relation that a suite on `table` is handed, and whether the suite judges every period whatever was asked.

    A mart table without the column `period` cannot be cut by it, so its suite always judges all of it.
    """
    if periods is None:
        return table, True
    if stage == "raw":
        return table, table in _WHOLE  # what was loaded is what is judged
    columns = [name for name, *_ in connection.execute(f'describe "{table}"').fetchall()]
    if "period" not in columns:
        return table, True
    part = f"{table}__judged"
    connection.execute(f'create view "{part}" as select * from "{table}" where {_of_periods(periods)}')  # noqa: S608
    return part, False


def _of_periods(periods: Collection[str] | None, column: str = "period") -> str:
    """A condition in literals, for a view takes no parameters; what has no period is always in."""
    if periods is None:
        return "true"
    literals = ", ".join("'{}'".format(period.replace("'", "''")) for period in sorted(periods))
    return f"({column} is null or {column} in ({literals}))" if literals else f"{column} is null"


def _fill_raw(connection: duckdb.DuckDBPyConnection, lake: Path, periods: Collection[str] | None) -> None:
    """Registry tables, current submissions, their live facts and items, then the derived relations."""
    paths = {name: lake / "registry" / f"{name}.parquet" for name in _REGISTRY}
    missing = [f"registry/{path.name}" for path in paths.values() if not path.exists()]
    if missing:
        raise MissingTableError("raw", missing, [p.name for p in (lake / "registry").glob("*.parquet")])
    for name, path in paths.items():
        connection.register("incoming", pq.read_table(path))
        connection.execute(f"create table {name} as select * from incoming")  # noqa: S608 (a name of ours)
        connection.unregister("incoming")
    connection.execute(
        f"create table current_submissions as from submissions where superseded_by is null and {_of_periods(periods)}"
    )
    live = connection.execute(
        "select lake_file from extraction_runs semi join current_submissions using (submission_id)"
        " where is_live and status = 'succeeded' and lake_file is not null order by lake_file"
    ).fetchall()
    for kind in _KINDS:
        _load_kind(connection, lake, kind, kind, [row[0] for row in live], "current_submissions")
    _lay_over_amendments(connection, lake)
    _drop_replaced_rows(connection)
    _load_copies(connection, lake)
    _load_originals(connection, lake)
    _load_doubts(connection)
    _load_readings(connection)


def _run_scripts(connection: duckdb.DuckDBPyConnection, stage: Stage, folder: str) -> None:
    """Build the relations of one folder; one that names a missing table fails the gate."""
    for script in sorted((RELATIONS / folder).glob("*.sql")):
        try:
            connection.execute(script.read_text("utf-8"))
        except duckdb.CatalogException as error:
            reason = f"{script.name}: {str(error).splitlines()[0]}"
            raise MissingTableError(stage, [reason], sorted(relations(connection))) from error
        except duckdb.Error as error:
            raise GateError(f"{stage} gate: {script.name}: {str(error).splitlines()[0]}") from error


def _load_kind(
    connection: duckdb.DuckDBPyConnection, lake: Path, kind: str, table: str, fact_files: list[str], senders: str
) -> None:
    """One kind's live rows as a table, with the registered period and the submission's own region."""
    files = [str(lake / name.replace("facts/", f"{kind}/", 1)) for name in fact_files]
    missing = [name for name in files if not Path(name).exists()]
    if missing:
        raise MissingTableError("raw", [str(Path(m).relative_to(lake)) for m in missing], [])
    empty = lake / partition(kind, EMPTY_PERIOD) / "empty.parquet"  # carries the schema when nothing is live
    rows = _ROWS.replace("current_submissions", senders)
    connection.execute(f"create table {table} as {rows}", [[str(empty), *files]])


def _lay_over_amendments(connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """What stewards corrected stands in the place of what was received, under the submission's own name."""
    amendments = connection.execute(
        "select submission_id, lake_file from amendments semi join current_submissions using (submission_id)"
        " where is_live order by known_from, amendment_id"
    ).fetchall()
    for submission_id, facts_file in amendments:
        for kind in _KINDS:
            path = str(lake / facts_file.replace("facts/", f"{kind}/", 1))
            connection.execute(
                f"delete from {kind} where submission_id = ? and item_key in"  # noqa: S608 (a name of ours)
                " (select item_key from read_parquet(?, hive_partitioning = false))",
                [submission_id, path],
            )
            rows = _ROWS.replace("r.*", "r.* replace (s.submission_id as submission_id)").replace(
                "using (submission_id)", "on s.submission_id = ?"
            )
            connection.execute(f"insert into {kind} by name {rows}", [[path], submission_id])


def _drop_replaced_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows that a later submission of the same scope files again (`replaces = 'rows'`) are no longer current."""
    connection.execute(
        """
        create table replaced_items as
        select distinct old.submission_id, old.item_key
        from items old
        join current_submissions was using (submission_id)
        join current_submissions later
            on later.scope = was.scope and later.replaces = 'rows'
            and (later.revision, later.received_at, later.submission_id)
                > (was.revision, was.received_at, was.submission_id)
        join items new
            on new.submission_id = later.submission_id
            and new.region is not distinct from old.region and new.task is not distinct from old.task;
        delete from facts using replaced_items r
        where facts.submission_id = r.submission_id and facts.item_key = r.item_key;
        delete from items using replaced_items r
        where items.submission_id = r.submission_id and items.item_key = r.item_key;
        """
    )


def _load_copies(connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """The stamped scans that stand, each beside the editable file of its revision, and what that file says."""
    connection.execute(
        """
        create table copy_pairs as
        select
            s.submission_id as record_id, e.submission_id as copy_id, s.period, s.file_name as record_file,
            e.file_name as copy_file, s.format = 'ocr' as is_picture
        from current_submissions s
        join submissions e on e.superseded_by = s.submission_id
        where s.is_stamped and not e.is_stamped and e.revision = s.revision
            and s.status = 'extracted' and e.status = 'extracted'
        """
    )
    live = connection.execute(
        "select lake_file from extraction_runs semi join copy_pairs on submission_id = copy_id"
        " where is_live and status = 'succeeded' and lake_file is not null order by lake_file"
    ).fetchall()
    for kind in _KINDS:
        _load_kind(connection, lake, kind, f"copy_{kind}", [row[0] for row in live], "submissions")


def _load_readings(connection: duckdb.DuckDBPyConnection) -> None:
    """What the readers find in the items' texts, a relation a reader."""
    connection.execute((RELATIONS / "reading" / "item_texts.sql").read_text("utf-8"))
    columns = ("submission_id", "item_key", "as_of_date", "answers", *REQUIREMENT_TEXTS, "progress_text")
    found = connection.execute(f"select {', '.join(columns)} from item_texts").to_arrow_table()  # noqa: S608
    for name, table in readings(found.to_pylist()).items():
        connection.register("incoming", table)
        connection.execute(f"create table {name} as select * from incoming")  # noqa: S608
        connection.unregister("incoming")


def _load_doubts(connection: duckdb.DuckDBPyConnection) -> None:
    """The names of which the resolve stage could not say what they are, less those that a steward has decided."""
    found = connection.execute("select * from crosswalk where matched_by = 'doubtful'").to_arrow_table()
    is_open = pa.array([not is_settled(row) for row in found.to_pylist()], pa.bool_())
    connection.register("incoming", found.filter(is_open))
    connection.execute("create table doubts as select * from incoming")
    connection.unregister("incoming")


def _load_originals(connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """The sha256 that each kept original has now; null where the file is gone."""
    hashes = connection.execute(
        "select distinct sha256 from current_submissions where status = 'extracted' order by sha256"
    ).fetchall()
    found = []
    for (sha256,) in hashes:
        path = lake / "originals" / sha256[:2] / sha256
        found.append({"sha256": sha256, "found_sha256": file_sha256(path) if path.is_file() else None})
    schema = pa.schema([("sha256", pa.string()), ("found_sha256", pa.string())])
    connection.register("incoming", pa.Table.from_pylist(found, schema=schema))
    connection.execute("create table originals as select * from incoming")
    connection.unregister("incoming")


def _fill_mart(connection: duckdb.DuckDBPyConnection, build_database: Path | None) -> None:
    """Views of the build database, which is attached read-only and let go of when the gate ends."""
    if build_database is None or not build_database.exists():
        raise MissingTableError("mart", ["the build database"], [])
    escaped = str(build_database).replace("'", "''")
    connection.execute(f"attach '{escaped}' as build (read_only)")
    names = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = 'build' and table_schema in (select unnest(?)) order by 1, 2",
        [list(MART_SCHEMAS)],
    ).fetchall()
    for schema, name in names:
        connection.execute(f'create view "{name}" as select * from build."{schema}"."{name}"')  # noqa: S608
