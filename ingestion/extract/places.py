"""The place that a statement or a figure of a list names at its start: 五象新区…, 分县…：蕉城83.8%."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.lexicon import either, words

_NOT: Final = tuple(sorted(words("places", "not_places"), key=len, reverse=True))
_POINTING: Final = ("全", "各", "我", "本", "该")
_VERB: Final = re.compile(either([*words("labels", "verbs"), *words("wording", "obligation")]))
_WHOLE: Final = re.compile(rf"^(?P<place>{either(words('places', 'whole'))})")
_START: Final = re.compile(
    rf"^(?P<place>[\u4e00-\u9fa5]{{2,6}}?{either(words('places', 'suffixes'))}|[\u4e00-\u9fa5]县)"
    r"(?![级内长委政府人域城民场直属间情办局管教纪])"
)
_BY_PLACE: Final = re.compile(r"[分各](?:县|区|市|地|镇|州)")


def place_at_start(text: str) -> str | None:
    """The place whose name a folded text starts with; None where the words name none."""
    if found := _WHOLE.match(text):
        return found.group("place")
    found = _START.match(text)
    if not found:
        return None
    place = found.group("place")
    is_common = _VERB.match(place) or place.endswith(_NOT) or any(word in place[:-1] for word in _POINTING)
    return None if is_common else place


def heads_places(heading: str) -> bool:
    """True for a heading whose figures are named by places (分县（市、区）完成比例)."""
    return bool(_BY_PLACE.search(heading))
