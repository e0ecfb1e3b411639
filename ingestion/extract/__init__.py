"""A text becomes facts by named rules, each with its character span in the original and its rule's id."""

from __future__ import annotations

from ingestion.extract.extractor import extract, reasons
from ingestion.extract.registry import extractor_version, rules

EXTRACTOR_VERSION: str = extractor_version()

__all__ = ["EXTRACTOR_VERSION", "extract", "reasons", "rules"]
