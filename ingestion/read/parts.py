"""What a reader hands back; the registry makes the Document of it."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.records import Paragraph, Table


@dataclass(frozen=True, slots=True)
class ReadParts:
    """The text as read and the blocks that stand in it."""

    text: str
    blocks: tuple[Paragraph | Table, ...]
