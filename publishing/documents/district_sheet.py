"""The sheet of a district (区县情况单): its requirements one by one, figures and verdicts, and room for its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from publishing.documents import judging, phrasing, tally
from publishing.documents.edition import Edition
from publishing.documents.records import District, Item, Line, Report
from publishing.documents.wording import months
from publishing.office.grid import Column, Content, Link
from publishing.office.looks import CELL_CENTRED
from publishing.office.official import BODY, CELL, RECIPIENT, TITLE, Paper
from publishing.office.words import day_name

_TASK: Final = (
    Column("序号", 11, CELL_CENTRED, is_merged=True),
    Column("主要任务", 34, is_merged=True),
    Column("目标要求", 48, is_merged=True),
)
_FIGURES: Final = (
    Column("目标", 17, CELL_CENTRED),
    Column("目前", 17, CELL_CENTRED),
    Column("差距", 20, CELL_CENTRED),
    Column("逾期", 15, CELL_CENTRED),
)
_VERDICTS: Final = (Column("区县自评", 18, CELL_CENTRED), Column("系统测算", 18, CELL_CENTRED))
_DETERMINED: Final = Column("市局认定", 18, CELL_CENTRED)
_EVIDENCE: Final = Column("核对记录", 12, CELL_CENTRED)
_ANSWERS: Final = (
    Column("反馈意见", 36, CELL_CENTRED),
    Column("□ 无异议　　□ 有异议（说明所涉序号和理由，附佐证材料）", 118),
)


def write(report: Report, district: District, edition: Edition, mark: str, dashboard: str, subject: str) -> bytes:
    """The sheet as docx, turned; what is signed shows the bureau's verdict alone."""
    title = f"{district.name}{report.as_of.year}年{months(report)}{subject}情况单"
    paper = Paper(title=title, author=edition.agency, day=edition.day, is_landscape=True)
    if mark:
        paper.mark_draft(mark)
    paper.say(TITLE, title)
    paper.say(CELL, "", keep=True)
    paper.say(RECIPIENT, f"{district.name}人民政府：")
    for sentence in _summary(report, district, edition):
        paper.say(BODY, sentence)
    rows = [
        row for number, item in enumerate(district.items, 1) for row in _rows(number, item, report, edition, dashboard)
    ]
    paper.table(_columns(edition), rows)
    footnotes = [
        f"{phrasing.named(item, line)}：{line.footnote}"
        for item in district.items
        for line in item.lines
        if line.footnote
    ]
    if footnotes:
        paper.notes(tuple(dict.fromkeys(footnotes)))
    if edition.stage == "consultation":
        paper.table(_ANSWERS, [("负责人（签字、盖章）", ""), ("日期", "")])
    paper.signed(edition.agency, day_name(edition.day))
    return paper.content()


def _summary(report: Report, district: District, edition: Edition) -> Iterator[str]:
    counts = tally.of_district(district.name, report, edition)
    you = f"你{district.name[-1]}"
    if report.is_exceptions_only:
        yield (
            f"截至{day_name(report.as_of)}，{you}列入进度滞后情况表的任务{counts.lagging_items}项，"
            f"滞后要求{counts.lagging}条，其中逾期{counts.overdue}条。"
        )
    else:
        lags = "经认定滞后" if edition.is_determined_only else "拟列入滞后"
        held = counts.under_review + counts.not_reported
        yield (
            f"截至{day_name(report.as_of)}，{you}{counts.items}项任务、{counts.lines}条要求，到期{counts.due}条，"
            f"{lags}{counts.lagging}条，其中逾期{counts.overdue}条"
            + (f"；数据待核或未报送{held}条。" if held else "。")
        )
    if edition.reply_due and edition.stage == "consultation":
        yield f"请核对下表，于{day_name(edition.reply_due)}前反馈；有异议的，附佐证材料。"


def _columns(edition: Edition) -> tuple[Column, ...]:
    verdicts = () if edition.is_determined_only and edition.form == "submission" else _VERDICTS
    evidence = (_EVIDENCE,) if edition.form == "checking" else ()
    return (*_TASK, *_FIGURES, *verdicts, _DETERMINED, *evidence)


def _rows(number: int, item: Item, report: Report, edition: Edition, dashboard: str) -> Iterator[tuple[Content, ...]]:
    names = report.status_names
    for line in item.lines:
        row: list[Content] = [str(number), item.task, _asked(line)]
        row += [
            phrasing.level(line) + phrasing.target(line),
            phrasing.actual(line),
            phrasing.short(line),
            phrasing.overdue(line),
        ]
        if not (edition.is_determined_only and edition.form == "submission"):
            row += [_reported(line), names.get(line.computed or "", phrasing.NONE)]
        row.append(_determined(line))
        if edition.form == "checking":
            row.append([Link("出处", dashboard, f"/evidence/{line.key}")])
        yield tuple(row)


def _asked(line: Line) -> str:
    return phrasing.sub_item(line) + line.text


def _reported(line: Line) -> str:
    if line.publication == "under_review":
        return judging.UNDER_REVIEW
    if line.publication == "not_reported":
        return judging.NOT_REPORTED
    return line.reported_phrase or phrasing.NONE


def _determined(line: Line) -> str:
    said = judging.verdict([line])
    if said is None:
        held = {"under_review": judging.UNDER_REVIEW, "not_reported": judging.NOT_REPORTED}
        return held.get(line.publication, "待认定" if line.is_lagging else phrasing.NONE)
    return said if line.publication == "published" else f"{said}（最近一次）"
