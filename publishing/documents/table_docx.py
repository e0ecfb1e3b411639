"""A table as docx: A4 turned, the header on each page, the cells of a region as one."""

from __future__ import annotations

from publishing.documents.edition import Edition
from publishing.documents.tables import Table
from publishing.office.official import CELL, TITLE, Paper
from publishing.office.words import day_name


def write(table: Table, edition: Edition, mark: str) -> bytes:
    """The bytes of the document; `mark` stands above every page."""
    paper = Paper(title=table.title, author=edition.agency, day=edition.day, is_landscape=True)
    if mark:
        paper.mark_draft(mark)
    paper.say(TITLE, table.title)
    paper.say(CELL, "", keep=True)
    paper.table(table.columns, table.rows)
    if table.remarks:
        paper.notes([f"注{n}：{text}" for n, text in enumerate(table.remarks, 1)])
    paper.signed(edition.agency, day_name(edition.day))
    return paper.content()
