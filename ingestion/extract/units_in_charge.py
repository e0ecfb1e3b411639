"""Who leads a task and who joins in: from columns (牵头单位), and from brackets behind the task (市水务局负责)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.records import Fact, TaskItem, TextPart

_LEAD: Final = either(words("units_in_charge", "lead"))
_JOINT: Final = either(words("units_in_charge", "joint"))
_LEAD_HEADER: Final = re.compile(_LEAD)
_JOINT_HEADER: Final = re.compile(_JOINT)
_ORGAN: Final = rf"[\u4e00-\u9fa5]{{1,16}}?{either(words('units_in_charge', 'organs'))}"
_ORGANS: Final = rf"{_ORGAN}(?:[、,，和及]{_ORGAN}){{0,12}}"
_NAMED_LEAD: Final = re.compile(rf"{_LEAD}[:：为是]{{0,2}}[ ]*(?P<units>[^;；。:：()（）\n]{{2,80}})")
_NAMED_JOINT: Final = re.compile(rf"{_JOINT}[:：为是]{{0,2}}[ ]*(?P<units>[^;；。:：()（）\n]{{2,120}})")
_BRACKETED: Final = re.compile(
    rf"\((?:由)?(?P<units>{_ORGANS})(?:等)?(?:负责|牵头|主办|承办)(?:[,，;][^()]{{0,60}})?\)"
)
_EDGES: Final = " \n，,、。；;|-—/无"
#: A longer cell holds more than names.
_LONGEST: Final = 160


def with_units(item: TaskItem, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of an item with the units that its columns, or else its texts, put in charge."""
    lead, joint = _of_columns(item.parts, _LEAD_HEADER), _of_columns(item.parts, _JOINT_HEADER)
    if lead is None and joint is None:
        lead, joint = _of_texts(p.text for p in item.parts if p.role in ("task", "content", "requirement"))
    if lead is None and joint is None:
        return list(facts)
    return [replace(f, lead_unit=f.lead_unit or lead, joint_units=f.joint_units or joint) for f in facts]


def is_of_units(part: TextPart) -> bool:
    """True for a cell of a column of units in charge, which asks nothing."""
    header = fold(part.header or "")
    return bool(_LEAD_HEADER.search(header) or _JOINT_HEADER.search(header))


def _of_columns(parts: Iterable[TextPart], header: re.Pattern[str]) -> str | None:
    for part in parts:
        text = part.text.strip(_EDGES)
        if part.header and header.search(fold(part.header)) and 0 < len(text) <= _LONGEST:
            return re.sub(r"\s*\n\s*", "、", text)
    return None


def _of_texts(texts: Iterable[str]) -> tuple[str | None, str | None]:
    for text in texts:
        folded = fold(text)
        lead = _NAMED_LEAD.search(folded) or _BRACKETED.search(folded)
        joint = _NAMED_JOINT.search(folded)
        if lead or joint:
            return _units(text, lead), _units(text, joint)
    return None, None


def _units(text: str, found: re.Match[str] | None) -> str | None:
    """The units in the words of the text; folding keeps every place."""
    return text[found.start("units") : found.end("units")].strip(_EDGES) if found else None
