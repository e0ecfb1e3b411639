"""Two stations or sections asked, one reported: 富民南路以及第十一中学…子站, and only 富民南路 has a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from expectations.reading import REQUIREMENT_TEXTS, ItemText

RELATION: Final = "missing_stations"
COLUMNS: Final = {"asked": str, "missing": str, "quote": str}

_PAIR: Final = re.compile(
    r"(?P<one>[\u4e00-\u9fff]{2,12}?)(?:以及|和|及|、)(?P<other>[\u4e00-\u9fff]{2,10}?)(?:[两二2]个)?"
    r"(?:国控|省控|市控)?(?:空气质量|水质)?(?:自动)?(?:监测(?:子)?站|子站|断面)"
)
_REGION: Final = re.compile(r"^.*[区市县]")


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """A row for each pair of which the progress names one and not the other."""
    seen: set[tuple[str, str]] = set()
    for name in REQUIREMENT_TEXTS:
        for found in _PAIR.finditer(item.folded[name]):
            pair = (_REGION.sub("", found["one"]), found["other"])
            if pair in seen or min(map(len, pair)) < 2:
                continue
            seen.add(pair)
            missing = [station for station in pair if station not in item.reported()]
            if len(missing) == 1:
                quote = item.quote(name, *found.span())
                yield {"asked": "、".join(pair), "missing": missing[0], "quote": quote}
