"""The form itself: its columns, the requirement that a row asks for, and what became of it when it came back."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from ingestion.records import Section, TaskItem, TextPart

#: Raised when a workbook of an older form could no longer be read by the same code.
VERSION: Final = 1
HELP_TITLE: Final = "填报说明"
HIDDEN_SHEET: Final = "_xushi"

ColumnKind = Literal["issued", "entry", "mark"]
FigureKind = Literal["number", "percent", "class", "none"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet to fill in; `section` is where its words belong."""

    id: str
    header: str
    kind: ColumnKind
    section: Section = "result"


COLUMNS: Final = (
    Column("no", "序号", "issued"),
    Column("task", "重点任务", "issued"),
    Column("requirement", "目标要求", "issued"),
    Column("deadline", "完成时限", "issued"),
    Column("target", "目标值", "issued"),
    Column("unit", "计量单位", "issued"),
    Column("last", "上期情况", "issued"),
    Column("figure", "本期完成数", "entry"),
    Column("rate", "完成率（%）", "entry"),
    Column("status", "进度状态", "entry"),
    Column("date", "完成日期", "entry"),
    Column("progress", "进展情况", "entry"),
    Column("problem", "存在问题", "entry", "problem"),
    Column("plan", "下一步计划", "entry", "plan"),
    Column("mark", "行标识（勿改）", "mark"),
)
BY_ID: Final = MappingProxyType({column.id: column for column in COLUMNS})
#: Prefilled cells whose change would change what was asked; the others are for orientation.
GUARDED: Final = ("task", "requirement", "deadline", "target", "unit")

#: What the drop-down offers, by the class of judgement; 申请调整 changes nothing until its approval is recorded.
STATUSES: Final = MappingProxyType(
    {
        "completed": "已完成",
        "on_schedule": "达到序时进度",
        "basically_on_schedule": "基本达到序时进度",
        "behind_schedule": "落后序时进度",
        "unknown": "申请调整",
    }
)
WATER_CLASSES: Final = ("Ⅰ类", "Ⅱ类", "Ⅲ类", "Ⅳ类", "Ⅴ类", "劣Ⅴ类")
#: Types of indicator that count things; an all-year duty counts without a target.
_COUNTED: Final = frozenset({"cumulative", "count_with_start", "process_stage", "recurring"})
_SIGNS: Final = {">=": "≥", "<=": "≤", "=": "", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """For whom and for which month (`period` YYYY-MM) a workbook was issued, and from which published version."""

    period: str
    unit: str
    region_code: str
    campaign_year: int
    issued_from: str | None = None
    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedRow:
    """One requirement as issued, with all that its fact needs, so that it is the same requirement when it returns.

    `item` numbers the task items of the workbook from 1, `requirement_no` the requirements of an item; `whole` is the
    text of an item that has no task wording of its own.  `last` is what the sheet shows of the period before.
    """

    key: str
    item: int
    requirement_no: int
    requirement: str
    item_no: str | None = None
    task: str | None = None
    content: str | None = None
    whole: str | None = None
    sub_item: str | None = None
    kind: str = "milestone"
    indicator: str | None = None
    indicator_type: str | None = None
    scope: str | None = None
    target_value: Decimal | None = None
    target_class: str | None = None
    target_comparator: str | None = None
    target_upper: Decimal | None = None
    target_unit: str | None = None
    deadline: date | None = None
    milestone_stage: str | None = None
    grading_text: str | None = None
    ladder_id: str | None = None
    rung_no: int | None = None
    points: Decimal | None = None
    points_group: str | None = None
    key_mark: bool = False
    lead_unit: str | None = None
    joint_units: str | None = None
    last: str | None = None
    names_indicator: bool = False  # several rows have one wording: each says which figure it asks for

    @property
    def figure_kind(self) -> FigureKind:
        """What the row's figure cell takes."""
        if self.target_class is not None or self.indicator_type == "water_class":
            return "class"
        if self.target_value is None:
            return "number" if self.indicator_type in _COUNTED else "none"
        return "percent" if self.target_unit == "%" else "number"

    @property
    def takes_rate(self) -> bool:
        """True where done may be told in percent of the target: of a count, and of nothing else."""
        return self.figure_kind == "number" and self.target_value is not None and self.indicator_type in _COUNTED

    @property
    def mark(self) -> str:
        """The text of the row's hidden cell: its key, and the checksum of its guarded cells."""
        return f"{self.key}-{checksum(self.shown())}"

    def shown(self) -> dict[str, str]:
        """The text of every prefilled cell, by column."""
        about = f"【{self.indicator}】" if self.names_indicator and self.indicator else ""
        deadline = f"{self.deadline:%Y-%m-%d}" if self.deadline else ""
        return {
            "no": self.item_no or str(self.item),
            "task": (self.task or self.content or self.whole or "").strip(),
            "requirement": f"{self.sub_item or ''}{' ' if self.sub_item else ''}{self.requirement}{about}".strip(),
            "deadline": deadline,
            "target": self.target_text(),
            "unit": "类别" if self.figure_kind == "class" else self.target_unit or "",
            "last": self.last or "",
        }

    def target_text(self) -> str:
        """The target with its comparator: ≥75, 10–12, Ⅲ类."""
        if self.target_class is not None:
            return self.target_class
        if self.target_value is None:
            return ""
        upper = f"–{plain(self.target_upper)}" if self.target_upper is not None else ""
        return f"{_SIGNS.get(self.target_comparator, '')}{plain(self.target_value)}{upper}"


@dataclass(frozen=True, slots=True)
class FilledRow:
    """An issued row as it came back: the cells that were filled in, by column, and where the requirement stands.

    `span` is the requirement's text in its visible cell or, where that was changed or removed, in the hidden line.
    """

    issued: IssuedRow
    item_seq: int
    source: TextPart
    span: tuple[int, int]
    entries: tuple[tuple[str, TextPart], ...] = ()


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row that the district wrote below the issued ones: as an item, and its cells by column."""

    item: TaskItem
    cells: tuple[tuple[str, TextPart], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A workbook as filled in; `added` is what was written below the issued rows, `notices` what was changed in them.

    A notice is a reason of `ingestion/extract/reasons.yml` and the place that it is about.
    """

    ticket: Ticket
    rows: tuple[FilledRow, ...]
    added: tuple[AddedRow, ...] = ()
    notices: tuple[tuple[str, TextPart], ...] = ()


def plain(number: Decimal) -> str:
    """A number without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def same_text(first: str, second: str) -> bool:
    """True for texts that differ in blanks, line ends and width only: saving a file changes no more."""
    return _bare(first) == _bare(second)


def checksum(shown: dict[str, str]) -> str:
    """Eight signs that change with any guarded cell."""
    return digest("\x1f".join(_bare(shown[name]) for name in GUARDED))[:8]


#: What XML cannot hold, and what programs turn into a line end or drop at the ends of a cell.
NOT_IN_XML: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", NOT_IN_XML.sub("", text)).split())


def digest(text: str) -> str:
    """Sixteen signs that change with the text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
