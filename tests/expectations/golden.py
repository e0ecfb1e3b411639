"""Findings judged by hand: a YAML list of them, and the same findings counted as the gates give them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from .landed import Row

LOUD = ("blocker", "error", "warning")
PRECISION = 0.9
Key = tuple[object, ...]


def read(name: str) -> list[dict[str, Any]]:
    """The judged findings of a file beside this module."""
    rows: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8"))
    return rows


def key_of(row: Row) -> Key:
    """(document, item_no, check, severity, what was observed where no item tells findings apart)."""
    name, item_no = row["file_name"], row["item_no"]
    is_told_apart = item_no is not None or row["check_id"] == "region_unresolved"
    telling = None if is_told_apart else row["observed"]
    return (str(name)[:3] if name else None, item_no, row["check_id"], row["severity"], telling)


def keys(judged: list[dict[str, Any]], *verdicts: str) -> Counter[Key]:
    """The keys of the findings that were judged so."""
    names = ("document", "item_no", "check_id", "severity", "observed")
    return Counter(tuple(row.get(name) for name in names) for row in judged if row["verdict"] in verdicts)


def unjudged(found: Counter[Key], judged: list[dict[str, Any]]) -> list[Key]:
    """What was found at warning or above and nobody has judged: each must be, before the checks may say it."""
    return [key for key in found - keys(judged, "genuine", "false_alarm") if key[3] in LOUD]


def precision(judged: list[dict[str, Any]]) -> float:
    """The share of genuine findings at warning or above."""
    verdicts = Counter(row["verdict"] for row in judged if row["severity"] in LOUD)
    return verdicts["genuine"] / verdicts.total()
