"""Numbered passages of the progress that no numbered requirement stands for: (4) is reported, (1) to (3) are asked.

Only where the item's requirements are numbered themselves: a progress text may be numbered for its own sake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from expectations.reading import REQUIREMENT_TEXTS, ItemText

RELATION: Final = "unasked_sub_items"
COLUMNS: Final = {"asked": str, "number": str, "quote": str}

#: (n) that opens a line, or a sentence of it.
_LABEL: Final = re.compile(r"(?:^|(?<=[\n。;；]))[^\S\n]*\(\s*(?P<number>\d{1,2})\s*\)", re.MULTILINE)


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """A row for each number that only the progress has."""
    asked = [n for n in (_numbers(item.folded[name]) for name in REQUIREMENT_TEXTS) if len(n) > 1]
    if not asked:
        return
    highest = max(max(numbers) for numbers in asked)
    text = item.reported()
    labels = list(_LABEL.finditer(text))
    order = [int(found["number"]) for found in labels]
    if order != sorted(set(order)):
        return  # a list within a passage begins anew at (1)
    for found in labels:
        if int(found["number"]) > highest:
            end = min(
                (p for p in (text.find("\n", found.end()), text.find("。", found.end())) if p >= 0), default=len(text)
            )
            quote = item.quote("progress_text", found.start(), end)
            yield {"asked": f"(1)-({highest})", "number": f"({found['number']})", "quote": quote}


def _numbers(text: str) -> set[int]:
    """The numbers of a text's passages, if they begin at 1: a lone (3) is a reference, no numbering."""
    numbers = {int(found["number"]) for found in _LABEL.finditer(text)}
    return numbers if 1 in numbers else set()
