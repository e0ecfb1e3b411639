"""What the figures of a sentence are parts of: wholes, the bases of rates and sums, and marks that were passed."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from ingestion.extract.contexts import ahead, bracket_start
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark
from ingestion.extract.reading import Reading
from ingestion.extract.stated import Stated
from ingestion.extract.units import canonical, is_measured, same_dimension

#: How far before a figure 其中 or 突破 may stand.
_NEAR: Final = 8


def fits(actual: Mark, target: Mark) -> bool:
    """True where two figures measure alike, so that one may be the target or the mark of the other."""
    if actual.kind == "percent" or target.kind == "percent":
        return actual.kind == target.kind
    return same_dimension(actual.unit, target.unit) or (actual.kind == target.kind == "index")


def share_total(reading: Reading, sentence: list[Stated]) -> None:
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
        if ";" in between or rest is None or (n == 0 and "其中" not in between[-_NEAR:]):
            return
        if bracket_start(reading.text, part.figure.start) != opening or part.role != "actual":
            continue
        rest -= part.figure.value or 0
        if not same_dimension(whole.figure.unit, part.figure.unit) or rest < 0:
            return
        part.base = part.base or whole.figure
        part.count_role = part.count_role or "part"


def passed_marks(reading: Reading, sentence: list[Stated]) -> None:
    """突破5000亿元，达5600亿元: the mark that was passed is no result beside the figure that was reached."""
    for one, reached in pairwise(sentence):
        between = reading.text[one.figure.end : reached.figure.start]
        passed = _PASSED.search(reading.text[max(0, one.figure.start - _NEAR) : one.figure.start])
        if (
            passed
            and _REACHED.fullmatch(between)
            and one.role == reached.role == "actual"
            and one.anchor is None
            and fits(reached.figure, one.figure)
        ):
            reached.label = one.label or reached.label
            reached.join(one)


_PASSED: Final = re.compile(r"(?:突破|跨越|跃上|迈上|站上|跨过|越过)(?:了)?$")
_REACHED: Final = re.compile(r"(?:大关|关口|台阶)?[，,](?:总量|总额)?(?:达到?|实现|为|实际达到?)[ ]?")


def _is_money(figure: Mark) -> bool:
    unit = canonical(figure.unit or "")
    return unit is not None and unit[0] == "元"


def bases_of_rates(reading: Reading, sentence: list[Stated]) -> None:
    """210个断面优Ⅲ比例为92.9%: the count is what the rate is taken of, no result of its own."""
    for one, rate in pairwise(sentence):
        between = reading.text[one.figure.end : rate.figure.start]
        is_count = (
            one.figure.kind == "quantity" and one.role in ("actual", "total") and not is_measured(one.figure.unit)
        )
        if not is_count or one.anchor or rate.anchor or _VERBS.search(ahead(reading.text, one.figure.start)):
            continue
        is_rate = rate.figure.kind in _RATES and one.role == "actual" and _OF_COUNT.fullmatch(between)
        if is_rate or (_is_money(rate.figure) and rate.role == "actual" and _INVESTED.fullmatch(between)):
            rate.base = one.figure
            one.role = "base"
            rate.join(one)


#: 203个在建项目完成投资792亿元: the projects are what the money is counted of.
_INVESTED: Final = re.compile(
    r"[^，,。;:\d]{2,24}?(?:累计|共|已|实际|合计|年度)*(?:完成|实现|到位|拨付|支出)(?:投资|资金|产值|支付)[^，,。;:\d]{0,6}"
)
_RATES: Final = frozenset({"percent", "index"})
_OF_COUNT: Final = re.compile(r"[^，,。;()]{0,30}?(?:率|比例|指数|均值|水质|浓度|比重|城市|断面)[^，,。;()\d]{0,12}")
_VERBS: Final = re.compile(either(words("wording", "target_verbs")))
