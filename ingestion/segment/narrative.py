"""Reports in prose: one statement a sentence, under its path of headings and in its section.

A statement is an item with one part of role "statement".  Targets in prose (主要环境质量目标：…) are statements too:
what a sentence says is for extraction to decide.  A heading that tells no figure is only a heading, unless it runs
into its paragraph and speaks of something done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ingestion.records import Paragraph, Section, TextPart
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.headings import (
    heading_end,
    label_of,
    numbered,
    opens_plan,
    opens_problem,
    section_of,
    tells_result,
)
from ingestion.segment.margins import Placed, placed
from ingestion.segment.place import leading_place, place_label
from ingestion.segment.sentences import STRAY_MARKER, sentences_of

_SPEAKS_OF_RESULT: Final = re.compile(r"已|完成|达到|达标|未|尚|实现|消除|滞后|超额|率先|建成|新增|开工|完工|通过|获评")
_TITLE_END: Final = re.compile(r"(?:情况|工作|任务|目标|进展|表|清单|问题|打算|计划|安排|措施|:)$")
_LONGEST_LINE_HEADING: Final = 24
_SECTION_LEVEL: Final = 1.5  # an unnumbered section heading stands between parts and chapters
_LINE_LEVEL: Final = 7.0
_TITLE_LEVEL: Final = 0.5
_ASKED: Final = re.compile(r"问\s*\d*\s*[:：]\s*")
_ANSWERED: Final = re.compile(r"答\s*\d*\s*[:：]\s*")
_BOXED: Final = re.compile(r"【([^】]{2,24})】\s*(?=\S)")
#: 未开工项目（2个） stands above its items and tells their number.
_COUNTED_HEADING: Final = re.compile(r"[^。;:,\d()]{2,24}\((?:共|计)?\d+(?:个|项|家|件|条|处|户|座|宗)\)[:。]?\s*$")
_JUDGED_PLACES: Final = re.compile(
    r"(?:[^:。;]{0,40},)?[^:。;,]{0,16}(?:滞后|落后|未|慢|逾期|缓慢|不力|低于|靠后)[^:。;,]{0,20}(?:的|单位|地区|名单|区县|县区)?(?:有|是|为|包括|:)+"
    r"(?P<places>[^。;:]{2,120}?)[。;]?$"
)
_BOX_LEVEL: Final = 5.5
_EDGES: Final = " \t。:：;；,，\u3000*"


@dataclass(frozen=True, slots=True)
class _Heading:
    level: float
    text: str
    section: Section | None


@dataclass(slots=True)
class Prose:
    """Walks the paragraphs of a document and keeps the headings that stand above the next sentence."""

    context: str | None = None  # the code of the document's region, for the short names of its parts
    year: int | None = None  # the year that the document is about
    _stack: list[_Heading] = field(default_factory=list)
    _region: str | None = None  # whose the attached document is
    _is_start: bool = True
    _end: int = 0  # where the paragraph before ended
    _gap: int | None = None  # the distance from the last line heading to its first paragraph

    def statements(self, paragraphs: Iterable[Paragraph]) -> Iterator[Draft]:
        """The statements of paragraphs, in reading order; below a heading that is a place, they are that place's."""
        waiting: TextPart | None = None  # a heading that says what was done, while nothing stands below it
        waiting_level = 0.0
        for place in placed(list(paragraphs), is_start=self._is_start):
            self._is_start = False
            if place.kind != "text":
                self._take_margin(place)
                continue
            paragraph = place.paragraph
            found = list(self.parts(paragraph))
            level = self._stack[-1].level if self._stack else 0.0
            if waiting and not found and level <= waiting_level:
                yield from self._drafts(waiting)
            waiting = None if found else self._as_result(paragraph)
            waiting_level = level
            for part in found:
                yield from self._drafts(part)
        if waiting:
            yield from self._drafts(waiting)

    def _take_margin(self, place: Placed) -> None:
        """An attached document begins anew; its title stands above all that follows it."""
        if place.kind == "opening":
            self._stack.clear()
            self._region = None
        elif place.kind == "title":
            self._push(_TITLE_LEVEL, place.paragraph.text)
            self._region = leading_place(place.paragraph.text)

    def parts(self, paragraph: Paragraph) -> Iterator[TextPart]:
        """The statement parts of one paragraph; a heading changes what stands above the later ones."""
        text = paragraph.text
        self._close_line_heading(paragraph)
        if asked := _ASKED.match(text):
            self._push(_LINE_LEVEL, text[asked.end() :])
            return
        if boxed := _BOXED.match(text):
            self._push(_BOX_LEVEL, boxed[1])
        answered = _ANSWERED.match(text) or boxed
        begin = answered.end() if answered else self._headings(paragraph)
        if begin is None:
            if numbered(text) and fold(text).endswith(("。", ";")):
                # an entry of a list reads like a heading and says what was done
                yield self._whole(paragraph)
            return
        label = label_of(text[begin:]) if begin == 0 else None
        section = (section_of(label[0]) if label else None) or self.section
        if label and place_label(label[0], self.context):
            self._push(_LINE_LEVEL, label[0])
            begin = label[1]
        for sentence in sentences_of(text[begin:], begin):
            if opens_plan(sentence.text, self.year):
                section = "plan"
            elif section == "result" and opens_problem(sentence.text):
                section = "problem"
            is_told = section == "plan" and self.section != "plan" and tells_result(sentence.text)
            yield from self._sentence(paragraph, sentence.text, sentence.start, self.section if is_told else section)

    @property
    def section(self) -> Section:
        """The section that the innermost heading which names one has opened."""
        return next((h.section for h in reversed(self._stack) if h.section), "result")

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above, outermost first."""
        return tuple(h.text for h in self._stack if h.text)

    def _whole(self, paragraph: Paragraph) -> TextPart:
        """A paragraph that was taken for a heading, as a statement below the headings above it."""
        number = numbered(paragraph.text)
        begin = number.end if number else 0
        start, text = paragraph.char_start + begin, paragraph.text[begin:]
        return TextPart("statement", text, start, paragraph.locator(), section=self.section, heading=self.path[:-1])

    def _as_result(self, paragraph: Paragraph) -> TextPart | None:
        """The heading as a statement, where its words say that something was done; None for a mere title."""
        text = squeeze(paragraph.text)
        is_title = _TITLE_END.search(text) or STRAY_MARKER.fullmatch(text) or not _SPEAKS_OF_RESULT.search(text)
        return None if is_title else self._whole(paragraph)

    def _close_line_heading(self, paragraph: Paragraph) -> None:
        """An unnumbered heading line ends at a wider gap than the one below it (an empty line in plain text)."""
        gap = paragraph.char_start - self._end
        self._end = paragraph.char_start + len(paragraph.text)
        if not (self._stack and self._stack[-1].level == _LINE_LEVEL):
            self._gap = None
        elif self._gap is None:
            self._gap = gap
        elif gap > self._gap:
            self._stack.pop()
            self._gap = None

    def _headings(self, paragraph: Paragraph) -> int | None:
        """Take the headings that the paragraph opens with; the offset of its body, None where it has none."""
        text = paragraph.text
        mark = STRAY_MARKER.match(text)
        begin = mark.end() if mark else 0
        while number := numbered(text, begin):
            end = heading_end(text, number.end)
            self._push(number.level, text[number.end : end])
            begin = end
            if end == number.end:
                if _COUNTED_HEADING.match(fold(text), begin):
                    self._push(number.level, text[begin:])
                return begin
            if begin < len(text) and number.level == 6 and _SPEAKS_OF_RESULT.search(fold(text[number.end : end])):
                return number.end
        if begin == 0 and self._is_line_heading(paragraph):
            section = section_of(text, self.year)
            level = paragraph.level or (_SECTION_LEVEL if section in ("problem", "plan") else _LINE_LEVEL)
            self._push(level, text)
            return None
        return begin if begin < len(text) and text[begin:].strip(_EDGES) else None

    def _is_line_heading(self, paragraph: Paragraph) -> bool:
        text = squeeze(paragraph.text)
        if paragraph.level:
            return "。" not in text.rstrip("。")
        short = len(text) <= _LONGEST_LINE_HEADING and not re.search(r"[。;,!]|\d(?!\d*[年月])", text.rstrip(":"))
        return short and heading_end(paragraph.text, 0) == len(paragraph.text)

    def _sentence(self, paragraph: Paragraph, text: str, start: int, section: Section) -> Iterator[TextPart]:
        """A sentence as a statement; 二是完善制度建设。 inside a paragraph is a heading of its own."""
        number = numbered(text)
        if number and number.level == 6:
            end = heading_end(text, number.end)
            is_heading = end >= len(text) and not _SPEAKS_OF_RESULT.search(fold(text))
            self._push(number.level, text[number.end :] if is_heading else "")
            if is_heading:
                return
        body = number.end if number else 0
        if text[body:].strip(_EDGES):
            yield TextPart(
                "statement",
                text[body:],
                paragraph.char_start + start + body,
                paragraph.locator(),
                section=section,
                heading=self.path,
            )

    def _drafts(self, part: TextPart) -> Iterator[Draft]:
        """A statement's draft, or one for each place of a list (滞后的有：甲县、乙县).

        Below a heading that is a place the statement is that place's.
        """
        named = self._places_said(part.text)
        above = (place for heading in reversed(part.heading) if (place := place_label(heading, self.context)))
        for place in named or (next(above, self._region),):
            yield Draft(None, place, (part,))

    def _places_said(self, text: str) -> tuple[str, ...]:
        """The places of which alone a sentence speaks: a judgement, then their names and no figure."""
        found = None if re.search(r"\d", fold(text)) else _JUDGED_PLACES.match(fold(text))
        names = re.split(r"[、,，和及]", text[found.start("places") : found.end("places")]) if found else []
        return tuple(n for n in names if place_label(n, self.context)) if all(
            place_label(n, self.context) for n in names
        ) else ()  # fmt: skip

    def _push(self, level: float, text: str) -> None:
        while self._stack and self._stack[-1].level >= level:
            self._stack.pop()
        heading = STRAY_MARKER.sub("", text).strip(_EDGES)
        self._stack.append(_Heading(level, heading, section_of(heading, self.year) if heading else None))
