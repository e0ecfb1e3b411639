"""Changes and comparisons: 同比下降2.8%, 上升3.4个百分点, 高于全省4.4个百分点, 上年同期61.5%, 由5.1%降至0.074%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import PERCENT

_UP, _DOWN = either(words("change", "up")), either(words("change", "down"))
_WEAK_EDGE: Final = r"(?<![新净下上])"
_FILL: Final = (
    r"(?:了|约|近|超过|超|逾|达到?|幅度?达?|率|:|-|(?<=[变增降涨跌化动减])(?:[幅速化动]度?率?)?(?:分别)?(?<=[幅速化动"
    r"度率别])为-?)?-?[ ]{0,2}"
)
_DIRECTION: Final = re.compile(rf"(?:{_WEAK_EDGE}(?P<up>{_UP})|(?P<down>{_DOWN})){_FILL}$")
#: 比去年同期高1.7个百分点, 较上年少3天: plain words of more and less, only behind what is compared with.
_COMPARED: Final = re.compile(
    r"(?:比|较|与)(?:“[^”]{1,8}”末?|[^，,。;\d]{0,10}?|(?:19|20)\d{2}年[^，,。;\d]{0,4})(?:同期|上年|去年|上月|年初|全年|年底|年末|末|年)(?:相比)?[^，,。;\d]{0,8}?"
    r"(?:(?P<up>高|多|快|多发)|(?P<down>低|少|慢|短))(?:出)?(?:了|约|近)?[ ]{0,2}$"
    r"|同比(?:(?P<more>多发?|高|快)|(?P<less>少发?|低|慢))(?:了|约|近)?[ ]{0,2}$"
)
_YOY: Final = re.compile(either(words("change", "yoy")))
_OTHER_BASE: Final = re.compile(
    r"(?:比|较|与)(?:“[^”]{1,8}”末?|(?:19|20)\d{2}年(?:同期|末|底)?"
    r"|[^，,。;]{0,8}(?:末|年初|基准年|前三年|上半年|季度|上月|上周|月份?|年底))|两年平均|年均(?=增长|下降|递增|递减|增速|提高|降低|减少|增加)|环比"
)
_GAP: Final = re.compile(rf"{either(words('change', 'gap'))}[^，,。;\d]{{0,14}}$")
#: 低于目标2微克/立方米, 较计划滞后12天, 比序时进度快12个百分点: a distance, no figure of its own.
_FROM_PLAN: Final = re.compile(
    r"(?:(?:低于|高于|超额?|超出|超过|高出|多出?|差|欠)(?:年度|全年|既定|考核|控制|序时|时序|时间|计划|预期|承诺)*(?:目标|进度|计划|预期|任务|承诺)(?:目标|进度|任务)?(?:[值数量])?"
    r"|(?:距离?|离)[^，,。;\d]{0,14}?(?:目标|任务|计划|要求|进度)(?:值|数)?(?:还|尚|仍|依然)?(?:相差|差|欠|缺|少)"
    r"|[比较](?:年度|全年|既定|序时|时序|时间|计划|预期)*(?:进度|计划|目标|节点)(?:要求)?(?:快|慢|滞后"
    r"|提前|落后|超前|高|低|推迟|延后))(?:了|约|近|达)?[ ]?$"
)
#: 全部达到75%的序时进度要求: what the schedule asks of everybody, no figure of the thing.
_CRITERION: Final = re.compile(r"(?:以上)?的?(?:序时|时序|时间|均衡|进度)(?:进度)?(?:要求|标准|节点|进度|目标|任务)")
_PREVIOUS: Final = re.compile(rf"(?:{either(words('change', 'previous'))}(?:同期)?(?:为|是|的)?[ ]?|(?:原来的?|原))$")
_FROM: Final = re.compile(r"(?:由|从)[^，,。;]{0,14}$")
_TO: Final = re.compile(
    r"^(?:\([^)]{0,12}\))?[ ]?(?:以上|左右)?"
    r"(?:分别|均)?(?:提高|增加|上升|下降|降低|减少|提升|扩大|缩短|压缩|缩减|降|升|增长|调整|扩展|变)(?:低|高)?(?:到|至|为)"
)
#: 同比持平: no change, said in words.
_LEVEL: Final = Pattern(
    rf"(?:{either(words('change', 'yoy'))}|环比|(?:比|较|与)[^，,。;]{{1,8}})[^，,。;\d]{{0,4}}?(?:基本"
    rf"|大体|大致|总体)?(?P<level>持平|保持不变|没有变化|无变化)"
)
_GROWTH: Final = re.compile(r"(?:涨幅|增幅|增速|降幅|跌幅|升幅)")
#: The other figures of a row that a change goes from: 从574元、271元分别提高到609元、300元.
_ROW_BEFORE: Final = re.compile(r"(?:\d[\d.,]*[^\d，,。;、]{0,6}(?:[、和及与]|以及))+$")
_ROW_BEHIND: Final = re.compile(
    r"^(?:(?:[、和及与]|以及)[^\d，,。;、]{0,4}\d[\d.,]*[^\d，,。;、]{0,6}?)+(?=分别|提|增|上|下|降|减|升|扩|缩|压|调)(?:分别|均|都)?"
)
#: 上年同期226天，增加15天: the change stands behind the figure of the year before.
_BEHIND_LAST: Final = re.compile(r"(?:上年|去年|往年)(?:同期)?(?:为|是)?[ ]?\d[\d.,]*[^，,。;\d]{0,10}[，,](?:同比)?$")
_JOINT: Final = re.compile(r"^[ ]?(?:[、和及与]|以及|\()[ ]?-?$")
_WORDS_OF_COUNT: Final = frozenset(
    {
        "增加",
        "提高",
        "扩大",
        "提升",
        "增",
        "升",
        "减",
        "降",
        "多增",
        "改善",
        "上涨",
        "回升",
        "削减",
        "压减",
        "压缩",
        "缩减",
    }
)
_BETTER: Final = "改善"
_REACH: Final = 44
_CUT: Final = re.compile(r"[，,。;!?\n]")
#: Figures whose clause is kept: each of the rules here asks for it.
_KEPT: Final = 4096


@lru_cache(maxsize=_KEPT)
def _clause_before(text: str, place: int) -> str:
    """The text before a place back to the last comma or full stop, at most a window long."""
    window = text[max(0, place - _REACH) : place]
    return _CUT.split(window)[-1]


def _changes(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    last: Mark | None = None
    for figure in marks.of("percent", "points", "quantity"):
        if last and _JOINT.match(text[last.end : figure.start]):
            last = _like(last, figure, text)
            yield last
            continue
        last = None if marks.at(figure.start, "gap", "previous") else _change(text, figure)
        if last:
            yield last


def _change(text: str, figure: Mark) -> Mark | None:
    clause = _clause_before(text, figure.start)
    if figure.rule == "yoy.level":
        is_yoy, other = bool(_YOY.search(clause)), _OTHER_BASE.search(clause)
        base = None if is_yoy or not other else other.group()
        return Mark(kind="change", start=figure.start, end=figure.end, rule="yoy.change", code="up", unit=base)
    found = _DIRECTION.search(clause) or _COMPARED.search(clause)
    if not found or (not clause[: found.start()].strip() and found.group() in ("提", "降")):
        return None
    named = found.groupdict()
    is_down = bool(named.get("down") or named.get("less"))
    word = named.get("up") or named.get("down")
    is_yoy = bool(_YOY.search(clause))
    is_yoy = is_yoy or bool(_BEHIND_LAST.search(text[max(0, figure.start - _REACH) : figure.start - len(clause)]))
    other = _OTHER_BASE.search(clause)
    if figure.kind == "quantity" and not is_yoy and not other and word in _WORDS_OF_COUNT:
        return None
    sign = "down" if is_down else "up"
    if clause.endswith("-") and not figure.upper:
        sign = "up" if sign == "down" and "增" not in clause else "down"
    if word == _BETTER:
        sign = "better"  # down for what should be low: the figure's name decides
    base = None if is_yoy or not other else other.group()
    return Mark(kind="change", start=figure.start, end=figure.end, rule="yoy.change", code=sign, unit=base)


def _like(change: Mark, figure: Mark, text: str) -> Mark:
    """The next of a row of changes; a printed minus turns its sign round."""
    minus = [text[max(0, m.start - 1) : m.start] == "-" for m in (change, figure)]
    code = change.code
    if code in ("up", "down") and minus[0] != minus[1]:
        code = "down" if code == "up" else "up"
    return Mark(kind="change", start=figure.start, end=figure.end, rule="yoy.change", code=code, unit=change.unit)


def _levels(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """A change of nothing, as a percentage; _changes reads it as a change."""
    for found in _LEVEL.finditer(text):
        start, end = found.span("level")
        yield Mark(kind="percent", start=start, end=end, rule="yoy.level", value=Decimal(0), unit=PERCENT)


def _gaps(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of("points", "percent", "quantity"):
        clause = _clause_before(text, figure.start)
        is_gap = figure.kind == "points" and _GAP.search(clause) and not _YOY.search(clause)
        is_criterion = figure.kind == "percent" and _CRITERION.match(text, figure.end)
        if is_gap or is_criterion or (_FROM_PLAN.search(clause) and figure.rule != "yoy.level"):
            yield Mark(kind="gap", start=figure.start, end=figure.end, rule="yoy.gap")


def _previous(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of("percent", "quantity", "index"):
        clause = _clause_before(text, figure.start)
        is_from = _FROM.search(_ROW_BEFORE.sub("", clause)) and _TO.match(
            _ROW_BEHIND.sub("", text[figure.end : figure.end + 40])
        )
        if is_from or _PREVIOUS.search(clause):
            yield Mark(kind="previous", start=figure.start, end=figure.end, rule="yoy.previous")


RULES: Final = (
    Rule(
        id="yoy.level",
        version=1,
        order=57,
        needs="平变",
        description_zh="同比持平：变化为0",
        description_en="No change against another period, said in words",
        find=_levels,
    ),
    Rule(
        id="yoy.previous",
        version=2,
        order=62,
        description_zh="上年同期值、变化前的值：上年同期61.5%、由5.1%降至0.074%",
        description_en="The value before: a year ago, or that from which a change went",
        find=_previous,
    ),
    Rule(
        id="yoy.gap",
        version=2,
        order=63,
        description_zh="与平均水平、序时进度的差距：高于全省4.4个百分点",
        description_en="A distance from something other than the past",
        find=_gaps,
    ),
    Rule(
        id="yoy.change",
        version=2,
        order=64,
        description_zh="同比变化及方向：同比下降2.8%、上升3.4个百分点",
        description_en="A change with its direction, year on year unless another base is named",
        find=_changes,
    ),
)
