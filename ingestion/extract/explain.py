"""Which rule fired on which span of a text, what the figures came to, and what was left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingestion.extract.contexts import sentence_spans
from ingestion.extract.layout import PART_ENDS
from ingestion.extract.marks import FIGURES, Mark
from ingestion.extract.numerals import NUMERAL
from ingestion.extract.reading import Reading, read
from ingestion.extract.registry import Calendar, by_id
from ingestion.extract.statements import statements
from ingestion.records import Document, Paragraph

LineKind = Literal["text", "rule", "statement", "unread_numeral", "unread_words"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation; `start` and `end` count characters of the document's text (or of the given text).

    A `rule` line is a rule that fired; a `statement` is what the figure of a span came to with those beside it;
    `unread_*` lines are what no rule took.
    """

    kind: LineKind
    locator: str
    start: int
    end: int
    quote: str
    rule_id: str | None = None
    rule_version: int | None = None
    description_zh: str | None = None
    description_en: str | None = None
    reading: str = ""

    def __str__(self) -> str:
        """The line as `xushi explain` prints it."""
        place = f"{self.start}-{self.end}"
        if self.kind == "text":
            return f"== {self.locator}  {self.quote}"
        if self.kind == "rule":
            return f"  {place:>11}  {self.rule_id} v{self.rule_version}  「{self.quote}」  {self.reading}".rstrip()
        if self.kind == "statement":
            return f"  {place:>11}  => {self.reading}"
        label = "未读懂的数字" if self.kind == "unread_numeral" else "没有规则读到的文字"
        return f"  {place:>11}  {label}  「{self.quote}」"


def explain(
    source: str | bytes | Document,
    name: str = "text.txt",
    *,
    region: str | None = None,
    as_of: date | None = None,
) -> list[Line]:
    """Explain a text, a file's bytes or a document as read.

    `region` changes nothing here and is taken so that a caller may pass what it registered; relative dates count
    from `as_of`.  Raises what `ingestion.read.read` raises for bytes of a kind that it cannot read.
    """
    del region
    calendar = Calendar(as_of.year if as_of else None, as_of)
    if isinstance(source, str):
        return list(_text_lines(source, 0, "text", calendar))
    return [line for text, start, place in _blocks(source, name) for line in _text_lines(text, start, place, calendar)]


def _blocks(source: bytes | Document, name: str) -> Iterator[tuple[str, int, str]]:
    """The texts of a document with their places: paragraphs, and the cells of tables."""
    from ingestion.read import read as read_document

    document = source if isinstance(source, Document) else read_document(source, name)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text, block.char_start, block.locator()
            continue
        for cell in (c for row in block.rows for c in row if c.is_origin and c.text.strip()):
            yield cell.text, cell.char_start, block.locator(cell)


def _text_lines(text: str, start: int, locator: str, calendar: Calendar) -> Iterator[Line]:
    if not text.strip():
        return
    reading = read(text, calendar)
    yield Line("text", locator, start, start + len(text), text.strip())
    for mark in reading.marks:
        yield _rule_line(reading, mark, start, locator)
    for stated in statements(reading, ones=True):
        said = _said(reading, stated.figure)
        parts = [stated.role, f"[{stated.label}]", said, stated.count_role or ""]
        for label, joined in (("率", stated.percent), ("目标", stated.target), ("变化", stated.change)):
            parts += [f"{label} {_said(reading, joined)}"] if joined and joined is not stated.figure else []
        words = " ".join(p for p in parts if p)
        yield Line("statement", locator, start + stated.start, start + stated.end, said, reading=words)
    yield from _left_over(reading, start, locator)


def _rule_line(reading: Reading, mark: Mark, start: int, locator: str) -> Line:
    rule = by_id()[mark.rule]
    return Line(
        "rule",
        locator,
        start + mark.start,
        start + mark.end,
        reading.quote(mark.start, mark.end),
        rule_id=rule.id,
        rule_version=rule.version,
        description_zh=rule.description_zh,
        description_en=rule.description_en,
        reading=" ".join(filter(None, [mark.kind, mark.code, str(mark.day or ""), _said(reading, mark)])),
    )


def _said(reading: Reading, mark: Mark) -> str:
    if mark.kind == "water_class":
        return reading.unit_as_written(mark) or ""
    if mark.value is None:
        return ""
    bound = {">=": "≥", "<=": "≤"}.get(mark.comparator or "", "")
    upper = f"-{mark.upper}" if mark.upper is not None else ""
    return f"{bound}{mark.value}{upper}{reading.unit_as_written(mark) or ''}"


def _left_over(reading: Reading, start: int, locator: str) -> Iterator[Line]:
    """Numerals that no rule claimed, and sentences in which no rule fired."""
    for found in NUMERAL.finditer(reading.text):
        if reading.marks.at(found.start(), *FIGURES) is None:
            first, last = found.span()
            yield Line("unread_numeral", locator, start + first, start + last, reading.quote(first, last))
    for first, last in sentence_spans(reading.text, PART_ENDS):
        if not any(m.start < last and first < m.end for m in reading.marks):
            yield Line("unread_words", locator, start + first, start + last, reading.quote(first, last).strip())
