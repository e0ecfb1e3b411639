"""A target that the item names twice with two values: 56条 in the assessed content, 55条 in the requirement.

Two mentions are of one thing when the unit and the first characters behind it agree.  Instalments are no contradiction:
15台 and 4台 of the same boilers make the 19台 of the content.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from expectations.reading import REQUIREMENT_TEXTS, ItemText
from ingestion.extract import lexicon

RELATION: Final = "double_targets"
COLUMNS: Final = {"thing": str, "unit": str, "first_value": str, "second_value": str, "quote": str}

_UNITS: Final = lexicon.either((*lexicon.load("units")["measures"], *lexicon.words("units", "counters")))
_MULTIPLIERS: Final = lexicon.either(lexicon.load("units")["multipliers"])
_MENTION: Final = re.compile(
    rf"(?<![\d.\-年])(?P<value>\d+(?:\.\d+)?)(?P<unit>{_MULTIPLIERS}?(?:{_UNITS}))(?P<thing>[\u4e00-\u9fff\d\-][^,，。;；:：、()（）\n]{{3,}})"
)
#: So many characters behind the unit name the thing: 县级挥发, 新增挥发, 建筑陶瓷, 10-3.
_THING: Final = 4

Mentions = dict[tuple[str, str], list[tuple[Decimal, str]]]


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """A row for each thing whose values in two of the texts can be neither the same nor instalments of each other."""
    mentions = [_mentions(item, name) for name in REQUIREMENT_TEXTS]
    told: set[tuple[str, str]] = set()
    for place, first in enumerate(mentions):
        for second in mentions[place + 1 :]:
            for key in sorted(set(first) & set(second) - told):
                if not _agree([v for v, _ in first[key]], [v for v, _ in second[key]]):
                    told.add(key)
                    yield _row(key, first[key], second[key])


def _mentions(item: ItemText, name: str) -> Mentions:
    """The values of each (unit, thing) of one text, with the words as written."""
    found: Mentions = defaultdict(list)
    for match in _MENTION.finditer(item.folded[name]):
        value = (Decimal(match["value"]), item.quote(name, match.start(), match.end()))
        if value[0] not in [v for v, _ in found[match["unit"], match["thing"][:_THING]]]:
            found[match["unit"], match["thing"][:_THING]].append(value)
    return found


def _agree(first: list[Decimal], second: list[Decimal]) -> bool:
    """A value in common, or one side the sum of the other."""
    return bool(set(first) & set(second)) or sum(first) in second or sum(second) in first or sum(first) == sum(second)


def _row(key: tuple[str, str], first: list[tuple[Decimal, str]], second: list[tuple[Decimal, str]]) -> dict[str, Any]:
    return {
        "thing": first[0][1],
        "unit": key[0],
        "first_value": "、".join(str(v) for v, _ in first),
        "second_value": "、".join(str(v) for v, _ in second),
        "quote": f"{first[0][1]} … {second[0][1]}",
    }
