"""The records that the stages of ingestion hand to each other.

acquire → `Submission`; read → `Document`; segment → `TaskItem`; extract → `Extraction` (facts, rejections, numerals);
land → Parquet with the columns of `FACT_COLUMNS`, `REJECTION_COLUMNS` and `COVERAGE_COLUMNS`.

Spans (`char_start`, `char_end`) count characters of `Document.text`, the text as read: `text[start:end] == quote`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ingestion.workbook import Form

Family = Literal["lag_table", "assessment_table", "completion_list", "narrative", "workbook"]
FactKind = Literal["requirement", "progress", "indicator"]
Role = Literal["task", "content", "requirement", "progress", "statement"]
Section = Literal["result", "problem", "plan"]
RemarkKind = Literal[
    "note",  # a footnote or endnote
    "running_head",  # headers and footers of pages
    "site_mark",  # what a site puts around a text: counters, share bars
    "hidden_text",
    "hidden_sheet",
    "own_sheet",  # the hidden sheet of a workbook that this system issued
    "hidden_row",
    "hidden_column",
    "unread_page",  # a page that is a picture and was not read
    "unread_object",  # a workbook or drawing embedded in a text
    "formula_without_value",
    "ocr_doubt",  # read from a picture, and not surely
]

#: Remarks whose text stands in no block, so that nothing is extracted from it.
ASIDES: frozenset[RemarkKind] = frozenset(
    {"note", "running_head", "site_mark", "hidden_text", "hidden_sheet", "own_sheet", "unread_object"}
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table grid. A merged cell stands once in every grid place that it covers.

    `row` and `col` are 1-based grid places; `origin` is the place of the merged cell's upper left corner
    (its own place when it is not merged); `text` stands at `Document.text[char_start:char_start + len(text)]`.
    """

    row: int
    col: int
    text: str
    char_start: int
    origin: tuple[int, int]

    @property
    def is_origin(self) -> bool:
        """True for the grid place where the cell's text really stands."""
        return self.origin == (self.row, self.col)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a full grid: every row has the same number of cells. `index` is 1-based in the document."""

    index: int
    rows: tuple[tuple[Cell, ...], ...]
    title: str | None = None  # the sheet name of a workbook

    def locator(self, cell: Cell) -> str:
        """`table 1/row 3/cell 5`, naming the place where the cell's text stands."""
        row, col = cell.origin
        return f"table {self.index}/row {row}/cell {col}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or heading; `index` is 1-based among the document's paragraphs, `level` is 0 for body text."""

    index: int
    text: str
    char_start: int
    level: int = 0

    def locator(self) -> str:
        """`paragraph 12`."""
        return f"paragraph {self.index}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader knows of a stretch of the text and a person must know too.

    `text` stands at `Document.text[char_start:char_start + len(text)]`; a page that was not read has none.
    """

    kind: RemarkKind
    text: str
    char_start: int
    locator: str

    @property
    def char_end(self) -> int:
        """Where the stretch ends."""
        return self.char_start + len(self.text)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: blocks in reading order over one text; no word of the domain."""

    name: str
    sha256: str
    format: str  # csv, doc (also wps, rtf, odt), docx, html, ocr (any picture), ods, pdf, txt, xls (also et), xlsx
    text: str
    blocks: tuple[Paragraph | Table, ...]
    remarks: tuple[Remark, ...] = ()
    ocr_confidence: Decimal | None = None  # 0–1, the mean over the signs of what was read from pictures

    @property
    def said(self) -> str:
        """The text without what stands beside it: notes, running heads, hidden text."""
        pieces, end = [], 0
        for aside in sorted((r for r in self.remarks if r.kind in ASIDES), key=lambda r: r.char_start):
            pieces.append(self.text[end : aside.char_start])
            end = max(end, aside.char_end)
        return "".join(pieces) + self.text[end:]

    @property
    def tables(self) -> Iterator[Table]:
        """The tables, in reading order."""
        return (b for b in self.blocks if isinstance(b, Table))

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs and headings, in reading order."""
        return (b for b in self.blocks if isinstance(b, Paragraph))


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of a task item with one role, as it stands in `Document.text[char_start:char_start + len(text)]`.

    `sub_item` is the number written before it, folded: `(1)`, `(2)`, `1` …; None where it has none.
    `heading` is the path of headings above a narrative statement, outermost first.
    `header` is the text of the part's column header (both header rows, joined by " / "), where it stands in a table:
    a bare figure means nothing without the measure and the unit that stand there.
    `place` is the region of a joint task whose share the piece tells, where the whole stands beside it.
    """

    role: Role
    text: str
    char_start: int
    locator: str
    sub_item: str | None = None
    section: Section = "result"
    heading: tuple[str, ...] = ()
    header: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class TaskItem:
    """One row of a table, one entry of a list, or one statement of a narrative.

    `region` is as written, carried down over merged cells; None where the text gives none.
    `seq` is the 1-based order in the document.  A requirement cell with sub-items gives one part per sub-item.
    """

    seq: int
    item_no: str | None
    region: str | None
    parts: tuple[TextPart, ...]

    def of(self, role: Role) -> tuple[TextPart, ...]:
        """The parts of one role, in reading order."""
        return tuple(p for p in self.parts if p.role == role)

    def text(self, role: Role) -> str | None:
        """The joined text of one role, or None."""
        return "\n".join(p.text for p in self.of(role)) or None


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A document laid out as task items, with what its title and header say of it."""

    document: Document
    family: Family
    title: str | None
    publisher: str | None
    document_number: str | None
    region: str | None  # the document's own region, as written (a table of districts: the city)
    campaign_year: int | None
    period_start: date | None
    as_of_date: date | None
    issued_by_city: bool  # a table that covers several districts carries the city's verdict
    items: tuple[TaskItem, ...]
    unplaced: tuple[TextPart, ...] = ()  # text that the layout could not place: becomes rejections
    set_aside: tuple[TextPart, ...] = ()  # sums and shares of joint tasks that their rows tell without them: rejections
    form: Form | None = None  # the workbook that the system issued, as it came back


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement of a document (design contract: JSONL of `xushi extract`), with its place and its rule.

    Figures are Decimals in the unit as written; a class such as a water quality grade stands in `*_class`.
    `requirement_no` numbers the requirements of an item from 1; on a progress fact it names the requirement that the
    fact answers, and `pairing` says how that was found.
    """

    document: str
    document_sha256: str
    family: Family
    fact: FactKind
    fact_id: str
    item_key: str
    item_seq: int
    item_no: str | None = None
    sub_item: str | None = None
    requirement_no: int | None = None
    pairing: Literal["number", "meaning", "whole_item"] | None = None
    answers: str | None = None  # the numbers of several requirements that one sum answers together: "3,4"
    region: str | None = None
    region_code: str | None = None
    campaign_year: int | None = None
    as_of_date: date | None = None
    period_start: date | None = None
    task: str | None = None
    content: str | None = None
    indicator: str | None = None
    scope: str | None = None  # station, section or funding level that the figure is about
    requirement: str | None = None
    requirement_kind: Literal["milestone", "target"] | None = None
    milestone_stage: str | None = None  # the stage that a milestone asks for
    grading_text: str | None = None  # bands written in the requirement
    target_value: Decimal | None = None
    target_class: str | None = None
    target_comparator: Literal[">=", "<=", "="] | None = None
    target_upper: Decimal | None = None
    target_unit: str | None = None
    actual_value: Decimal | None = None
    actual_class: str | None = None
    actual_comparator: Literal[">=", "<=", "="] | None = None
    actual_upper: Decimal | None = None
    unit: str | None = None
    canonical_value: Decimal | None = None
    canonical_unit: str | None = None
    canonical_target_value: Decimal | None = None
    percent: Decimal | None = None
    percent_kind: Literal["completion", "share", "change"] | None = None
    yoy_change: Decimal | None = None
    yoy_unit: str | None = None
    change_base: str | None = None  # what the change is against, where it is not the year before
    base_value: Decimal | None = None  # the whole of which `actual_value` counts a part
    base_unit: str | None = None
    previous_value: Decimal | None = None  # the same figure a year before, or before the change
    deadline: date | None = None
    ladder_id: str | None = None  # requirements of one item that ask the same thing by successive dates
    rung_no: int | None = None
    points: Decimal | None = None
    points_group: str | None = None
    key_mark: bool = False
    indicator_type: str | None = None
    count_role: Literal["done", "closed", "stage", "started", "remaining", "part", "total"] | None = None
    is_stated_zero: bool = False
    stage: str | None = None
    status_phrase: str | None = None
    status: str | None = None
    is_plan: bool = False
    is_approximate: bool = False
    section: Section = "result"
    lead_unit: str | None = None
    joint_units: str | None = None
    rule_id: str
    rule_version: str
    quote: str
    locator: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """Text that no rule could read: a row, never silence. `reason` is a code of `ingestion/extract/reasons.yml`."""

    document: str
    document_sha256: str
    locator: str
    quote: str
    char_start: int
    char_end: int
    reason: str


@dataclass(frozen=True, slots=True)
class NumeralCoverage:
    """Where the numerals of a document went; the three add up to all of them."""

    document: str
    document_sha256: str
    in_fact: int
    named_non_measure: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """What extraction made of one document."""

    facts: tuple[Fact, ...]
    rejections: tuple[Rejection, ...] = ()
    coverage: NumeralCoverage | None = field(default=None)


FACT_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Fact))
REJECTION_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Rejection))
COVERAGE_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(NumeralCoverage))
