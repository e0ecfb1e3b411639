"""Facts as the lines of `xushi extract --format jsonl` (design: contract)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from ingestion.records import Fact

_MERGED = {"target_class": "target_value", "actual_class": "actual_value"}


def number(value: Decimal) -> int | float:
    """A Decimal as a JSON number, an integer where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    return value.isoformat() if isinstance(value, date) else value


def to_json(fact: Fact) -> dict[str, Any]:
    """One fact as a JSON object; a class stands in `target_value` or `actual_value` as a string."""
    line = {f.name: _plain(getattr(fact, f.name)) for f in fields(fact)}
    for name, merged in _MERGED.items():
        text = line.pop(name)
        if text is not None:
            line[merged] = text
    return line
