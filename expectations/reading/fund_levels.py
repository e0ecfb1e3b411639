"""Levels of money asked and not reported: 省级以上 and 市级 are asked of a year's funds, only one of them has a rate.

Asked and reported are read year by year: the level of another year's money answers nothing.  Central and provincial
money together are the 省级以上 that is asked; 各级 is everything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from expectations.reading import REQUIREMENT_TEXTS, ItemText

RELATION: Final = "missing_levels"
COLUMNS: Final = {"year": str, "asked": str, "missing": str, "quote": str}

#: A year of money, not a date: 2023年度, 2023年省级, but not 2023年9月底前.
_YEAR: Final = re.compile(r"(?P<year>(?:19|20)\d\d)年(?!\s*\d{1,2}月|底|末)(?:度)?")
#: Longer names first; a city names its own level by its name (江门市级).
_LEVELS: Final = (
    ("省级以上", re.compile(r"省级?(?:及|或)?以上")),
    ("中央", re.compile(r"中央")),
    ("省级", re.compile(r"省级")),
    ("市级", re.compile(r"市级|市本级")),
    ("县级", re.compile(r"[县区]级")),
)
_ALL: Final = re.compile(r"各级|均|都|全部资金|两级|上述资金")
_RATE: Final = re.compile(r"执行率|支出率|支出进度|执行进度")
#: What answers a level beside its own name.
_ANSWERS: Final = {"省级以上": {"中央", "省级"}, "中央": {"省级以上"}, "省级": {"省级以上"}}


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """A row for each year of which the progress gives a rate and leaves out a level that is asked."""
    reported = item.reported()
    if not _RATE.search(reported):
        return
    told = _by_year(reported)
    for year, asked in sorted(_asked(item).items()):
        if len(asked) < 2 or year not in told:
            continue  # one level asked, or nothing of that year told: another check's matter
        found, text = told[year]
        missing = [level for level in asked if not ({level} | _ANSWERS.get(level, set())) & found]
        if missing and not _ALL.search(text):
            yield {"year": year, "asked": "、".join(asked), "missing": "、".join(missing), "quote": text.strip()[:200]}


def _asked(item: ItemText) -> dict[str, list[str]]:
    """The levels that rates are asked of, by year, in the order of `_LEVELS`."""
    asked: dict[str, set[str]] = defaultdict(set)
    for name in REQUIREMENT_TEXTS:
        for year, (levels, text) in _by_year(item.folded[name]).items():
            if _RATE.search(text):
                asked[year] |= levels
    return {year: [name for name, _ in _LEVELS if name in levels] for year, levels in asked.items()}


def _by_year(text: str) -> dict[str, tuple[set[str], str]]:
    """The levels named behind each year, up to the next one, and those words."""
    found: dict[str, tuple[set[str], str]] = {}
    years = list(_YEAR.finditer(text))
    for place, match in enumerate(years):
        end = years[place + 1].start() if place + 1 < len(years) else len(text)
        words = text[match.end() : end]
        levels, before = found.get(match["year"], (set(), ""))
        found[match["year"]] = (levels | _levels(words), before + words)
    return found


def _levels(text: str) -> set[str]:
    """The levels that a text names; what one name has taken is not read again as another."""
    levels = set()
    for name, shape in _LEVELS:
        text, count = shape.subn(" ", text)
        if count:
            levels.add(name)
    return levels
