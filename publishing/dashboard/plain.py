"""Values of the snapshot as scripts that a page opened from disk can load: no fetch, no module, no inline script."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from publishing.office.words import clean
from publishing.query import QueryResult

#: Two line ends that older browsers refuse inside a string of a script, and what could end a script's element.
_ESCAPES: Final = {"\u2028": "\\u2028", "\u2029": "\\u2029", "<": "\\u003c"}

Table = dict[str, Any]


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """`{"columns": [...], "rows": [[...], ...]}`: names once, not once a row."""
    return {"columns": list(columns), "rows": [[plain(value) for value in row] for row in rows]}


def table_of(result: QueryResult) -> Table:
    """What a query answered, as `table`."""
    return table(result.columns, result.rows)


def by_period(result: QueryResult) -> dict[str, Table]:
    """What a query answered whose first column is the period: a table for each period, without that column."""
    rows: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in result.rows:
        rows[str(row[0])].append(row[1:])
    found = {period: table(result.columns[1:], members) for period, members in rows.items()}
    return defaultdict(lambda: table(result.columns[1:], ()), found)


def plain(value: Any) -> Any:
    """A value as JSON has it: decimals as numbers, days and instants as ISO text, texts without hostile characters."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def script(name: str, build: str, value: Any) -> str:
    """A script that hands `value` over under `name`; `build` tells a page that it belongs to other pages."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return f"XUSHI.put({json.dumps(name)},{json.dumps(build)},{text});\n"
