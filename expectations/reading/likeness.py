"""Another thing reported than the thing asked: 超低排放改造 where 清洁能源改造 is asked, “环基贷” where 环基债 is.

Two rules: the words of a vocabulary group (`expectations/vocabulary/likeness.yml`), compared by sub-item where the
facts of the item have one; and a name in quotation marks that differs in one character from words of the
requirement that the progress never repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from expectations.reading import REQUIREMENT_TEXTS, ItemText
from ingestion.extract.folding import fold

RELATION: Final = "likenesses"
COLUMNS: Final = {"rule": str, "sub_item": str, "asked": str, "reported": str, "quote": str}

_VOCABULARY: Final = Path(__file__).parent.parent / "vocabulary" / "likeness.yml"
_NAME: Final = re.compile(r"[“\"「『]([\u4e00-\u9fff]{3,8})[”\"」』]")


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """The vocabulary's groups of words that are alike."""
    return tuple(tuple(group) for group in yaml.safe_load(_VOCABULARY.read_text("utf-8"))["groups"])


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """A row for each group and each name that points to another thing than was asked."""
    yield from _by_group(item)
    yield from _by_name(item)


def _by_group(item: ItemText) -> Iterator[dict[str, Any]]:
    """Passages of sub-items are held against what their sub-item asks, all others against the whole item."""
    seen: set[tuple[str | None, str]] = set()
    whole = item.asked()
    for answer in item.answers:
        asked = fold(answer.asked) if answer.asked else whole
        reported = fold(answer.reported)
        for group in groups():
            wanted = [word for word in group if word in asked]
            told = [word for word in group if word in reported]
            if not wanted or not told or set(wanted) & set(told) or (answer.sub_item, told[0]) in seen:
                continue
            seen.add((answer.sub_item, told[0]))
            yield {
                "rule": "group",
                "sub_item": answer.sub_item,
                "asked": "、".join(wanted),
                "reported": "、".join(told),
                "quote": answer.reported,
            }


def _by_name(item: ItemText) -> Iterator[dict[str, Any]]:
    asked, reported = item.asked(), item.reported()
    for found in _NAME.finditer(reported):
        name = found[1]
        if name in asked:
            continue
        near = next((w for w in _windows(asked, len(name)) if _one_apart(w, name) and w not in reported), None)
        if near:
            yield {
                "rule": "name",
                "sub_item": None,
                "asked": _as_written(item, near) or near,
                "reported": item.quote("progress_text", found.start(1), found.end(1)),
                "quote": item.quote("progress_text", found.start(), found.end()),
            }


def _windows(text: str, length: int) -> Iterator[str]:
    return (text[i : i + length] for i in range(len(text) - length + 1))


def _one_apart(one: str, other: str) -> bool:
    """Of one length, with one character that differs."""
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _as_written(item: ItemText, folded: str) -> str | None:
    """The words behind a folded passage of the requirement, in the script they were written in."""
    for name in REQUIREMENT_TEXTS:
        place = item.folded[name].find(folded)
        if place >= 0:
            return item.quote(name, place, place + len(folded))
    return None
