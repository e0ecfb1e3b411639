"""Where a figure stands: its sentence, its clause, and the words before and behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingestion.extract.marks import MEASURED, Mark, Marks

SENTENCE_ENDS: Final = "。!?\n"
#: With the semicolon, which parts the statements of one long sentence.
PART_ENDS: Final = ";" + SENTENCE_ENDS
CLAUSE_ENDS: Final = "，,;:" + SENTENCE_ENDS
#: 一个 is a figure only where it is a target; it never bounds the words of another.
_ONE: Final = "quantity.chinese_one"
_OPEN, _CLOSE = "(", ")"


def is_boundary(text: str, place: int, ends: str = CLAUSE_ENDS) -> bool:
    """True when the character ends a clause; a comma that groups thousands or a colon of a ratio does not."""
    char = text[place]
    if char not in ends:
        return False
    between_digits = 0 < place < len(text) - 1 and text[place - 1].isdigit() and text[place + 1].isdigit()
    return not (char in ",:" and between_digits)


def sentence_spans(text: str, ends: str = SENTENCE_ENDS) -> Iterator[tuple[int, int]]:
    """The spans of the sentences, each with its closing sign; brackets hold their sentence together."""
    start, depth = 0, 0
    for place, char in enumerate(text):
        if char == _OPEN:
            depth += 1
        elif char == _CLOSE:
            depth = max(0, depth - 1)
        elif is_boundary(text, place, ends) and (depth == 0 or char == "\n"):
            depth = 0
            if text[start : place + 1].strip(" \n"):
                yield start, place + 1
            start = place + 1
    if text[start:].strip():
        yield start, len(text)


def sentence_at(text: str, place: int, ends: str = SENTENCE_ENDS) -> tuple[int, int]:
    """The span of the sentence of a place; the whole text where no sentence holds it."""
    return next(((a, b) for a, b in sentence_spans(text, ends) if a <= place < b), (0, len(text)))


def clause_start(text: str, place: int) -> int:
    """The first character of the clause of a place; a bracket before it is stepped over, an open one starts it."""
    depth = 0
    for i in range(place - 1, -1, -1):
        char = text[i]
        if char == "\n":
            return i + 1
        if char == _CLOSE:
            depth += 1
        elif char == _OPEN:
            if depth == 0:
                return i + 1
            depth -= 1
        elif depth == 0 and is_boundary(text, i):
            return i + 1
    return 0


def clause_end(text: str, place: int) -> int:
    """The place behind the clause of a place; a bracket behind it is stepped over, a closing one ends it."""
    depth = 0
    for i in range(place, len(text)):
        char = text[i]
        if char == "\n":
            return i
        if char == _OPEN:
            depth += 1
        elif char == _CLOSE:
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and is_boundary(text, i):
            return i
    return len(text)


def bracket_start(text: str, place: int) -> int | None:
    """The place of the bracket that is open at a place, or None."""
    start = clause_start(text, place)
    depth = 0
    for i in range(place - 1, -1, -1):
        if text[i] == "\n":
            return None
        if text[i] == _CLOSE:
            depth += 1
        elif text[i] == _OPEN:
            if depth == 0:
                return i
            depth -= 1
        elif text[i] in "。" and depth == 0 and i < start:
            return None
    return None


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    kept: list[str] = []
    depth = 0
    for char in text:
        if char == _OPEN:
            depth += 1
        elif char == _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(char)
    return "".join(kept)


def _same_level(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    return between.count(_OPEN) == between.count(_CLOSE)


def previous_figure(text: str, marks: Marks, figure: Mark) -> Mark | None:
    """The measured figure before a figure in its clause, outside brackets; None where it is the first."""
    start = clause_start(text, figure.start)
    before = [m for m in marks.of(*MEASURED, start=start, end=figure.start) if m.rule != _ONE]
    return next((m for m in reversed(before) if _same_level(text, m.end, figure.start)), None)


def next_figure(text: str, marks: Marks, figure: Mark) -> Mark | None:
    """The measured figure behind a figure in its clause, outside brackets."""
    end = clause_end(text, figure.end)
    behind = [m for m in marks.of(*MEASURED, start=figure.end, end=end) if m.rule != _ONE]
    return next((m for m in behind if _same_level(text, figure.end, m.start)), None)


def left_span(text: str, marks: Marks, figure: Mark) -> tuple[int, int]:
    """The span of the words before a figure: from its clause's start or the figure before it."""
    before = previous_figure(text, marks, figure)
    return (before.end if before else clause_start(text, figure.start)), figure.start


def right_span(text: str, marks: Marks, figure: Mark) -> tuple[int, int]:
    """The span of the words behind a figure: to its clause's end or the next figure."""
    behind = next_figure(text, marks, figure)
    return figure.end, (behind.start if behind else clause_end(text, figure.end))


def left(text: str, marks: Marks, figure: Mark) -> str:
    """The words before a figure, without what stands in brackets."""
    start, end = left_span(text, marks, figure)
    return without_brackets(text[start:end])


def right(text: str, marks: Marks, figure: Mark) -> str:
    """The words behind a figure, without what stands in brackets."""
    start, end = right_span(text, marks, figure)
    return without_brackets(text[start:end])


def clause(text: str, figure: Mark) -> str:
    """The whole clause of a figure."""
    return text[clause_start(text, figure.start) : clause_end(text, figure.end)]


def clause_before(text: str, place: int) -> tuple[int, int] | None:
    """The span of the clause before that of a place, within the sentence; None where there is none."""
    start = clause_start(text, place)
    if start == 0 or text[start - 1] in SENTENCE_ENDS:
        return None
    return clause_start(text, start - 1), start - 1
