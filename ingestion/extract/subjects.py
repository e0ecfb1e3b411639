"""The words beside a figure and above it: its own clause, the clauses before it, its heading, its list."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ingestion.extract.contexts import (
    bracket_start,
    clause_before,
    clause_start,
    left_span,
    listed_start,
    right_span,
    sentence_spans,
)
from ingestion.extract.folding import fold
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.lexicon import words
from ingestion.extract.marks import MEASURED, Mark
from ingestion.extract.naming import clean, is_generic, visible
from ingestion.extract.places import is_place, listed_places, place_at_start
from ingestion.extract.reading import Reading

_EMPTY_HEADINGS: Final = frozenset(words("labels", "empty_headings"))
#: The longest name that words before a figure give.
LONG: Final = 28
_RIGHT: Final = 36
#: A subject further back than this many clauses is that of another statement.
_FAR: Final = 16
#: The longest row of figures given 分别, and of figures side by side.
_IN_A_ROW: Final = 24
#: Brackets within brackets beyond this depth name nothing.
_DEEP: Final = 4
#: What joins a figure to the next of a list: the words between belong to the one before, or to the one behind.
JOINED: Final = re.compile(r"(?:[、和及与并]|以及)(?:约|近|共|超|逾)?[ ]?$")
_JOINING: Final = re.compile(r"^[ ]?(?:[、和及与]|以及)")
#: What stands before the name of a place in a list.
LEADING: Final = re.compile(r"^(?:[、，,和及与 ]|以及|其中|涉及|包括|分别是|分别为|主要是|对|在|由)+")
_ORGAN: Final = re.compile(r"[\u4e00-\u9fa5]{1,8}(?:局|委|办|公司|集团|处|院|厅)")
#: The words before a place that stands last: 最快的是甲市.
_NAMED_LAST: Final = re.compile(
    r"^.*(?:的是|的为|的有|区\)为|县区为|城市为|分别是|依次是|依次为|分别由|其中)(?=[\u4e00-\u9fa5]{2,12}$)"
)
_SUPERLATIVE: Final = re.compile(
    r"(?P<of>[^，,。;]{0,30}?)(?:最|较)[高低好差快慢大小多少]的[^，,。;]{0,10}?(?:依次|分别|主要)?(?:为|是|有)"
)
#: Measures that are told of more than the place just named.
_OF_ALL: Final = re.compile(r"[全各我本][市县区省州]|平均|前\d|合计|总体")
_LIST_OF_PLACES: Final = 160
_NEXT: Final = re.compile(r"(?:次之|较低|较高|居前|居后|靠前|靠后|最低|最高|排名靠前|排名靠后)$")
#: A name with such an ending needs nothing of the name behind it: 污水处理率和垃圾处理率分别为…
_MEASURES: Final = ("率", "比例", "比重", "指数", "浓度", "总量", "面积", "收入", "投资", "产值", "数")
_RUN: Final = re.compile(r"[ ]?(?:[、和及与]|以及)[ ]?-?")


def left_words(reading: Reading, figure: Mark) -> str:
    """The words before a figure that can name it."""
    start, end = left_span(reading.text, reading.marks, figure)
    is_listed = start > clause_start(reading.text, figure.start) and JOINED.search(reading.text[start:end])
    return "" if is_listed else clean(visible(reading, start, end))


def right_words(reading: Reading, figure: Mark) -> str:
    """The words behind a figure that name what is counted (3个省级森林城镇)."""
    start, end = right_span(reading.text, reading.marks, figure)
    if _JOINING.match(reading.text[start:end]):
        return ""
    seen = visible(reading, start, end)
    seen = re.sub(r"^(?:左右|以上|以下|以内|多|余)+的?|^的", "", seen)
    return _shortened(clean(re.split(r"[；;。]", seen)[0]))


def _shortened(name: str) -> str:
    """A long name by its start and its end: what is counted stands first, the thing done with it last."""
    return name if len(name) <= _RIGHT else f"{name[: _RIGHT // 2]}…{name[-_RIGHT // 2 :]}"


def subject_of_clause(reading: Reading, span: tuple[int, int]) -> str:
    """What a clause is about: its words before the first figure, else behind it."""
    figures = reading.marks.of(*MEASURED, start=span[0], end=span[1])
    if not figures:
        return clean(visible(reading, *span))[:LONG]
    before = clean(visible(reading, span[0], figures[0].start))
    behind = right_words(reading, figures[0]) if not before or is_generic(before) else ""
    return before + behind


def subject(reading: Reading, place: int, depth: int = 0) -> str:
    """The subject of what stands at a place, from the clauses before it; empty where the sentence has none.

    `depth` counts the brackets gone out of.
    """
    opening = bracket_start(reading.text, place)
    if opening is not None:
        inner = clause_before(reading.text, place)
        if inner and inner[0] > opening and not reading.marks.of(*MEASURED, start=inner[0], end=inner[1]):
            return subject(reading, opening, depth + 1) + subject_of_clause(reading, inner)
        return outer_subject(reading, place, depth)
    span = clause_before(reading.text, place)
    for _ in range(_FAR):
        if span is None:
            break
        name = subject_of_clause(reading, span)
        if name and not is_generic(name):
            return name
        span = clause_before(reading.text, span[0])
    return ""


def outer_subject(reading: Reading, place: int, depth: int = 0) -> str:
    """The subject of the clause that a bracket belongs to; empty outside brackets."""
    opening = bracket_start(reading.text, place)
    if opening is None or depth > _DEEP:
        return ""
    first = listed_start(reading.text, opening, clause_start(reading.text, opening))
    own = subject_of_clause(reading, (first, opening))
    return own if own and not is_generic(own) else subject(reading, opening, depth + 1)


def heading_of(reading: Reading, place: int) -> str:
    """The words before a colon that head the clause of a place (分行业完成年度计划比例：工业79%)."""
    start = clause_start(reading.text, place)
    for _ in range(_FAR):
        if start == 0 or reading.text[start - 1] in SENTENCE_ENDS:
            break
        if reading.text[start - 1] == ":":
            head = clause_start(reading.text, start - 1)
            name = clean(visible(reading, head, start - 1))[:LONG]
            return "" if name in _EMPTY_HEADINGS else name
        start = clause_start(reading.text, start - 1)
    return ""


def heading_sentence(reading: Reading, place: int) -> str:
    """A short first sentence without figures, which heads the sentences behind it (（一）市级重点项目。全年安排…)."""
    first = next(sentence_spans(reading.text), None)
    if first is None or first[1] > place or first[1] - first[0] > LONG:
        return ""
    if reading.marks.of(*MEASURED, "status", start=first[0], end=first[1]):
        return ""
    return clean(visible(reading, first[0], first[1] - 1))


def run_of(reading: Reading, figure: Mark) -> list[Mark]:
    """The figures in a row around a figure: X%、Y%和Z%."""
    row = [figure]
    start, end = clause_start(reading.text, figure.start), len(reading.text)
    for other in islice(reading.marks.before(figure.start, start), _IN_A_ROW):
        if not _RUN.fullmatch(reading.text[other.end : row[0].start]):
            break
        row.insert(0, other)
    for other in islice(reading.marks.behind(figure.end, end), _IN_A_ROW):
        if not _RUN.fullmatch(reading.text[row[-1].end : other.start]):
            break
        row.append(other)
    return row


def distributed(reading: Reading, figure: Mark) -> str | None:
    """The name of one of several figures given 分别: the like-numbered item of the list before them."""
    text = reading.text
    start = clause_start(text, figure.start)
    row = run_of(reading, figure)
    ahead = text[start : row[0].start]
    if len(row) < 2 or "分别" not in ahead:
        return None
    if ahead.strip().startswith("分别") and (span := clause_before(text, row[0].start)):
        start, ahead = span[0], _NEXT.sub("", text[span[0] : span[1]]) + "分别"  # A、B次之，分别为…
    base = re.sub(r"(?:比|较)[^、]{0,12}$", "", ahead[: ahead.index("分别")])
    named, listed = _behind_superlative(fold(visible(reading, start, start + len(base))))
    places, measure = listed_places(listed)
    if len(places) == len(row):
        # 甲市、乙市开工率分别为…, 浓度最低的是甲市和乙市，分别为…: the places are the regions of the figures
        return clean(named) or clean(measure) or (subject(reading, start) if named else None) or None
    items = [clean(i) for i in re.split(r"[、和及与]", visible(reading, start, start + len(base)))]
    items = [i for i in items if i][-len(row) :]
    if len(items) < len(row):
        return None
    tail = items[-1][len(items[-2]) :] if len(items[-1]) > len(items[-2]) else ""
    tail = re.sub(r"^.*?(?=排放|浓度|覆盖率|新增|完成|[\u4e00-\u9fa5]{2}率)", "", tail) or tail
    place = row.index(figure)
    is_whole = place == len(row) - 1 or items[place].endswith(_MEASURES)
    return items[place] + ("" if is_whole else tail)


def _behind_superlative(words_before: str) -> tuple[str, str]:
    """What a superlative is said of, and the words behind it: 浓度最低的3个城市依次是 | 甲市、乙市."""
    found = _SUPERLATIVE.match(words_before)
    return (found.group("of"), words_before[found.end() :]) if found else ("", words_before)


def place_before(reading: Reading, figure: Mark) -> str | None:
    """The place that stands between the figure before and this one: 其中，甲区17个、乙区12个."""
    start, end = left_span(reading.text, reading.marks, figure)
    words_before = LEADING.sub("", reading.text[start:end])
    if not words_before and bracket_start(reading.text, figure.start) == figure.start - 1:
        first = clause_start(reading.text, figure.start - 1)
        words_before = re.split(r"[、，,)]", reading.text[first : figure.start - 1])[-1]  # 甲县(23.4%)、乙区(6.9%)
        name = _NAMED_LAST.sub("", words_before)
        return name if is_place(name) else None
    if place := place_at_start(words_before):
        return place
    name = _NAMED_LAST.sub("", words_before)
    is_last = name != words_before or start > clause_start(reading.text, figure.start)
    return name if is_last and is_place(name) else named_by_superlative(reading, figure)


def named_by_superlative(reading: Reading, figure: Mark) -> str | None:
    """产生量最大的是甲市，产生量为790万吨: what the clause before has named."""
    start, end = left_span(reading.text, reading.marks, figure)
    words_before = LEADING.sub("", reading.text[start:end])
    span = clause_before(reading.text, figure.start)
    if span is None or not words_before:
        return None
    of, rest = _behind_superlative(reading.text[span[0] : span[1]].rstrip("，, "))
    measure = re.sub(r"(?:仅|只|才|已|达到?|为|约)+$", "", clean(words_before))
    is_its_own = of.endswith(measure) or (measure.endswith(_MEASURES) and not _OF_ALL.search(measure))
    return rest if of and len(measure) > 1 and is_its_own and is_place(rest) else None


def is_organ_before(reading: Reading, figure: Mark) -> bool:
    """True for an office in a list of places (甲区17个、住建局2个): what it did is its region's."""
    start, end = left_span(reading.text, reading.marks, figure)
    words_before = LEADING.sub("", reading.text[start:end])
    return start > clause_start(reading.text, figure.start) and bool(_ORGAN.fullmatch(words_before))


def place_of_list(reading: Reading, figure: Mark) -> tuple[str, ...]:
    """The places that a list before figures gives to one of them: its own by 分别, all of them by 均."""
    start = clause_start(reading.text, figure.start)
    row = run_of(reading, figure)
    if row[0].start - start > _LIST_OF_PLACES:
        return ()
    text = reading.text[start : row[0].start].strip()
    if text.startswith("分别") and (span := clause_before(reading.text, row[0].start)):
        text = f"{reading.text[span[0] : span[1]].strip(' ，,')}{text}"
    places, measure = listed_places(_behind_superlative(text)[1])
    if "分别" in measure and len(places) == len(row):
        return (places[row.index(figure)],)
    return places if len(row) == 1 and "均" in measure else ()
