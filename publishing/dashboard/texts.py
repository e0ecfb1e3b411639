"""The words of the pages: scripts are written in Chinese, texts.yml has the English of each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml

from publishing.dashboard.plain import script

TEXTS: Final = Path(__file__).with_name("texts.yml")


@cache
def english() -> dict[str, str]:
    """Chinese → English."""
    read: dict[str, str] = yaml.safe_load(TEXTS.read_text("utf-8"))
    return read


def texts_script(build: str) -> str:
    """The dictionary as a script that the pages load."""
    return script("texts", build, english())
