"""Units as written and their canonical form: 0.475 万亩 is 4750 亩, 3 万吨/日 is 30000 吨/日."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, load

_DATA: Final = load("units")
MULTIPLIERS: Final[dict[str, Decimal]] = {k: Decimal(v) for k, v in _DATA["multipliers"].items()}
_MEASURES: Final[dict[str, tuple[str, Decimal]]] = {
    name: (canonical, Decimal(str(factor))) for name, (canonical, factor) in _DATA["measures"].items()
}
COUNTERS: Final[frozenset[str]] = frozenset(_DATA["counters"])

MULTIPLIER: Final = either(MULTIPLIERS)
#: A unit name, the longest first; `/人`, `每月` and the like may follow.
UNIT: Final = either([*_MEASURES, *COUNTERS])
PER: Final = rf"(?:(?:/|每){either(_DATA['per'])})"
#: Units that are measured, not counted (a noun behind them is not what is counted).
MEASURE_UNITS: Final[frozenset[str]] = frozenset(_MEASURES)

_MEASURED: Final[frozenset[str]] = frozenset(name for name, _ in _MEASURES.values())

PERCENT: Final = "%"
POINTS: Final = "个百分点"


@cache
def canonical(unit: str) -> tuple[str, Decimal] | None:
    """The canonical unit and the factor to it of a unit as written; None for a unit that the vocabulary lacks.

    >>> canonical("万亩")
    ('亩', Decimal('10000'))
    """
    name = fold(unit).replace(" ", "").replace("余", "").replace("多", "")
    if name in (PERCENT, "百分之"):
        return PERCENT, Decimal(1)
    if name in (POINTS, "百分点"):
        return POINTS, Decimal(1)
    if name in _MEASURES:
        return _MEASURES[name]
    if name in COUNTERS:
        return name, Decimal(1)
    for multiplier in sorted(MULTIPLIERS, key=len, reverse=True):
        if name.startswith(multiplier):
            rest = name.removeprefix(multiplier)
            inner = ("", Decimal(1)) if not rest else canonical(rest)
            return (inner[0], inner[1] * MULTIPLIERS[multiplier]) if inner else None
    for sign in ("/", "每"):
        head, _, tail = name.partition(sign)
        base = canonical(head) if tail else None
        if base:
            return f"{base[0]}/{tail}", base[1]
    return None


def is_measured(unit: str | None) -> bool:
    """True for a unit of measure (万吨, 公里, 亿元), False for a counter (家, 万人)."""
    known = canonical(unit) if unit else None
    return known is not None and known[0].partition("/")[0] in _MEASURED


def in_canonical(value: Decimal | None, unit: str | None) -> tuple[Decimal | None, str | None]:
    """A value in its canonical unit, both None where the unit is unknown or the value is absent."""
    found = canonical(unit) if unit else None
    if value is None or found is None:
        return None, None
    return value * found[1], found[0]


def same_dimension(a: str | None, b: str | None) -> bool:
    """True when two units as written measure the same thing."""
    first, second = canonical(a) if a else None, canonical(b) if b else None
    return bool(first and second and first[0] == second[0])
