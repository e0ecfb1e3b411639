"""What a count counts: done, closed, at a stage, started, remaining, a part, or the total of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from ingestion.extract.contexts import (
    left,
    left_span,
    next_figure,
    previous_figure,
    right,
    sentence_spans,
    without_brackets,
)
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.lexicon import either, load, words
from ingestion.extract.marks import Kind, Mark, Marks
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import MEASURE_UNITS, canonical

Role = Literal["done", "closed", "stage", "started", "remaining", "part", "total"]

_ROLES: Final = tuple((r["code"], re.compile(either(r["words"]))) for r in load("count_roles")["roles"])
_BESIDE: Final = {
    code: (re.compile(rf"{either(found)}(?:有|为)?$"), re.compile(either(found)))
    for code, found in load("count_roles")["beside"].items()
}
_TOLD: Final = re.compile("|".join(load("count_roles")["told"]))
_PART: Final = re.compile(either(words("count_roles", "part")))
_PREDICATE: Final = re.compile(r"已|均|全部|完成|未完成|开工|竣工|建成|投产|办结|整改|关停")
#: What may stand before a whole: nothing, a place, an attribute.
_ATTRIBUTE: Final = re.compile(
    r"^(?:全市|全省|全县|全区|我市|我省|我县|我区|本市|其中|目前|今年|上半年|[ ])*"
    r"(?:[^，,。;]{0,24}(?:的|内|中|共有|共|共计|合计|涉及))?$"
)
#: A clause that only tells how many of the whole before it were done.
_FOLLOWS: Final = re.compile(
    r"^[，,;](?:其中|目前|现|截至目前)?(?:已经|已|均)?"
    r"(?:完成|整改|办结|建成|完工|竣工|开工|投产|销号)[^，,。;]{0,3}$"
)
#: Verbs of a list drawn up before anything of it was done.
_AMONG: Final = re.compile(r"中(?!心|学|小|央|医|国|型|等|间|部|标|水)")
#: 已完成30个点位中的12个: the first is the whole.
_OF_THEM: Final = re.compile(r"[中内里]的?(?:已|已经)?(?:完成|整治|整改)?了?$")
_LISTING: Final = re.compile(either(words("count_roles", "listing")))
_LIST_MARK: Final = re.compile(r"(?:^|\))[、,]$")
_LISTED: Final = re.compile(r"(?:[、和及与]|以及)[ ]?$")
#: How far behind a count its predicate may stand.
_NEEDED: Final = re.compile(r"^[^，,。;]{0,10}(?:需要?|待|应|亟[待需])(?!求)")
_NOUN: Final = 10
_BEHIND: Final = 24


def _role(text: str, marks: Marks, figure: Mark) -> str | None:
    before = left(text, marks, figure)
    behind = right(text, marks, figure)[:_BEHIND]
    if _NEEDED.search(behind):  # nothing of it is done; 共有10家企业需要治理 is a whole
        return "total" if re.search(r"(?:共有|共计|涉及)$", before) else None
    if next_figure(text, marks, figure):
        behind = behind.split("、")[0]  # 完成5家、关停1家: the second verb is the next figure's
    for code, pattern in _ROLES:
        if pattern.search(before) or pattern.search(behind):
            return str(code)
    for code, (ending, beginning) in _BESIDE.items():
        if ending.search(before) or beginning.match(behind):
            return str(code)
    return "part" if _PART.search(before) else None


def _counts(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for start, end in sentence_spans(text, SENTENCE_ENDS + ";"):
        figures = [m for m in marks.of("quantity", start=start, end=end) if not marks.at(m.start, *_OTHER)]
        last: str | None = None
        for i, figure in enumerate(figures):
            if _is_total(text, marks, figure, figures[i + 1 :]):
                role: str | None = "total"
            else:
                role = _role(text, marks, figure) or (last if _goes_on(text, marks, figure) else None)
            last = role if role in _SHARED else None
            if role:
                yield _mark(figure, role)


def _goes_on(text: str, marks: Marks, figure: Mark) -> bool:
    """True for a count that stands behind 、 in a list and has no verb of its own."""
    start, end = left_span(text, marks, figure)
    return previous_figure(text, marks, figure) is not None and bool(_NEXT_OF_LIST.match(text[start:end]))


#: Roles that a list shares: 造林3万亩、抚育2万亩; 其中主管5公里、支管3公里.
_SHARED: Final = frozenset({"done", "part"})
_NEXT_OF_LIST: Final = re.compile(r"^[^，,。;、]{0,8}(?:、|和|及|以及|与)")
_OTHER: Final[tuple[Kind, ...]] = ("change", "previous", "target", "gap")


def _is_total(text: str, marks: Marks, figure: Mark, later: list[Mark]) -> bool:
    """A count with no verb of its own, followed in its sentence by a count of the same thing that has one."""
    follower = next((m for m in later if _same_unit(m, figure)), None)
    if follower is None or follower.value is None or figure.value is None or follower.value > figure.value:
        return False
    between = text[figure.end : follower.start]
    if _LISTED.search(between):
        return False
    if figure.unit in MEASURE_UNITS and re.search(r"[，,;]", between) and "其中" not in between:
        return False  # lengths and areas of two clauses are two things
    own_clause = re.split(r"[，,;]", between)[0]
    if _is_bare(text, marks, figure):
        if len(own_clause) < len(between) and (_PREDICATE.search(own_clause) or _TOLD.search(own_clause)):
            return "其中" in between  # 9项均已开工，其中1项已完成: the first tells of all, and still is the whole
        if len(own_clause) == len(between) and _AMONG.search(own_clause):
            return True
        return bool(_PREDICATE.search(between) or _PREDICATE.search(right(text, marks, follower)) or "还有" in between)
    if _OF_THEM.search(own_clause):
        return True
    is_noun = len(own_clause) <= _NOUN and not _PREDICATE.search(own_clause)
    follows = bool(_FOLLOWS.match(between[len(own_clause) :])) and not right(text, marks, follower).strip()
    return is_noun and follows and bool(_LISTING.search(left(text, marks, figure)))


def _is_bare(text: str, marks: Marks, figure: Mark) -> bool:
    """True where nothing but an attribute stands before a count in its clause."""
    start, end = left_span(text, marks, figure)
    before = text[start:end]
    for mark in marks.of("as_of", "date", "name", start=start, end=end):
        before = before.replace(text[mark.start : mark.end], "", 1)
    before = without_brackets(before).strip()
    if previous_figure(text, marks, figure):
        return bool(_LIST_MARK.search(before))  # two figures side by side count one thing: 两批30个
    return bool(_ATTRIBUTE.match(before))


def _same_unit(a: Mark, b: Mark) -> bool:
    first, second = canonical(a.unit or ""), canonical(b.unit or "")
    return bool(first and second and first[0] == second[0])


def _mark(figure: Mark, role: str) -> Mark:
    return Mark(kind="count_role", start=figure.start, end=figure.end, rule="count_role.words", code=role)


RULES: Final = (
    Rule(
        id="count_role.words",
        version=1,
        order=76,
        description_zh="数量的含义：已完成、关停、处于某阶段、开工、剩余、其中、总数",
        description_en="What a count counts, from the words beside it",
        find=_counts,
    ),
)
