"""The hidden lines of a workbook: one of JSON for its ticket, one for each requirement, and a digest over them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ingestion.workbook.form import NOT_IN_XML, VERSION, IssuedRow, Ticket, digest


class DamagedWorkbookError(ValueError):
    """The hidden lines are not those that were issued; the message is for a person."""


def hidden_lines(ticket: Ticket, rows: Sequence[IssuedRow]) -> list[str]:
    """The lines of the hidden sheet, the ticket first; each is one line of plain text."""
    lines = [_line({"xushi_row": row.key, **_said(row)}) for row in rows]
    head = {"xushi_workbook": ticket.version, **_said(ticket), "rows": len(lines), "digest": digest("\n".join(lines))}
    return [_line(head), *lines]


@dataclass(frozen=True, slots=True)
class Issued:
    """What the hidden lines of a text say: the ticket, the rows and the span of each row's line in the text."""

    ticket: Ticket
    rows: tuple[IssuedRow, ...]
    spans: tuple[tuple[int, int], ...]


_HIDDEN_LINE: Final = re.compile(r'^\{"xushi_(?P<kind>workbook|row)": .*\}$', re.MULTILINE)
#: What the system wrote for itself: the hidden lines, and the mark of each row.
OWN_WRITING: Final = re.compile(rf"{_HIDDEN_LINE.pattern}|\bR[0-9a-f]{{12}}-[0-9a-f]{{8}}\b", re.MULTILINE)


def issued_in(text: str) -> Issued | None:
    """What was issued, out of a document's text; None where it holds no such lines.

    Raises DamagedWorkbookError where lines are missing or differ from those that were issued.
    """
    found = list(_HIDDEN_LINE.finditer(text))
    heads = [m for m in found if m["kind"] == "workbook"]
    if not heads:
        return None
    lines = [m for m in found if m["kind"] == "row"]
    try:
        head = json.loads(heads[0][0])
        rows = tuple(_row(json.loads(m[0])) for m in lines)
        ticket = _ticket(head)
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise DamagedWorkbookError("隐藏表中的任务清单已损坏 (the hidden list cannot be read)") from error
    if ticket.version > VERSION:
        raise DamagedWorkbookError(f"模板版本 {ticket.version} 高于本程序的 {VERSION} (a newer template)")
    if len(heads) > 1 or head.get("rows") != len(lines) or head.get("digest") != digest("\n".join(m[0] for m in lines)):
        raise DamagedWorkbookError("隐藏表中的任务清单与下发时不一致 (the hidden list is not the issued one)")
    return Issued(ticket, rows, tuple(m.span() for m in lines))


def quoted_in_line(line: str, text: str) -> tuple[int, int]:
    """Where a text stands in its hidden line, as JSON writes it; the whole line where it is not there."""
    written = _line(text)[1:-1]
    start = line.find(written)
    return (start, start + len(written)) if written and start >= 0 else (0, len(line))


def _said(record: Ticket | IssuedRow) -> dict[str, Any]:
    """The fields of a record that say something, as JSON holds them."""
    values = {f.name: getattr(record, f.name) for f in fields(record)}
    if isinstance(record, Ticket):
        values.pop("version")
    return {
        name: str(value) if isinstance(value, Decimal | date) else value
        for name, value in values.items()
        if value is not None and value is not False
    }


_DECIMALS: Final = frozenset(f.name for f in fields(IssuedRow) if "Decimal" in str(f.type))


_PERIOD: Final = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])")
_CHOICES: Final[dict[str, frozenset[str]]] = {
    "kind": frozenset({"target", "milestone"}),
    "target_comparator": frozenset({">=", "<=", "="}),
}
#: A figure of more digits is none that a bureau issues; writing it out may fill the memory.
_MOST_DIGITS: Final = 30


def _ticket(said: dict[str, Any]) -> Ticket:
    known = _typed(Ticket, {**said, "version": said["xushi_workbook"]})
    if not _PERIOD.fullmatch(known["period"]):
        raise ValueError("no period")
    return Ticket(**known)


def _row(said: dict[str, Any]) -> IssuedRow:
    known = _typed(IssuedRow, said)
    for name in _DECIMALS & known.keys():
        known[name] = _number(known[name])
    if "deadline" in known:
        known["deadline"] = date.fromisoformat(known["deadline"])
    if any(known.get(name, next(iter(choices))) not in choices for name, choices in _CHOICES.items()):
        raise ValueError("no kind or comparator")
    return IssuedRow(**known)


def _number(written: str) -> Decimal:
    value = Decimal(written)
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError("no figure")
    return value


def _typed(record: type[Ticket | IssuedRow], said: dict[str, Any]) -> dict[str, Any]:
    """The values of a record's fields; TypeError where JSON holds something else than the field."""
    known = {f.name: said[f.name] for f in fields(record) if f.name in said}
    for f in fields(record):
        wanted = next((kind for kind in (bool, int) if str(f.type).startswith(kind.__name__)), str)
        if f.name in known and type(known[f.name]) is not wanted:
            raise TypeError(f"{f.name} is no {wanted.__name__}")
    return known


def _line(value: object) -> str:
    """JSON on one line, in signs that every spreadsheet keeps."""
    text = json.dumps(value, ensure_ascii=False)
    return NOT_IN_XML.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
