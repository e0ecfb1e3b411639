"""Where a figure stands: its sentence, its clause, and the words before and behind it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from operator import itemgetter
from typing import Final, TypeVar

from ingestion.extract.layout import SENTENCE_ENDS, layout, sentences
from ingestion.extract.marks import Mark, Marks

_Told = TypeVar("_Told")

#: 一个 is a figure only where it is a target; it never bounds the words of another.
_ONE: Final = "quantity.chinese_one"
_OPEN, _CLOSE = "(", ")"
#: How far beside a figure the words that speak of it may stand, and how many figures may stand between.
_WINDOW: Final = 400
_BESIDE: Final = 24


def sentence_spans(text: str, ends: str = SENTENCE_ENDS) -> Iterator[tuple[int, int]]:
    """The spans of the sentences, each with its closing sign; brackets hold their sentence together."""
    return iter(sentences(text, ends))


def sentence_at(text: str, place: int, ends: str = SENTENCE_ENDS) -> tuple[int, int]:
    """The span of the sentence of a place; the whole text where no sentence holds it."""
    spans = sentences(text, ends)
    i = bisect_right(spans, place, key=itemgetter(0))
    return spans[i - 1] if i and place < spans[i - 1][1] else (0, len(text))


def clause_start(text: str, place: int) -> int:
    """The first character of the clause of a place; a bracket before it is stepped over, an open one starts it."""
    return layout(text).starts[place]


#: How far before a place the words of its clause are looked at.
_AHEAD: Final = 120


def ahead(text: str, place: int) -> str:
    """The words of a clause before a place; of a clause that goes on and on, only the last of them."""
    return text[max(clause_start(text, place), place - _AHEAD) : place]


def clause_end(text: str, place: int) -> int:
    """The place behind the clause of a place; a bracket behind it is stepped over, a closing one ends it."""
    return layout(text).ends[place]


def bracket_start(text: str, place: int) -> int | None:
    """The place of the bracket that is open at a place within its sentence, or None."""
    return layout(text).brackets[place]


def listed_start(text: str, place: int, start: int) -> int:
    """Where the item of a list begins that a bracket at a place belongs to: 甲施工中(90%)、乙施工中(75%)."""
    cut = text.rfind(")、", start, place)
    return cut + 2 if cut >= 0 else start


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    if _OPEN not in text and _CLOSE not in text:
        return text
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


def _kept(tell: Callable[[str, Marks, Mark], _Told]) -> Callable[[str, Marks, Mark], _Told]:
    """Keep what is told of a figure beside the marks of its text: one rule after another asks the same of it."""

    @wraps(tell)
    def told(text: str, marks: Marks, figure: Mark) -> _Told:
        key = (tell, figure.start, figure.end)
        if key not in marks.kept:
            marks.kept[key] = tell(text, marks, figure)
        found: _Told = marks.kept[key]
        return found

    return told


@_kept
def previous_figure(text: str, marks: Marks, figure: Mark) -> Mark | None:
    """The measured figure before a figure in its clause, outside brackets; None where it is the first."""
    before = islice(marks.before(figure.start, clause_start(text, figure.start)), _BESIDE)
    return next((m for m in before if m.rule != _ONE and _same_level(text, m.end, figure.start)), None)


@_kept
def next_figure(text: str, marks: Marks, figure: Mark) -> Mark | None:
    """The measured figure behind a figure in its clause, outside brackets."""
    behind = islice(marks.behind(figure.end, clause_end(text, figure.end)), _BESIDE)
    return next((m for m in behind if m.rule != _ONE and _same_level(text, figure.end, m.start)), None)


def left_span(text: str, marks: Marks, figure: Mark) -> tuple[int, int]:
    """The span of the words before a figure: from its clause's start or the figure before it."""
    before = previous_figure(text, marks, figure)
    start = before.end if before else clause_start(text, figure.start)
    return max(start, figure.start - _WINDOW), figure.start


def right_span(text: str, marks: Marks, figure: Mark) -> tuple[int, int]:
    """The span of the words behind a figure: to its clause's end or the next figure."""
    behind = next_figure(text, marks, figure)
    end = behind.start if behind else clause_end(text, figure.end)
    return figure.end, min(end, figure.end + _WINDOW)


@_kept
def left(text: str, marks: Marks, figure: Mark) -> str:
    """The words before a figure, without what stands in brackets."""
    start, end = left_span(text, marks, figure)
    return without_brackets(text[start:end])


@_kept
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
