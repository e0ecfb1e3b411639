"""Whatever is issued and whatever is filled in comes back exactly, requirement by requirement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.records import Fact
from ingestion.workbook import STATUSES, WATER_CLASSES, IssuedRow, Ticket, hidden_lines, issued_in
from tests.template.clerk import ROWS, TICKET, came_back, count, figures, filled, refused, stated

#: Names as documents have them: line breaks, blanks, full-width signs, escapes of the file format, formulas, quotes.
ODD = st.one_of(
    st.sampled_from(
        ["=1+1", "_x0041_ 井", "“一企一策”\n治理", "a\tb", '{"xushi_row": 1}', "PM₂.₅≤23", "𠮷野家", "#N/A", "-5"]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
)
NAMES = ODD.map(str.strip).filter(bool)
NUMBERS = st.decimals(0, 10**9, allow_nan=False, places=2)


@st.composite
def issued(draw: st.DrawFn) -> tuple[IssuedRow, ...]:
    rows = []
    for item in range(1, draw(st.integers(1, 3)) + 1):
        task = draw(st.none() | NAMES)
        for no in range(1, draw(st.integers(1, 3)) + 1):
            base = draw(st.sampled_from(ROWS))
            rows.append(
                replace(
                    base,
                    key=f"R{item:06x}{no:06x}",
                    item=item,
                    requirement_no=no,
                    task=task,
                    content=draw(st.none() | NAMES) if task else "考核内容",
                    requirement=draw(NAMES),
                    sub_item=draw(st.none() | st.just(f"({no})")),
                    deadline=draw(st.none() | st.dates(date(2023, 1, 1), date(2023, 12, 31))),
                    last=draw(st.none() | NAMES),
                    points=draw(st.none() | st.decimals(0, 100, places=1)),
                )
            )
    return tuple(rows)


@st.composite
def entries(draw: st.DrawFn, rows: tuple[IssuedRow, ...]) -> dict[tuple[int, str], Any]:
    cells: dict[tuple[int, str], Any] = {}
    for number, row in enumerate(rows, 1):
        value = {
            "number": NUMBERS,
            "percent": st.decimals("1.01", 100, places=2),
            "class": st.sampled_from(WATER_CLASSES),
            "none": st.none(),
        }[row.figure_kind]
        cells[number, "figure"] = draw(st.none() | value)
        cells[number, "status"] = draw(st.none() | st.sampled_from(list(STATUSES.values())))
        if cells[number, "status"] == STATUSES["completed"]:
            cells[number, "date"] = draw(st.none() | st.dates(date(2023, 1, 1), date(2023, 10, 31)))
    return {place: value for place, value in cells.items() if value is not None}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_was_filled_in_comes_back_exactly(data: st.DataObject) -> None:
    rows = data.draw(issued())
    cells = data.draw(entries(rows))
    extraction = came_back(filled(cells, rows=rows))
    assert refused(extraction) == []
    assert told(stated(extraction)) == wanted(rows, cells)
    requirements = [f for f in extraction.facts if f.fact == "requirement"]
    assert [requirement_of(f) for f in requirements] == [issue_of(row) for row in rows]


def wanted(rows: tuple[IssuedRow, ...], cells: dict[tuple[int, str], Any]) -> set[tuple[Any, ...]]:
    found = set()
    for (number, column), value in cells.items():
        row = rows[number - 1]
        said = Decimal(value) if isinstance(value, Decimal) else value
        found.add((row.item, row.requirement_no, column, said))
    return found


def told(facts: list[Fact]) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    for f in facts:
        place = (f.item_seq, f.requirement_no)
        if f.rule_id in ("workbook.figure", "workbook.zero"):
            found.add((*place, "figure", f.actual_class or f.actual_value))
        elif f.rule_id == "workbook.status":
            found.add((*place, "status", f.status_phrase))
        elif f.rule_id == "workbook.date":
            found.add((*place, "date", f.as_of_date))
    return found


def issue_of(row: IssuedRow) -> tuple[Any, ...]:
    return (
        row.item, row.requirement_no, row.sub_item, row.task, row.content, row.requirement, row.kind, row.target_value,
        row.target_class, row.target_unit, row.deadline, row.indicator, row.indicator_type, row.points,
    )  # fmt: skip


def requirement_of(f: Fact) -> tuple[Any, ...]:
    return (
        f.item_seq, f.requirement_no, f.sub_item, f.task, f.content, f.requirement, f.requirement_kind, f.target_value,
        f.target_class, f.target_unit, f.deadline, f.indicator, f.indicator_type, f.points,
    )  # fmt: skip


@settings(deadline=None)
@given(issued(), NAMES)
def test_the_hidden_lines_come_back_whatever_stands_around_them(rows: tuple[IssuedRow, ...], unit: str) -> None:
    ticket = Ticket(period="2023-10", unit=unit, region_code="440703", campaign_year=2023)
    lines = hidden_lines(ticket, rows)
    assert all(line.isprintable() or "\u3000" in line or not line.isascii() for line in lines)
    found = issued_in("\n".join(["一\t二", *lines, "三"]))
    assert found is not None
    assert (found.ticket, found.rows) == (ticket, rows)


@settings(max_examples=30, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=8), st.randoms())
def test_rows_may_come_back_in_any_order(values: list[Decimal], random: Any) -> None:
    rows = tuple(count(f"{n:x}", 1, n, str(n + 10)) for n in range(1, len(values) + 1))
    places = list(range(len(values)))
    random.shuffle(places)

    def shuffle(sheet: Any) -> None:
        before = [[cell.value for cell in sheet[6 + place]] for place in places]
        for number, line in enumerate(before):
            for col, value in enumerate(line, 1):
                sheet.cell(6 + number, col).value = value

    cells = {(n, "figure"): value for n, value in enumerate(values, 1)}
    extraction = came_back(filled(cells, rows=rows, edit=shuffle))
    assert refused(extraction) == []
    assert figures(extraction) == {(1, n): value for n, value in enumerate(values, 1)}


def test_a_blank_is_no_fact_and_a_zero_is_one() -> None:
    extraction = came_back(filled({(1, "figure"): 0}))
    (zero,) = stated(extraction)
    assert (zero.actual_value, zero.is_stated_zero, zero.requirement_no, zero.locator) == (
        0,
        True,
        1,
        "table 1/row 6/cell 8",
    )
    assert stated(came_back(filled())) == []


def test_the_day_of_completion_alone_says_that_it_is_done() -> None:
    (fact,) = stated(came_back(filled({(5, "date"): date(2023, 9, 28)})))
    assert (fact.status, fact.as_of_date, fact.quote) == ("completed", date(2023, 9, 28), "2023-09-28")
    late = came_back(filled({(5, "date"): date(2023, 10, 31) + timedelta(days=1)}))
    assert refused(late) == [("workbook_date_outside", "2023-11-01", "table 1/row 10/cell 11")]


def test_figure_and_rate_of_a_row_are_one_fact_and_the_status_another() -> None:
    extraction = came_back(filled({(1, "figure"): 12, (1, "rate"): 50, (1, "status"): "落后序时进度"}))
    figure, status = stated(extraction)
    assert (figure.actual_value, figure.unit, figure.percent, figure.percent_kind) == (12, "个", 50, "completion")
    assert (status.status, status.status_phrase) == ("behind_schedule", "落后序时进度")
    assert {(f.requirement_no, f.requirement) for f in (figure, status)} == {(1, ROWS[0].requirement)}
    assert TICKET.campaign_year == figure.campaign_year
