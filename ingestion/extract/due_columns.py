"""A column of dates (完成时限) that says by when its row is due."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.reading import read
from ingestion.extract.registry import Calendar
from ingestion.records import TextPart

_HEADER: Final = re.compile(either(words("dates", "due_headers")))
_NOT_WORDS: Final = re.compile(r"[^\u4e00-\u9fa5]|[前止底末]|之前|以前|完成|力争|全面|全部|[于在到至]")
#: A cell in so many pieces without numbers was cut by what its clauses speak of.
_PIECES: Final = 2


def is_due_column(part: TextPart) -> bool:
    """True for a cell of a column of due dates."""
    return bool(part.header and _HEADER.search(fold(part.header)))


def due_of(parts: Iterable[TextPart], calendar: Calendar) -> tuple[TextPart, date] | None:
    """The cell that holds nothing but one date, and the day by which the row is due; None where none does."""
    given = tuple(parts)
    cells = Counter(part.locator for part in given if part.sub_item is None)
    for part in given:
        # a deadline over the targets of several regions stands beside each of them as a piece of their cell
        if not is_due_column(part) and (part.sub_item is not None or cells[part.locator] < _PIECES):
            continue
        reading = read(part.text, calendar)
        dated = [m for m in reading.marks.of("deadline", "date", "as_of") if m.day]
        rest = "".join(c for i, c in enumerate(reading.text) if not any(m.start <= i < m.end for m in dated))
        if len(dated) == 1 and dated[0].day and not _NOT_WORDS.sub("", rest):
            return part, dated[0].day
    return None
