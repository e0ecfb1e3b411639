"""Which of the families a document belongs to, from its title, its tables' columns and its items."""

from __future__ import annotations

from collections.abc import Collection

from ingestion.records import Family
from ingestion.segment.columns import Header
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.vocabulary import words


def family_of(title: str | None, headers: Collection[Header], drafts: Collection[Draft], form: str | None) -> Family:
    """The family of the larger part of the items; a table's by its title and the columns that it has."""
    statements = sum(draft.parts[0].role == "statement" for draft in drafts)
    if 2 * statements > len(drafts) or (not headers and not form and statements):
        return "narrative"
    if not headers:
        return "completion_list"
    name = squeeze(title or "")
    if words("families", "lag").search(name):
        return "lag_table"
    if all(not header.of("requirement", "progress", "status") for header in headers):
        return "workbook"
    if any(header.of("region", "requirement", "points") for header in headers):
        return "assessment_table"
    return "completion_list"
