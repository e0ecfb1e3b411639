"""Reading and extracting against named alternatives (`make bench`): every figure a ratio of one run on one core.

An alternative that is not there is said with its reason. Labels and documents lie beside the repo, in the shared
folder; without them the rules are measured on the samples and nothing is said of accuracy.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import docx
from openpyxl import Workbook

from benchmarks.folder import measure_folders
from benchmarks.measuring import one_core, rival, say, seconds
from benchmarks.score import SHARED, Fact, facts_of, labels, registered
from ingestion.errors import IngestionError
from ingestion.extract import extract
from ingestion.extract.reading import read as read_by_rules
from ingestion.extract.registry import Calendar
from ingestion.read import read
from ingestion.segment import segment
from samples.generate import INBOX

ROWS = (200, 1000)
COLUMNS = 6


@dataclass(frozen=True)
class Text:
    """A document's file, its labels, and the date that it is registered with."""

    path: Path
    gold: tuple[Fact, ...]
    region: str | None
    as_of: date

    @property
    def base(self) -> dict[str, int]:
        return {"year": self.as_of.year, "month": self.as_of.month, "day": self.as_of.day}


def texts() -> list[Text]:
    """Seeds and corpus with their labels; the samples' texts without any where those are not here."""
    if not (SHARED / "gold").is_dir():
        return [Text(path, (), None, date(2023, 9, 30)) for path in sorted(INBOX.glob("*.txt"))]
    found = []
    for name in ("seeds", "corpus"):
        gold = labels(name)
        for path in sorted((SHARED / name).glob("*.txt")):
            own = tuple(g for g in gold if g["doc"] == path.stem)
            region, as_of = registered(path, gold)
            found.append(Text(path, own, region, as_of or date(2023, 12, 31)))
    return found


def against_jionlp(core: int) -> None:
    """All rules, and the whole of extraction, against the extraction of times alone."""
    given = texts()
    documents = [read(text.path.read_bytes(), text.path.name) for text in given]
    laid_out = [segment(d, region=t.region, as_of=t.as_of) for d, t in zip(documents, given, strict=True)]
    calendars = [Calendar(t.as_of.year, t.as_of) for t in given]
    characters = sum(len(d.text) for d in documents)
    print(f"Rules over {len(documents)} documents, {characters} characters; jionlp: extract_time alone")
    theirs = rival("jionlp", core, by="text", texts=[(d.text, t.base) for d, t in zip(documents, given, strict=True)])
    rules = seconds(lambda: [read_by_rules(d.text, c) for d, c in zip(documents, calendars, strict=True)])
    say("all rules over the text", rules, theirs, "jionlp", "(at least 2, aim 5)")
    whole = seconds(lambda: [extract(each) for each in laid_out])
    say("rules, pairing, facts, count of numerals", whole, theirs, "jionlp")
    print(f"  characters a second: rules {characters / rules:.0f}, whole extraction {characters / whole:.0f}")
    if given[0].gold and "found" in theirs:
        _dates(given, theirs["found"])


def _dates(given: Iterable[Text], found: list[list[list[str]]]) -> None:
    """Of the labelled dates of each document, how many either names; and how many of the named ones are labelled.

    A deadline counts as named by jionlp where any of its times ends on that day: it does not tell deadlines from
    other dates.  A period is the last day of one.
    """
    print("  labelled dates named by each, and labelled among those named")
    for label, field, ours_field in (("deadlines", "deadline", "deadline"), ("periods", "period_as_of", "as_of_date")):
        asked, ours_hit, ours_said, their_hit, their_said = 0, 0, 0, 0, 0
        for text, times in zip(given, found, strict=True):
            gold = {str(g[field]) for g in text.gold if g.get(field)}
            ours = {str(f[ours_field]) for f in facts_of(text.path, text.region, None) if f.get(ours_field)}
            theirs = {time[1][:10] for time in times if isinstance(time[-1], str)}  # a duration has no end
            asked += len(gold)
            ours_hit, ours_said = ours_hit + len(gold & ours), ours_said + len(ours)
            their_hit, their_said = their_hit + len(gold & theirs), their_said + len(theirs)
        print(
            f"    {label:10} {asked:4} labelled   ours {ours_hit:4} of {ours_said:4} named"
            f"   jionlp {their_hit:4} of {their_said:4} named"
        )


def grid(rows: int) -> list[list[str]]:
    """A table with a word of its own in each cell; the first column is merged in runs of four."""
    return [[f"r{row - row % 4 if col == 0 else row}c{col}" for col in range(COLUMNS)] for row in range(rows)]


def word_table(rows: int) -> bytes:
    """The table as python-docx writes it."""
    document = docx.Document()
    table = document.add_table(rows, COLUMNS)
    cells = table._cells  # asked once: the public way asks for all of them at every cell
    for place, text in enumerate(text for row in grid(rows) for text in row):
        merged = place % COLUMNS == 0 and (place // COLUMNS) % 4
        cells[place].text = "" if merged else text
    for first in range(0, rows - 3, 4):
        cells[first * COLUMNS].merge(cells[(first + 3) * COLUMNS])
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet_table(rows: int) -> bytes:
    """The table as openpyxl writes it."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in grid(rows):
        page.append(row)
    for first in range(1, rows - 2, 4):
        page.merge_cells(start_row=first, start_column=1, end_row=first + 3, end_column=1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def web_table(rows: int) -> bytes:
    """The table as a page with rowspans."""
    lines = []
    for number, row in enumerate(grid(rows)):
        first = f"<td rowspan=4>{row[0]}</td>" if number % 4 == 0 else ""
        lines.append("<tr>" + first + "".join(f"<td>{text}</td>" for text in row[1:]) + "</tr>")
    return f"<html><meta charset=utf-8><table>{''.join(lines)}</table></html>".encode()


def against_python_docx(core: int, folder: Path) -> None:
    """Reading a table whole, against merely visiting the cells of each row."""
    print("Reading a docx table; python-docx: row.cells once for each row")
    for rows in ROWS:
        path = folder / f"{rows}.docx"
        content = word_table(rows)
        path.write_bytes(content)
        ours = seconds(lambda content=content: read(content, "a.docx"))
        theirs = rival("python_docx", core, python=Path(sys.executable), files=[str(path)])
        say(f"{rows} rows x {COLUMNS}", ours, theirs, "python-docx", "(at least 1)")


def recovered(markdown: str, rows: int) -> int:
    """Places of the grid whose text stands in a line with its row's last word, at its column."""
    by_last = {}
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        by_last[cells[-1]] = cells
    return sum(
        col < len(by_last.get(row[-1], ())) and by_last[row[-1]][col] == text
        for row in grid(rows)
        for col, text in enumerate(row)
    )


def ours_recovered(content: bytes, name: str, rows: int) -> int:
    tables = list(read(content, name).tables)
    places = [[cell.text for cell in row] for row in tables[0].rows] if tables else []
    return sum(
        r < len(places) and c < len(places[r]) and places[r][c] == text
        for r, row in enumerate(grid(rows))
        for c, text in enumerate(row)
    )


def against_converters(core: int, folder: Path) -> None:
    """The same files, time and places of the grid that come back with their text."""
    rows = ROWS[0]
    print(f"A table of {rows} x {COLUMNS} with merged cells ({rows * COLUMNS} places): time, places recovered")
    for kind, write in (("docx", word_table), ("xlsx", sheet_table), ("html", web_table)):
        content = write(rows)
        path = folder / f"table.{kind}"
        path.write_bytes(content)
        try:
            ours = seconds(lambda content=content, kind=kind: read(content, f"a.{kind}"))
            print(f"  {kind}: ours recovers {ours_recovered(content, f'a.{kind}', rows)}")
        except IngestionError as error:
            print(f"  {kind}: ours refuses it: {error}")
            continue
        for name in ("markitdown", "docling"):
            theirs = rival(name, core, files=[str(path)])
            count = f"recovers {recovered(theirs['found'][0], rows)}" if "found" in theirs else ""
            say(f"  {kind} against {name}", ours, theirs, name, count)


def main() -> None:
    """Print every ratio."""
    everything = set(sys.argv[1:]) or {"rules", "docx", "converters", "folder"}
    if "folder" in everything:
        measure_folders()  # before this process is kept on one core
    core = one_core()
    if "rules" in everything:
        against_jionlp(core)
    with tempfile.TemporaryDirectory() as name:
        if "docx" in everything:
            against_python_docx(core, Path(name))
        if "converters" in everything:
            against_converters(core, Path(name))


if __name__ == "__main__":
    main()
