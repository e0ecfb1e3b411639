"""Folding for matching only: one character for one, so that offsets in the folded text are offsets in the original.

Traditional characters become Simplified, full-width signs half-width, every dash a hyphen.  Nothing that is quoted
or published ever comes from folded text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

import opencc

_CJK: Final = (range(0x3400, 0xA000), range(0xF900, 0xFB00))
_LONGEST_KEPT: Final = 2000
_DASHES: Final = "‐‑‒–—―−－﹣﹘~～∼〜"
_DASH_FOLDS: Final = dict.fromkeys(map(ord, _DASHES), "-")
_BLANKS: Final = re.compile(r"\s+|<br\s*/?>|\*\*", re.IGNORECASE)


def fold(text: str) -> str:
    """The text folded, of the same length."""
    # cells and headings are asked about again and again; whole documents are not kept
    return _folded(text) if len(text) <= _LONGEST_KEPT else text.translate(_table())


def squeeze(text: str) -> str:
    """The text folded and without blanks, line breaks or marks of bold type: for names and headers."""
    return _squeezed(text) if len(text) <= _LONGEST_KEPT else _BLANKS.sub("", fold(text))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return text.translate(_table())


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return _BLANKS.sub("", _folded(text))


@cache
def _table() -> dict[int, str]:
    table = {}
    for code in range(0x21, 0x10000):
        char = chr(code)
        # circled and raised numbers are marks of their own, not digits
        if unicodedata.category(char) in ("No", "Cs", "Co", "Cn"):
            continue
        plain = unicodedata.normalize("NFKC", char)
        if plain != char and len(plain) == 1:
            table[code] = plain
    table.update(_simplified())
    table.update(_DASH_FOLDS)
    return table


def _simplified() -> dict[int, str]:
    chars = [chr(code) for block in _CJK for code in block]
    folded = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {ord(a): b for a, b in zip(chars, folded, strict=True) if a != b and len(b) == 1}
