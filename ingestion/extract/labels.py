"""The name of what a figure measures: the nearest words that name the thing, cut out of its clause."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.contexts import bracket_start, clause_start, left_span, next_figure, previous_figure
from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.likeness import FUND_YEAR, LEVEL
from ingestion.extract.marks import Mark
from ingestion.extract.naming import clean, is_generic, visible
from ingestion.extract.places import heads_places, listed_places, place_at_start
from ingestion.extract.reading import Reading
from ingestion.extract.subjects import (
    JOINED,
    LEADING,
    LONG,
    distributed,
    heading_of,
    heading_sentence,
    left_words,
    outer_subject,
    right_words,
    subject,
)
from ingestion.extract.units import is_measured

_LEADING_VERB: Final = re.compile(rf"^{either(words('labels', 'verbs'))}")
_MEASURED_RIGHT: Final = 13
#: A name as short as this under the heading of a rate is the thing that the rate is of.
_BARE_NAME: Final = 6
#: A figure takes the name of the one beside it over at most so many figures.
_DEEP: Final = 12
#: Figures whose thing may stand behind them where nothing before names it: 完成30%整治任务.
_NAMED_BEHIND: Final = frozenset({"water_class", "percent"})
_HEADING: Final = 20
#: 最快的是甲市: the place is the region, and the superlative is left.
_LAST_PLACE: Final = re.compile(r"(?:是|为|有)[\u4e00-\u9fa5]{2,8}[县市区州旗]$")
_ORGANS: Final = ("市总", "市直", "团市")
_RATE: Final = re.compile(r"率|比例|进度|占比")
_PREDICATE: Final = re.compile(either(words("labels", "predicates")))


def label_of(reading: Reading, figure: Mark, fallback: str = "", depth: int = 0) -> str:
    """The name of a figure's indicator, in the words of the text.

    `fallback` names it where neither its clause nor its sentence does; `depth` counts the figures gone on from.
    """
    if name := distributed(reading, figure):
        return name
    before = left_words(reading, figure)
    counts = figure.kind == "quantity" or not before or (figure.kind in _NAMED_BEHIND and is_generic(before))
    behind = right_words(reading, figure) if counts else ""
    if behind and figure.kind == "quantity":
        behind += _shared_predicate(reading, figure)
    if is_measured(figure.unit) and before and len(behind) > _MEASURED_RIGHT and not is_generic(before):
        behind = ""
    if len(listed := listed_places(fold(before))[0]) > 1:
        before = before[len(before) - len(listed_places(fold(before))[1]) :] if listed else before
    before = _without_place(before)
    name = before + behind
    if not name and depth < _DEEP:
        other = previous_figure(reading.text, reading.marks, figure)
        behind_it = next_figure(reading.text, reading.marks, figure)
        if behind_it and behind_it.start - figure.end <= 1:
            other = behind_it  # 176条186.6公里垃圾河: the thing stands behind the second figure
        if other and (other is not behind_it or right_words(reading, other)):
            return label_of(reading, other, fallback, depth + 1)
    if is_generic(name) or (is_generic(before) and not behind):
        beside = previous_figure(reading.text, reading.marks, figure) if depth < _DEEP else None
        context = (
            (
                label_of(reading, beside, fallback, depth + 1)
                if beside and not is_generic(left_words(reading, beside))
                else ""
            )
            or subject(reading, figure.start)
            or heading_of(reading, figure.start)
            or heading_sentence(reading, figure.start)
            or fallback
        )
        name = _joined(context, name)
    elif bracket_start(reading.text, figure.start) is not None and len(name) < _MEASURED_RIGHT:
        outer = outer_subject(reading, figure.start)
        name = outer + name if name not in outer else outer
    elif heading := _rate_heading(reading, figure, name):
        name = heading + name
    elif before and not _LEADING_VERB.match(fold(before)) and len(before) <= LONG:
        name = _inherited_verb(reading, figure) + name
    return _headed(reading, figure, name)[: 2 * LONG]


def _without_place(name: str) -> str:
    """A name without the place that it starts with, which is the region of the figure."""
    bare = LEADING.sub("", name)
    bare = bare if not (last := _LAST_PLACE.search(bare)) else bare[: last.start()] or bare
    place = place_at_start(fold(bare)) if not bare.startswith(_ORGANS) else None
    return clean(bare[len(place) :]) if place else name


def _headed(reading: Reading, figure: Mark, name: str) -> str:
    """A name under a heading of its line: 口袋公园：完成3处 is 口袋公园完成."""
    heading = heading_of(reading, figure.start)
    if not heading or len(heading) > _HEADING or heading in name or is_generic(heading) or heads_places(fold(heading)):
        return name
    return heading + name


def _joined(context: str, name: str) -> str:
    """A name behind what it is said of; a level of money takes the place of another: 省级以上…，市级不低于75%."""
    if name in context:
        return context
    for scope in (LEVEL, FUND_YEAR):
        found = scope.search(fold(name))
        if found is None:
            continue
        rest = scope.sub(lambda m: "\0" * len(m.group()), fold(context))
        context = "".join(c for c, kept in zip(context, rest, strict=True) if kept != "\0")
        if found.end() == len(name):
            return name + context
    return context + name


def _shared_predicate(reading: Reading, figure: Mark) -> str:
    """What the counts of a list have in common: 19家企业、34条生产线基本完成改造."""
    last = figure
    while (behind := next_figure(reading.text, reading.marks, last)) and JOINED.search(
        reading.text[last.end : behind.start]
    ):
        last = behind
    if last is figure:
        return ""
    words_behind = right_words(reading, last)
    found = _PREDICATE.search(fold(words_behind))
    return words_behind[found.start() :] if found else ""


def _rate_heading(reading: Reading, figure: Mark, name: str) -> str:
    if figure.kind != "percent" or len(name) > _BARE_NAME:
        return ""
    heading = heading_of(reading, figure.start)
    return heading if _RATE.search(fold(heading)) else ""


def _inherited_verb(reading: Reading, figure: Mark) -> str:
    """新增A750万平方米、B40万平方米: what stands behind 、 shares the verb of the first."""
    start, _ = left_span(reading.text, reading.marks, figure)
    if start == clause_start(reading.text, figure.start) or reading.text[start : start + 1] not in "、和及与":
        return ""
    head = clean(visible(reading, clause_start(reading.text, figure.start), start))
    found = _LEADING_VERB.match(fold(head))
    return head[: found.end()] if found else ""
