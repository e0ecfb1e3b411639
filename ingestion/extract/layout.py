"""Where the sentences, clauses and brackets of a text begin and end, worked out once for every place of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SENTENCE_ENDS: Final = "。!?\n"
#: With the semicolon, which parts the statements of one long sentence.
PART_ENDS: Final = ";" + SENTENCE_ENDS
CLAUSE_ENDS: Final = "，,;:" + SENTENCE_ENDS
_OPEN, _CLOSE = "(", ")"
#: The places and characters of the signs of a text.
Signs = tuple[tuple[int, str], ...]
#: Every sign that any of these turns on; between two of them nothing changes.
_SIGNS: Final = re.compile(f"[{re.escape(CLAUSE_ENDS)}()]")
#: Texts whose layout is kept: the parts of an item are read in turn, and again for their pairing.
_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """For every place of a text, its end included: where its clause starts and ends, and which bracket holds it."""

    starts: list[int]
    ends: list[int]
    brackets: list[int | None]


@lru_cache(maxsize=_KEPT)
def layout(text: str) -> Layout:
    """The layout of a text. Brackets match within a line; one without its partner is open to the line's edge."""
    signs = _signs_of(text)
    partner = _partners(signs)
    starts, brackets = _from_left(text, signs, partner)
    return Layout(starts, _from_right(text, signs, partner), brackets)


@lru_cache(maxsize=_KEPT)
def sentences(text: str, ends: str) -> tuple[tuple[int, int], ...]:
    """The spans of the sentences, each with its closing sign; brackets hold their sentence together.

    `ends` are some of `CLAUSE_ENDS`.
    """
    found: list[tuple[int, int]] = []
    start, depth = 0, 0
    for place, char in _signs_of(text):
        if char == _OPEN:
            depth += 1
        elif char == _CLOSE:
            depth = max(0, depth - 1)
        elif char in ends and (depth == 0 or char == "\n"):
            depth = 0
            if text[start : place + 1].strip(" \n"):
                found.append((start, place + 1))
            start = place + 1
    if text[start:].strip():
        found.append((start, len(text)))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def _signs_of(text: str) -> Signs:
    found = ((sign.start(), sign.group()) for sign in _SIGNS.finditer(text))
    return tuple((place, char) for place, char in found if char not in ",:" or not _is_between_digits(text, place))


def _is_between_digits(text: str, place: int) -> bool:
    """True for a comma that groups thousands and the colon of a ratio: they part nothing."""
    return 0 < place < len(text) - 1 and text[place - 1].isdigit() and text[place + 1].isdigit()


def _partners(signs: Signs) -> dict[int, int]:
    partner: dict[int, int] = {}
    opened: list[int] = []
    for place, char in signs:
        if char == "\n":
            opened.clear()
        elif char == _OPEN:
            opened.append(place)
        elif char == _CLOSE and opened:
            first = opened.pop()
            partner[first], partner[place] = place, first
    return partner


def _from_left(text: str, signs: Signs, partner: dict[int, int]) -> tuple[list[int], list[int | None]]:
    """Clause starts and open brackets: what holds behind a sign holds up to the next."""
    starts: list[int] = []
    brackets: list[int | None] = []
    line, start = 0, 0
    bracket: int | None = None
    for place, char in signs:
        starts += [start] * (place + 1 - len(starts))
        brackets += [bracket] * (place + 1 - len(brackets))
        if char == "\n":
            line = place + 1
        if char == _OPEN:
            start, bracket = place + 1, place
        elif char == _CLOSE:
            first = partner.get(place)
            start, bracket = (line, None) if first is None else (starts[first], brackets[first])
        else:
            start = place + 1
            bracket = None if char in "。\n" else bracket
    starts += [start] * (len(text) + 1 - len(starts))
    brackets += [bracket] * (len(text) + 1 - len(brackets))
    return starts, brackets


def _from_right(text: str, signs: Signs, partner: dict[int, int]) -> list[int]:
    ends = [len(text)] * (len(text) + 1)
    line, end, upto = len(text), len(text), len(text) + 1
    for place, char in reversed(signs):
        ends[place + 1 : upto] = [end] * (upto - place - 1)
        if char == "\n":
            line = place
        if char == _OPEN:
            last = partner.get(place)
            end = line if last is None else ends[last + 1]
        else:
            end = place
        ends[place], upto = end, place
    ends[:upto] = [end] * upto
    return ends
