"""A table as docx: A4 turned, the header on each page, the cells of a region as one."""

from __future__ import annotations

import re

from publishing.documents.edition import Edition
from publishing.documents.tables import Table
from publishing.office.official import CELL, TITLE, Paper, width_in_characters
from publishing.office.words import day_name
from publishing.office.xml import points


def write(table: Table, edition: Edition, mark: str) -> bytes:
    """The bytes of the document; `mark` stands above every page."""
    paper = Paper(title=table.title, author=edition.agency, day=edition.day, is_landscape=True)
    if mark:
        paper.mark_draft(mark)
    paper.say(TITLE, _broken(table.title, paper.width_mm))
    paper.say(CELL, "", keep=True)
    paper.table(table.columns, table.rows)
    if table.remarks:
        paper.notes(table.remarks)
    paper.signed(edition.agency, day_name(edition.day))
    return paper.content()


def _broken(title: str, width_mm: float) -> str:
    """A title that is too long for a line is broken before its bracket, where a word ends."""
    if width_in_characters(title) * TITLE.size <= points(width_mm):
        return title
    return re.sub(r"(?<=.)（(?=[^（）]*）$)", "\n（", title)
