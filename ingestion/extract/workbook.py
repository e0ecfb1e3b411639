"""The facts of a workbook that the system issued: each row answers its own requirement, cell by cell.

What a cell states stands above what the same row tells in words.  Words are read by the ordinary rules; where the
row's cell gives the figure, a figure in the words is kept as an indicator fact that names the requirement, so that
nothing is counted twice and a check can hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from ingestion.extract import entries
from ingestion.extract.added_rows import STATED, as_issued, asked, question, words_of
from ingestion.extract.coverage import numerals
from ingestion.extract.entries import Amount, Wrong
from ingestion.extract.facts import FactMaker
from ingestion.extract.folding import fold
from ingestion.extract.numerals import NUMERAL
from ingestion.extract.pairing import pair
from ingestion.extract.progress import make_progress
from ingestion.extract.registry import Calendar
from ingestion.extract.withheld import told
from ingestion.records import Extraction, Fact, NumeralCoverage, Rejection, Segmentation, TaskItem, TextPart
from ingestion.workbook import OWN_WRITING, AddedRow, FilledRow, Form, IssuedRow

ItemFacts = Callable[[FactMaker, TaskItem, Calendar], list[Fact]]
Unread = Callable[[Segmentation, TaskItem, Sequence[Fact], Calendar], Iterator[Rejection]]

_WORDS: Final = ("progress", "problem", "plan")
#: What people write where there is nothing to tell.
_NOTHING: Final = " -—/无。"


def extract_form(segmentation: Segmentation, form: Form, item_facts: ItemFacts, unread_in: Unread) -> Extraction:
    """The facts of a filled workbook; the two functions read items by the ordinary rules, and what these leave."""
    calendar = Calendar(segmentation.campaign_year, segmentation.as_of_date)
    reader = _Reader(FactMaker(segmentation), calendar, item_facts, unread_in)
    for reason, part in form.notices:
        reader.reject(part, reason)
    for row in form.rows:
        reader.read(row)
    for added in form.added:
        reader.read_added(added)
    for part in segmentation.unplaced:
        reader.reject(part, "unplaced_text")
    reader.rejections += told(segmentation.document)
    coverage, unread = _coverage(segmentation, form, reader, calendar)
    return Extraction(tuple(reader.facts), (*reader.rejections, *unread), coverage)


@dataclass(slots=True)
class _Reader:
    """Collects facts and rejections row by row, and which cells were read by their column."""

    maker: FactMaker
    calendar: Calendar
    item_facts: ItemFacts
    unread_in: Unread
    facts: list[Fact] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    refused: list[TextPart] = field(default_factory=list)
    taken: list[TextPart] = field(default_factory=list)
    plain: list[TaskItem] = field(default_factory=list)  # what only the ordinary rules have read

    def read(self, row: FilledRow) -> None:
        """One issued row: its requirement, what its cells state, what its words tell."""
        item = self._item(row)
        requirement = self._requirement(row, item)
        stated = self._stated(row, item)
        self.facts += [requirement, *stated, *self._told(item, requirement, stated)]

    def read_added(self, added: AddedRow) -> None:
        """A row of the district's own; where it asks for one thing its cells answer that, as in an issued row."""
        cells = dict(added.cells)
        own = FactMaker(self.maker.segmentation)
        target = asked(added, own, self.calendar)
        made = [target] if target else self.item_facts(own, question(added.item), self.calendar)
        requirements = [fact for fact in made if fact.fact == "requirement"]
        if len(requirements) != 1:
            found = self.item_facts(self.maker, added.item, self.calendar)
            self.rejections += self.unread_in(self.maker.segmentation, added.item, found, self.calendar)
            self.facts += found
            self.plain.append(added.item)
            return
        self.plain.append(words_of(added.item))
        requirement = requirements[0]
        source = next(p for p in added.item.parts if p.locator == requirement.locator)
        entries_ = tuple((name, cells[name]) for name in (*STATED, *_WORDS) if name in cells)
        row = FilledRow(as_issued(requirement, added.item), added.item.seq, source, (0, 0), entries_)
        item = self._item(row)
        stated = self._stated(row, item)
        self.facts += [*made, *stated, *self._told(item, requirement, stated)]

    def reject(self, part: TextPart, reason: str) -> None:
        """A cell that cannot be taken as it stands."""
        document = self.maker.segmentation.document
        self.rejections.append(
            Rejection(
                document=document.name,
                document_sha256=document.sha256,
                locator=part.locator,
                quote=part.text,
                char_start=part.char_start,
                char_end=part.char_start + len(part.text),
                reason=reason,
            )
        )

    def _item(self, row: FilledRow) -> TaskItem:
        """The row as an item of its own, so that words are held against its one requirement."""
        issued = row.issued
        context = (("task", issued.task), ("content", issued.content))
        parts = tuple(
            TextPart(role, text, row.source.char_start, row.source.locator)  # type: ignore[arg-type]
            for role, text in context
            if text
        )
        words = tuple(replace(part, header=None) for name, part in row.entries if name in _WORDS)
        return TaskItem(row.item_seq, issued.item_no, self.maker.segmentation.region, (*parts, *words))

    def _requirement(self, row: FilledRow, item: TaskItem) -> Fact:
        issued = row.issued
        return self.maker.make(
            "requirement",
            "workbook.requirement",
            item,
            row.source,
            row.span,
            **_shared(issued),
            requirement_kind=issued.kind,
            milestone_stage=issued.milestone_stage,
            indicator_type=issued.indicator_type,
            grading_text=issued.grading_text,
            target_value=issued.target_value,
            target_class=issued.target_class,
            target_comparator=issued.target_comparator,
            target_upper=issued.target_upper,
            target_unit=issued.target_unit,
            deadline=issued.deadline,
            ladder_id=issued.ladder_id,
            rung_no=issued.rung_no,
            points=issued.points,
            points_group=issued.points_group,
            key_mark=issued.key_mark,
            lead_unit=issued.lead_unit,
            joint_units=issued.joint_units,
        )

    def _stated(self, row: FilledRow, item: TaskItem) -> list[Fact]:
        """The facts of the figure, rate, status and date cells."""
        cells = dict(row.entries)
        figure = self._value(cells, "figure", lambda text: _figure(row.issued, text))
        rate = self._value(cells, "rate", entries.percent)
        status = self._value(cells, "status", entries.status)
        day = self._value(cells, "date", lambda text: entries.day(text, self.calendar))
        made: list[Fact] = []
        if figure is not None:
            beside = _rate_values(row.issued, rate) if rate is not None else {}
            rule = "workbook.zero" if isinstance(figure, Amount) and figure.is_zero else "workbook.figure"
            made.append(self._progress(rule, row, item, cells["figure"], **_figure_values(figure), **beside))
        elif rate is not None:
            rule = "workbook.zero" if rate.is_zero else "workbook.rate"
            made.append(self._progress(rule, row, item, cells["rate"], **_rate_values(row.issued, rate, alone=True)))
        if status is not None:
            phrase, code = status
            made.append(
                self._progress("workbook.status", row, item, cells["status"], status_phrase=phrase, status=code)
            )
        if day is not None:
            made += self._completed(row, item, cells["date"], day, status)
        return made

    def _completed(
        self, row: FilledRow, item: TaskItem, part: TextPart, day: date, status: tuple[str, str] | None
    ) -> Iterator[Fact]:
        """A day of completion says that it is done, beside a status that says so or none."""
        if status is not None and status[1] != "completed":
            self.refused.append(part)
            self.reject(part, "workbook_date_without_completion")
            return
        said = {} if status else {"status": "completed"}
        yield self._progress("workbook.date", row, item, part, day=day, **said)

    def _value(self, cells: dict[str, TextPart], name: str, parse: Callable[[str], Any]) -> Any:
        """What a cell states; None where it is blank or refused."""
        part = cells.get(name)
        if part is None:
            return None
        value = parse(part.text)
        if isinstance(value, Wrong):
            self.refused.append(part)
            self.reject(part, value.reason)
            return None
        self.taken.append(part)
        return value

    def _progress(self, rule: str, row: FilledRow, item: TaskItem, part: TextPart, **values: Any) -> Fact:
        return self.maker.make(
            "progress", rule, item, part, (0, len(part.text)), **_shared(row.issued), **values, pairing="number"
        )

    def _told(self, item: TaskItem, requirement: Fact, stated: Sequence[Fact]) -> Iterator[Fact]:
        """The facts of the row's words; a figure or a judgement that a cell gives already is an indicator fact."""
        if not item.of("progress"):
            return
        has_figure = any(_is_figure(fact) for fact in stated)
        has_status = any(fact.status for fact in stated)
        made = pair(make_progress(self.maker, item, self.calendar, [requirement]), [requirement])
        for fact in made:
            answered = replace(
                fact,
                requirement=fact.requirement or requirement.requirement,
                requirement_no=fact.requirement_no if _is_figure(fact) else requirement.requirement_no,
                sub_item=requirement.sub_item,
            )
            if fact.section == "plan":  # what is to be done counts as done nowhere
                yield replace(answered, is_plan=True)
                continue
            is_said_already = (has_figure and _is_figure(fact)) or (has_status and fact.status is not None)
            yield replace(answered, fact="indicator") if is_said_already else answered
        for part in item.of("progress"):
            end = part.char_start + len(part.text)
            is_read = any(part.char_start <= fact.char_start < end for fact in made)
            if not is_read and part.text.strip(_NOTHING):
                self.reject(part, "unread_progress")


def _shared(issued: IssuedRow) -> dict[str, Any]:
    """What every fact of a row carries of its requirement."""
    return {
        "task": issued.task,
        "content": issued.content,
        "requirement": issued.requirement,
        "requirement_no": issued.requirement_no,
        "sub_item": issued.sub_item,
        "indicator": issued.indicator,
        "scope": issued.scope,
    }


def _figure(issued: IssuedRow, text: str) -> Amount | str | Wrong:
    """The row's figure, in what it is asked for."""
    if issued.figure_kind == "class":
        return entries.water_class(text)
    if issued.figure_kind == "percent":
        return entries.percent(text)
    return entries.amount(text, issued.target_unit)


def _figure_values(figure: Amount | str) -> dict[str, Any]:
    if isinstance(figure, str):
        return {"actual_class": figure}
    return {
        "actual_value": figure.value,
        "actual_upper": figure.upper,
        "actual_comparator": figure.bound,
        "unit": figure.unit,
        "is_approximate": figure.is_approximate,
        "is_stated_zero": figure.is_zero,
        "count_role": "done" if figure.unit != "%" else None,
    }


def _rate_values(issued: IssuedRow, rate: Amount, *, alone: bool = False) -> dict[str, Any]:
    """A rate of completion; of a zero in words the percent is 0."""
    kind = "completion" if issued.figure_kind in ("number", "none") else "share"
    values: dict[str, Any] = {"percent": rate.value if rate.value is not None else 0, "percent_kind": kind}
    if alone:
        values |= {"actual_comparator": rate.bound, "actual_upper": rate.upper, "is_approximate": rate.is_approximate}
        values["is_stated_zero"] = rate.is_zero
    return values


def _is_figure(fact: Fact) -> bool:
    return any(v is not None for v in (fact.actual_value, fact.percent, fact.actual_class)) or fact.is_stated_zero


def _coverage(
    segmentation: Segmentation, form: Form, reader: _Reader, calendar: Calendar
) -> tuple[NumeralCoverage, tuple[Rejection, ...]]:
    """Where the numerals went: the words and added rows by the ordinary count, the cells by what became of them.

    The help and the prefilled cells but the requirements are named, and no measure; what the system wrote for itself
    (hidden lines, marks of rows) is no content and counts nowhere.
    """
    said = [TaskItem(0, None, None, tuple(p for n, p in row.entries if n in _WORDS)) for row in form.rows]
    text = OWN_WRITING.sub(lambda m: "x" * len(m[0]), segmentation.document.text)
    document = replace(segmentation.document, text=text)
    plain = replace(segmentation, document=document, items=(*said, *reader.plain))
    coverage, unread = numerals(plain, reader.facts, calendar)
    asked = [f.quote for f in reader.facts if f.rule_id == "workbook.requirement" and f.locator.startswith("table")]
    taken = _numeral_count([*(part.text for part in reader.taken), *asked])
    refused = _numeral_count([part.text for part in reader.refused])
    return (
        replace(
            coverage,
            in_fact=coverage.in_fact + taken,
            rejected=coverage.rejected + refused,
            named_non_measure=coverage.named_non_measure - taken - refused,
        ),
        unread,
    )


def _numeral_count(texts: Sequence[str]) -> int:
    return sum(len(NUMERAL.findall(fold(text))) for text in texts)
