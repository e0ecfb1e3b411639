"""The sections of the bulletin that list: lags that go on, what was caught up, what is withheld, what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from publishing.documents import phrasing, tally
from publishing.documents.edition import Edition
from publishing.documents.judging import NOT_REPORTED, UNDER_REVIEW, WORDS
from publishing.documents.records import Report
from publishing.documents.section import Pair, Section, by_name, by_region, pairs
from publishing.office.grid import Column
from publishing.office.looks import CELL, CELL_CENTRED

_LEAST_STREAK: Final = 2
_REGION: Final = Column("区域", 20, CELL_CENTRED)


def streaks(report: Report, edition: Edition) -> Section | None:
    """连续滞后: what has lagged for two months or more, a row a district, a column a number of months."""
    found = [p for p in pairs(report) if tally.lags_in(p[1], edition) and p[1].streak >= _LEAST_STREAK]
    if not found:
        return None
    months = sorted({line.streak for _, line in found}, reverse=True)
    counted = "、".join(f"连续{n}个月的{sum(line.streak == n for _, line in found)}条" for n in months)
    rows = tuple(
        (region, *("\n".join(phrasing.named(i, ln) for i, ln in found if i.region == region and ln.streak == n)
                   or phrasing.NONE for n in months))
        for region in dict.fromkeys(item.region for item, _ in found)
    )  # fmt: skip
    return Section(
        title="连续滞后",
        sentences=(f"连续滞后的要求{len(found)}条，其中{counted}。",),
        table_caption="表3　连续滞后的任务",
        columns=(_REGION, *(Column(f"连续{n}个月", 136 / len(months), CELL) for n in months)),
        rows=rows,
    )


def caught_up(report: Report, edition: Edition) -> Section | None:
    """已转正常: what lagged in the period before and does so no longer; of what is signed, as determined."""
    found = [
        (i, line)
        for i, line in pairs(report)
        if line.is_caught_up and not tally.lags_in(line, edition)
        and (not edition.is_determined_only or line.determined in WORDS)
    ]  # fmt: skip
    if not found:
        return None
    return Section(title="已转正常", sentences=(f"上期滞后、本期已转正常的要求{len(found)}条：{by_region(found)}。",))


def held_back(report: Report, edition: Edition) -> Section | None:
    """数据待核和未报送: what has no figures, and whether the last verdict on it stands; it stays listed."""
    sentences = []
    for state, words in (("under_review", UNDER_REVIEW), ("not_reported", NOT_REPORTED)):
        found = [pair for pair in pairs(report) if pair[1].publication == state]
        if not found:
            continue
        lags = sum(tally.lags_in(line, edition) for _, line in found)
        kept = f"其中{lags}条仍列入滞后；" if lags else ""
        sentences.append(
            f"{words}{len(found)}条，本期数字不列出、不计为零；{kept}涉及：{_held_by_region(report, found)}。"
        )
    return Section(title="数据待核和未报送", sentences=tuple(sentences)) if sentences else None


def _held_by_region(report: Report, found: Sequence[Pair]) -> str:
    """As `by_region`; a district of which nothing is known is told as a whole."""
    told = []
    for district in report.districts:
        held = [pair for pair in found if pair[0].region == district.name]
        if len(held) == len(district.lines):
            told.append(f"{district.name}（全部{len(held)}条）")
        elif held:
            told.append(by_region(held))
    return "；".join(told)


def next_month(report: Report, edition: Edition) -> Section | None:
    """What falls due in the month that follows: how much the edition knows to be met, and the rest by its day.

    Of the rest it does not say that it is not met: it may be withheld, or wait for its verdict.
    """
    found = tally.due_next_month(report)
    if not found:
        return None
    month = report.as_of.month % 12 + 1
    rest = [pair for pair in found if not tally.is_done(pair[1], edition)]
    days = dict.fromkeys(day for _, line in rest if (day := line.deadline))
    told = "；".join(
        f"{phrasing.month_day(day)}前：" + by_name([p for p in rest if p[1].deadline == day]) for day in days
    )
    known = "已认定完成" if edition.is_determined_only else "测算完成"
    done = len(found) - len(rest)
    words = f"{month}月到期的要求{len(found)}条" + (f"，其中{known}{done}条" if done else "")
    left = f"，其余{len(rest)}条" if done and rest else ""
    return Section(title="下一步", sentences=(f"{words}{left}。" + (f"{told}。" if told else ""),))
