"""The mark of a key task, in lenticular brackets: 【重点考核】."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule

_MARK: Final = re.compile(r"【 ?(重点[考核督办任务关注]{0,4}) ?】")


def _key_marks(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _MARK.finditer(text):
        yield Mark(kind="key_mark", start=found.start(), end=found.end(), rule="key_mark.bracket", code=found.group(1))


RULES: Final = (
    Rule(
        id="key_mark.bracket",
        version=1,
        order=8,
        needs="【",
        description_zh="【重点考核】标记",
        description_en="The mark of a key task",
        find=_key_marks,
    ),
)
