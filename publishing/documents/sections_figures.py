"""The sections of the bulletin that count: the city as a whole, its districts, the gravest lags."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from publishing.documents import charts, phrasing, tally
from publishing.documents.edition import Edition
from publishing.documents.judging import WORDS
from publishing.documents.records import Line, Report
from publishing.documents.section import Section, pairs
from publishing.documents.tally import Tally
from publishing.documents.wording import place_words
from publishing.office.grid import Column
from publishing.office.looks import CELL, CELL_CENTRED
from publishing.office.words import day_name

#: So many lags stand in the bulletin; the others are in the lag table.
MOST_LAGS: Final = 12
_RATE: Final = Decimal("0.1")
_REGION: Final = Column("区域", 20, CELL_CENTRED)
_OF_LAGS: Final = ("滞后任务（项）", "滞后要求（条）", "其中已到期", "其中逾期", "最长逾期（天）")
_DONE: Final = "到期完成"
_OF_ALL: Final = ("任务（项）", "要求（条）", "到期", _DONE, "滞后", "其中逾期", "最长逾期（天）", "待核或未报")
_LAG_COLUMNS: Final = (
    Column("区域", 17, CELL_CENTRED),
    Column("任务", 50, CELL),
    Column("时限", 19, CELL_CENTRED),
    Column("目标", 20, CELL_CENTRED),
    Column("目前", 18, CELL_CENTRED),
    Column("差距", 23, CELL_CENTRED),
    Column("逾期", 14, CELL_CENTRED),
)


def overall(report: Report, edition: Edition) -> Section:
    """总体情况: tasks, due, done, lagging, overdue; reporting rates where reports were expected."""
    whole = tally.of_district("", report, edition)
    everywhere, parts = place_words(report)
    who = report.city if report.is_of_one else f"{everywhere}{len(report.districts)}个{parts}"
    if report.is_exceptions_only:
        words = (
            f"本期列入进度滞后情况表的任务{whole.lagging_items}项，涉及{len(report.districts)}个{parts}，"
            f"滞后要求{whole.lagging}条，其中已到期{whole.due_lagging}条、逾期{whole.overdue}条{_longest(whole)}。"
        )
        return Section(title="总体情况", sentences=(words, "滞后情况表只列滞后任务，未列入的任务不在本通报统计之内。"))
    words = f"{who}共{whole.items}项任务、{whole.lines}条要求。截至{day_name(report.as_of)}，到期{whole.due}条，"
    lags = f"{whole.lagging}条，其中已到期{whole.due_lagging}条、逾期{whole.overdue}条{_longest(whole)}。"
    if edition.is_determined_only:
        sentences = [f"{words}经认定滞后{lags}", *_determined(report)]
    else:
        sentences = [f"{words}其中测算完成{whole.due_done}条；拟列入滞后{lags}"]
    return Section(title="总体情况", sentences=(*sentences, *_filings(report)))


def districts(report: Report, edition: Edition) -> Section | None:
    """District by district: a table and a chart; of a lag table only what it lists, and never a rank."""
    if report.is_of_one:
        return None
    tallies = tally.by_district(report, edition)
    parts = place_words(report)[1]
    heads = _OF_LAGS if report.is_exceptions_only else _of_all(edition)
    return Section(
        title=f"各{parts}情况",
        table_caption=f"表1　各{parts}" + ("滞后情况" if report.is_exceptions_only else "进展情况"),
        columns=(_REGION, *(Column(head, 136 / len(heads), CELL_CENTRED) for head in heads)),
        rows=tuple((t.name, *map(str, _counts(t, is_exceptions_only=report.is_exceptions_only))) for t in tallies),
        caption=f"图1　各{parts}" + ("滞后要求" if report.is_exceptions_only else "要求进展"),
        tallies=tallies,
        bars=charts.parts_of(tallies, is_exceptions_only=report.is_exceptions_only),
    )


def main_lags(report: Report, edition: Edition) -> Section | None:
    """主要滞后任务: the longest overdue first, then the most points short."""
    found = sorted(
        ((i, line) for i, line in pairs(report) if tally.lags_in(line, edition)), key=lambda pair: _weight(pair[1])
    )
    if not found:
        return None
    rest = len(found) - MOST_LAGS
    words = f"下表按逾期天数和差距列前{MOST_LAGS}条，其余{rest}条见进度滞后情况表。" if rest > 0 else "见下表。"
    rows = tuple(
        (i.region, phrasing.named(i, line), phrasing.deadline(line, report.as_of.year), phrasing.target(line),
         phrasing.actual(line), phrasing.short(line), phrasing.overdue(line))
        for i, line in found[:MOST_LAGS]
    )  # fmt: skip
    return Section(
        title="主要滞后任务",
        sentences=(f"滞后要求{len(found)}条，{words}",),
        table_caption="表2　主要滞后任务",
        columns=_LAG_COLUMNS,
        rows=rows,
    )


def _of_all(edition: Edition) -> tuple[str, ...]:
    """The heads of the table of districts; what is signed counts as done only what was determined so, and says it."""
    return tuple(f"认定{head}" if head == _DONE and edition.is_determined_only else head for head in _OF_ALL)


def _counts(t: Tally, *, is_exceptions_only: bool) -> tuple[int | str, ...]:
    if is_exceptions_only:
        return (t.lagging_items, t.lagging, t.due_lagging, t.overdue, t.longest)
    held = t.under_review + t.not_reported
    done = phrasing.NONE if t.due_unjudged and not t.due_done else t.due_done  # no verdict is not none done
    return (t.items, t.lines, t.due, done, t.lagging, t.overdue, t.longest, held)


def _weight(line: Line) -> tuple[bool, int, Decimal]:
    return (not line.is_due, -(line.days_overdue or 0), line.gap_pp if line.gap_pp is not None else Decimal(0))


def _longest(whole: Tally) -> str:
    return f"，最长逾期{whole.longest}天" if whole.longest else ""


def _determined(report: Report) -> list[str]:
    """What was determined, by verdict, and how much was not."""
    counts = {words: sum(line.determined == status for line in report.lines) for status, words in WORDS.items()}
    known = sum(counts.values())
    if not known:
        return []
    told = "、".join(f"{words}{count}条" for words, count in counts.items() if count)
    rest = len(report.lines) - known
    return [f"已作认定{known}条：{told}" + (f"；其余{rest}条未作认定。" if rest else "。")]


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
    return f"{phrasing.number((Decimal(part) * 100 / Decimal(whole)).quantize(_RATE, ROUND_HALF_UP))}%"
