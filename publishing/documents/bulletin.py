"""The monthly bulletin (通报): what the figures say, district by district, and what falls due next; nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from publishing.documents import charts, checking, phrasing, sections_figures, sections_lists, tally
from publishing.documents.edition import Edition
from publishing.documents.records import Report
from publishing.documents.section import Section, pairs
from publishing.documents.wording import SUBJECT, months, place_words
from publishing.office.official import (
    ANNEX,
    BODY,
    CAPTION,
    CELL_CENTRED,
    CELL_NOTE,
    HEADING,
    RECIPIENT,
    TITLE,
    Column,
    Paper,
)
from publishing.office.words import day_name

#: The sections in the order of the bulletin; one that has nothing to say is left out.
_SECTIONS: Final[tuple[Callable[[Report, Edition], Section | None], ...]] = (
    sections_figures.overall, sections_figures.districts, sections_figures.main_lags, sections_lists.streaks,
    sections_lists.caught_up, sections_lists.held_back, sections_lists.next_month,
)  # fmt: skip
_EVIDENCE: Final = (
    Column("区域", 18, CELL_CENTRED, is_merged=True),
    Column("任务", 42, CELL_NOTE),
    Column(checking.HEADER, 96, CELL_NOTE),
)
_NUMERALS: Final = "一二三四五六七八九十"


def write(
    report: Report,
    edition: Edition,
    mark: str,
    annexes: tuple[str, ...],
    subject: str = SUBJECT,
    *,
    has_chart: bool = True,
    dashboard: str = checking.EVIDENCE_PAGE,
) -> bytes:
    """The bulletin as docx; `mark` stands above every page, `annexes` are the titles of what goes with it.

    Raises FontMissingError where the chart cannot be drawn; without one (`has_chart`) the table has its figures.
    """
    title = bulletin_title(report, edition, subject)
    paper = Paper(title=title, author=edition.agency, day=edition.day)
    if mark:
        paper.mark_draft(mark)
    paper.letterhead(edition.agency, edition.number or "", edition.signatory)
    paper.say(TITLE, title)
    paper.blank()
    paper.say(RECIPIENT, f"{_addressed(report)}人民政府：")
    for sentence in _opening(report, edition, subject):
        paper.say(BODY, sentence)
    for numeral, section in zip(_NUMERALS, _sections(report, edition), strict=False):
        paper.say(HEADING, f"{numeral}、{section.title}")
        _say(paper, section, has_chart=has_chart)
    if annexes:
        paper.blank()
        paper.annexes(annexes)
    paper.blank(2)
    paper.signed(edition.agency, day_name(edition.day))
    if edition.form == "checking":
        _say_evidence(paper, report, edition, dashboard)
    return paper.content()


def bulletin_title(report: Report, edition: Edition, subject: str = SUBJECT) -> str:
    """What the bulletin is called; a correction names what it corrects."""
    if edition.stage == "correction":
        return f"关于更正{edition.corrects or '有关通报'}的通知"
    return f"关于{report.city}{report.as_of.year}年{months(report)}\n{subject}进展情况的通报"


def _opening(report: Report, edition: Edition, subject: str) -> Iterator[str]:
    if edition.stage == "correction":
        changed = f"作如下更正：{edition.correction_note.rstrip('。')}" if edition.correction_note else "予以更正"
        yield f"{edition.corrects or '原通报'}{changed}。"
    what = f"{report.city}{report.as_of.year}年{months(report)}{subject}进展情况"
    told = f"现将{'更正后的' if edition.stage == 'correction' else ''}{what}通报如下，数据截至"
    yield f"{told}{day_name(report.as_of)}。"
    if edition.reply_due:
        yield f"请{_addressed(report)}核对，有异议的于{day_name(edition.reply_due)}前书面反馈并附佐证材料。"


def _addressed(report: Report) -> str:
    return report.city if report.is_of_one else f"各{place_words(report)[1]}"


def _say_evidence(paper: Paper, report: Report, edition: Edition, dashboard: str) -> None:
    """Behind the signature of a checking edition: each lag with its three verdicts, its arithmetic, its source."""
    rows = [
        (item.region, phrasing.named(item, line), checking.of_line(line, report.status_names, dashboard))
        for item, line in pairs(report)
        if tally.lags_in(line, edition)
    ]
    if rows:
        paper.say(ANNEX, "核对记录", starts_page=True)
        paper.table(_EVIDENCE, rows)


def _sections(report: Report, edition: Edition) -> Iterator[Section]:
    for make in _SECTIONS:
        section = make(report, edition)
        if section is not None:
            yield section


def _say(paper: Paper, section: Section, *, has_chart: bool) -> None:
    for sentence in section.sentences:
        paper.say(BODY, sentence)
    if section.rows:
        paper.say(CAPTION, section.table_caption)
        paper.table(section.columns, section.rows)
    if section.bars and has_chart:
        described = charts.described(section.tallies, section.bars)
        paper.picture(charts.districts(section.tallies, section.bars), width_mm=charts.WIDTH_MM, described=described)
        paper.say(CAPTION, section.caption)
