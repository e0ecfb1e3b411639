"""What a reader hands back; the registry makes the Document of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ingestion.records import Paragraph, Remark, Table


@dataclass(frozen=True, slots=True)
class ReadParts:
    """The text as read, the blocks that stand in it, and what is to be known of parts of it.

    `ocr_confidence` (0–1) is given where text was read from pictures.
    """

    text: str
    blocks: tuple[Paragraph | Table, ...]
    remarks: tuple[Remark, ...] = ()
    ocr_confidence: Decimal | None = None
