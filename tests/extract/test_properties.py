"""What holds for every text: rendered figures are read back, spans are quotes, numerals are accounted for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.extract import extract
from ingestion.read import read
from ingestion.records import Extraction, Segmentation
from ingestion.segment import segment

#: unit in Simplified and Traditional characters, canonical unit, factor, whether a hedge may stand inside
UNITS = [
    ("亩", "畝", "亩", 1, True),
    ("万亩", "萬畝", "亩", 10_000, False),
    ("公里", "公里", "公里", 1, True),
    ("平方米", "平方米", "平方米", 1, True),
    ("吨", "噸", "吨", 1, True),
    ("万元", "萬元", "元", 10_000, False),
    ("亿元", "億元", "元", 100_000_000, False),
    ("户", "戶", "户", 1, True),
    ("处", "處", "处", 1, True),
    ("项", "項", "项", 1, True),
    ("座", "座", "座", 1, True),
    ("台", "台", "台", 1, True),
]
#: before the figure, inside it, behind it, the bound that this sets on the result
HEDGES: list[tuple[str, str, str, str | None]] = [
    ("", "", "", None),
    ("约", "", "", None),
    ("近", "", "", None),
    ("", "", "左右", None),
    ("超过", "", "", ">="),
    ("逾", "", "", ">="),
    ("", "余", "", ">="),
    ("", "多", "", ">="),
    ("", "", "以上", ">="),
    ("不足", "", "", "<="),
]
TRADITIONAL = str.maketrans("约过余万亿亩吨户处项标务况进应达", "約過餘萬億畝噸戶處項標務況進應達")
FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
HALF_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")

QUICK = settings(max_examples=120, deadline=None)


@dataclass(frozen=True, slots=True)
class Style:
    """How a sentence is written."""

    full_width: bool
    traditional: bool
    thousands: bool

    def number(self, value: Decimal) -> str:
        """The digits of a value."""
        digits = f"{value:,}" if self.thousands else f"{value}"
        return digits.translate(FULL_WIDTH) if self.full_width else digits

    def words(self, text: str) -> str:
        """Words in the style's script, their digits in its width."""
        if self.full_width:
            text = text.translate(FULL_WIDTH)
        return text.translate(TRADITIONAL) if self.traditional else text


styles = st.builds(Style, st.booleans(), st.booleans(), st.booleans())
amounts = st.one_of(
    st.integers(1, 9_999_999).map(Decimal),
    st.decimals("0.01", "99999.99", places=2, allow_nan=False, allow_infinity=False),
)
percents = st.decimals("0", "150", places=2, allow_nan=False, allow_infinity=False)
deadlines = st.dates(date(2024, 1, 1), date(2024, 12, 31))

ALPHABET = (
    "0123456789０１９.．,，、。；;：:%％‰()（）【】《》“”〔〕—-~≤≥<> \n"
    "截至底月日年前内止到由从同比上升下降增长减少完成率约超近余多左右以上个家亩户座公里吨万亿元百分点之"
    "一二三十百千两零第批次类Ⅲ劣优Ⅴ目标任务计划已尚无未新增其中占达为的将预计全市镇区"
    "萬億畝戶約進"
)
PHRASES = [
    "截至9月底",
    "完成率",
    "百分之",
    "年度任务",
    "1-9月",
    "由",
    "降至",
    "其中",
    "（5分）",
    "三分之一",
    "劣Ⅴ类断面",
]
texts = st.one_of(
    st.text(alphabet=ALPHABET, min_size=1, max_size=120),
    st.lists(st.one_of(st.sampled_from(PHRASES), st.text(alphabet=ALPHABET, max_size=8)), max_size=20).map("".join),
)


def _extracted(data: bytes, name: str) -> tuple[Segmentation, Extraction]:
    laid_out = segment(read(data, name), region="某市", as_of=date(2024, 9, 30))
    return laid_out, extract(laid_out)


def _page(requirement: str, progress: str) -> bytes:
    return (
        "<html><body><p>某市2024年重点任务进展情况表</p><table>"
        "<tr><th>序号</th><th>责任单位</th><th>任务</th><th>目标要求</th><th>进展情况</th></tr>"
        f"<tr><td>1</td><td>平湖区</td><td>管网改造</td><td>{requirement}</td><td>{progress}</td></tr>"
        "</table></body></html>"
    ).encode()


def _assert_accounted_for(laid_out: Segmentation, found: Extraction) -> None:
    text = laid_out.document.text
    for row in (*found.facts, *found.rejections):
        assert text[row.char_start : row.char_end] == row.quote
        assert row.quote
    coverage = found.coverage
    assert coverage is not None
    counts = (coverage.in_fact, coverage.named_non_measure, coverage.rejected)
    assert min(counts) >= 0
    assert sum(counts) == len(NUMERAL.findall(text.translate(HALF_WIDTH)))
    ids = [fact.fact_id for fact in found.facts]
    assert len(ids) == len(set(ids))


@QUICK
@given(amounts, percents, st.sampled_from(UNITS), st.sampled_from(HEDGES), styles)
def test_progress_is_read_as_rendered(
    amount: Decimal, percent: Decimal, unit: tuple[str, str, str, int, bool], hedge: tuple[str, ...], style: Style
) -> None:
    simplified, traditional, canonical, factor, takes_hedge = unit
    before, inside, behind, bound = hedge
    if inside and not takes_hedge:
        inside, bound = "", None
    written = traditional if style.traditional else simplified
    figure = f"{style.words(before)}{style.number(amount)}{style.words(inside)}{written}{style.words(behind)}"
    sentence = f"{style.words('截至9月底，已完成改造')}{figure}，完成率{style.number(percent)}{style.words('%')}。"
    laid_out, found = _extracted(_page("持续推进管网改造。", sentence), "a.html")
    _assert_accounted_for(laid_out, found)
    read_back = [f for f in found.facts if f.fact == "progress" and f.actual_value is not None and f.unit != "%"]
    assert len(read_back) == 1, [f.quote for f in read_back]
    fact = read_back[0]
    assert fact.actual_value == amount
    assert fact.canonical_value == amount * factor
    assert fact.canonical_unit == canonical
    assert fact.percent == percent
    assert fact.actual_comparator == bound
    assert fact.is_approximate is bool(before or inside or behind)
    assert fact.count_role == "done"
    assert fact.rule_id == "quantity.measured"


@QUICK
@given(amounts, st.sampled_from(UNITS), deadlines, styles)
def test_requirement_is_read_as_rendered(
    amount: Decimal, unit: tuple[str, str, str, int, bool], due: date, style: Style
) -> None:
    simplified, traditional, canonical, factor, _ = unit
    written = traditional if style.traditional else simplified
    day = style.words(f"{due.year}年{due.month}月{due.day}日前")
    sentence = f"{day}，完成管网改造{style.number(amount)}{written}。"
    laid_out, found = _extracted(_page(sentence, "按进度推进。"), "a.html")
    _assert_accounted_for(laid_out, found)
    targets = [f for f in found.facts if f.fact == "requirement"]
    assert [(f.target_value, f.deadline) for f in targets] == [(amount, due)]
    assert targets[0].canonical_target_value == amount * factor
    assert targets[0].canonical_unit == canonical


@QUICK
@given(percents, st.sampled_from(["%", "％", " %"]), styles)
def test_rate_alone_is_read_as_rendered(percent: Decimal, sign: str, style: Style) -> None:
    sentence = f"{style.words('截至9月底，完成工程量')}{style.number(percent)}{sign}。"
    laid_out, found = _extracted(_page("完成管网改造。", sentence), "a.html")
    _assert_accounted_for(laid_out, found)
    assert [f.percent for f in found.facts if f.percent is not None] == [percent]


@QUICK
@given(st.integers(1, 12), st.sampled_from(["底前", "底之前", "底以前"]), styles)
def test_month_end_deadline_is_the_last_day(month: int, before: str, style: Style) -> None:
    sentence = f"{style.words(f'2024年{month}月{before}')}，完成管网改造。"
    _, found = _extracted(_page(sentence, "按进度推进。"), "a.html")
    following = date(2024 + month // 12, month % 12 + 1, 1)
    due = [f.deadline for f in found.facts if f.fact == "requirement"]
    assert due == [date.fromordinal(following.toordinal() - 1)]


@settings(max_examples=250, deadline=None)
@given(texts)
def test_arbitrary_text_is_accounted_for_or_refused(text: str) -> None:
    try:
        laid_out, found = _extracted(text.encode(), "a.txt")
    except IngestionError:  # UnknownLayoutError is one
        return
    _assert_accounted_for(laid_out, found)


@settings(max_examples=120, deadline=None)
@given(texts, texts)
def test_arbitrary_cells_are_accounted_for(requirement: str, progress: str) -> None:
    page = _page(*(t.replace("<", "≤").replace(">", "≥") for t in (requirement, progress)))
    try:
        laid_out, found = _extracted(page, "a.html")
    except IngestionError:
        return
    _assert_accounted_for(laid_out, found)


@settings(max_examples=60, deadline=None)
@given(texts, amounts)
def test_extracting_twice_gives_identical_facts(text: str, amount: Decimal) -> None:
    page = _page(
        f"全年完成改造{amount}户。", f"{text.replace('<', '≤').replace('>', '≥')}。截至9月底，已完成{amount}户。"
    )

    def once() -> Any:
        try:
            return _extracted(page, "a.html")[1]
        except IngestionError as error:
            return str(error)

    assert once() == once()
