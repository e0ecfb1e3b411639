"""Cells split at the numbers of their sub-items: （1）, 1、, 1., 1), ①, 一、, （一）.

The first number's style is the cell's; numbers of another style below it are steps inside a sub-item and stay there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingestion.segment.folding import fold
from ingestion.segment.numerals import chinese_number

#: Line breaks of a cell, the mark of one in a Markdown table included.
BREAK: Final = r"(?:\r\n|\n|\r|\v|<br\s*/?>)"
_MARKDOWN_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_OPENING: Final = rf"(?:^|{BREAK})(?:\s|\*\*)*"
_AFTER_SENTENCE: Final = r"(?<=[。;!])\s*"

_STYLES: Final[dict[str, str]] = {
    "bracket": r"\(\s*(\d{1,2})\s*\)",
    "chinese_bracket": r"\(\s*([一二三四五六七八九十]{1,3})\s*\)",
    "half_bracket": r"(\d{1,2})\)",
    "plain": r"(\d{1,2})\s*(?:、|\.(?!\d)|\.(?=(?:19|20)\d\d年))",
    "chinese": r"([一二三四五六七八九十]{1,3})、",
    "circle": r"([①-⑳])",
}
_BRACKETED: Final = frozenset({"bracket", "chinese_bracket", "half_bracket", "circle"})
_JOINER: Final = re.compile(r"\s*([、,和及与]|-|至|到)?\s*")
_EDGE: Final = " \t\r\n\v\f\u3000\xa0*"
_BREAK_AT_START: Final = re.compile(rf"(?:{BREAK}|[{_EDGE}])+")
_BREAK_AT_END: Final = re.compile(rf"(?:{BREAK}|[{_EDGE}])+$")


@dataclass(frozen=True, slots=True)
class SubItem:
    """A piece of a cell: its folded number (`(1)` bracketed, `1` plain, None before the first), text and offset."""

    number: str | None
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    value: int


def split_subitems(text: str, start: int = 0) -> tuple[SubItem, ...]:
    """The sub-items of a cell's text; `start` is its offset. Text without numbers is one piece without a number.

    Numbers written together (（1）（2）, （1）-（3）) each get the text that follows them.
    """
    folded = fold(text)
    style, marks = _marks(folded)
    if not marks:
        return tuple(_piece(None, text, 0, len(text), start))
    pieces = [*_piece(None, text, 0, marks[0].start, start)]
    waiting: list[int] = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start if following else len(text)
        joiner = _JOINER.fullmatch(folded, mark.end, end)
        waiting.append(mark.value)
        if following and joiner:
            if joiner[1] in ("-", "至", "到"):
                waiting.extend(range(mark.value + 1, following.value))
            continue
        for value in waiting:
            pieces.extend(_piece(_number(style, value), text, mark.end, end, start))
        waiting = []
    return tuple(pieces)


def _number(style: str, value: int) -> str:
    return f"({value})" if style in _BRACKETED else str(value)


def split_lines(text: str, start: int = 0) -> tuple[SubItem, ...]:
    """A cell's text cut only at the line breaks of a Markdown table, which are no characters of a text."""
    return tuple(_piece(None, text, 0, len(text), start))


def _piece(number: str | None, text: str, begin: int, end: int, offset: int) -> Iterator[SubItem]:
    """The piece, one a line where lines are broken as in Markdown."""
    for found in _MARKDOWN_BREAK.finditer(text, begin, end):
        yield from _trimmed(number, text, begin, found.start(), offset)
        begin = found.end()
    yield from _trimmed(number, text, begin, end, offset)


def _trimmed(number: str | None, text: str, begin: int, end: int, offset: int) -> Iterator[SubItem]:
    """The piece without blanks, breaks and marks of bold type at its ends; nothing for an empty one."""
    lead = _BREAK_AT_START.match(text, begin, end)
    begin = lead.end() if lead else begin
    tail = _BREAK_AT_END.search(text[begin:end])
    end = begin + tail.start() if tail else end
    if begin < end:
        yield SubItem(number, text[begin:end], offset + begin)


def _marks(folded: str) -> tuple[str, list[_Mark]]:
    """The style of the first number and every number of that style which stands where a sub-item can begin."""
    firsts = [
        (found.start(1), style)
        for style, form in _STYLES.items()
        if (found := re.search(_OPENING + form, folded, re.IGNORECASE))
    ]
    if not firsts:
        return "", []
    style = min(firsts)[1]
    form = _STYLES[style]
    opening = {m.end(): m for m in re.finditer(_OPENING + form, folded, re.IGNORECASE)}
    joined = {m.end(): m for m in re.finditer(_AFTER_SENTENCE + form, folded)}
    chained = {m.end(): m for m in re.finditer(rf"(?<=[)、])\s*(?:[、,和及与至到-]\s*)?{form}", folded)}
    marks: list[_Mark] = []
    for end in sorted({*opening, *joined, *chained}):
        found = opening.get(end) or joined.get(end) or chained[end]
        value = _value(found[1])
        follows = bool(marks) and value == marks[-1].value + 1
        in_chain = (
            bool(marks)
            and value > marks[-1].value
            and bool(
                _JOINER.fullmatch(folded, marks[-1].end, found.start(1) - (style in ("bracket", "chinese_bracket")))
            )
        )
        if end in opening or (end in joined and follows) or (end in chained and in_chain):
            marks.append(_Mark(_mark_start(found, folded), end, value))
    return style, marks


def _mark_start(found: re.Match[str], folded: str) -> int:
    """Where the number itself begins, its bracket included."""
    start = found.start(1)
    before = folded[:start].rstrip()
    return len(before) - 1 if before.endswith("(") and found[0].endswith(")") else start


def _value(written: str) -> int:
    if written.isdecimal():
        return int(written)
    if "①" <= written <= "⑳":
        return ord(written) - ord("①") + 1
    return chinese_number(written) or 0
