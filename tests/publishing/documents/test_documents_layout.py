"""The papers as LibreOffice lays them out: pages, fonts by name, and the grid of 22 lines by 28 characters."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from docx.shared import Mm

from publishing.office.official import BODY, Paper
from publishing.query import Ask
from tests.publishing.documents.conftest import PERIOD
from tests.publishing.documents.papers import DAY, edition, written
from tests.review.paper_samples import converted, pages

pytestmark = pytest.mark.xdist_group("documents_layout")


def sizes(pdf: Path) -> set[tuple[int, int]]:
    """The sizes of the pages in millimetres."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("needs poppler-utils (pdfinfo)")
    told = subprocess.run(["pdfinfo", "-l", "-1", str(pdf)], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"size:\s+([\d.]+) x ([\d.]+)", told)
    assert found
    return {(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in found}


@pytest.mark.parametrize(
    ("kind", "suffix", "size"),
    [
        ("lag_table", "docx", (297, 210)),
        ("lag_table", "xlsx", (297, 210)),
        ("completion_table", "xlsx", (297, 210)),
        ("bulletin", "docx", (210, 297)),
    ],
)
def test_a_word_processor_opens_them_on_a4(samples: Ask, tmp_path: Path, kind: str, suffix: str, size: object) -> None:
    content = written(samples, PERIOD, edition("checking"), kind)[suffix].content
    pdf = converted(content, f"{kind}.{suffix}", "pdf", tmp_path)
    assert sizes(pdf) == {size}
    told = pages(pdf)
    assert 3 <= len(told) <= 40
    if suffix == "docx":
        for number, page in enumerate(told, 1):
            assert f"—{number}—" in re.sub(r"\s+", "", page)


def test_the_header_of_a_table_stands_on_every_page(samples: Ask, tmp_path: Path) -> None:
    content = written(samples, PERIOD, edition(), "lag_table")["docx"].content
    *tabled, last = pages(converted(content, "lag.docx", "pdf", tmp_path))
    assert len(tabled) >= 5
    assert all("工作进展情况" in page for page in tabled)
    assert "江门市生态环境局" in last


def test_a_turned_page_has_the_type_area_of_the_upright_one(samples: Ask) -> None:
    (section,) = open_docx(io.BytesIO(written(samples, PERIOD, edition(), "lag_table")["docx"].content)).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (round(width / Mm(1)), round(height / Mm(1))) == (225, 156)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("公文标题", "方正小标宋简体", 22),
        ("公文正文", "仿宋_GB2312", 16),
        ("一级标题", "黑体", 16),
        ("二级标题", "楷体_GB2312", 16),
        ("页码", "宋体", 14),
    ],
)
def test_the_fonts_of_the_standard_are_named_in_the_file(samples: Ask, style: str, font: str, size: float) -> None:
    found = open_docx(io.BytesIO(written(samples, PERIOD, edition(), "bulletin")["docx"].content)).styles[style]
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert found.font.size.pt == size


def test_a_page_holds_22_lines_of_28_characters(tmp_path: Path) -> None:
    """28 characters a line: the 29th begins the next one; 22 lines a page: the 23rd is on the second."""
    paper = Paper(title="版心", author="测", day=DAY)
    line = "国" * 28
    for number in range(23):
        style = paper.say(BODY, line if number % 2 else f"{line[:26]}")
        assert style is not None
    told = pages(converted(paper.content(), "grid.docx", "pdf", tmp_path))
    lines = [[text for text in page.splitlines() if "国" in text] for page in told]
    # a paragraph of 28 begins two characters in, so its last two go on in the next line: 1 + 2 lines for each pair
    assert len(lines[0]) == 22
    assert max(text.count("国") for page in lines for text in page) == 26


def test_pictures_and_links_survive_the_conversion(samples: Ask, tmp_path: Path) -> None:
    content = written(samples, PERIOD, edition("checking"), "bulletin")["docx"].content
    pdf = converted(content, "bulletin.docx", "pdf", tmp_path)
    if shutil.which("pdfimages") is None:
        pytest.skip("needs poppler-utils (pdfimages)")
    told = subprocess.run(["pdfimages", "-list", str(pdf)], check=True, capture_output=True, text=True).stdout
    assert len(told.splitlines()) > 2
    seen = converted(content, "bulletin.docx", "fodt", tmp_path).read_text("utf-8")
    assert "dashboard/index.html#/evidence/" in seen
