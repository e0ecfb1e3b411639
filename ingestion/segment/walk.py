"""The body of a document read block by block: each table's items, each stretch of prose's statements or entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.records import Paragraph, Table, TextPart
from ingestion.regions import resolve_unit
from ingestion.segment.captions import caption_part, split_caption, table_region
from ingestion.segment.carrying import Carried
from ingestion.segment.columns import Header
from ingestion.segment.completion_list import entries_of, list_form
from ingestion.segment.dated_entries import dated_entries, stretches
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.forms import is_form, read_form
from ingestion.segment.layout import Layout, unit_of
from ingestion.segment.narrative import Prose
from ingestion.segment.place import looks_like_place
from ingestion.segment.rows import read_rows
from ingestion.segment.sentences import sentences_of


@dataclass(frozen=True, slots=True)
class Found:
    """The items of a document in reading order, what could not be placed, and the form of its list, if it is one."""

    drafts: tuple[Draft, ...]
    unplaced: tuple[TextPart, ...]
    list_form: str | None


def lay_out(layout: Layout, place: str | None) -> Found:
    """Read every block below the head; `place` is the document's region."""
    paragraphs = [block for block in layout.body() if isinstance(block, Paragraph)]
    form = list_form(paragraphs, layout.head.title)
    walk = _Walk(layout, place, form)
    for block in layout.body():
        walk.take(block)
    walk.close()
    return Found(tuple(walk.drafts), tuple(walk.unplaced), form)


class _Walk:
    """Takes the blocks one by one; prose is read when the next table or the end shows where it ends."""

    def __init__(self, layout: Layout, place: str | None, form: str | None) -> None:
        self.drafts: list[Draft] = []
        self.unplaced: list[TextPart] = []
        self._layout = layout
        self._place = place
        self._form = form
        self._context = resolve_unit(place)
        self._prose = Prose(self._context, layout.year)
        self._waiting: list[Paragraph] = []
        self._carried: Carried | None = None
        self._form_above: tuple[str | None, list[str]] | None = None

    def take(self, block: Paragraph | Table) -> None:
        """One block of the body."""
        if isinstance(block, Paragraph):
            self._waiting.append(block)
            return
        unit, is_next_page = _unit(self._waiting, block, self._layout), not self._waiting
        above, near = split_caption(self._waiting)
        caption = caption_part(near, above, self._layout.title_part)
        self._waiting = above
        self.close()
        header = self._layout.headers.get(block.index)
        if header is None:
            self._frame(block)
            return
        goes_on = not header.last_row or (is_next_page and self._is_same_form(block, header))
        self._form_above = (block.title, [squeeze(c.header) for c in header.columns])
        if not goes_on or self._carried is None:
            path = (*self._prose.path, near.text) if near else self._prose.path
            sheet = block.title if block.title and looks_like_place(block.title) else None
            region = table_region(near, self._prose.path, self._context, self._place) or sheet
            self._carried = Carried(region, heading=path, outer_heading=path, caption=caption, unit=unit)
        cut_above = not header.last_row and bool(self.drafts) and self.drafts[-1].parts[0].locator.startswith("table")
        before = [self.drafts.pop()] if cut_above else []
        result = read_rows(block, header, self._place, self._carried, before)
        self.drafts.extend(result.items)
        self.unplaced.extend(result.unplaced)

    def _is_same_form(self, table: Table, header: Header) -> bool:
        """True where a table repeats the header of the one right above it: a new page, not a new table."""
        return self._form_above == (table.title, [squeeze(c.header) for c in header.columns])

    def close(self) -> None:
        """Read the prose that waits."""
        paragraphs = [p for p in self._waiting if not unit_of(p.text)]
        self._waiting = []
        if self._form:
            self.drafts.extend(entries_of(paragraphs, self._form, self._prose))
            return
        for is_run, stretch in stretches(paragraphs):
            found = dated_entries(stretch, self._prose) if is_run else self._prose.statements(stretch)
            self.drafts.extend(found)

    def _frame(self, table: Table) -> None:
        """A table without header: a form, or only a frame (sentences are statements, short cells cannot be placed)."""
        if is_form(table):
            drafts, unplaced = read_form(table)
            self.drafts.extend(drafts)
            self.unplaced.extend(unplaced)
            return
        for cell in (c for row in table.rows for c in row if c.is_origin and c.text.strip()):
            locator = table.locator(cell)
            if not any(stop in cell.text for stop in "。；;"):
                self.unplaced.append(TextPart("statement", cell.text, cell.char_start, locator))
                continue
            for sentence in sentences_of(cell.text, cell.char_start):
                section, path = self._prose.section, self._prose.path
                part = TextPart("statement", sentence.text, sentence.start, locator, section=section, heading=path)
                self.drafts.append(Draft(None, None, (part,)))


def _unit(above: Sequence[Paragraph], table: Table, layout: Layout) -> str:
    """The unit that stands above a table's figures (单位：万元), in paragraphs before it or in its own upper rows."""
    header = layout.headers.get(table.index)
    rows = table.rows[: max(header.first_row - 1, 0)] if header else ()
    texts = [*(p.text for p in above[-2:]), *(cell.text for row in rows for cell in row)]
    return next((unit for text in texts if (unit := unit_of(text))), layout.unit)
