"""Requirements of one item that ask the same thing by successive dates: 60% by September, 80% by December."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ingestion.extract.facts import digest
from ingestion.extract.likeness import closeness
from ingestion.extract.units import same_dimension
from ingestion.records import Fact

#: How much of the longer name two rungs must share: a count of other plants is another requirement.
_ALIKE: Final = 0.85
_RUNGS: Final = 2
_WORKS: Final = ("physical_progress", "milestone")


def with_ladders(requirements: Sequence[Fact]) -> list[Fact]:
    """The requirements with `ladder_id` and `rung_no`, where two or more of them make a ladder.

    Rungs of rates hold what is to be reached by their date; rungs of counts that add up to another target of the
    item are increments, and that target has the ladder's id without a rung: 15 by August and 4 by December of 19.
    """
    groups: list[list[Fact]] = []
    for fact in requirements:
        home = next((g for g in groups if _continues(g[0], fact)), None)
        if home is None:
            groups.append([fact])
        else:
            home.append(fact)
    wholes = _increments(requirements)
    places: dict[str, tuple[str, int | None]] = {}
    for whole, parts in wholes:
        _place([*parts], places, whole)
    for group in _works_ladder(groups):
        if not any(f.fact_id in places for f in group):
            _place(group, places, None)
    return [
        replace(f, ladder_id=places[f.fact_id][0], rung_no=places[f.fact_id][1]) if f.fact_id in places else f
        for f in requirements
    ]


def _place(group: list[Fact], places: dict[str, tuple[str, int | None]], whole: Fact | None) -> None:
    rungs = sorted(group, key=lambda f: (str(f.deadline), f.requirement_no or 0))
    if len({f.deadline for f in rungs}) < _RUNGS:
        return
    ladder = digest(rungs[0].item_key, "ladder", rungs[0].requirement_no)
    for number, fact in enumerate(rungs, 1):
        places[fact.fact_id] = (ladder, number)
    if whole is not None:
        places[whole.fact_id] = (ladder, None)


def _increments(requirements: Sequence[Fact]) -> list[tuple[Fact, list[Fact]]]:
    """Targets that the earlier ones of their sub-item add up to."""
    found = []
    for whole in requirements:
        if whole.canonical_target_value is None:
            continue
        parts = [
            f
            for f in requirements
            if f is not whole
            and f.sub_item == whole.sub_item
            and f.canonical_target_value is not None
            and same_dimension(f.target_unit, whole.target_unit)
        ]
        total = sum((f.canonical_target_value or Decimal(0) for f in parts), Decimal(0))
        if len(parts) >= _RUNGS and total == whole.canonical_target_value:
            found.append((whole, parts))
    return found


def _continues(first: Fact, fact: Fact) -> bool:
    """True where two targets measure the same thing in the same scope."""
    if first.target_value is None or fact.target_value is None or first.deadline is None or fact.deadline is None:
        return False
    if first.scope != fact.scope or not same_dimension(first.target_unit, fact.target_unit):
        return False
    return closeness(first.indicator or "", fact.indicator or "") >= _ALIKE


def _works_ladder(groups: list[list[Fact]]) -> list[list[Fact]]:
    """Works: a share of the works by one date and their completion by a later one are rungs of one ladder."""
    works = [g for g in groups if all(f.indicator_type in _WORKS and f.deadline for f in g)]
    if len(works) < 2 or not any(f.indicator_type == "physical_progress" for g in works for f in g):
        return groups
    joined = [f for g in works for f in g]
    return [g for g in groups if not any(g is w for w in works)] + [joined]
