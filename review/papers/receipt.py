"""The receipt of a submission (回执): what was received and read, what does not agree, what is withheld until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from publishing.office.official import BODY, CELL, CELL_HEAD, HEADING, RECIPIENT, SUBHEADING, TITLE, Column, Paper
from publishing.office.words import day_name, period_name, place, shortened
from review.papers.words import SEVERITIES, Finding

LOCAL: Final = ZoneInfo("Asia/Shanghai")
#: Findings of one severity that are listed; the others are counted.
LISTED: Final = 10
_DIGITS: Final = 16
_MESSAGE_LENGTH: Final = 120
_COLUMNS: Final = (Column("项目", 36, CELL_HEAD), Column("内容", 120, CELL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says of one submission.

    `revision` is 0 for the first filing of its unit, period and family; `withheld` says in words what is not published
    until it is settled; `correction_due` is the day by which a correction is asked for.
    """

    agency: str
    unit: str
    period: str | None
    file_name: str
    sha256: str
    received_at: datetime
    channel: str | None = None
    handler: str | None = None
    is_stamped: bool = False
    revision: int = 0
    items: int = 0
    facts: int = 0
    rejections: int = 0
    findings: tuple[Finding, ...] = ()
    withheld: tuple[str, ...] = ()
    correction_due: date | None = None
    contact: str | None = None


def write(receipt: Receipt) -> bytes:
    """The receipt as docx, dated by the receipt of the file; the same bytes for the same receipt.

    Raises ValueError where `received_at` has no time zone: the day depends on it.
    """
    if receipt.received_at.tzinfo is None:
        raise ValueError(f"received_at 须带时区 (needs a time zone), got {receipt.received_at!r}")
    day = receipt.received_at.astimezone(LOCAL).date()
    paper = Paper(title=f"{period_name(receipt.period)}重点任务进展材料接收回执", author=receipt.agency, day=day)
    paper.say(TITLE, f"{period_name(receipt.period)}重点任务进展材料\n接收回执")
    paper.blank()
    paper.say(RECIPIENT, f"{receipt.unit}：")
    paper.say(BODY, "你单位报送的材料已收到，接收和核对情况如下。")
    _say_received(paper, receipt)
    _say_findings(paper, receipt)
    _say_withheld(paper, receipt)
    _say_due(paper, receipt)
    paper.blank(2)
    paper.signed(receipt.agency, day_name(day))
    return paper.content()


def _say_received(paper: Paper, receipt: Receipt) -> None:
    paper.say(HEADING, "一、接收和读取情况")
    moment = receipt.received_at.astimezone(LOCAL)
    rows = (
        ("报送单位", receipt.unit),
        ("报送期", period_name(receipt.period) or "未能识别"),
        ("文件名", receipt.file_name),
        ("文件校验码（SHA-256前16位）", receipt.sha256[:_DIGITS]),
        ("接收时间", f"{day_name(moment.date())}{moment:%H:%M}（北京时间）"),
        ("报送渠道", receipt.channel or "未登记"),
        *([("材料形式", "盖章扫描件，作为正式记录")] if receipt.is_stamped else []),
        *([("经办人", receipt.handler)] if receipt.handler else []),
        ("报送次数", "首次报送" if receipt.revision <= 0 else f"第{receipt.revision}次补报"),
        ("读取结果", f"任务{receipt.items}项，数据{receipt.facts}条，未能读取{receipt.rejections}处"),
    )
    paper.table(_COLUMNS, rows)


def _say_findings(paper: Paper, receipt: Receipt) -> None:
    paper.say(HEADING, "二、核对发现")
    if not receipt.findings:
        paper.say(BODY, "未发现不一致的内容。")
        return
    paper.say(BODY, f"发现{len(receipt.findings)}处内容不一致或需要说明，核对不认定哪一处有误。")
    for number, (severity, found) in enumerate(_by_severity(receipt), 1):
        paper.say(SUBHEADING, f"（{'一二三四五'[number - 1]}）{severity}（{len(found)}处）")
        for order, finding in enumerate(found[:LISTED], 1):
            paper.say(BODY, f"{order}. {_short(finding)}")
        if len(found) > LISTED:
            paper.say(BODY, f"另有{len(found) - LISTED}处，逐项见核对意见表。")


def _by_severity(receipt: Receipt) -> Iterator[tuple[str, list[Finding]]]:
    """The findings with the name of their severity, the gravest first; of a severity without a name at the end."""
    named = [(name, [f for f in receipt.findings if f.severity == code]) for code, name in SEVERITIES.items()]
    others = [f for f in receipt.findings if f.severity not in SEVERITIES]
    return ((name, found) for name, found in (*named, ("其他", others)) if found)


def _short(finding: Finding) -> str:
    where = "，".join(part for part in (finding.task, place(finding.locator)) if part)
    message = shortened(" ".join(finding.message.split()), _MESSAGE_LENGTH)
    arithmetic = f"（{finding.arithmetic}）" if finding.arithmetic else ""
    return f"{where}：{message}{arithmetic}" if where else f"{message}{arithmetic}"


def _say_withheld(paper: Paper, receipt: Receipt) -> None:
    paper.say(HEADING, "三、暂缓发布的内容")
    if not receipt.withheld:
        paper.say(BODY, "无。")
        return
    paper.say(BODY, f"下列{len(receipt.withheld)}项在核实之前以“数据待核”列示，不作为零，也不影响其他内容发布：")
    for number, text in enumerate(receipt.withheld, 1):
        paper.say(BODY, f"{number}. {text}")


def _say_due(paper: Paper, receipt: Receipt) -> None:
    paper.say(HEADING, "四、更正要求")
    if not receipt.findings and not receipt.withheld:
        text = "本次报送无需更正。"
    elif receipt.correction_due is None:
        text = "请核对上述内容，需要更正的尽快报送更正材料；经核对原文无误的，请书面说明依据。"
    else:
        text = f"请核对上述内容，于{day_name(receipt.correction_due)}前报送更正材料；经核对原文无误的，请书面说明依据。"
    paper.say(BODY, f"{text}联系人：{receipt.contact}。" if receipt.contact else text, keep=True)
