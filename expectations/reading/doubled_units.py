"""A unit written twice behind its figure: 1.35万亩万亩."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from expectations.reading import REQUIREMENT_TEXTS, ItemText
from ingestion.extract import lexicon

RELATION: Final = "doubled_units"
COLUMNS: Final = {"unit": str, "figure": str, "quote": str}

_MULTIPLIERS: Final = lexicon.either(lexicon.load("units")["multipliers"])
#: A unit of time is followed by itself in ordinary words: 2022年年均值.
_TIME: Final = frozenset({"年", "月", "天", "周", "小时", "分钟", "季度", "工作日"})
_MEASURES: Final = lexicon.either(
    name for name, (canonical, _) in lexicon.load("units")["measures"].items() if canonical not in _TIME
)
_DOUBLED: Final = re.compile(rf"(?P<figure>\d[\d,.]*)\s*(?P<unit>{_MULTIPLIERS}?{_MEASURES})(?P=unit)")
_CLAUSE_ENDS: Final = "，,。;；\n"


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """Every doubled unit of the item's texts, once."""
    seen: set[str] = set()
    for name in (*REQUIREMENT_TEXTS, "progress_text"):
        for found in _DOUBLED.finditer(item.folded[name]):
            if found.group() in seen:
                continue
            seen.add(found.group())
            clause = max(item.folded[name].rfind(sign, 0, found.start()) for sign in _CLAUSE_ENDS) + 1
            quote = item.quote(name, clause, found.end())
            yield {"unit": found["unit"], "figure": found["figure"], "quote": quote}
