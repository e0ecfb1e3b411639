"""The places that a statement or a figure of a list names: 五象新区…, 北京空气质量…, 甲市、乙市开工率分别为…"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.regions import all_regions, forms, names_by_head

_NOT: Final = tuple(sorted(words("places", "not_places"), key=len, reverse=True))
_POINTING: Final = ("全", "各", "我", "本", "该", "共", "个", "名", "座", "处")
#: Verbs and adverbs make no part of the name of a town: 共建成镇区污水处理厂.
_VERBAL: Final = re.compile(
    either([*words("labels", "verbs"), *words("wording", "obligation"), *words("places", "verbal")])
)
_WHOLE: Final = re.compile(rf"^(?P<place>{either(words('places', 'whole'))})")
_NEXT: Final = r"(?![级内长委政府人域城民场直属间情办局管教纪区村乡镇]|[上下](?![升降跌滑调]))"
_FOLLOWED: Final = re.compile(_NEXT)
_UNLISTED: Final = re.compile(rf"^(?P<place>[\u4e00-\u9fa5]{{2,6}}?{either(words('places', 'suffixes'))}){_NEXT}")
_MEASURED_THERE: Final = re.compile(rf"^市?{either(words('places', 'measured_there'))}")
_MEASURE: Final = re.compile(rf"{either(words('places', 'measures'))}|新[\u4e00-\u9fa5]")
_BY_PLACE: Final = re.compile(r"[分各](?:县|区|市|地|镇|州)")
_JOIN: Final = r"(?:、|和|及|与|以及)"
_LONGEST: Final = 12


def place_at_start(text: str) -> str | None:
    """The place whose name a folded text starts with; None where the words name none.

    Counties and cities are known by the table of divisions, with their kind or, before the name of a measure, without
    it; towns, streets and zones, which no table lists, by their form.
    """
    if found := _WHOLE.match(text):
        return found.group("place")
    if place := _listed(text) or _short(text):
        return place
    found = _UNLISTED.match(text)
    if not found:
        return None
    place = found.group("place")
    is_common = _VERBAL.search(place) or place.endswith(_NOT) or any(word in place[:-1] for word in _POINTING)
    return None if is_common else place


def _listed(text: str) -> str | None:
    """The name of a county, a city or a province with its kind."""
    named = (n for n in names_by_head().get(text[:2], ()) if text.startswith(n) and n not in _NOT)  # 城区, 郊区
    return next((n for n in named if _FOLLOWED.match(text, len(n))), None)


def _short(text: str) -> str | None:
    """The name of a city or a province without its kind, directly before the name of a measure (北京空气质量…)."""
    name = next((text[:n] for n in (4, 3, 2) if text[:n] in _upper_names()), None)
    return name if name and _MEASURED_THERE.match(text[len(name) :]) else None


@cache
def _upper_names() -> frozenset[str]:
    """Provinces and cities without their kind."""
    upper = (r for r in all_regions().values() if r.level != "county")
    return frozenset(form for r in upper for form in forms(r.name, r.level) if form != r.name)


def listed_places(text: str) -> tuple[tuple[str, ...], str]:
    """The places of a list that a text begins with (甲市、乙市和丙县开工率), and the words behind it; none for one."""
    found: list[str] = []
    rest = text
    while place := _one_of_list(rest):
        found.append(place)
        rest = rest[len(place) :]
        joint = re.match(_JOIN, rest)
        if not joint:
            break
        rest = rest[joint.end() :]
    return (tuple(found), rest) if len(found) > 1 else ((), text)


def _one_of_list(text: str) -> str | None:
    if place := _listed(text):
        return place
    name = next((text[:n] for n in (4, 3, 2) if text[:n] in _upper_names()), None)
    if name and re.match(rf"{_JOIN}|{either(words('places', 'measured_there'))}|分别|[，,]?$", text[len(name) :]):
        return name
    found = _UNLISTED.match(text[:_LONGEST])
    return found.group("place") if found and place_at_start(text) == found.group("place") else None


def is_place(name: str) -> bool:
    """True for words that are a place's name and nothing else, of a city or a province also without its kind."""
    return bool(name) and (place_at_start(name) == name or name in _upper_names())


def is_place_of_numeral(text: str, start: int, end: int) -> bool:
    """True for a numeral that begins the name of a county which the text names in full: 三台 beside 三台县."""
    if text[start] not in "一二三四五六七八九十百千万":
        return False
    return any(
        text[start:end].startswith(n[:-1]) and n in text for n in names_by_head().get(text[start : start + 2], ())
    )


def begins_with_measure(text: str) -> bool:
    """True for words that begin with the name of a measure of the air or the water, and with no thing of their own."""
    return bool(_MEASURE.match(text))


def heads_places(heading: str) -> bool:
    """True for a heading whose figures are named by places (分县（市、区）完成比例)."""
    return bool(_BY_PLACE.search(heading))
