"""The desk's words: templates are written in Chinese, `texts.yml` has the English of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml
from fastapi import Request

Language = Literal["zh", "en"]

LANGUAGE_COOKIE: Final = "xushi_desk_lang"
TEXTS: Final = Path(__file__).with_name("texts.yml")


@cache
def english() -> dict[str, str]:
    """Chinese → English."""
    read: dict[str, str] = yaml.safe_load(TEXTS.read_text("utf-8"))
    return read


def language_of(request: Request) -> Language:
    """What the browser chose; Chinese where it chose nothing."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def teller(language: Language) -> Callable[[str], str]:
    """A function that gives a Chinese text in a language.  KeyError for one without English: no page mixes both."""
    return (lambda text: text) if language == "zh" else (lambda text: english()[text])
