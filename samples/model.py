"""What a submission says, before any file format: filings of task items, each with parts of text and their facts.

A text is a template: `{0.target_value}` is a figure of the first fact that belongs to the text, so every figure is
written down once, in the truth, and text and expectation cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ingestion.records import FactKind, Family, Role

Format = Literal["docx", "xlsx", "html", "txt"]

STATUS_OF_PHRASE: dict[str, str] = {
    "按进度完成": "completed",
    "已完成": "completed",
    "达到任务要求": "completed",
    "按进度推进": "on_schedule",
    "基本按进度推进": "basically_on_schedule",
    "基本完成任务要求": "basically_on_schedule",
    "未按进度完成": "behind_schedule",
    "未按进度推进": "behind_schedule",
    "未完成任务要求": "behind_schedule",
    "进度滞后": "behind_schedule",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTruth:
    """One statement as the sender meant it. Field names and units are those of `ingestion.records.Fact`.

    As there, a rate is an actual value in %, a whole that parts are told of is a target, a scope is codes apart by
    blanks (`2023 province_up`). `answers` is the number of the requirement that a progress fact speaks to.
    """

    target_value: Decimal | None = None
    target_class: str | None = None
    target_comparator: str | None = None
    target_unit: str | None = None
    actual_value: Decimal | None = None
    actual_class: str | None = None
    unit: str | None = None
    percent: Decimal | None = None
    percent_kind: str | None = None
    deadline: date | None = None
    points: Decimal | None = None
    indicator_type: str | None = None
    requirement_kind: str | None = None
    milestone_stage: str | None = None
    count_role: str | None = None
    is_stated_zero: bool = False
    stage: str | None = None
    scope: str | None = None
    status_phrase: str | None = None
    answers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One numbered (or unnumbered) piece of a cell: its rendered text, without the number, and its facts."""

    text: str
    sub_item: str | None = None
    status_phrase: str | None = None
    facts: tuple[FactTruth, ...] = ()
    is_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row: a task of one district in one filing. `key` is the task's name within the truth."""

    key: str
    task: str
    content: tuple[Part, ...]
    requirements: tuple[Part, ...]
    progress: tuple[Part, ...]
    lead_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a layout. `role` is a role of `ingestion.records`, or `number`, `region`, `lead_unit`."""

    role: Role | Literal["number", "region", "lead_unit"]
    header: str
    width: int  # share of the page's width, in percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One submission: who, which period, which revision, when it came, and what it says."""

    file: str
    format: Format
    encoding: str
    family: Family
    reporting_unit: str
    region_code: str
    period: str  # 2023-09
    as_of: date
    received_at: datetime
    channel: str
    revision: int
    replaces: Literal["all", "rows"]
    title: str
    subtitle: str | None
    columns: tuple[Column, ...]
    items: tuple[Item, ...]
    truncate_to: int | None = None  # bytes kept of a file that broke on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A filing that the city expects of a district."""

    reporting_unit: str
    region_code: str
    period: str
    family: Family
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A genuine inconsistency, or an event over months, that the samples hold on purpose.

    `kind` names it, `where` the filings (period, or period.revision; all whose sight is needed for an event) and
    `files` their files, `item_no` and `role` the cell, `quote` is a string of that cell's text, `note` says what is
    wrong and what it would be.
    """

    kind: str
    reporting_unit: str
    where: tuple[str, ...]
    files: tuple[str, ...]
    item_no: str | None
    role: Role | None
    quote: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """All filings, what was expected, and what is wrong on purpose."""

    filings: tuple[Filing, ...]
    expectations: tuple[Expectation, ...]
    inconsistencies: tuple[Declared, ...] = ()
    events: tuple[Declared, ...] = ()

    def filing(self, file: str) -> Filing:
        """The filing of one file name; KeyError where there is none."""
        for filing in self.filings:
            if filing.file == file:
                return filing
        raise KeyError(f"no filing writes {file!r}; known: {', '.join(f.file for f in self.filings)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFact:
    """One fact that must come back from a generated file. None is `not stated`, and is not compared.

    `role` names the column that states it, `fact` the kind that extraction should give it; `truth` holds the figures,
    `text` is the paragraph that says it. A verdict in words and points are facts of their own here: extraction may
    put them on any fact of the same cell.
    """

    file: str
    fact: FactKind
    role: Role
    region: str
    region_code: str
    item_no: str
    sub_item: str | None
    is_key: bool
    truth: FactTruth
    text: str

    def stated(self) -> dict[str, object]:
        """What must be found, by the field names of `ingestion.records.Fact`."""
        values = ((f.name, getattr(self.truth, f.name)) for f in fields(FactTruth))
        stated = {name: value for name, value in values if value is not None and value is not False}
        if self.truth.status_phrase:
            stated["status"] = STATUS_OF_PHRASE[self.truth.status_phrase]
        return stated | {"region": self.region, "region_code": self.region_code} | self._place()

    def _place(self) -> dict[str, object]:
        return {"sub_item": self.sub_item} if self.sub_item else {}
