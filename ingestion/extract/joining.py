"""Which figures of a sentence belong together: rates, changes, targets, former values and wholes."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from ingestion.extract.contexts import bracket_start, clause_start
from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import MEASURED, Mark
from ingestion.extract.naming import clean, is_generic
from ingestion.extract.numerals import is_low_better
from ingestion.extract.reading import Reading
from ingestion.extract.stated import Stated
from ingestion.extract.subjects import run_of
from ingestion.extract.units import MEASURE_UNITS, same_dimension

#: A bracket longer than this before its figure is a remark, not the rate of what stands before it.
_REMARK: Final = 8
_OWN_SUBJECT: Final = re.compile(
    rf"{either(words('change', 'yoy'))}|{either(words('change', 'up'))}|{either(words('change', 'down'))}"
    r"|(?:比|较|与)[^，,。;]{0,14}|持平|大幅|明显|显著|略有?|小幅|分别|均|累计|则|又|也|[年末初同期实际约近]|第\d+[位名]"
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
        elif stated.role == "previous":
            _join_previous(stated, sentence[:i], sentence[i + 1 :])
    for i, stated in reversed(list(enumerate(sentence))):
        if stated.role == "target" and (not stated.is_plan or reading.marks.at(stated.figure.start, "target")):
            _join_target(reading, stated, sentence[:i], sentence[i + 1 :])
    _share_total(reading, sentence)
    _bases_of_rates(reading, sentence)
    return [s for s in sentence if s.anchor is None]


def _join_rate(reading: Reading, stated: Stated, sentence: list[Stated]) -> bool:
    mark = reading.marks.at(stated.figure.start, "completion", "share")
    if mark is None or mark.code == "physical" or _is_aside(reading, stated):
        return False
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
    if len(counted) < len(row) or (len(row) == 1 and not _is_near(reading, counted[-1], stated)):
        return False
    anchor = counted[-len(row) :][row.index(stated.figure.start)]
    if anchor.percent is not None:
        return False
    anchor.percent, anchor.percent_kind = stated.figure, "completion" if stated.role == "completion" else "share"
    anchor.join(stated)
    stated.base = anchor.figure
    return True


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
    if stated.figure.kind == "points":
        candidates = [s for s in candidates if s.figure.kind == "percent"] or candidates
    anchor = next((s for s in reversed(candidates) if _may_change(s, stated)), None)
    if anchor is None:
        return False
    anchor = anchor.anchor or anchor  # a rate that joined a figure speaks for that figure
    if anchor.change is not None or mark.unit is not None:
        stated.label = anchor.label
        return False
    anchor.change, anchor.change_sign = stated.figure, stated.change_sign
    if mark.code == "better" and is_low_better(fold(anchor.label)):
        anchor.change_sign = -1
    anchor.join(stated)
    return True


def _join_row(reading: Reading, stated: Stated, before: list[Stated], row: list[Mark]) -> bool:
    """分别为38、21微克/立方米，同比分别下降5%、8.7%: each change joins the figure of its place."""
    place = row.index(stated.figure)
    figures = [s for s in before if s.figure.start < row[0].start and s.role in _CHANGING]
    told = run_of(reading, figures[-1].figure) if figures else []
    anchor = next((s for s in figures if len(told) == len(row) and s.figure is told[place]), None)
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


_DONE: Final = re.compile(r"完成|实际|累计|已|完工|竣工|建成|办结|实现")
#: Words before a target that measure by it what was told before: 占目标任务20公里的…, 超额完成…的任务.
_MEASURES_BACK: Final = re.compile(r"占|超额|超|完成|相当于|高于|低于|优于")
_CHANGING: Final = ("actual", "completion", "share", "target", "change")


def _own_subject(reading: Reading, figure: Mark) -> bool:
    """True when the clause of a change names its own thing (农药使用量减少1%)."""
    start = clause_start(reading.text, figure.start)
    inner = [m.end for m in reading.marks.of(*MEASURED, start=start, end=figure.start)]
    before = reading.text[max([start, *inner]) : figure.start]
    for mark in reading.marks.of("as_of", "date", "deadline", start=start, end=figure.start):
        before = before.replace(reading.text[mark.start : mark.end], "")
    return len(clean(_OWN_SUBJECT.sub("", before))) > 1


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
    if mark and mark.rule == "target_beside.noun":
        done = [s for s in behind if _DONE.search(_ahead(reading, s))]
        candidates = list(reversed(before)) if _MEASURES_BACK.search(_ahead(reading, stated)) else done
    fitting = [
        s
        for s in candidates
        if s.role == "actual"
        and s.target is None
        and not s.is_plan
        and _fits(s.figure, stated.figure)
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


def _ahead(reading: Reading, stated: Stated) -> str:
    return reading.text[clause_start(reading.text, stated.figure.start) : stated.figure.start]


def _fits(actual: Mark, target: Mark) -> bool:
    if actual.kind == "percent" or target.kind == "percent":
        return actual.kind == target.kind
    return same_dimension(actual.unit, target.unit) or (actual.kind == target.kind == "index")


def _share_total(reading: Reading, sentence: list[Stated]) -> None:
    """The whole that counts of the same unit behind it are parts of, up to a semicolon."""
    total: Stated | None = None
    for stated in sentence:
        if total and ";" in reading.text[total.figure.end : stated.figure.start]:
            total = None
        if stated.role == "total":
            total = stated
        elif total and stated.role == "actual" and same_dimension(stated.figure.unit, total.figure.unit):
            stated.base = total.figure
    for i, stated in enumerate(sentence):
        if stated.role == "actual" and stated.figure.kind == "quantity":
            _share_out(reading, stated, sentence[i + 1 :])


def _share_out(reading: Reading, whole: Stated, behind: list[Stated]) -> None:
    """68个村均已开工，其中45个已完工: the counts behind 其中 are parts of the one before, while they add up to it."""
    opening, rest = bracket_start(reading.text, whole.figure.start), whole.figure.value
    for n, part in enumerate(behind):
        between = reading.text[whole.figure.end : part.figure.start]
        if ";" in between or rest is None or (n == 0 and "其中" not in between[-_REMARK:]):
            return
        if bracket_start(reading.text, part.figure.start) != opening or part.role != "actual":
            continue
        rest -= part.figure.value or 0
        if not same_dimension(whole.figure.unit, part.figure.unit) or rest < 0:
            return
        part.base = part.base or whole.figure
        part.count_role = part.count_role or "part"


def _bases_of_rates(reading: Reading, sentence: list[Stated]) -> None:
    """210个断面优Ⅲ比例为92.9%: the count is what the rate is taken of, no result of its own."""
    for one, rate in pairwise(sentence):
        between = reading.text[one.figure.end : rate.figure.start]
        is_count = one.figure.kind == "quantity" and one.role == "actual" and one.figure.unit not in MEASURE_UNITS
        if not is_count or one.anchor or rate.anchor or not _OF_COUNT.fullmatch(between):
            continue
        if rate.figure.kind in _RATES and not _VERBS.search(_ahead(reading, one)):
            rate.base = one.figure
            one.role = "base"
            rate.join(one)


_RATES: Final = frozenset({"percent", "index", "water_class"})
_OF_COUNT: Final = re.compile(r"[^，,。;]{0,30}?(?:率|比例|指数|均值|水质|浓度|比重|城市|断面)[^，,。;\d]{0,12}")
_VERBS: Final = re.compile(either(words("wording", "target_verbs")))
