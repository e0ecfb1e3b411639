"""Lines of a text with their offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingestion.read.layout import strip

_LINE_END: Final = re.compile(r"\r\n|\n|\r|\f")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and apart from it the characters that end it; `start` is the offset of its first character."""

    text: str
    start: int
    end: str = ""

    @property
    def is_blank(self) -> bool:
        """True for a line of blanks that is not an empty cell of a dump."""
        return not strip(self.text) and not self.text.startswith("\t")


def lines_of(text: str) -> list[Line]:
    """All lines of the text, however they end (a form feed ends one too)."""
    lines = []
    start = 0
    for end in _LINE_END.finditer(text):
        lines.append(Line(text[start : end.start()], start, end[0]))
        start = end.end()
    lines.append(Line(text[start:], start))
    return lines
