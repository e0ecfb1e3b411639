"""Where the sentences, clauses and brackets of a text begin and end, worked out once for every place of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SENTENCE_ENDS: Final = "。!?\n"
#: With the semicolon, which parts the statements of one long sentence.
PART_ENDS: Final = ";" + SENTENCE_ENDS
CLAUSE_ENDS: Final = "，,;:" + SENTENCE_ENDS
_OPEN, _CLOSE = "(", ")"
#: Texts whose layout is kept: the parts of an item are read in turn, and again for their pairing.
_KEPT: Final = 64


def is_boundary(text: str, place: int, ends: str = CLAUSE_ENDS) -> bool:
    """True when the character ends a clause; a comma that groups thousands or a colon of a ratio does not."""
    char = text[place]
    if char not in ends:
        return False
    between_digits = 0 < place < len(text) - 1 and text[place - 1].isdigit() and text[place + 1].isdigit()
    return not (char in ",:" and between_digits)


@dataclass(frozen=True, slots=True)
class Layout:
    """For every place of a text, its end included: where its clause starts and ends, and which bracket holds it."""

    starts: list[int]
    ends: list[int]
    brackets: list[int | None]


@lru_cache(maxsize=_KEPT)
def layout(text: str) -> Layout:
    """The layout of a text. Brackets match within a line; one without its partner is open to the line's edge."""
    partner = _partners(text)
    starts, brackets = _from_left(text, partner)
    return Layout(starts, _from_right(text, partner), brackets)


@lru_cache(maxsize=_KEPT)
def sentences(text: str, ends: str) -> tuple[tuple[int, int], ...]:
    """The spans of the sentences, each with its closing sign; brackets hold their sentence together."""
    found: list[tuple[int, int]] = []
    start, depth = 0, 0
    for place, char in enumerate(text):
        if char == _OPEN:
            depth += 1
        elif char == _CLOSE:
            depth = max(0, depth - 1)
        elif (depth == 0 or char == "\n") and is_boundary(text, place, ends):
            depth = 0
            if text[start : place + 1].strip(" \n"):
                found.append((start, place + 1))
            start = place + 1
    if text[start:].strip():
        found.append((start, len(text)))
    return tuple(found)


def _partners(text: str) -> dict[int, int]:
    partner: dict[int, int] = {}
    opened: list[int] = []
    for place, char in enumerate(text):
        if char == "\n":
            opened.clear()
        elif char == _OPEN:
            opened.append(place)
        elif char == _CLOSE and opened:
            first = opened.pop()
            partner[first], partner[place] = place, first
    return partner


def _from_left(text: str, partner: dict[int, int]) -> tuple[list[int], list[int | None]]:
    """Clause starts and open brackets, each told from the place before."""
    starts: list[int] = [0]
    brackets: list[int | None] = [None]
    line = 0
    bracket: int | None
    for place, char in enumerate(text):
        if char == "\n":
            line = place + 1
        if char == _OPEN:
            start, bracket = place + 1, place
        elif char == _CLOSE:
            first = partner.get(place)
            start, bracket = (line, None) if first is None else (starts[first], brackets[first])
        else:
            start = place + 1 if is_boundary(text, place) else starts[place]
            bracket = None if char in "。\n" else brackets[place]
        starts.append(start)
        brackets.append(bracket)
    return starts, brackets


def _from_right(text: str, partner: dict[int, int]) -> list[int]:
    ends = [len(text)] * (len(text) + 1)
    line = len(text)
    for place in range(len(text) - 1, -1, -1):
        char = text[place]
        if char == "\n":
            line = place
        if char == _OPEN:
            last = partner.get(place)
            ends[place] = line if last is None else ends[last + 1]
        elif char == _CLOSE or is_boundary(text, place):
            ends[place] = place
        else:
            ends[place] = ends[place + 1]
    return ends
