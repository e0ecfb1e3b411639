"""Raised signs: the mark of a note is none of the text, powers stay what they are."""

from __future__ import annotations

import re
from typing import Final

#: What a raised run holds that is a mark of a note: 1, [2], ③, *.
_NOTE_MARK: Final = re.compile(r"[\[［(（【〔]?(?:\d{1,2}|[①-⑳]|[*※†])[\]］)）】〕]?")
_RAISED: Final = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_POWER_OF_TEN: Final = re.compile(r"(?<![\d.])10$")
_LETTER: Final = re.compile(r"[A-Za-zμ]$")


def raised(text: str, before: str) -> str:
    """How raised text reads behind `before`: a unit's power reads on (m3), a power of ten stays raised.

    A note's mark is left out: read as plain text, the one behind 16 would make it 161.
    """
    if not _NOTE_MARK.fullmatch(text.strip()):
        return text
    if _POWER_OF_TEN.search(before):
        return text.translate(_RAISED)
    return text if _LETTER.search(before) else ""


__all__ = ["raised"]
