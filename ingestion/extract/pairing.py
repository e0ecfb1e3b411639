"""Which requirement a progress fact answers: meaning before number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.likeness import likeness
from ingestion.extract.rates import with_rates
from ingestion.extract.scoring import SAME_NUMBER, funds_scope, has_figure, is_foreign, score
from ingestion.extract.units import same_dimension
from ingestion.records import Fact

#: Below this a figure pairs with nothing, and words without a figure speak of the whole item.
_LEAST: Final = 2.0
_LEAST_WORDS: Final = 2.4
_LEAST_LED: Final = 1.2
_LEAD: Final = 0.5


def pair(progress: Sequence[Fact], requirements: Sequence[Fact]) -> list[Fact]:
    """The progress facts with `requirement_no`, `pairing` and the answered requirement's text.

    Figures and words find their requirement first; a judgement that stands alone over a numbered part follows them.
    """
    if not requirements:
        return list(progress)
    paired = [fact if _is_head(fact) else _paired(fact, requirements) for fact in progress]
    paired = with_rates([_zero_of_target(fact, paired, requirements) for fact in paired], requirements)
    return [_head(fact, paired, requirements) if _is_head(fact) else fact for fact in paired]


def _zero_of_target(fact: Fact, paired: Sequence[Fact], requirements: Sequence[Fact]) -> Fact:
    """尚未启动 against a number that was asked, with no figure beside it, states zero."""
    asked = next((r for r in requirements if r.requirement_no == fact.requirement_no), None)
    if fact.stage != "not_started" or asked is None or asked.target_value is None or has_figure(fact):
        return fact
    told = any(f.requirement_no == fact.requirement_no and has_figure(f) for f in paired)
    return fact if told else replace(fact, is_stated_zero=True)


def _is_head(fact: Fact) -> bool:
    """True for a judgement that is a sentence by itself."""
    if fact.rule_id != "status.phrase" or has_figure(fact):
        return False
    return len(fact.quote) <= len(fact.status_phrase or "") + 2


def _whole(requirements: Sequence[Fact]) -> str | None:
    return "\n".join(dict.fromkeys(r.requirement for r in requirements if r.requirement)) or None


def _head(fact: Fact, paired: Sequence[Fact], requirements: Sequence[Fact]) -> Fact:
    """A judgement over a numbered part goes with what the part tells, else by its number; others judge the item."""
    if fact.sub_item is None:
        return replace(fact, requirement=_whole(requirements), pairing="whole_item")
    beside = [f for f in paired if f.sub_item == fact.sub_item]
    told = [n for f in beside for n in _numbers(f)]
    numbers = Counter(told)
    number = numbers.most_common(1)[0][0] if numbers else None
    by_number = next((r for r in requirements if r.sub_item == fact.sub_item), None)
    found = next((r for r in requirements if r.requirement_no == number), None) or by_number
    if found is None:
        return replace(fact, requirement=_whole(requirements), pairing="whole_item")
    return replace(
        fact,
        requirement=found.requirement,
        requirement_no=found.requirement_no,
        pairing="meaning" if numbers else "number",
        answers=",".join(map(str, sorted(numbers))) if len(numbers) > 1 else None,
    )


def _numbers(fact: Fact) -> list[int]:
    """The requirements that a fact answers."""
    if fact.answers:
        return [int(n) for n in fact.answers.split(",")]
    return [fact.requirement_no] if fact.requirement_no is not None else []


def _paired(fact: Fact, requirements: Sequence[Fact]) -> Fact:
    if start := _start_answered(fact, requirements):
        return replace(fact, requirement=start.requirement, requirement_no=start.requirement_no, pairing="meaning")
    scored = [(s, r) for r in requirements if (s := score(fact, r)) is not None]
    if not scored:
        return fact if has_figure(fact) else replace(fact, requirement=_whole(requirements))
    best, requirement = max(scored, key=lambda pair: pair[0])
    requirement = _first_rung(requirement, requirements)
    if together := _together(fact, scored):
        return together
    if _is_between_levels(fact, best, scored):
        return fact
    is_alone = len(requirements) == 1 and not is_foreign(fact, requirement)
    if not is_alone and not _is_clear(fact, best, scored):
        return fact if has_figure(fact) else replace(fact, requirement=_whole(requirements), pairing="whole_item")
    by_number = fact.sub_item is not None and fact.sub_item == requirement.sub_item and best < _LEAST + SAME_NUMBER
    paired = replace(
        fact,
        requirement=requirement.requirement,
        requirement_no=requirement.requirement_no,
        pairing="number" if by_number else "meaning",
    )
    return replace(paired, count_role="part") if _is_part(fact, requirement) else paired


def _start_answered(fact: Fact, requirements: Sequence[Fact]) -> Fact | None:
    """The start that an item asks for as a milestone of its own, when everything counted has started.

    68个自然村均已开工 answers 全部开工; 30 of 68 begun do not, and stay beside the count.
    """
    start = next((r for r in requirements if r.milestone_stage == "started"), None)
    if start is None or fact.count_role != "started" or fact.actual_value is None:
        return None
    asked = [
        r.target_value
        for r in requirements
        if r.target_value is not None and same_dimension(r.target_unit, fact.unit) and r.target_unit == fact.unit
    ]
    is_all = bool(asked) and fact.actual_value >= max(asked)
    return start if is_all or _ALL.search(fold(fact.quote)) else None


_ALL: Final = re.compile(r"(?:均|全部|都)(?:已|开工|动工)")


def _together(fact: Fact, scored: Sequence[tuple[float, Fact]]) -> Fact | None:
    """A sum that answers several targets of its number at once: 检测共完成26公里 of 74 and 21.

    It pairs with none of them alone; `answers` names them, and their sum is the base.
    """
    if fact.actual_value is None or not _SUM.search(fold(fact.indicator or "")):
        return None
    stem = _STEM.sub("", fold(fact.indicator or ""))
    stem = stem if len(stem) >= _STEM_LENGTH else ""
    named = [
        r
        for _, r in scored
        if r.canonical_target_value is not None
        and same_dimension(r.target_unit, fact.unit)
        and (fact.sub_item is None or r.sub_item == fact.sub_item)
        and (likeness(r.indicator or "", fact.indicator or "") >= _NAMED or (stem and stem in fold(r.indicator or "")))
    ]
    units = {r.target_unit for r in named}
    if len(named) < 2 or len(units) != 1:
        return None
    return replace(
        fact,
        answers=",".join(str(r.requirement_no) for r in named),
        base_value=sum((r.target_value or Decimal(0) for r in named), Decimal(0)),
        base_unit=named[0].target_unit,
        requirement="\n".join(dict.fromkeys(r.requirement or "" for r in named)),
        pairing="meaning",
    )


_SUM: Final = re.compile(r"共|合计|总计|累计")
_STEM: Final = re.compile(r"共计?|合计|总计|累计|完成|已")
_STEM_LENGTH: Final = 2
_NAMED: Final = 0.75


def _is_between_levels(fact: Fact, best: float, scored: Sequence[tuple[float, Fact]]) -> bool:
    """True for a rate of public money that names no level, where several levels are asked about alike."""
    if funds_scope(fact, funds=True).levels - {"all"}:
        return False
    near = {r.scope for s, r in scored if s > best - _LEAD and r.indicator_type == "fund_execution"}
    return len(near) > 1


def _is_clear(fact: Fact, best: float, scored: Sequence[tuple[float, Fact]]) -> bool:
    """True where the best requirement fits well enough; words need a lead over the next one instead."""
    if has_figure(fact) or best >= _LEAST_WORDS:
        return best >= _LEAST
    ranked = sorted((s for s, _ in scored), reverse=True)
    lead = best - ranked[1] if len(ranked) > 1 else best
    return best >= _LEAST_LED and lead >= _LEAD


def _first_rung(requirement: Fact, requirements: Sequence[Fact]) -> Fact:
    """A reported rate answers the whole ladder: it pairs with the first rung of the same measure."""
    if requirement.ladder_id is None or requirement.target_value is None:
        return requirement
    rungs = [r for r in requirements if r.ladder_id == requirement.ladder_id and r.target_value is not None]
    return min(rungs, key=lambda r: r.rung_no or 0)  # the whole of increments has no rung and goes first


def _is_part(fact: Fact, requirement: Fact) -> bool:
    """True for a rate of one level of money where the requirement asks for several together."""
    funds = "资金" in fold(requirement.indicator or "")
    if not funds or not has_figure(fact):
        return False
    asked, given = funds_scope(requirement, funds=True).levels - {"all"}, funds_scope(fact, funds=True).levels - {"all"}
    return bool(given) and asked != given
