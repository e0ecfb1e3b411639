"""Names cut out of a text: without dates, remarks and the words that carry nothing."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.keeping import kept_of_short
from ingestion.extract.lexicon import either, load, words
from ingestion.extract.likeness import scope_of
from ingestion.extract.marks import Kind
from ingestion.extract.reading import Reading


def _unless(key: str, listed: tuple[str, ...], where: str) -> str:
    """The words as a choice, each refused where a letter beside it makes it part of another word."""
    bound = load("labels")[key]
    parts = []
    for word in sorted(listed, key=lambda w: (-len(w), w)):
        letters = bound.get(word)
        ahead = rf"(?<![{letters}])" if letters and where == "before" else ""
        behind = rf"(?![{letters}])" if letters and where == "after" else ""
        parts.append(f"{ahead}{re.escape(word)}{behind}")
    return "(?:" + "|".join(parts) + ")"


_HEAD: Final = re.compile(
    rf"^(?:{_unless('unless_after', words('labels', 'head'), 'after')}"
    r"|(?:[国省市县区]级?下达)?(?:年度|全年)?(?:目标)?任务(?:数|量)?(?:为|是)"
    r"|[、,，和及与的\s\-\"’‘)）(·:≤≥<>]+|”|[一二三四五六七八九十]+是(?!否))"
)
_TAIL: Final = re.compile(rf"(?:{_unless('unless_before', words('labels', 'tail'), 'before')}|[、,，\s\-(（:“·≤≥<>]+)$")
_GENERIC: Final = frozenset(words("labels", "generic"))
_YEAR: Final = re.compile(r"(?:19|20)\d{2}年度?")
_ONLY_VERBS: Final = re.compile(rf"(?:{either(words('labels', 'generic_words'))})+|惠及.{{0,4}}")
_DATES: Final[tuple[Kind, ...]] = ("as_of", "deadline", "score", "key_mark")
_FROM: Final = re.compile(
    r"(?:由|从)(?:(?:19|20)\d{2}年度?|上年|去年|原来|目前|年初)?(?:末|底|同期)?的?(?:每[人户月年亩]){0,2}$"
)
_COMPARISON: Final = re.compile(
    r"(?:按?可比(?:价格?|口径)|同口径)(?:计算)?"
    r"|(?:比|较|与|和|同)(?:“[^”]{1,8}”末?|上半年|前?[一二三四]季度|上年末?|去年末?|前年|上月|上周|上季度|年初|同期|基准年|(?:19|20)\d{2}年)(?:同期|末|底|年底|全年)?(?:相比|比)?"
    r"(?:[高低多少快慢]出?(?=$))?|同比(?:多发|少发|多|少|高|低)?(?=$)"
)
#: 浓度最低的县(市、区)为甲县 names 浓度.
_SUPERLATIVE: Final = re.compile(
    r"(?:最|较|相对)[高低好差快慢大小多少优佳]的(?:前?[\d一二两三四五六七八九十]{0,3}个)?"
    r"(?:县\(市、区\)|县市区|县区|区县|城市|地区|乡镇|街道|单位|市州|设区市|县|市|区)?"
    r"(?:(?:依次|分别|主要)?(?:为|是|有)(?:[\u4e00-\u9fa5]{2,8})?)?$"
)
_SHORT: Final = 3
_SHORT_REMARK: Final = 14
_REMARK: Final = re.compile(r"负责|牵头|含|详见|简称|下同|包括|其中|注|见附|责任|单位|单选|试行|已|完成")


@kept_of_short
def clean(text: str) -> str:
    """A name without the words that carry nothing at its start and end, and without what it is compared with."""
    text = _without_comparison(re.sub(r"\s+", "", text))
    folded = fold(text)
    start, end = 0, len(_FROM.sub("", folded))
    while start < end:
        head = _HEAD.match(folded[start:end])
        tail = _TAIL.search(folded[start:end])
        if head and head.end():
            start += head.end()
        elif tail:
            end = start + tail.start()
        else:
            break
    if superlative := _SUPERLATIVE.search(folded[start:end]):
        end = start + superlative.start()
    return _balanced(text[start:end])


def _without_comparison(text: str) -> str:
    """优良率比去年同期高 names 优良率; 按可比价格 names nothing."""
    folded = fold(text)
    kept = list(text)
    for found in _COMPARISON.finditer(folded):
        kept[found.start() : found.end()] = [""] * (found.end() - found.start())
    return "".join(kept)


def _balanced(name: str) -> str:
    """A name without the quotation marks and brackets whose partners were cut off."""
    if name.count("“") > name.count("”"):
        place = name.rfind("“") if "”" not in name[name.rfind("“") :] else name.find("“")
        name = name[:place] + name[place + 1 :]
    elif name.count("”") > name.count("“"):
        place = name.find("”")
        name = name[:place] + name[place + 1 :]
    alone = _unpaired(name)
    return "".join(c for i, c in enumerate(name) if i not in alone) if alone else name


def _unpaired(name: str) -> set[int]:
    """The places of brackets whose partners were cut off."""
    opened: list[int] = []
    alone: set[int] = set()
    for place, char in enumerate(name):
        if char in "(（":
            opened.append(place)
        elif char in ")）":
            if opened:
                opened.pop()
            else:
                alone.add(place)
    return alone | set(opened)


def words_of(reading: Reading, start: int, end: int) -> str:
    """The words of a span as a name, without dates, numbers of lists and remarks."""
    return clean(visible(reading, start, end))


@kept_of_short
def is_generic(name: str) -> bool:
    """True when a name says nothing without the words before it."""
    name = fold(name)
    if scope_of(name, funds=False).substances:
        return False
    bare = re.sub(r"[的地已累计共实际目前、，, ]", "", name)
    bare = _YEAR.sub("", bare)
    return len(bare) < _SHORT or name in _GENERIC or bare in _GENERIC or bool(_ONLY_VERBS.fullmatch(bare))


def visible(reading: Reading, start: int, end: int) -> str:
    """The original's words of a span, without dates, points, list numbers and brackets."""
    hidden = [
        (m.start, m.end)
        for m in reading.marks.touching(start, end, *_DATES, "date", "name", "status")
        if m.kind in _DATES
        or (m.kind == "date" and m.code in ("day", "month_end", "whole_year"))
        or (m.kind == "name" and m.code == "list_number")
        or (m.rule == "status.phrase" and reading.text[m.end : m.end + 1] in "，,。;:()")
    ]
    hidden += _remarks(reading, start, end)
    places = {place for a, b in hidden for place in range(max(a, start), min(b, end))}
    return "".join(reading.folded.original[place] for place in range(start, end) if place not in places)


def _remarks(reading: Reading, start: int, end: int) -> list[tuple[int, int]]:
    """The brackets of a span that are remarks; a short one without a figure belongs to the name: 某河（城区段）."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for place in range(start, end):
        if reading.text[place] == "(":
            opened.append(place)
        elif reading.text[place] == ")" and opened:
            first = opened.pop()
            inside = reading.text[first + 1 : place]
            if len(inside) > _SHORT_REMARK or _REMARK.search(inside) or any(c.isdigit() for c in inside):
                found.append((first, place + 1))
    found += [(first, end) for first in opened]
    return found
