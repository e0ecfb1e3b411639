"""Headings of prose: numbered lines, run-in headings (一是强化思想认识。…), and the section that they open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingestion.records import Section
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.vocabulary import words

#: Numbering styles from the outermost in; a document skips levels freely, so only their order counts.
_NUMBERS: Final[tuple[tuple[int, re.Pattern[str]], ...]] = (
    (1, re.compile(r"第[一二三四五六七八九十]+(?:部分|章|篇)[、:\s]*")),
    (2, re.compile(r"[一二三四五六七八九十]{1,3}、\s*|--+\s*")),
    (3, re.compile(r"\([一二三四五六七八九十]{1,3}\)、?\s*")),
    (4, re.compile(r"\d{1,2}\s*(?:、|\.(?!\d)|\.(?=(?:19|20)\d\d年))\s*")),
    (5, re.compile(r"\(\d{1,2}\)、?\s*|\d{1,2}\)\s*|[①-⑳]\s*|[●■◆▲★○□◎•▪➢✓·◇◈※►▶]\s*|[-*]\s+|-(?=[一-龥])")),
    (6, re.compile(r"(?:[一二三四五六七八九十]|第[一二三四五六七八九十])(?:是|要|、)(?!否)")),
)
_LONGEST_HEADING: Final = 40
_MEASURE: Final = re.compile(r"\d+(?:\.\d+)?\s*(?:%|％|[一-龥])")
_SECTIONS: Final[tuple[Section, ...]] = ("problem", "plan")
_NUMBER_AND_END: Final = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、])|[。:;,]+$")
_YEAR_AT_START: Final = re.compile(
    r"\s*(?:展望|面向|谋划|对于|围绕)?(?:(?P<year>20\d\d)年(?!以来|前|初以来)|明年|来年)"
)
_NEXT: Final = re.compile(r"下一?步|下一?阶段|下半年|四季度")
_TOLD: Final = re.compile(r"截[至止]|累计|已(?:完成|建成|开工|竣工|实现|新增|投入|全部|有)|目前已")
_LABEL: Final = re.compile(r"([^。:;,]{2,12}):")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered opening: its level, the number as written and the offset behind it."""

    level: int
    number: str
    end: int


def numbered(text: str, begin: int = 0) -> Numbered | None:
    """The number that a text opens with; None for text without."""
    folded = fold(text)
    for level, pattern in _NUMBERS:
        found = pattern.match(folded, begin)
        if found and found.end() > begin:
            return Numbered(level, text[begin : found.end()].strip(), found.end())
    return None


def heading_end(text: str, begin: int) -> int:
    """Where the heading that begins here ends (behind its stop); `begin` where the text is no heading.

    A heading is short, tells no figure and ends with the line, a full stop or a colon.
    """
    folded = fold(text)
    stop = re.compile(r"[。:;!\n]|$").search(folded, begin)
    end = stop.start() if stop else len(text)
    words_of_it = folded[begin:end].strip()
    if not words_of_it or len(words_of_it) > _LONGEST_HEADING:
        return begin
    announces = stop is not None and stop[0] == ":" and stop.end() == len(folded.rstrip())
    if _tells_figures(words_of_it) and not announces:
        return begin
    if stop and stop[0] in (";", "!"):
        return begin
    return stop.end() if stop else end


def section_of(heading: str, year: int | None = None) -> Section | None:
    """The section that a heading opens; None where its words say nothing.

    In a document on the given year a heading that begins with a later one speaks of what is to come.
    """
    text = _NUMBER_AND_END.sub("", squeeze(heading))
    if opens_later_year(text, year):
        return "plan"
    if words("headings", "unless").search(text):
        return "result"
    return next((s for s in _SECTIONS if words("headings", s).search(text)), None)


def opens_plan(text: str, year: int | None = None) -> bool:
    """True for a sentence that begins with 下一步 and the like, or with a year after the document's.

    Who says so may stand before it: 会议指出，2024年，….
    """
    opening = squeeze(text[:40])
    announced = words("headings", "announced").match(opening)
    rest = opening[announced.end() :] if announced else opening
    is_next = bool(words("headings", "plan_opening").match(rest) or (announced and _NEXT.match(rest)))
    return is_next or opens_later_year(rest, year)


def tells_result(text: str) -> bool:
    """True for a sentence that says of itself that it tells what was done (截至…, 已, 累计)."""
    return bool(_TOLD.search(fold(text)))


def opens_problem(text: str) -> bool:
    """True for a sentence that begins with 我们也清醒看到 and the like."""
    return bool(words("headings", "problem_opening").match(squeeze(text[:24])))


def opens_later_year(text: str, year: int | None) -> bool:
    """True for a text that begins with a year after the document's (2024年，… in a report on 2023), or with 明年."""
    found = _YEAR_AT_START.match(fold(text))
    if not found:
        return False
    return found["year"] is None or (year is not None and int(found["year"]) > year)


def label_of(text: str) -> tuple[str, int] | None:
    """A short label before a colon at the start of a paragraph (下一步：…) and the offset behind the colon."""
    found = _LABEL.match(fold(text))
    return (text[: found.end(1)], found.end()) if found else None


def _tells_figures(text: str) -> bool:
    """True where a heading-like text holds a measured figure: 2024年 and 6月 in a heading are none."""
    without_dates = re.sub(
        r"(?:19|20)\d\d(?:-\d+)?年?度?|\d{1,2}月\d{1,2}日(?:-\d{1,2}日)?|\d{1,2}(?:-\d{1,2})?月份?|\d+(?:大|类)|“[^”]*”|《[^》]*》",
        "",
        text,
    )
    return bool(_MEASURE.search(without_dates))
