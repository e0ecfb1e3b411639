"""The workbook that a bureau issues and its districts send back: what the issuing and the reading side agree on.

A sheet to fill in (`COLUMNS`), one of help, and a hidden one with a line of JSON for the workbook (`Ticket`) and for
each requirement (`IssuedRow`).  What was issued is read from those lines, what was filled in from the visible cells;
a row is known by the mark in its hidden last column, wherever it was moved to.
"""

from __future__ import annotations

from ingestion.workbook.form import (
    BY_ID,
    COLUMNS,
    GUARDED,
    HELP_TITLE,
    HIDDEN_SHEET,
    STATUSES,
    VERSION,
    WATER_CLASSES,
    AddedRow,
    Column,
    FigureKind,
    FilledRow,
    Form,
    IssuedRow,
    Ticket,
    plain,
    same_text,
)
from ingestion.workbook.lines import (
    OWN_WRITING,
    DamagedWorkbookError,
    Issued,
    hidden_lines,
    issued_in,
    quoted_in_line,
)

__all__ = [
    "BY_ID",
    "COLUMNS",
    "GUARDED",
    "HELP_TITLE",
    "HIDDEN_SHEET",
    "OWN_WRITING",
    "STATUSES",
    "VERSION",
    "WATER_CLASSES",
    "AddedRow",
    "Column",
    "DamagedWorkbookError",
    "FigureKind",
    "FilledRow",
    "Form",
    "Issued",
    "IssuedRow",
    "Ticket",
    "hidden_lines",
    "issued_in",
    "plain",
    "quoted_in_line",
    "same_text",
]
