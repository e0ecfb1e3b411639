"""Nothing, said in words: 尚无, 未新增, 暂未支出. The text holds no number, and none is invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule

_PHRASE: Final = re.compile(either(words("stated_zero", "phrases")))
_NOT_COUNTED: Final = re.compile(r"^(?:[\u4e00-\u9fa5]{0,8}(?:问题|矛盾|风险|意见|不良))")


def _zeros(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _PHRASE.finditer(text):
        if not _NOT_COUNTED.match(text[found.end() : found.end() + 10]):
            yield Mark(kind="stated_zero", start=found.start(), end=found.end(), rule="stated_zero.phrase")


RULES: Final = (
    Rule(
        id="stated_zero.phrase",
        version=1,
        order=84,
        needs="无未没零",
        description_zh="文字表述的零：尚无、未新增、暂未支出（不另造数字）",
        description_en="Zero stated in words; no number is invented",
        find=_zeros,
    ),
)
