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
from ingestion.segment.headings import heading_end, label_of, numbered, opens_plan, section_of
from ingestion.segment.place import is_named_place
from ingestion.segment.sentences import STRAY_MARKER, sentences_of
from ingestion.segment.vocabulary import pattern

_SPEAKS_OF_RESULT: Final = re.compile(r"已|完成|达到|达标|未|尚|实现|消除|滞后|超额|率先|建成|新增|开工|完工|通过|获评")
_TITLE_END: Final = re.compile(r"(?:情况|工作|任务|目标|进展|表|清单|问题|打算|计划|安排|措施|:)$")
_LONGEST_LINE_HEADING: Final = 24
_SECTION_LEVEL: Final = 1.5  # an unnumbered section heading stands between parts and chapters
_LINE_LEVEL: Final = 7.0
_EDGES: Final = " \t。:：;；,，\u3000*"


@dataclass(frozen=True, slots=True)
class _Heading:
    level: float
    text: str
    section: Section | None


@dataclass(slots=True)
class Prose:
    """Walks the paragraphs of a document and keeps the headings that stand above the next sentence."""

    _stack: list[_Heading] = field(default_factory=list)
    _end: int = 0  # where the paragraph before ended
    _gap: int | None = None  # the distance from the last line heading to its first paragraph

    def statements(self, paragraphs: Iterable[Paragraph]) -> Iterator[Draft]:
        """The statements of paragraphs, in reading order; below a heading that is a place, they are that place's."""
        waiting: TextPart | None = None  # a heading that says what was done, while nothing stands below it
        waiting_level = 0.0
        for paragraph in paragraphs:
            if pattern("signatures").match(squeeze(paragraph.text)):
                continue
            found = list(self.parts(paragraph))
            level = self._stack[-1].level if self._stack else 0.0
            if waiting and not found and level <= waiting_level:
                yield _draft(waiting)
            waiting = None if found else self._as_result(paragraph)
            waiting_level = level
            yield from map(_draft, found)
        if waiting:
            yield _draft(waiting)

    def parts(self, paragraph: Paragraph) -> Iterator[TextPart]:
        """The statement parts of one paragraph; a heading changes what stands above the later ones."""
        text = paragraph.text
        self._close_line_heading(paragraph)
        begin = self._headings(paragraph)
        if begin is None:
            if numbered(text) and fold(text).endswith(("。", ";")):
                # an entry of a list reads like a heading and says what was done
                yield self._whole(paragraph)
            return
        label = label_of(text[begin:]) if begin == 0 else None
        section = (section_of(label[0]) if label else None) or self.section
        if label and is_named_place(label[0]):
            self._push(_LINE_LEVEL, label[0])
            begin = label[1]
        for sentence in sentences_of(text[begin:], begin):
            if opens_plan(sentence.text):
                section = "plan"
            yield from self._sentence(paragraph, sentence.text, sentence.start, section)

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
                return begin
            if begin < len(text) and number.level == 6 and _SPEAKS_OF_RESULT.search(fold(text[number.end : end])):
                return number.end
        if begin == 0 and self._is_line_heading(paragraph):
            section = section_of(text)
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

    def _push(self, level: float, text: str) -> None:
        while self._stack and self._stack[-1].level >= level:
            self._stack.pop()
        heading = STRAY_MARKER.sub("", text).strip(_EDGES)
        self._stack.append(_Heading(level, heading, section_of(heading) if heading else None))


def _draft(part: TextPart) -> Draft:
    """A statement's draft; below a heading that is a place, it is that place's."""
    return Draft(None, next((h for h in reversed(part.heading) if is_named_place(h)), None), (part,))
