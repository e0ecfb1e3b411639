"""What the papers say in words: findings, places, periods and days, in text that any office program takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

#: The severities from the gravest on, as a district reads them.
SEVERITIES: Final = MappingProxyType(
    {"blocker": "暂缓发布", "error": "需要更正", "warning": "需要核实", "info": "供参考"}
)
QUOTE_LENGTH: Final = 300

#: Not allowed in XML, or turning the order in which a text is shown.
_HOSTILE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_CELL: Final = re.compile(r"table (\d+)/row (\d+)/cell (\d+)")
_PARAGRAPH: Final = re.compile(r"paragraph (\d+)")
_PERIOD: Final = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as a paper tells it; texts as the gate wrote them, None or '' where there is nothing to say.

    `task` names the task or matter, `locator` is the gate's (`table 1/row 3/cell 5`, `paragraph 12`), `request` says
    what the unit is asked to do about it.
    """

    message: str
    severity: str = "error"
    task: str | None = None
    quote: str | None = None
    file_name: str | None = None
    locator: str | None = None
    arithmetic: str | None = None
    expected: str | None = None
    observed: str | None = None
    request: str | None = None


def clean(text: str) -> str:
    """The text with one kind of line break and a U+FFFD for each character that a file must not hold."""
    return _HOSTILE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str, length: int = QUOTE_LENGTH) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= length else f"{text[:length]}……"


def place(locator: str | None) -> str:
    """A locator as a person finds it: 第1表第3行第5格, 第12段; another one as it is, '' for none."""
    if cell := cell_of(locator):
        return "第{}表第{}行第{}格".format(*cell)
    if paragraph := _PARAGRAPH.search(locator or ""):
        return f"第{paragraph[1]}段"
    return locator or ""


def cell_of(locator: str | None) -> tuple[int, int, int] | None:
    """The table, row and cell of a locator, from 1; None where it is none of a cell."""
    found = _CELL.search(locator or "")
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def source(finding: Finding) -> str:
    """Where it stands, for people: 《蓬江区9月.docx》第1表第3行第5格; '' where nothing is known."""
    name = f"《{finding.file_name}》" if finding.file_name else ""
    return f"{name}{place(finding.locator)}"


def common_file(findings: Iterable[Finding]) -> str | None:
    """The one file that all findings stand in, which then need not be named at each."""
    names = {finding.file_name for finding in findings}
    return names.pop() if len(names) == 1 else None


def quoted(finding: Finding) -> str:
    """The words of the document in quotation marks; '' where there are none."""
    return f"“{shortened(finding.quote.strip())}”" if finding.quote and finding.quote.strip() else ""


def both_readings(finding: Finding) -> str:
    """What the figure is on either reading; it accuses neither side.  '' where the check names no second figure."""
    if not finding.expected or not finding.observed:
        return ""
    return f"如所依据的内容无误，此处应为“{finding.expected}”；如此处“{finding.observed}”无误，则所依据的内容需更正。"


def explained(finding: Finding) -> list[str]:
    """The finding in lines: what does not agree, the arithmetic, what follows on either reading."""
    arithmetic = f"算式：{finding.arithmetic}" if finding.arithmetic else ""
    return [line for line in (finding.message.strip(), arithmetic, both_readings(finding)) if line]


def period_name(period: str | None) -> str:
    """2023年9月 of 2023-09; another wording as it is, '' for none."""
    found = _PERIOD.fullmatch(period or "")
    return f"{found[1]}年{int(found[2])}月" if found else period or ""


def day_name(day: date) -> str:
    """2023年10月9日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
