"""How well a requirement fits a progress fact: unit, scope, number, and the likeness of their words."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.likeness import LEVELS, Scope, likeness, scope_of, shared_run
from ingestion.extract.units import same_dimension
from ingestion.records import Fact

_LIKE: Final = 4.0
_SAME_UNIT: Final = 2.0
_SAME_TOTAL: Final = 3.0
_SAME_SCOPE: Final = 3.0
_PART_SCOPE: Final = 1.0
SAME_NUMBER: Final = 2.0
#: A run of as many characters that two sentences share is a name.
_NAME: Final = 4
_SAME_NAME: Final = 1.0
_NO_LEVEL: Final = -1.0
_FOREIGN_FIGURE: Final = -1.0
_RATIO: Final = re.compile(r"(?:比值|之比|比例系数)(?:[^\u4e00-\u9fa5]|$)|比值")
_PROVINCE: Final = frozenset({"central", "province"})


def is_foreign(fact: Fact, requirement: Fact) -> bool:
    """True for a figure that a milestone does not ask for: 两台燃机 beside the completion of a plant."""
    return requirement.requirement_kind == "milestone" and has_figure(fact) and fact.percent_kind != "completion"


def has_figure(fact: Fact) -> bool:
    """True where a fact states a figure, a class or a rate."""
    return any(v is not None for v in (fact.actual_value, fact.actual_class, fact.percent, fact.target_value))


def score(fact: Fact, requirement: Fact) -> float | None:
    """How well a requirement fits a fact; None where they cannot be about the same thing."""
    total = 0.0
    unit = _unit_score(fact, requirement)
    scope = _scope_score(fact, requirement)
    if unit is None or scope is None:
        return None
    total += unit + scope
    if fact.sub_item is not None and fact.sub_item == requirement.sub_item:
        total += SAME_NUMBER
    if has_figure(fact):
        total += _LIKE * likeness(fact.indicator or "", requirement.indicator or "")
        total += likeness(fact.indicator or "", requirement.quote)
    else:
        total += _LIKE * likeness(fact.quote, requirement.quote)
        total += _SAME_NAME * (shared_run(fact.quote, requirement.quote) >= _NAME)
    if fact.base_value is not None and fact.base_value == requirement.target_value:
        total += _SAME_TOTAL
    if fact.target_value is not None and fact.target_value == requirement.target_value:
        total += _SAME_TOTAL
    return total


def _unit_score(fact: Fact, requirement: Fact) -> float | None:
    if requirement.requirement_kind == "milestone":
        if fact.actual_class is not None:
            return None
        return _FOREIGN_FIGURE if is_foreign(fact, requirement) else 0.0
    if requirement.target_class is not None:
        return _SAME_UNIT if fact.actual_class is not None else None if has_figure(fact) else 0.0
    if fact.actual_class is not None:
        return None
    unit = fact.unit or (fact.target_unit if fact.target_value is not None else None)
    if unit is None:
        return _unitless_score(fact, requirement)
    if requirement.target_unit is None:
        return None
    if same_dimension(unit, requirement.target_unit):
        return _SAME_UNIT
    return 0.5 if fact.percent is not None and fact.actual_value == fact.percent and _is_completion(fact) else None


def _unitless_score(fact: Fact, requirement: Fact) -> float | None:
    if fact.actual_value is not None:  # an index or a ratio
        is_asked = requirement.target_unit is None and _is_ratio(fact) == _is_ratio(requirement)
        return _SAME_UNIT if is_asked else None
    return 0.0


def _is_ratio(fact: Fact) -> bool:
    """True for a ratio of two figures; the figures themselves do not answer it."""
    return bool(_RATIO.search(fold(fact.indicator or "")))


def _is_completion(fact: Fact) -> bool:
    return fact.percent_kind == "completion"


def _scope_score(fact: Fact, requirement: Fact) -> float | None:
    """Years and levels of money, and substances, must not contradict each other."""
    funds = "资金" in fold(f"{requirement.indicator or ''}{requirement.requirement or ''}")
    if requirement.requirement_kind == "milestone" and requirement.scope is None:
        return 0.0
    asked = funds_scope(requirement, funds=funds)
    given = funds_scope(fact, funds=funds)
    total = 0.0
    if asked.substances and given.substances:
        if not asked.substances & given.substances:
            return None
        total += _SAME_SCOPE
    if not funds:
        return total
    if asked.years and given.years:
        if not asked.years & given.years:
            return None
        total += _PART_SCOPE
    if "all" in given.levels and asked.levels - {"all"} and not given.levels - {"all"}:
        return None  # 各级资金 is more than the level that was asked about
    level = _level_score(asked.levels - {"all"}, given.levels - {"all"})
    return None if level is None else total + level


def _level_score(asked: frozenset[str], given: frozenset[str]) -> float | None:
    if asked == given:
        return _SAME_SCOPE
    if not asked:
        return _PART_SCOPE if given else _SAME_SCOPE
    if not given:
        return _NO_LEVEL
    if asked == {"province_up"} and given <= _PROVINCE:
        return _PART_SCOPE
    return _PART_SCOPE if asked <= given else None


def funds_scope(fact: Fact, *, funds: bool) -> Scope:
    """The scope of a fact, as written in it, else as its indicator names it; years and levels only of funds."""
    written = (fact.scope or "").split()
    years = frozenset(w for w in written if w.isdigit())
    levels = frozenset(w for w in written if w in LEVELS)
    own = scope_of(fact.indicator or "", funds=funds)
    return Scope(years or own.years, levels or own.levels, own.substances)
