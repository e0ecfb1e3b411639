"""Sentences without a figure: something to do (加强…管理) and something done (印发…方案)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.contexts import sentence_spans
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Kind, Mark, Marks
from ingestion.extract.registry import Calendar, Rule

_OBLIGATION: Final = re.compile(either(words("wording", "obligation")))
_ACTIVITY: Final = re.compile(either(words("wording", "activity")))


def _marked(text: str, pattern: re.Pattern[str], kind: Kind, rule: str) -> Iterator[Mark]:
    for start, end in sentence_spans(text):
        found = pattern.search(text, start, end)
        if found:
            yield Mark(kind=kind, start=found.start(), end=found.end(), rule=rule)


def _obligations(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    return _marked(text, _OBLIGATION, "obligation", "wording.obligation")


def _activities(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    return _marked(text, _ACTIVITY, "activity", "wording.activity")


RULES: Final = (
    Rule(
        id="wording.obligation",
        version=1,
        order=90,
        description_zh="没有数字的要求：加强、推进、保持、落实",
        description_en="A requirement without a figure",
        find=_obligations,
    ),
    Rule(
        id="wording.activity",
        version=1,
        order=91,
        description_zh="没有数字的进展陈述：印发、制定、开展、建立",
        description_en="A statement of something done, without a figure",
        find=_activities,
    ),
)
