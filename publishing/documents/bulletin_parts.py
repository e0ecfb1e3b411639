"""The sections of the bulletin, each a function of report and edition; None where the data carry nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from publishing.documents import charts, phrasing, tally
from publishing.documents.edition import Edition
from publishing.documents.judging import NOT_REPORTED, UNDER_REVIEW, WORDS
from publishing.documents.records import Item, Line, Report
from publishing.documents.tally import Tally
from publishing.office.grid import Column
from publishing.office.looks import CELL, CELL_CENTRED
from publishing.office.words import day_name

#: So many lags stand in the bulletin; the others are in the lag table.
MOST_LAGS: Final = 12
_LEAST_STREAK: Final = 2
_RATE: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section: sentences, then a chart of districts, then a table, each where it has one."""

    title: str
    sentences: tuple[str, ...] = ()
    tallies: tuple[Tally, ...] = ()
    bars: tuple[charts.Part, ...] = ()
    caption: str = ""
    table_caption: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def overall(report: Report, edition: Edition) -> Section:
    """总体情况: tasks, due, done, lagging, overdue; reporting rates where reports were expected."""
    whole = tally.of_district("", report, edition)
    if report.is_exceptions_only:
        words = (
            f"本期列入进度滞后情况表的任务{whole.lagging_items}项，涉及{len(report.districts)}个县（市、区），"
            f"滞后要求{whole.lagging}条，其中已到期{whole.due_lagging}条、逾期{whole.overdue}条{_longest(whole)}。"
        )
        return Section(title="总体情况", sentences=(words, "滞后情况表只列滞后任务，未列入的任务不在本通报统计之内。"))
    words = (
        f"全市{len(report.districts)}个县（市、区）共{whole.items}项任务、{whole.lines}条要求。"
        f"截至{day_name(report.as_of)}，到期{whole.due}条，"
    )
    if edition.is_determined_only:
        words += f"经认定滞后{whole.lagging}条，其中逾期{whole.overdue}条{_longest(whole)}。"
        sentences = [words, *_determined(report)]
    else:
        words += (
            f"其中测算完成{whole.due_done}条；拟列入滞后{whole.lagging}条，其中已到期{whole.due_lagging}条、"
            f"逾期{whole.overdue}条{_longest(whole)}。"
        )
        sentences = [words]
    return Section(title="总体情况", sentences=(*sentences, *_filings(report)))


def districts(report: Report, edition: Edition) -> Section:
    """各县（市、区）情况: a chart and a table; of a lag table only what it lists, and no rank."""
    tallies = tally.by_district(report, edition)
    if report.is_exceptions_only:
        columns = (
            _REGION,
            *(
                Column(h, 22, CELL_CENTRED)
                for h in ("滞后任务（项）", "滞后要求（条）", "其中已到期", "其中逾期", "最长逾期（天）")
            ),
        )
        rows = [(t.name, *map(str, (t.lagging_items, t.lagging, t.due_lagging, t.overdue, t.longest))) for t in tallies]
    else:
        heads = ("任务（项）", "要求（条）", "到期", "到期完成", "滞后", "其中逾期", "最长逾期（天）", "待核或未报")
        columns = (_REGION, *(Column(h, 17, CELL_CENTRED) for h in heads))
        rows = [
            (t.name, *map(str, (t.items, t.lines, t.due, t.due_done, t.lagging, t.overdue, t.longest,
                                t.under_review + t.not_reported)))
            for t in tallies
        ]  # fmt: skip
    return Section(
        title="各县（市、区）情况",
        tallies=tallies,
        bars=charts.parts_of(tallies, is_exceptions_only=report.is_exceptions_only),
        caption="图1　各县（市、区）" + ("滞后要求" if report.is_exceptions_only else "要求进展"),
        table_caption="表1　各县（市、区）情况",
        columns=columns,
        rows=tuple(rows),
    )


def main_lags(report: Report, edition: Edition) -> Section | None:
    """主要滞后任务: the longest overdue first, then the most points short."""
    found = [(i, line) for i, line in _pairs(report) if tally.lags_in(line, edition)]
    if not found:
        return None
    found.sort(key=lambda pair: _weight(pair[1]))
    shown = found[:MOST_LAGS]
    rest = len(found) - len(shown)
    words = f"滞后要求{len(found)}条，" + (
        f"下表列前{len(shown)}条，其余{rest}条见进度滞后情况表。" if rest else "见下表。"
    )
    rows = tuple(
        (i.region, phrasing.named(i, line).strip("“”").replace("”", ""), phrasing.deadline(line), phrasing.target(line),
         phrasing.actual(line), phrasing.short(line), phrasing.overdue(line))
        for i, line in shown
    )  # fmt: skip
    return Section(
        title="主要滞后任务", sentences=(words,), table_caption="表2　主要滞后任务", columns=_LAG_COLUMNS, rows=rows
    )


def streaks(report: Report, edition: Edition) -> Section | None:
    """连续滞后: what lags for two months or more, the longest first."""
    found = [(i, ln) for i, ln in _pairs(report) if tally.lags_in(ln, edition) and ln.streak >= _LEAST_STREAK]
    sentences = []
    for count in sorted({line.streak for _, line in found}, reverse=True):
        of_count = [(i, line) for i, line in found if line.streak == count]
        sentences.append(f"连续{count}个月滞后的{len(of_count)}条：{_by_region(of_count)}。")
    return Section(title="连续滞后", sentences=tuple(sentences)) if sentences else None


def caught_up(report: Report, edition: Edition) -> Section | None:
    """已转正常: what lagged in the period before and does so no longer."""
    found = [
        (i, line) for i, line in _pairs(report)
        if line.is_caught_up and (not edition.is_determined_only or line.determined in WORDS)
        and not tally.lags_in(line, edition)
    ]  # fmt: skip
    if not found:
        return None
    return Section(title="已转正常", sentences=(f"上期滞后、本期已转正常的{len(found)}条：{_by_region(found)}。",))


def held_back(report: Report, edition: Edition) -> Section | None:
    """数据待核和未报送: what has no figures, and the last verdict on it; it stays listed."""
    sentences = []
    for state, words in (("under_review", UNDER_REVIEW), ("not_reported", NOT_REPORTED)):
        found = [(i, line) for i, line in _pairs(report) if line.publication == state]
        if found:
            lags = sum(tally.lags_in(line, edition) for _, line in found)
            kept = f"其中{lags}条保留最近一次滞后认定或自报；" if lags else ""
            sentences.append(f"{words}{len(found)}条，本期数字不列出，不计为零；{kept}涉及：{_by_region(found)}。")
    return Section(title="数据待核和未报送", sentences=tuple(sentences)) if sentences else None


def next_month(report: Report, edition: Edition) -> Section | None:
    """下一步: what falls due in the month that follows, from the plan alone."""
    due = {line.key for _, line in tally.due_next_month(report, edition)}
    found = sorted(
        ((i, line) for i, line in _pairs(report) if line.key in due), key=lambda p: p[1].deadline or report.as_of
    )
    if not found:
        return None
    month = f"{found[0][1].deadline.month}月" if found[0][1].deadline else "下月"
    told = "；".join(
        f"{phrasing.month_day(day)}前：" + _by_region([(i, ln) for i, ln in found if ln.deadline == day])
        for day in dict.fromkeys(line.deadline for _, line in found)
        if day
    )
    return Section(title=f"{month}到期的要求", sentences=(f"{month}到期、尚未完成的要求{len(found)}条。{told}。",))


#: The sections in the order of the bulletin.
SECTIONS: Final[tuple[Callable[[Report, Edition], Section | None], ...]] = (
    overall, districts, main_lags, streaks, caught_up, held_back, next_month,
)  # fmt: skip
_REGION: Final = Column("区域", 20, CELL_CENTRED)
_LAG_COLUMNS: Final = (
    Column("区域", 16, CELL_CENTRED),
    Column("任务", 44, CELL),
    Column("时限", 24, CELL_CENTRED),
    Column("目标", 20, CELL_CENTRED),
    Column("目前", 18, CELL_CENTRED),
    Column("差距", 22, CELL_CENTRED),
    Column("逾期", 14, CELL_CENTRED),
)


def _pairs(report: Report) -> Iterator[tuple[Item, Line]]:
    return ((item, line) for item in report.items for line in item.lines)


def _weight(line: Line) -> tuple[bool, int, Decimal]:
    return (not line.is_due, -(line.days_overdue or 0), line.gap_pp if line.gap_pp is not None else Decimal(0))


def _by_region(pairs: list[tuple[Item, Line]]) -> str:
    """蓬江区“…”（1）、“…”；江海区“…”."""
    regions = dict.fromkeys(item.region for item, _ in pairs)
    return "；".join(
        region + phrasing.listed(phrasing.named(item, line) for item, line in pairs if item.region == region)
        for region in regions
    )


def _longest(whole: Tally) -> str:
    return f"，最长逾期{whole.longest}天" if whole.longest else ""


def _determined(report: Report) -> list[str]:
    counts = {words: sum(line.determined == status for line in report.lines) for status, words in WORDS.items()}
    known = sum(counts.values())
    told = "、".join(f"{words}{count}条" for words, count in counts.items() if count)
    rest = len(report.lines) - known
    return [f"已作认定{known}条：{told}" + (f"；其余{rest}条未作认定。" if rest else "。")] if known else []


def _filings(report: Report) -> list[str]:
    expected, received, on_time = tally.filings(report)
    if not expected:
        return []
    missing = phrasing.listed(d.name for d in report.districts if d.filing.expected > d.filing.received)
    late = phrasing.listed(d.name for d in report.districts if d.filing.received > d.filing.on_time)
    words = f"应报送{expected}份，已报送{received}份，报送率{_rate(received, expected)}；"
    words += f"按时报送{on_time}份，及时率{_rate(on_time, expected)}。"
    words += f"未报送：{missing}。" if missing else ""
    return [words + (f"迟报：{late}。" if late else "")]


def _rate(part: int, whole: int) -> str:
    value = (Decimal(part) * 100 / Decimal(whole)).quantize(_RATE, ROUND_HALF_UP)
    return f"{phrasing.number(value)}%"
