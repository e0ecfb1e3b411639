"""Sentences of prose, with offsets: cut at 。；;！ and line ends, never inside 《》“”（）「」 or a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_PAIRS: Final = {"《": "》", "“": "”", "（": "）", "(": ")", "「": "」", "『": "』", "【": "】", "〈": "〉", "‘": "’"}
_STOPS: Final = frozenset("。；;！!？?\n\r")
#: Marks that sites leave in a text (##paidbegin##); they are no words, and nothing is counted out of the spans.
STRAY_MARKER: Final = re.compile(r"##[A-Za-z_]+##")
_BLANK: Final = re.compile(r"(?:\s|\ufeff|\u200b)+")
#: 一是 … 十是 opens a new point even where the writer forgot the stop after a bracket.
_POINT: Final = re.compile(r"[一二三四五六七八九十]是(?!否)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its stop; `text` stands at `start`."""

    text: str
    start: int


def sentences_of(text: str, offset: int = 0) -> Iterator[Sentence]:
    """The sentences of a paragraph; `offset` is the paragraph's own. Marks and blanks alone are no sentence."""
    begin = 0
    for end in [*_cuts(text), len(text)]:
        lead = _lead(text, begin, end)
        piece = text[lead:end].rstrip()
        if piece and STRAY_MARKER.sub("", piece).strip("。；;！!？?，, "):
            yield Sentence(piece, offset + lead)
        begin = end


def _lead(text: str, begin: int, end: int) -> int:
    """Past the blanks and stray marks before a sentence."""
    while begin < end and (found := _BLANK.match(text, begin, end) or STRAY_MARKER.match(text, begin, end)):
        begin = found.end()
    return begin


def _cuts(text: str) -> Iterator[int]:
    """Offsets behind every stop that stands outside brackets and quotation marks."""
    closing = _closings(text)
    skip_to = -1
    for i, char in enumerate(text):
        if i < skip_to:
            continue
        if i in closing:
            skip_to = closing[i]
            # a bracket that closes before 二是 ends the point before it
            if _POINT.match(text, skip_to + 1) and text[skip_to] in "）)":
                yield skip_to + 1
        elif char in _STOPS:
            yield i + 1


def _closings(text: str) -> dict[int, int]:
    """The closing place of every outermost bracket; an opening one without its partner protects nothing."""
    open_at: list[tuple[int, str]] = []
    wanted: Counter[str] = Counter()
    closing: dict[int, int] = {}
    for i, char in enumerate(text):
        if char in _PAIRS:
            open_at.append((i, _PAIRS[char]))
            wanted[_PAIRS[char]] += 1
        elif wanted[char]:
            place, want = open_at.pop()
            while want != char:
                wanted[want] -= 1
                place, want = open_at.pop()
            wanted[want] -= 1
            closing[place] = i
    return closing
