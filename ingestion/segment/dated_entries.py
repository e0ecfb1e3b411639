"""Numbered entries of a report that ask first and tell, from a period on, what was done.

1.引进项目不少于3个。上半年，引进2个。 / 2.培育平台2家。 : what stands before the period is asked, what stands behind it
is the answer; an entry of such a run without a period only asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ingestion.records import Paragraph, Role
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import fold
from ingestion.segment.headings import heading_end, numbered
from ingestion.segment.narrative import Prose
from ingestion.segment.parts import paragraph_part, plain_number
from ingestion.segment.sentences import sentences_of

_LEAST_ENTRIES: Final = 2
#: 4 is 1. , 5 is (1): levels at which siblings are entries, not chapters.
_RUN_LEVELS: Final = (3, 4, 5)
_PERIOD_FIRST: Final = re.compile(
    r"截[至止]|目前|今年以来|年初以来|[上]半年|前?[一二三四1-4]+个?季度|(?:20\d\d年)?\d{1,2}(?:月份?)?(?:-|至)\d{1,2}月"
)
_TELLS: Final = re.compile(r"已|累计|同比|较上年|较去年|比上年|截[至止]|目前|[成立建办施置造修放](?:了|达)(?=\d)|实际")


def stretches(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[bool, list[Paragraph]]]:
    """Prose cut into stretches: True for a run of numbered siblings of which half or more ask and then answer."""
    for level, group in groupby(paragraphs, key=_level_of):
        run = list(group)
        asked = sum(_period_at(p) is not None for p in run) if level in _RUN_LEVELS else 0
        yield asked >= 1 and len(run) >= _LEAST_ENTRIES and 2 * asked >= len(run), run


def dated_entries(paragraphs: Sequence[Paragraph], prose: Prose) -> Iterator[Draft]:
    """The items of a run of numbered siblings: what stands before the period asks, what stands behind it answers."""
    for paragraph in paragraphs:
        number = numbered(paragraph.text)
        begin = number.end if number else 0
        told = _period_at(paragraph)
        if number is None or (told is None and _TELLS.search(fold(paragraph.text))):
            yield from prose.statements([paragraph])
            continue
        end = len(paragraph.text) if told is None else told
        pieces: list[tuple[int, int, Role]] = [(begin, end, "requirement"), (end, len(paragraph.text), "progress")]
        parts = [part for a, b, role in pieces if (part := paragraph_part(paragraph, a, b, role, prose.path))]
        yield Draft(plain_number(number.number), None, tuple(parts))


def _level_of(paragraph: Paragraph) -> int | None:
    number = numbered(paragraph.text)
    return number.level if number else None


def _period_at(paragraph: Paragraph) -> int | None:
    """Where the sentence begins that tells from a period on what was done; None where none does or all are told."""
    number = numbered(paragraph.text)
    # a run-in heading (治河。完成3公里。) names a chapter, and asks nothing
    is_entry = number is not None and heading_end(paragraph.text, number.end) == number.end
    sentences = list(sentences_of(paragraph.text[number.end :], number.end)) if number and is_entry else []
    for place, sentence in enumerate(sentences):
        folded = fold(sentence.text)
        if place and _PERIOD_FIRST.match(folded):
            return sentence.start
        if _TELLS.search(folded):
            return None
    return None
