"""Which of the families a document belongs to, from its title, its tables' columns and its items."""

from __future__ import annotations

from collections.abc import Collection

from ingestion.records import Family
from ingestion.segment.columns import Header
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.vocabulary import pattern, words


def family_of(title: str | None, headers: Collection[Header], drafts: Collection[Draft], form: str | None) -> Family:
    """The family of the larger part of the items; a table's by its title and the columns that it has."""
    notes = sum(_is_note(draft) for draft in drafts)
    statements = sum(draft.parts[0].role == "statement" for draft in drafts) - notes
    if 2 * statements > len(drafts) - notes or (not headers and not form and statements):
        return "narrative"
    if not headers:
        return "completion_list"
    name = squeeze(title or "")
    if words("families", "lag").search(name):
        return "lag_table"
    if any(_asks(header) for header in headers):
        return "assessment_table"
    return "completion_list"


def _asks(header: Header) -> bool:
    """True for columns that ask, or answer for a place; a workbook that we issued is known by its marks alone."""
    return bool(header.of("region", "place", "requirement", "points")) or any(
        c.kind == "target" for c in header.columns
    )


def _is_note(draft: Draft) -> bool:
    """True for a line below a table (注：…), which makes no report of it."""
    return bool(pattern("notes").match(squeeze(draft.parts[0].text))) and draft.parts[0].role == "statement"
