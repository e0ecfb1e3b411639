"""Cells that answer their column's header with yes or no: 否 under 是否达序时."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.records import TextPart

_ASKS: Final = re.compile(r"(?:是否|能否|有无)(?P<what>[\u4e00-\u9fa5]+)")
_YES: Final = re.compile(r"\s*(?:是|√|✓|✔|已|有)\s*")
_NO: Final = re.compile(r"\s*(?:否|不是|×|✗|✘|未|无|没有)\s*")
#: What the header asks for, and the class of yes and of no; the first that it names.
_KINDS: Final = tuple(
    (re.compile(either(words("cells", key))), yes, no)
    for key, yes, no in (
        ("asks_behind", "behind_schedule", "on_schedule"),
        ("asks_pace", "on_schedule", "behind_schedule"),
        ("asks_done", "completed", "behind_schedule"),
    )
)


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """The class that an answer comes to; `start`, `end` are its span in the cell's text."""

    code: str
    start: int
    end: int


def cell_answer(part: TextPart) -> CellAnswer | None:
    """What a cell answers, or None where its header asks nothing of progress or its text says more than yes or no.

    是否开工 asks for a stage, not for a judgement: yes tells nothing of the pace, and a no only that nothing began.
    """
    asked = _ASKS.search(fold(part.header or ""))
    text = fold(part.text)
    is_yes = bool(_YES.fullmatch(text))
    if not asked or not (is_yes or _NO.fullmatch(text)):
        return None
    found = next(((yes, no) for what, yes, no in _KINDS if what.search(asked["what"])), None)
    if found is None:
        return None
    return CellAnswer(found[0] if is_yes else found[1], len(text) - len(text.lstrip()), len(text.rstrip()))
