"""Values reach a database bound, never as part of the text: statements that are put together are listed with a reason.

What people and documents write ends in the registry and in PostgreSQL; there nothing is put together at all, but for
names through psycopg's own quoting.  DuckDB binds no names of tables, files or schemas, so those that read them quote.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("ingestion", "registry", "review", "publishing", "bi", "expectations", "xushi", "dags", "docker", "tools")
TAKES_SQL = frozenset({"execute", "executemany", "executescript", "exec_driver_sql", "text", "SQL"})

#: Statements that are put together: how many a file has, and why each is none of anybody's text.
PUT_TOGETHER = {
    "docker/set_up_databases.py": (1, "a function of the catalogue as regprocedure wrote it, quoted by the server"),
    "expectations/workbench.py": (11, "names of our own tables and quoted paths of the lake, in a DuckDB in memory"),
    "publishing/copying.py": (11, "names out of the catalogue through quoted(), paths and comments through _text()"),
    "publishing/digest.py": (1, "names out of the catalogue through quoted()"),
    "publishing/package.py": (1, "names out of the manifest through quoted(), a path through its own quoting"),
    "publishing/postgres/bridge.py": (1, "a type as the server's format_type wrote it"),
    "publishing/postgres/loading.py": (4, "constants, and a name out of the snapshot's catalogue through quoted()"),
    "publishing/postgres/types.py": (2, "a constant, and two numbers that a pattern read as digits"),
    "publishing/query.py": (1, "a constant"),
    "registry/engine.py": (1, "a constant of PRAGMA, which binds nothing"),
    "registry/health.py": (1, "one of two words of PRAGMA, which binds nothing"),
    "registry/migrations/versions/v0011_issued_stays.py": (
        3,
        "names of its own constants; a trigger takes no bound values",
    ),
    "registry/salvage.py": (2, "names of our own tables, in a damaged SQLite file"),
    "registry/rights.py": (2, "words of the table of rights, and of the server's own list of privileges"),
    "xushi/recovery.py": (1, "names out of the catalogue through quoting of their own"),
    "xushi/window.py": (2, "names of our own tables and paths of the lake"),
}


def _is_put_together(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        # psycopg's composition quotes what it is given; a text's own format does not
        return isinstance(node.func.value, ast.Constant | ast.JoinedStr)
    return False


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def put_together(source: str) -> int:
    """How many statements of a module are given to a database as a text that was put together.

    `SQL(name)` of psycopg counts too: it takes its text unquoted, and is meant for constants.
    """
    count = 0
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args or _name(node.func) not in TAKES_SQL:
            continue
        if _name(node.func) == "text" and not isinstance(node.func, ast.Name):
            continue  # a chart's, a page's
        first = node.args[0]
        is_raw = _name(node.func) == "SQL" and not isinstance(first, ast.Constant | ast.IfExp)
        count += is_raw or _is_put_together(first)
    return count


def test_statements_are_bound_but_for_those_with_a_reason() -> None:
    found = Counter(
        {
            str(path.relative_to(ROOT)): count
            for package in OURS
            for path in sorted((ROOT / package).rglob("*.py"))
            if (count := put_together(path.read_text("utf-8")))
        }
    )
    assert dict(found) == {path: count for path, (count, _) in PUT_TOGETHER.items()}


def test_the_law_sees_every_way_of_putting_together() -> None:
    for statement in (
        'c.execute(f"select {x}")', 'c.execute("select " + x)', 'c.execute("select %s" % x)', 'text(f"a {x}")',
        'c.execute("select {}".format(x))', 'c.execute(", ".join(x))', "sql.SQL(x)", 'sql.SQL(f"numeric({x})")',
        'c.exec_driver_sql(f"{x}")',
    ):  # fmt: skip
        assert put_together(statement) == 1, statement
    for statement in (
        'c.execute("select %s", [x])', 'text("select :x")', 'sql.SQL("drop {}").format(sql.Identifier(x))',
        "session.execute(select(Table).where(Table.name == x))", 'c.execute(f"select 1")',
    ):  # fmt: skip
        assert put_together(statement) == 0, statement
