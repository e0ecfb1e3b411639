"""Which figures of a sentence belong together: rates, changes, targets, former values and wholes."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.contexts import ahead, bracket_start, clause_start
from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.likeness import likeness
from ingestion.extract.marks import MEASURED, Mark
from ingestion.extract.naming import clean, is_generic
from ingestion.extract.numerals import is_low_better
from ingestion.extract.reading import Reading
from ingestion.extract.stated import Stated
from ingestion.extract.subjects import run_of
from ingestion.extract.units import same_dimension
from ingestion.extract.wholes import bases_of_rates, fits, passed_marks, share_total

#: How far back a subject may stand.
_BETWEEN: Final = 120
#: A bracket longer than this before its figure is a remark, not the rate of what stands before it.
_REMARK: Final = 8
_OWN_SUBJECT: Final = re.compile(
    rf"{either(words('change', 'yoy'))}|{either(words('change', 'up'))}|{either(words('change', 'down'))}"
    r"|(?:比|较|与|和|同)[^，,。;]{0,10}?(?:同期|上年|去年|前年|上月|上周|上季度|年初|年底|末|平均|基准年|前三年|计划|目标|水平|(?:19|20)\d{2}年)(?:相比|比)?|持平|大幅|明显|显著|略有?|小幅|分别|均|累计|则|又|也|[年末初同期实际约近]|第\d+[位名]"
)


def attach(reading: Reading, sentence: list[Stated], *, rates: bool = True) -> list[Stated]:
    """Join rates, changes, targets and former values to the figures that they speak of; the rest stand alone.

    Targets come last, the nearest to a result first: 总投资…，年度计划投资…，完成… measures by the year's plan.
    """
    for i, stated in enumerate(sentence):
        if stated.role in ("completion", "share"):
            if rates:
                _join_rate(reading, stated, sentence)
        elif stated.role == "change":
            _join_change(reading, stated, sentence[:i])
        elif stated.role == "gap":
            _join_gap(reading, stated, sentence[:i])
        elif stated.role == "previous":
            _join_previous(stated, sentence[:i], sentence[i + 1 :])
    for i, stated in reversed(list(enumerate(sentence))):
        if stated.role == "target" and (not stated.is_plan or reading.marks.at(stated.figure.start, "target")):
            _join_target(reading, stated, sentence[:i], sentence[i + 1 :])
    passed_marks(reading, sentence)
    share_total(reading, sentence)
    bases_of_rates(reading, sentence)
    return [s for s in sentence if s.anchor is None]


def _join_rate(reading: Reading, stated: Stated, sentence: list[Stated]) -> bool:
    mark = reading.marks.at(stated.figure.start, "completion", "share")
    if mark is None or mark.code == "physical" or _is_aside(reading, stated):
        return False
    if mark.kind == "share" and _names_its_own(reading, stated):
        return False
    own_thing = _thing_of_rate(reading, stated) if mark.code == "rate" else ""
    if mark.kind == "share" and _completion_follows(sentence, stated):
        return False
    row = [m.start for m in run_of(reading, stated.figure)]
    counted = [
        s
        for s in sentence
        if s.figure.start < row[0] and s.role == "actual" and s.figure.kind == "quantity" and not s.is_plan
    ]
    if len(row) > 1:
        counted = _row_of(reading, counted, len(row))
    if len(row) == 1 and counted and _rate_between(sentence, counted[-1], stated):
        return False  # 7个片区昼间达标率92.9%，夜间达标率75%
    if len(counted) < len(row) or (len(row) == 1 and not _is_near(reading, counted[-1], stated)):
        return False
    anchor = counted[-len(row) :][row.index(stated.figure.start)]
    if len(row) == 1 and mark.code == "rate" and anchor.count_role is None and _LEVEL.search(_ahead(reading, anchor)):
        anchor = next((s for s in reversed(counted) if s.count_role == "done"), anchor)
    if anchor.percent is not None or (
        own_thing and not likeness(own_thing, f"{anchor.label}{_ahead(reading, anchor)}")
    ):
        return False  # 三项工作进展顺利，河道治理完工率66.7%
    anchor.percent, anchor.percent_kind = stated.figure, "completion" if stated.role == "completion" else "share"
    anchor.join(stated)
    stated.base = anchor.figure
    return True


def _rate_between(sentence: list[Stated], counted: Stated, stated: Stated) -> bool:
    """True where another rate, which is told by itself, stands between a count and a rate."""
    return any(
        s.role == "actual" and s.figure.kind == "percent" and s.anchor is None
        for s in sentence
        if counted.figure.end <= s.figure.start < stated.figure.start
    )


_RATE_NAME: Final = re.compile(
    r"(?:年度|全年|目标|计划|任务|总体|整体|资金|项目|工程|其|工作|数|量|的|约|为|达到?|是|[ ])*[\u4e00-\u9fa5]{2}(?:"
    r"率|比例|进度)(?:已|均|约|为|达到?|是|近|[ ])*$"
)


def _thing_of_rate(reading: Reading, stated: Stated) -> str:
    """What a rate is of, where its clause names it (河道治理完工率); empty for 完成率 alone."""
    before = ahead(reading.text, stated.figure.start)
    found = _RATE_NAME.search(before)
    name = clean(before[: found.start()]) if found else ""
    return "" if is_generic(name) else name


#: A level beside what was done: 新增托位540个，千人口托位数达到3.88个，完成率260% is the rate of the 540.
_LEVEL: Final = re.compile(r"[千万百每]人|人均|平均|均|每|[数值量]达")


def _names_its_own(reading: Reading, stated: Stated) -> bool:
    """True for a share whose clause says of what (公交车新能源占比82.6%), not 占比70.3% or 占总数的60%."""
    start = clause_start(reading.text, stated.figure.start)
    inner = [m.end for m in reading.marks.of(*MEASURED, start=start, end=stated.figure.start)]
    start = max(start, stated.figure.start - _BETWEEN)
    if inner or reading.text[start - 1 : start] == "(":
        return False
    before = re.split(r"占", reading.text[start : stated.figure.start])[0]
    return len(clean(before)) > 1 and not is_generic(clean(before))


def _is_aside(reading: Reading, stated: Stated) -> bool:
    """True for a rate within a longer remark in brackets, which speaks of something else."""
    opening = bracket_start(reading.text, stated.figure.start)
    if opening is None:
        return False
    inside = reading.text[opening : stated.figure.start]
    return len(inside) > _REMARK and "率" not in inside


def _row_of(reading: Reading, counted: list[Stated], length: int) -> list[Stated]:
    """The figures that a row of rates speaks of: the last ones side by side, else the last of one unit."""
    last = counted[-length:]
    if len(last) == length and not re.search(r"[，,;]", reading.text[last[0].figure.end : last[-1].figure.start]):
        return last
    return [s for s in counted if same_dimension(s.figure.unit, counted[-1].figure.unit)] if counted else []


def _completion_follows(sentence: list[Stated], stated: Stated) -> bool:
    """占总量8.9%，完成年度计划69.7%: the rate of completion joins the figure, the share stands alone."""
    behind = next((s for s in sentence if s.figure.start > stated.figure.start), None)
    if behind is None:
        return False
    return behind.role == "completion" or (behind.role == "change" and behind.figure.kind == "points")


def _is_near(reading: Reading, anchor: Stated, stated: Stated) -> bool:
    """True when no other subject stands between a figure and the rate that follows it."""
    between = reading.text[anchor.figure.end : stated.figure.start]
    return between.count("。") == 0 and len(re.findall(r"[，,;]", between)) <= 2


def _join_change(reading: Reading, stated: Stated, before: list[Stated]) -> bool:
    mark = reading.marks.at(stated.figure.start, "change")
    if mark is None:
        return False
    stated.change, stated.change_sign, stated.change_base = stated.figure, -1 if mark.code == "down" else 1, mark.unit
    if mark.code == "better" and is_low_better(fold(stated.label)):
        stated.change_sign = -1
    if bracket_start(reading.text, stated.figure.start) is not None and _is_only_bracket(reading, stated):
        return _continue_change(stated, before)
    row = run_of(reading, stated.figure)
    if _own_subject(reading, row[0]):
        return False
    if len(row) > 1:
        return _join_row(reading, stated, before, row)
    candidates = [s for s in before if s.role in _CHANGING and not s.is_plan]
    if subject_between := _subject_since(reading, stated, candidates):
        stated.label = subject_between
        return False  # 失业率3.3%；价格指数同比持平，…: the change is of what was named last
    if stated.figure.kind == "points":
        candidates = [s for s in candidates if s.figure.kind == "percent"] or candidates
    told = [s for s in candidates if s.role != "target"] or candidates  # 完成预算5亿元的40%，下降4%: the result fell
    anchor = next((s for s in reversed(told) if _may_change(s, stated)), None)
    if anchor is None:
        return False
    anchor = anchor.anchor or anchor  # a rate that joined a figure speaks for that figure
    if _GROWTH.search(_ahead(reading, stated)):
        stated.label = f"{anchor.label}增速" if anchor.label else stated.label
        return False  # 增速回落1.5个百分点 is no change of the level
    if anchor.change is not None and anchor.change.kind == "quantity" and stated.figure.kind == "percent":
        _stand_alone(anchor, sentence_before=before)  # 增加50亿元，增长6.8%: the rate is the change
    if anchor.change is not None or mark.unit is not None:
        stated.label = anchor.label
        return False
    anchor.change, anchor.change_sign = stated.figure, stated.change_sign
    if mark.code == "better" and is_low_better(fold(anchor.label)):
        anchor.change_sign = -1
    anchor.join(stated)
    return True


def _stand_alone(anchor: Stated, *, sentence_before: list[Stated]) -> None:
    """The absolute change of a figure becomes a statement of its own."""
    for other in sentence_before:
        if other.figure is anchor.change:
            other.anchor, other.label = None, anchor.label
    anchor.change = None


def _subject_since(reading: Reading, stated: Stated, candidates: list[Stated]) -> str:
    """What a later part of the sentence names, without a figure, between the last figure and a change."""
    if not candidates:
        return ""
    start = clause_start(reading.text, stated.figure.start)
    between = reading.text[max(candidates[-1].figure.end, start - _BETWEEN) : start]
    part = between.rpartition(";")[2] if ";" in between else between if _TURN.search(between) else ""
    name = clean(_OWN_SUBJECT.sub("", _TURN.sub("", re.sub(r"\([^)]*\)", "", part))))
    return name if len(name) > 1 else ""


def _join_row(reading: Reading, stated: Stated, before: list[Stated], row: list[Mark]) -> bool:
    """分别为38、21微克/立方米，同比分别下降5%、8.7%: each change joins the figure of its place."""
    place = row.index(stated.figure)
    figures = [s for s in before if s.figure.start < row[0].start and s.role in _CHANGING]
    told = run_of(reading, figures[-1].figure) if figures else []
    anchor = next((s for s in figures if len(told) == len(row) and s.figure is told[place]), None)
    if anchor is None and "分别" in _ahead(reading, stated) and len(figures) >= len(row):
        anchor = figures[-len(row) :][place]  # 游客…万人次、收入…亿元，分别增长15%和18%
    if anchor is None or anchor.change is not None:
        return False
    anchor.change, anchor.change_sign = stated.figure, stated.change_sign
    anchor.join(stated)
    return True


def _is_only_bracket(reading: Reading, stated: Stated) -> bool:
    opening = bracket_start(reading.text, stated.figure.start)
    return opening is not None and not reading.text[opening + 1 : stated.figure.start].strip()


def _continue_change(stated: Stated, before: list[Stated]) -> bool:
    """下降4.2微克/立方米(10.7%): the bracket says the same change as a rate; it stands as a statement of its own."""
    if before:
        stated.label = before[-1].anchor.label if before[-1].anchor else before[-1].label
    return False


def _may_change(anchor: Stated, stated: Stated) -> bool:
    if stated.figure.kind == "quantity":
        return same_dimension(anchor.figure.unit, stated.figure.unit)
    return anchor.figure.kind in MEASURED and anchor.role != "total"


#: Targets whose result is told behind them, never before.
_RESULT_BEHIND: Final = ("target_beside.due", "target_beside.asked")
_DONE: Final = re.compile(r"完成|实际|累计|已|完工|竣工|建成|办结|实现")
#: Words before a target that measure by it what was told before: 占目标任务20公里的…, 超额完成…的任务.
_MEASURES_BACK: Final = re.compile(r"占|超额|超|完成|相当于|高于|低于|优于")
_GROWTH: Final = re.compile(
    r"(?:涨幅|增幅|增速|降幅|跌幅|升幅)[^，,。;]{0,8}(?:收窄|回落|扩大|加快|提高|放缓|上升|下降|提升)"
)
_TURN: Final = re.compile(r"由[升降增减正负]转[升降增减正负]|持平")
_CHANGING: Final = ("actual", "completion", "share", "target", "change")


def _own_subject(reading: Reading, figure: Mark) -> bool:
    """True when the clause of a change names its own thing (农药使用量减少1%)."""
    start = clause_start(reading.text, figure.start)
    inner = [m.end for m in reading.marks.of(*MEASURED, start=start, end=figure.start)]
    before = reading.text[max([start, *inner]) : figure.start]
    for mark in reading.marks.of("as_of", "date", "deadline", start=start, end=figure.start):
        before = before.replace(reading.text[mark.start : mark.end], "")
    return len(clean(_OWN_SUBJECT.sub("", before))) > 1


def _join_gap(reading: Reading, stated: Stated, before: list[Stated]) -> None:
    """超过时间进度5.9个百分点: how far ahead of its schedule the figure before it is, no measure of its own."""
    start = clause_start(reading.text, stated.figure.start)
    paced = reading.marks.of("status", start=start, end=stated.figure.start)
    anchor = next((s for s in reversed(before) if s.role in ("actual", "completion", "change")), None)
    if (
        not paced
        or anchor is None
        or reading.text[paced[-1].end : stated.figure.start].strip(" 约近了")
        or len(clean(reading.text[start : paced[-1].start])) > 1
    ):
        return
    (anchor.anchor or anchor).join(stated)


def _join_previous(stated: Stated, before: list[Stated], behind: list[Stated]) -> bool:
    for other in [*reversed(before[-2:]), *behind[:1]]:
        if (
            other.role in ("actual", "target", "change")
            and other.previous is None
            and (
                same_dimension(other.figure.unit, stated.figure.unit)
                or other.figure.kind == stated.figure.kind == "index"
            )
        ):
            other.previous = stated.figure
            other.join(stated)
            if stated.figure.end <= other.figure.start and not is_generic(stated.label):
                other.label = stated.label
            return True
    return False


def _join_target(reading: Reading, stated: Stated, before: list[Stated], behind: list[Stated]) -> bool:
    mark = reading.marks.at(stated.figure.start, "target")
    is_span = bool(mark and mark.rule == "target_beside.span")
    is_header = bool(mark and mark.rule == "target_beside.header")
    if is_header:
        return False
    candidates = list(behind) if is_span else [*reversed(before), *behind]
    if mark and mark.rule in _RESULT_BEHIND:
        candidates = list(behind)
    if mark and mark.rule == "target_beside.line":
        candidates = list(reversed(before))
    if mark and mark.rule == "target_beside.noun":
        done = [s for s in behind if _DONE.search(_ahead(reading, s))]
        candidates = list(reversed(before)) if _MEASURES_BACK.search(_ahead(reading, stated)) else done
    if mark and mark.rule == "target_beside.line" and (told := _told_target(stated, before)):
        told.join(stated)
        return True
    fitting = [
        s
        for s in candidates
        if s.role == "actual"
        and s.target is None
        and not s.is_plan
        and fits(s.figure, stated.figure)
        and s.count_role not in ("remaining", "part")
    ]
    if is_span:
        so_far = [s for s in fitting if "累计" in _ahead(reading, s)]
        fitting = so_far or fitting
    if not fitting:
        return False
    fitting[0].target = stated.figure
    fitting[0].join(stated)
    return True


def _told_target(stated: Stated, before: list[Stated]) -> Stated | None:
    """The statement before that has this very target already: 计划20个，实际15个，离20个的目标尚缺5个."""
    same = (s for s in reversed(before) if s.role == "target" and fits(s.figure, stated.figure))
    first = next((s for s in same if s.figure.value == stated.figure.value), None)
    return (first.anchor or first) if first else None


def _ahead(reading: Reading, stated: Stated) -> str:
    return ahead(reading.text, stated.figure.start)
