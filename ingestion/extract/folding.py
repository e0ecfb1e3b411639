"""A copy of a text in one script and one width, character for character, so that rules are written once.

Full-width digits, letters and signs become ASCII, Traditional characters Simplified.  The copy has the length of the
original: place i of the one is place i of the other, and a quote is a slice of the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import opencc

from ingestion.extract.keeping import LONGEST, kept_of_short

_CONVERTER: Final = opencc.OpenCC("t2s")

#: Signs that are one thing to a reader.  The full-width comma stays: it never groups thousands, the ASCII one may.
_SIGNS: Final = {
    **dict.fromkeys("－–—−‐‑～〜~﹣", "-"),
    **dict.fromkeys("﹪％", "%"),
    **dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\t", " "),
    **dict.fromkeys("•‧∙・", "·"),
    **dict.fromkeys("≦⩽", "≤"),
    **dict.fromkeys("≧⩾", "≥"),
    "﹝": "〔",
    "﹞": "〕",
    "µ": "μ",
    "〇": "零",
    "，": "，",
}

_FULL_WIDTH_FIRST: Final = 0xFF01
_FULL_WIDTH_LAST: Final = 0xFF5E
_FULL_WIDTH_OFFSET: Final = 0xFEE0

#: Marks that a copy from a web page left inside words; read as blanks.
_NOISE: Final = re.compile(r"##[a-z]{1,20}##|\*{2}")
#: A line break in a cell that came out of a marked-up table.
_BREAK: Final = re.compile(r"<br ?/?>", re.IGNORECASE)

#: So many different characters are sooner replaced one by one than the whole text read through.
_FEW: Final = 24


@cache
def fold_char(char: str) -> str:
    """One character in the form that the rules are written in; always one character."""
    if char in _SIGNS:
        return _SIGNS[char]
    if _FULL_WIDTH_FIRST <= ord(char) <= _FULL_WIDTH_LAST:
        return chr(ord(char) - _FULL_WIDTH_OFFSET)
    if ord(char) < 0x3400:
        return char
    simplified: str = _CONVERTER.convert(char)
    return simplified if len(simplified) == 1 else char


def _fold_chars(text: str) -> str:
    """Most texts have a few kinds of signs to fold, each replaced everywhere at once."""
    others = {char: own for char in frozenset(text) if (own := fold_char(char)) != char}
    if len(others) > _FEW or not others.keys().isdisjoint(others.values()):
        return "".join(map(fold_char, text))
    for char, own in others.items():
        text = text.replace(char, own)
    return text


@kept_of_short
def fold(text: str) -> str:
    """The text in one script and width, of the same length."""
    folded = "".join(map(fold_char, text)) if len(text) <= LONGEST else _fold_chars(text)
    if "##" in folded or "**" in folded:
        folded = _NOISE.sub(lambda m: " " * len(m.group()), folded)
    return _BREAK.sub(lambda m: "\n" + " " * (len(m.group()) - 1), folded) if "<" in folded else folded


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as written beside its copy for the rules; both have the same length."""

    original: str
    text: str

    @classmethod
    def of(cls, original: str) -> Folded:
        """Fold a text."""
        return cls(original, fold(original))
