"""How a test writes documents and reads them: as our own reader does, as a word processor does."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document as open_docx
from openpyxl import load_workbook

from ingestion.alone import LooseFile, facts_of
from publishing.documents import Document, Edition, write
from publishing.query import Ask

DAY = date(2023, 10, 20)
#: What a fact says, without the place where it stands.
SAYS = (
    "fact", "sub_item", "target_value", "target_comparator", "target_unit", "actual_value", "unit", "percent",
    "deadline", "indicator_type", "count_role", "is_stated_zero", "stage", "status", "status_phrase", "is_plan",
)  # fmt: skip
Row = dict[str, Any]


def edition(form: str = "submission", stage: str = "consultation", **given: Any) -> Edition:
    values: dict[str, Any] = {"form": form, "stage": stage, "agency": "江门市生态环境局", "day": DAY}
    if stage in ("issued", "correction"):
        values |= {"number": "江环函〔2023〕12号", "signatory": "李四"}
    return Edition(**(values | given))


def written(ask: Ask, period: str, which: Edition, *kinds: str, **given: Any) -> dict[str, Document]:
    """The documents of some kinds by their suffix or region: docx, xlsx, 蓬江区."""
    found = {}
    for document in write(ask, period, which, kinds=kinds, **given):
        key = document.region_code or document.file_name.rpartition(".")[2]
        assert key not in found
        found[key] = document
    return found


def read_back(document: Document, folder: Path) -> list[Row]:
    """The facts that our own reader finds in a document."""
    path = folder / document.file_name
    path.write_bytes(document.content)
    return facts_of(LooseFile(path))


def said(rows: Iterable[Row], *more: str) -> Counter[tuple[str, ...]]:
    """What facts say, counted."""
    return Counter(tuple(str(row.get(name)) for name in (*SAYS, *more)) for row in rows)


def text_of(content: bytes) -> str:
    """Every word of a docx: paragraphs and cells in their order, headers left out."""
    body = open_docx(io.BytesIO(content)).element.body
    namespace = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "\n".join("".join(t.text or "" for t in p.iter(f"{namespace}t")) for p in body.iter(f"{namespace}p"))


def words_of(document: Document) -> str:
    """Every word of a document, whatever its kind."""
    if document.file_name.endswith("docx"):
        return text_of(document.content)
    book = load_workbook(io.BytesIO(document.content))
    return "\n".join(str(cell.value or "") for sheet in book for row in sheet.iter_rows() for cell in row)


def above(content: bytes) -> set[str]:
    """The words above the pages of a docx, odd and even."""
    section = open_docx(io.BytesIO(content)).sections[0]
    return {header.paragraphs[0].text for header in (section.header, section.even_page_header)}


def rows_of(content: bytes, table: int = 0) -> list[list[str]]:
    """The cells of a docx table, row by row; what is merged downwards says its text once."""
    from docx.oxml.ns import qn

    found = open_docx(io.BytesIO(content)).tables[table]._tbl
    return [
        ["\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in cell.iter(qn("w:p"))) for cell in row]
        for row in (list(tr.iter(qn("w:tc"))) for tr in found.iter(qn("w:tr")))
    ]
