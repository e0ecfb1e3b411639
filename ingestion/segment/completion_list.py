"""Lists of tasks in prose, each with what was asked and what was done.

Three forms, each decided by the whole list, never by one paragraph:
- labelled: a numbered heading, then 工作任务：… and 完成情况：… (paragraphs of their own or one after the other)
- announced: 一、优化教育资源，新建49所学校（市教育局负责）。开工新建90所… : the first sentence asks, the rest answers
- colon: 1.通村公路（2013—2017年，共2606个村）：上半年修建4022公里… : task and its total, then what was done
One item an entry: the heading is the task, the text after it requirement and progress.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ingestion.records import Paragraph, Role, Section, TextPart
from ingestion.segment.columns import role_of
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.headings import Numbered, heading_end, numbered
from ingestion.segment.narrative import Prose
from ingestion.segment.parts import paragraph_part, plain_number
from ingestion.segment.sentences import sentences_of
from ingestion.segment.subitems import split_subitems
from ingestion.segment.vocabulary import names, words

_LEAST_ENTRIES: Final = 2
_LEAST_PLAIN_ENTRIES: Final = 3
_LABEL: Final = re.compile(
    r"(?:^|(?<=[。;\s])|(?<=[一二三四五六七八九十]、)|(?<=[\d)][.、)])|(?<=[一二三四五六七八九十\d]\)))"
    r"(?:([一-龥()]{2,12}?)\s*:|[【\[]\s*([一-龥()]{2,12}?)\s*[】\]]\s*:?)"
)
_EDGES: Final = " \t\r\n。:：;；,，\u3000*"
_RESPONSIBLE: Final = re.compile(r"\([^()]*(?:负责|牵头|承办|配合|主办|责任单位)[^()]*\)")
#: PM2.5浓度：目标32微克/立方米；完成情况：… : name and target stand before the first label that we know.
_ASKED_BEHIND: Final = re.compile(r"([^:。;\d][^:。;]{1,40}):(?=[^:]*\d)")
_OFFICE_BEHIND: Final = re.compile(
    r"[(\[](?P<label>(?:责任|牵头|承办|主办|实施|负责)(?:单位|部门|科室|领导|人)):?(?P<name>[^()\[\]]{2,60})[)\]]\s*[。;]?\s*$"
)
_ASKS: Final = re.compile(rf"\d|{_RESPONSIBLE.pattern}")
#: 提前完成任务指标有7项。: a head that counts what was judged asks for nothing.
_JUDGED_COUNT: Final = re.compile(
    r"[^。;,]{0,20}?(?:提前|超额|超过|超|同步|滞后|落后|缓慢|较慢|偏慢|未|正常|顺利|达到|符合|完成任务)"
    r"[^。;,\d]{0,16}(?:有|共|为)?\d+[项个件家]\s*[。;]?\s*"
)
_COLON_ENTRY: Final = re.compile(r"([^:。;]{2,60}):(?!$)")
_TRAILING_BRACKET: Final = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$")

_ROLES: Final[dict[str, tuple[Role, Section]]] = {
    "requirement": ("requirement", "result"),
    "progress": ("progress", "result"),
    "lead_unit": ("content", "result"),
    "deadline": ("requirement", "result"),
    "plan": ("progress", "plan"),
    "problem": ("progress", "problem"),
    "task": ("task", "result"),
    "content": ("content", "result"),
    "status": ("progress", "result"),
}


_PLAIN_HEAD: Final = re.compile(r"[^。;:,!?\d]{3,30}")
_MOST_LINES_ASKED: Final = 3
#: Labels that begin an entry where the list has no numbers.
_OPENING: Final = ("requirement", "task")


@dataclass(frozen=True, slots=True)
class _Label:
    name: str
    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Entry:
    number: str | None
    parts: list[TextPart] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    asked: list[TextPart] = field(default_factory=list)


def list_form(paragraphs: Sequence[Paragraph], title: str | None) -> str | None:
    """The form of the list that the paragraphs make: labelled, announced or colon; None for prose."""
    labels = [label.name for p in paragraphs for label in _labels(p.text)]
    answered = labels.count("progress")
    if labels.count("requirement") >= _LEAST_ENTRIES and answered >= _LEAST_ENTRIES:
        return "labelled"
    if answered >= _LEAST_PLAIN_ENTRIES and answered >= 0.6 * len(_numbered_entries(paragraphs)):
        return "labelled"
    if not title or not words("families", "completion_title").search(squeeze(title)):
        return None
    entries = _numbered_entries(paragraphs)
    if len(entries) < _LEAST_PLAIN_ENTRIES or len(entries) < 0.6 * len(paragraphs):
        return None
    if _most(bool(_COLON_ENTRY.match(fold(p.text), n.end)) for p, n in entries):
        return "colon"
    if _most(_announces(p.text[n.end :]) for p, n in entries):
        return "announced"
    return None


def entries_of(paragraphs: Sequence[Paragraph], form: str, prose: Prose) -> Iterator[Draft]:
    """The items of a list in the given form; what stands between the entries stays prose."""
    if form == "labelled":
        yield from _labelled(paragraphs, prose)
        return
    level = _entry_level(paragraphs)
    for paragraph in paragraphs:
        number = numbered(paragraph.text)
        parts: list[TextPart] = []
        if number and number.level == level:
            parts = list((_colon if form == "colon" else _announced)(paragraph, number, prose))
        if number and parts:
            yield Draft(plain_number(number.number), None, tuple(parts))
        else:
            yield from prose.statements([paragraph])


def _announces(text: str) -> bool:
    """True for an entry whose first sentence asks (a figure, a responsible unit) and whose others answer."""
    sentences = list(sentences_of(text))
    if len(sentences) < 2:
        return False
    first = fold(sentences[0].text)
    return bool(_ASKS.search(first)) and not _JUDGED_COUNT.fullmatch(first)


def _most(answers: Iterator[bool]) -> bool:
    found = list(answers)
    return sum(found) >= 0.6 * len(found)


def _numbered_entries(paragraphs: Sequence[Paragraph]) -> list[tuple[Paragraph, Numbered]]:
    """The numbered paragraphs of the level that has most of them."""
    level = _entry_level(paragraphs)
    found = ((p, numbered(p.text)) for p in paragraphs)
    return [(p, n) for p, n in found if n and n.level == level]


def _entry_level(paragraphs: Sequence[Paragraph]) -> int | None:
    levels = [n.level for p in paragraphs if (n := numbered(p.text))]
    return max(set(levels), key=lambda level: (levels.count(level), -level), default=None)


def _labels(text: str) -> Iterator[_Label]:
    for found in _LABEL.finditer(fold(text)):
        group = 1 if found[1] else 2
        if name := _label_name(found[group]):
            yield _Label(name, found.start(), found.end(), text[found.start(group) : found.end(group)])


def _label_name(label: str) -> str | None:
    """What a label names, by the words of labels, else by those of columns."""
    name = next((n for n in names("labels") if words("labels", n).fullmatch(label)), None) or role_of(label)
    return name if name in _ROLES else None


def _labelled(paragraphs: Sequence[Paragraph], prose: Prose) -> Iterator[Draft]:
    """Numbered headings and the labelled paragraphs below them; a paragraph without label goes on with the last one."""
    entry = _Entry(None)
    role: tuple[Role, Section, str | None] | None = None
    heads = _plain_heads(paragraphs)
    for place, paragraph in enumerate(paragraphs):
        labels = list(_labels(paragraph.text))
        number = numbered(paragraph.text)
        if place in heads:
            yield from _closed(entry, prose)
            entry, role = _Entry(None), None
            entry.parts.extend(_task(paragraph, 0, len(paragraph.text)))
            entry.paragraphs.append(paragraph)
            continue
        before = labels[0].start if labels else len(paragraph.text)
        if number and number.end <= before and (labels or _is_entry_heading(paragraph, number)):
            yield from _closed(entry, prose)
            entry, role = _Entry(plain_number(number.number)), None
            entry.parts.extend(_task(paragraph, number.end, before))
            entry.paragraphs.append(paragraph)
        elif not entry.parts and not labels:
            yield from prose.statements([paragraph])
            continue
        elif before and role:
            entry.parts.extend(_texts(paragraph, 0, before, *role))
        elif before and not labels:
            # what stands between an entry's heading and its first label is what was asked
            entry.paragraphs.append(paragraph)
            entry.asked.extend(_texts(paragraph, 0, before, "requirement", "result", None))
        if labels and entry.asked:
            entry.parts.extend(entry.asked)
            entry.asked.clear()
        if labels and labels[0].name in _OPENING and not number and _is_answered(entry):
            yield from _closed(entry, prose)
            entry = _Entry(None)
        for label, following in zip(labels, [*labels[1:], None], strict=False):
            role = (*_ROLES[_in_place(label, entry)], label.text)
            entry.parts.extend(_texts(paragraph, label.end, following.start if following else None, *role))
    yield from _closed(entry, prose)


def _plain_heads(paragraphs: Sequence[Paragraph]) -> frozenset[int]:
    """The places of headings without a number: a short line, a label in one of the next lines, and no other between."""
    heads = set()
    waiting: int | None = None
    for place, paragraph in enumerate(paragraphs):
        if numbered(paragraph.text):
            waiting = None
        elif any(True for _ in _labels(paragraph.text)):
            heads |= {waiting} - {None}
            waiting = None
        elif _PLAIN_HEAD.fullmatch(squeeze(paragraph.text)):
            waiting = place
        elif waiting is not None and place - waiting > _MOST_LINES_ASKED:
            waiting = None
    return frozenset(h for h in heads if h is not None)


def _in_place(label: _Label, entry: _Entry) -> str:
    """存在问题 is what is to be mended where nothing else is asked, and a difficulty behind what was done."""
    is_asked = label.name == "problem" and "存在" in label.text and not entry.parts[1:]
    return "requirement" if is_asked else label.name


def _closed(entry: _Entry, prose: Prose) -> Iterator[Draft]:
    """A finished entry as an item; one that asks and answers nothing was a heading of the list."""
    if any(part.role in ("requirement", "progress") for part in entry.parts):
        parts = tuple(replace(part, heading=prose.path) for part in entry.parts)
        yield Draft(entry.number, None, parts)
    else:
        yield from prose.statements(entry.paragraphs)


def _is_answered(entry: _Entry) -> bool:
    return any(part.role == "progress" for part in entry.parts)


def _is_entry_heading(paragraph: Paragraph, number: Numbered) -> bool:
    return heading_end(paragraph.text, number.end) >= len(paragraph.text.rstrip()) or number.level in (2, 3, 4)


def _task(paragraph: Paragraph, begin: int, end: int) -> Iterator[TextPart]:
    """The heading's task, the figures asked behind its colon, the office in brackets (（责任单位：市教育局）)."""
    office = _OFFICE_BEHIND.search(fold(paragraph.text)[:end], begin)
    stop = office.start() if office else end
    asked = _ASKED_BEHIND.match(fold(paragraph.text)[:stop], begin)
    if part := paragraph_part(paragraph, begin, asked.end(1) if asked else stop, "task"):
        yield part
    if asked and (part := paragraph_part(paragraph, asked.end(), stop, "requirement")):
        yield part
    if office and (named := paragraph_part(paragraph, office.start("name"), office.end("name"), "content")):
        yield replace(named, header=office["label"])


def _texts(
    paragraph: Paragraph, begin: int, end: int | None, role: Role, section: Section, label: str | None
) -> Iterator[TextPart]:
    """The text behind a label, one part a sub-item."""
    text = paragraph.text[begin:end]
    for piece in split_subitems(text, paragraph.char_start + begin):
        yield TextPart(role, piece.text, piece.start, paragraph.locator(), piece.number, section, (), label)


def _announced(paragraph: Paragraph, number: Numbered, prose: Prose) -> Iterator[TextPart]:
    """First sentence: the task up to its first comma, then what was asked; the other sentences: what was done."""
    sentences = list(sentences_of(paragraph.text[number.end :], number.end))
    if not sentences:
        return
    first = sentences[0]
    end = first.start + len(first.text)
    comma = fold(paragraph.text).find(",", first.start, end)
    cut = comma if comma > first.start else end
    pieces: list[tuple[int, int, Role]] = [(first.start, cut, "task")]
    if cut < end:
        pieces.append((cut + 1, end, "requirement"))
    pieces.append((end, len(paragraph.text), "progress"))
    for begin, stop, role in pieces:
        part = paragraph_part(paragraph, begin, stop, role, prose.path)
        if part:
            yield part


def _colon(paragraph: Paragraph, number: Numbered, prose: Prose) -> Iterator[TextPart]:
    """Before the colon the task, its bracket with figures what was asked; behind it what was done."""
    folded = fold(paragraph.text)
    found = _COLON_ENTRY.match(folded, number.end)
    if not found:
        return
    bracket = _TRAILING_BRACKET.search(folded[: found.end(1)], number.end)
    total = bracket if bracket and re.search(r"\d", bracket[1]) and not _RESPONSIBLE.search(bracket[0]) else None
    pieces: list[tuple[int, int, Role]] = [(number.end, total.start() if total else found.end(1), "task")]
    if total:
        pieces.append((total.start(1), total.end(1), "requirement"))
    pieces.append((found.end(), len(folded), "progress"))
    for begin, end, role in pieces:
        part = paragraph_part(paragraph, begin, end, role, prose.path)
        if part:
            yield part
