"""Items before the document numbers them."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.records import TextPart


@dataclass(frozen=True, slots=True)
class Draft:
    """An item without its order in the document: number as written, region as written, parts in reading order."""

    item_no: str | None
    region: str | None
    parts: tuple[TextPart, ...]
