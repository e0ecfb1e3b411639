"""What the papers say of findings, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from publishing.office.words import place, shortened

#: The severities from the gravest on, as a district reads them.
SEVERITIES: Final = MappingProxyType(
    {"blocker": "暂缓发布", "error": "需要更正", "warning": "需要核实", "info": "供参考"}
)


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
