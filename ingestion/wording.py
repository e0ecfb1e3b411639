"""Folding of written text for comparison only: quotes and columns keep the text as written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, cast

import opencc

_SPACE: Final = re.compile(r"\s+")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Full width to half width (NFKC), Traditional to Simplified, no white space: `蓬 江區` → `蓬江区`.

    Folding twice equals folding once: the converter knows phrases, so a converted text may convert further (乾縣).
    """
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    simplified = cast(str, _to_simplified().convert(plain))
    return simplified if simplified == plain else cast(str, _to_simplified().convert(simplified))
