"""Which doubts about a name are still open: those that no steward's line settles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.resolve.aliases import ALIASES_FILE, load_aliases
from ingestion.resolve.requirements import Asked


def is_settled(row: Mapping[str, Any], aliases_file: Path = ALIASES_FILE) -> bool:
    """True for a doubtful row of the crosswalk on which the seed has decided."""
    one, other = said(row["kind"], row["wording"]), said(row["kind"], row["other_wording"])
    return load_aliases(row["kind"], aliases_file).settle(one, other)


def said(kind: str, wording: str) -> str:
    """The words of a row as a person reads them; a requirement's row holds more than its words."""
    return Asked.of(wording).text if kind == "requirement" else wording
