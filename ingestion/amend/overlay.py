"""A steward's value laid over one value of a fact, only where the fact still says what the steward saw there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ingestion.extract.lexicon import load
from ingestion.extract.units import PERCENT, in_canonical

Row = Mapping[str, Any]
Value = Decimal | date | str | None


class CorrectionError(ValueError):
    """A column that cannot be corrected, or a value that is none of its kind; says what was found and what is valid."""


class MismatchError(CorrectionError):
    """The fact does not say what the steward expected; `found` is what it says."""

    def __init__(self, column: str, expected: str | None, found: str | None):
        super().__init__(f"{column}: expected {expected!r}, found {found!r}")
        self.found = found


def _figure(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CorrectionError(f"{text!r} is no number; write it like 9800 or 0.475") from None
    if not value.is_finite():
        raise CorrectionError(f"{text!r} is no number; write it like 9800 or 0.475")
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CorrectionError(f"{text!r} is no date; write it like 2023-12-10") from None


def _one_of(*valid: str) -> Callable[[str], str]:
    def chosen(text: str) -> str:
        if text not in valid:
            raise CorrectionError(f"{text!r} is none of {', '.join(valid)}")
        return text

    return chosen


_STATUSES: Final = ("completed", "on_schedule", "basically_on_schedule", "behind_schedule", "unknown")
_STAGES: Final = tuple(stage["code"] for stage in load("stages")["stages"])
_ROLES: Final = ("done", "closed", "stage", "started", "remaining", "part", "total")

#: The columns that a steward may correct, and how a value is read from what a person writes.
CORRECTABLE: Final[Mapping[str, Callable[[str], Value]]] = {
    "actual_value": _figure,
    "actual_class": str,
    "unit": str,
    "percent": _figure,
    "count_role": _one_of(*_ROLES),
    "target_value": _figure,
    "target_class": str,
    "target_unit": str,
    "deadline": _day,
    "stage": _one_of(*_STAGES),
    "status": _one_of(*_STATUSES),
    "yoy_change": _figure,
}


def value_of(column: str, text: str | None) -> Value:
    """The value that a person wrote for a column, None for no value.  Raises CorrectionError."""
    if column not in CORRECTABLE:
        raise CorrectionError(f"{column!r} cannot be corrected; what can: {', '.join(CORRECTABLE)}")
    return None if text is None or not text.strip() else CORRECTABLE[column](text.strip())


def text_of(value: object) -> str | None:
    """A value as a person writes it; the same value always gives the same text."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        written = format(value, "f")  # never normalize(): it rounds to the context's digits
        return written.rstrip("0").rstrip(".") if "." in written else written
    return value.isoformat() if isinstance(value, date) else str(value)


def corrected(fact: Row, column: str, expected: str | None, text: str | None) -> dict[str, Any]:
    """The fact with one value replaced, and with what follows from it: the canonical figures, the rate, the zero.

    Raises MismatchError where the fact says something else than expected, CorrectionError for a value of no use.
    """
    found = text_of(fact[column])
    if found != text_of(value_of(column, expected)):
        raise MismatchError(column, expected, found)
    value = value_of(column, text)
    changed = {**fact, column: value}
    if column == "actual_value":
        # a rate that measures completion is both the figure and the percentage
        if fact["unit"] == PERCENT and fact["percent"] == fact["actual_value"]:
            changed["percent"] = value
        changed["is_stated_zero"] = False
    if column in ("actual_value", "unit"):
        changed["canonical_value"], changed["canonical_unit"] = in_canonical(changed["actual_value"], changed["unit"])
    if column in ("target_value", "target_unit"):
        changed["canonical_target_value"], _ = in_canonical(changed["target_value"], changed["target_unit"])
    return changed
