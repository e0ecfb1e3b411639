"""A letter, a receipt and a workbook to vary, and how a test reads what was written."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from review.papers.error_workbook import CellFinding, ErrorTable, ErrorWorkbook, Row
from review.papers.notice import Letter
from review.papers.receipt import Receipt
from review.papers.words import Finding

DAY, DUE = date(2023, 10, 20), date(2023, 10, 27)
FILE = "蓬江区2023年9月重点任务进展情况.docx"
#: Control characters, a lone surrogate, turned text, an emoji, characters outside the first plane.
HOSTILE = "甲\x00\x0b\ud800乙\u202e丙😀𠮷㐂\ufffe丁"
HARMLESS = "甲\ufffd\ufffd\ufffd乙\ufffd丙😀𠮷㐂\ufffd丁"


def finding(**given: Any) -> Finding:
    values = {
        "task": "受污染耕地安全利用", "message": "占比所报为2.11%，按所报数值应为2.71%",
        "quote": "完成285亩，占1.05万亩的2.11%。", "file_name": FILE, "locator": "table 1/row 3/cell 5",
        "arithmetic": "285 ÷ 10500 × 100 = 2.71", "expected": "2.71%", "observed": "2.11%",
        "request": "核对面积和占比",
    }  # fmt: skip
    return Finding(**(values | given))


def letter(count: int = 1, **given: Any) -> Letter:
    values: dict[str, Any] = {
        "kind": "reminder", "agency": "江门市生态环境局", "recipient": "蓬江区人民政府", "period": "2023-09",
        "day": DAY, "number": "江环函〔2023〕12号", "reply_due": DUE, "contact": "李四", "telephone": "0750-1234567",
        "findings": tuple(finding(task=f"任务{n}") for n in range(1, count + 1)),
    }  # fmt: skip
    return Letter(**(values | given))


def receipt(**given: Any) -> Receipt:
    values: dict[str, Any] = {
        "agency": "江门市生态环境局", "unit": "蓬江区人民政府", "period": "2023-09", "file_name": FILE,
        "sha256": "0123456789abcdef" * 4, "received_at": datetime(2023, 10, 8, 16, 30, tzinfo=UTC),
        "channel": "公文系统", "items": 24, "facts": 180, "rejections": 2, "findings": (finding(),),
        "withheld": ("受污染耕地安全利用：区划未能识别",), "correction_due": DUE, "contact": "李四",
    }  # fmt: skip
    return Receipt(**(values | given))


def row(number: int = 3, *cells: str, column: int | None = 5, **given: Any) -> Row:
    texts = cells or ("1", "蓬江区", "耕地", "12月底前完成。", "完成285亩，占2.11%。")
    return Row(number, texts, (CellFinding(finding(**given), column),))


def workbook(*rows: Row, **given: Any) -> ErrorWorkbook:
    header = ("序号", "区域", "主要任务", "工作内容及要求", "工作进展情况")
    values: dict[str, Any] = {
        "agency": "江门市生态环境局", "unit": "蓬江区", "period": "2023-09", "file_name": FILE, "day": DAY,
        "title": "蓬江区2023年重点任务进展情况表（1-9月）", "reply_due": DUE,
        "tables": (ErrorTable(1, (header,), rows or (row(),)),),
    }  # fmt: skip
    return ErrorWorkbook(**(values | given))


def opened(content: bytes) -> Any:
    """The document, for python-docx."""
    return Document(io.BytesIO(content))


def said(document: Any) -> list[str]:
    """The texts of the paragraphs outside tables, without the empty ones."""
    return [p.text for p in document.paragraphs if p.text]


def east_asian_font(style: Any) -> str:
    font: str = style.element.rPr.rFonts.get(qn("w:eastAsia"))
    return font


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: package.read(name) for name in package.namelist()}


def converted(content: bytes, name: str, kind: str, folder: Path) -> Path:
    """The file as LibreOffice converts it; skips where that is not installed."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice (soffice)")
    source = folder / name
    source.write_bytes(content)
    subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "out" / name).with_suffix(f".{kind.split(':')[0]}")


def pages(pdf: Path) -> list[str]:
    """The text of each page; skips where poppler is not installed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils (pdftotext)")
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return told.split("\f")[:-1]
