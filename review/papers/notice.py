"""The letter to a unit about its findings: 提醒函, 督办单, 约谈通知书.

A finding says that the document does not agree with itself; the letter accuses neither side and says what the figure
would be on either reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from publishing.office.official import (
    ANNEX,
    BODY,
    CELL_CENTRED,
    HEADING,
    RECIPIENT,
    SUBHEADING,
    TITLE,
    Column,
    Paper,
)
from publishing.office.words import day_name, period_name, place
from registry.notices import KINDS, Kind
from review.papers.words import Finding, common_file, explained, quoted, source

#: Up to so many findings stand in the text; more are an annex, so that what is asked stays on the first page.
IN_TEXT: Final = 3
COLUMNS: Final = (
    Column("序号", 11, CELL_CENTRED),
    Column("任务（事项）", 30),
    Column("原文及位置", 42),
    Column("问题", 45),
    Column("要求", 28),
)
DRAFT_MARK: Final = "草稿（未签发，不作为正式文书）"
_NO_NUMBER: Final = "（发文字号待编）"
_REQUEST: Final = "核对并说明以哪一处为准，需要更正的报送更正材料"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says.  `day` is the day of issue, of a draft the day on which it is written.

    `number` (文号) is None for a draft.  `previous` names the milder letter that it follows (督办单 and 约谈), as in
    “提醒函（江环函〔2023〕12号）”; `meeting` says when and where an interview is held.
    """

    kind: Kind
    agency: str
    recipient: str
    period: str | None
    day: date
    findings: tuple[Finding, ...]
    number: str | None = None
    reply_due: date | None = None
    contact: str | None = None
    telephone: str | None = None
    previous: str | None = None
    meeting: str | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """What a kind of letter asks; {due} is “于某日前” or nothing, {meeting} the time and place."""

    purpose: str
    heading: str
    ask: str
    steps: tuple[str, ...]


_CHECK: Final = "逐项对照原始台账和有关文件，明确以哪一处为准。"
_CORRECT: Final = "需要更正的，报送更正材料并加盖公章；经核对原文无误的，书面说明依据。"
_WORDS: Final[Mapping[Kind, _Words]] = MappingProxyType(
    {
        "reminder": _Words(
            "现提醒你单位核对。",
            "有关要求",
            "请你单位{due}完成下列工作并书面回复我局：",
            (_CHECK, _CORRECT, "对其他任务的同类内容一并自查，下期报送时避免再次出现。"),
        ),
        "supervision": _Words(
            "现予督办。",
            "督办要求",
            "请你单位明确责任人，{due}办结下列事项并书面回复我局：",
            (_CHECK, _CORRECT, "办结后附证明材料向我局申请销号。"),
        ),
        "interview": _Words(
            "现约请你单位负责同志当面说明。",
            "约谈事项",
            "{meeting}",
            (
                "请携带所列各项的原始台账和有关文件，说明以哪一处为准及形成差异的原因。",
                "提出更正安排和完成时间；经核对原文无误的，一并说明依据。",
                "约谈后，请你单位{due}将落实情况书面回复我局。",
            ),
        ),
    }
)
_NUMERALS: Final = "一二三四五六七八九十"


def write(letter: Letter) -> bytes:
    """The letter as docx: the same bytes for the same letter.

    Raises ValueError for a letter without a finding: there is nothing to write about.
    """
    if not letter.findings:
        raise ValueError("文书须至少载明一项核对发现 (a letter needs at least one finding)")
    words = _WORDS[letter.kind]
    paper = Paper(title="".join(_title(letter)), author=letter.agency, day=letter.day)
    if letter.number is None:
        paper.mark_draft(DRAFT_MARK)
    paper.letterhead(letter.agency, letter.number or _NO_NUMBER)
    paper.say(TITLE, "\n".join(_title(letter)))
    paper.blank()
    paper.say(RECIPIENT, f"{letter.recipient}：")
    paper.say(BODY, _opening(letter))
    _say_findings(paper, letter)
    paper.say(HEADING, f"二、{words.heading}")
    *demands, last = _demands(letter)
    for text in demands:
        paper.say(BODY, text)
    paper.say(BODY, last, keep=True)  # the signature never stands alone on a page
    _end(paper, letter)
    return paper.content()


def _title(letter: Letter) -> list[str]:
    """The title's lines, broken where its sense allows."""
    period = period_name(letter.period)
    return [letter.agency, f"关于{period}重点任务进展材料", f"核对情况的{KINDS[letter.kind]}"]


def _opening(letter: Letter) -> str:
    period = period_name(letter.period)
    before = f"此前我局已就有关事项发出{letter.previous}。" if letter.previous else ""
    return (
        f"我局核对了你单位报送的{period}重点任务进展材料，发现{len(letter.findings)}处内容前后不一致或需要说明。"
        f"{before}{_WORDS[letter.kind].purpose}核对只表明材料中的数字、文字互不相符，不认定哪一处有误；"
        "下列问题中同时给出按不同内容得出的结果，供核对时参考。"
    )


def _say_findings(paper: Paper, letter: Letter) -> None:
    file_name = common_file(letter.findings)
    where = f"，均在《{file_name}》" if file_name else ""
    paper.say(HEADING, "一、核对情况")
    how = "逐项列于附件。" if _in_annex(letter) else "列表如下："
    paper.say(BODY, f"发现的问题共{len(letter.findings)}处{where}，{how}")
    if not _in_annex(letter):
        paper.table(COLUMNS, _rows(letter))


def _in_annex(letter: Letter) -> bool:
    return len(letter.findings) > IN_TEXT


def _rows(letter: Letter) -> Iterator[tuple[str, ...]]:
    """The table's rows; the file is named at each finding only where there are several."""
    locate = _place if common_file(letter.findings) else source
    for number, finding in enumerate(letter.findings, 1):
        where = locate(finding)
        words = [line for line in (quoted(finding), f"见{where}" if where else "") if line]
        yield (
            str(number),
            finding.task or "—",
            "\n".join(words) or "—",
            "\n".join(explained(finding)) or "—",
            finding.request or _REQUEST,
        )


def _place(finding: Finding) -> str:
    return place(finding.locator)


def _demands(letter: Letter) -> list[str]:
    words = _WORDS[letter.kind]
    due = f"于{day_name(letter.reply_due)}前" if letter.reply_due else "尽快"
    meeting = f"约谈时间、地点：{letter.meeting}。" if letter.meeting else "约谈的时间、地点另行通知。"
    steps = [f"（{_NUMERALS[number]}）{step}" for number, step in enumerate(words.steps)]
    return [text.format(due=due, meeting=meeting) for text in (words.ask, *steps)]


def _end(paper: Paper, letter: Letter) -> None:
    if _in_annex(letter):
        paper.blank()
        paper.say(BODY, "附件：核对发现问题清单", keep=True)
    paper.blank(2)
    paper.signed(letter.agency, day_name(letter.day) if letter.number else f"{letter.day.year}年　月　日")
    if contact := _contact(letter):
        paper.say(BODY, contact)
    if _in_annex(letter):
        paper.say(ANNEX, "附件", starts_page=True)
        paper.blank()
        paper.say(TITLE, "核对发现问题清单")
        paper.say(SUBHEADING, f"{letter.recipient}　{period_name(letter.period)}")
        paper.table(COLUMNS, _rows(letter))


def _contact(letter: Letter) -> str:
    """（联系人：李四，电话：0750-1234567）; '' where neither is known."""
    parts = [("联系人", letter.contact), ("电话", letter.telephone)]
    said = "，".join(f"{name}：{value}" for name, value in parts if value)
    return f"（{said}）" if said else ""
