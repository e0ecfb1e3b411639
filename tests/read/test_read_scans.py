"""Scanned pages and pictures: with the OCR extra, and without it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ingestion.errors import IngestionError, MissingToolError, UnreadableFileError
from ingestion.extract import extract
from ingestion.read import read, scan
from ingestion.segment import segment
from tests.read.checks import assert_spans, only_table, texts, told

needs_ocr = pytest.mark.skipif(not scan.is_installed(), reason="the OCR extra is not installed (make ocr)")
DOTS_HIGH = 28
GRID = [
    ["序号", "区域", "主要任务", "工作进展情况"],
    ["1", "东河区", "河道整治", "截至9月底，已完成河道整治9.8\n公里，完成率78.4%。"],
    ["2", "东河区", "燃煤锅炉", "已淘汰14台，还有2台未完成，进\n度滞后。"],
    ["3", "西山区", "资金支出", "中央资金1250.60万元，已支出\n929.07万元，支出率74.29%。"],
]
WIDTHS = (90, 150, 200, 432)


@pytest.fixture(scope="module")
def font() -> ImageFont.FreeTypeFont:
    """A Chinese font of this machine."""
    program = shutil.which("fc-list")
    command = [program or "", ":lang=zh-cn", "-f", "%{file}\n"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() if program else []
    usable = sorted(file for file in found if file.endswith((".ttc", ".ttf", ".otf")))
    if not usable:
        pytest.skip("no Chinese font is installed (fonts-noto-cjk)")
    return ImageFont.truetype(usable[0], DOTS_HIGH)


def page_of(font: ImageFont.FreeTypeFont, above: str, below: Sequence[str], *, ruled: bool = True) -> Image.Image:
    """A page of 1240 × 900 dots with a title, the grid (the region of rows 2 and 3 merged) and lines below it."""
    image = Image.new("L", (1240, 900), 255)
    pen = ImageDraw.Draw(image)
    pen.text((330, 50), above, 0, font)
    lefts = [140 + sum(WIDTHS[:n]) for n in range(len(WIDTHS) + 1)]
    top = 130
    for r, row in enumerate(GRID):
        height = 20 + 44 * max(cell.count("\n") + 1 for cell in row)
        for c, text in enumerate(row):
            is_covered, is_merged = (r, c) == (2, 1), (r, c) == (1, 1)
            if ruled and not is_covered:
                bottom = top + height + (108 if is_merged else 0)
                pen.rectangle((lefts[c], top, lefts[c + 1], bottom), outline=0, width=2)
            for n, line in enumerate(() if is_covered else text.split("\n")):
                pen.text((lefts[c] + 12, top + 10 + 44 * n), line, 0, font)
        top += height
    for n, line in enumerate(below):
        pen.text((140, top + 40 + 44 * n), line, 0, font)
    return image


def scanned(image: Image.Image, turn: float = 0.6) -> Image.Image:
    """The page as a scanner gives it: a little turned, soft and noisy."""
    turned = image.rotate(turn, fillcolor=255, resample=Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.7))
    noise = np.random.default_rng(1).normal(0, 8, (turned.height, turned.width))
    return Image.fromarray((np.asarray(turned) * 0.9 + 15 + noise).clip(0, 255).astype("uint8"))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@needs_ocr
@pytest.mark.parametrize("kind", ["JPEG", "PDF"])
def test_a_scanned_table_reads_cell_for_cell_and_is_marked(font: ImageFont.FreeTypeFont, kind: str) -> None:
    below = ["全市24项任务中，已完成18项，按进度推进5项，进度滞后1项。"]
    image = scanned(page_of(font, "某市2023年9月重点任务进展情况表", below))
    document = read(saved(image, kind, resolution=108), f"扫描.{kind.lower()}")
    assert_spans(document)
    assert document.format == "ocr"
    assert document.ocr_confidence is not None and document.ocr_confidence > Decimal("0.95")
    assert [p.text for p in document.paragraphs] == ["某市2023年9月重点任务进展情况表", *below]
    table = only_table(document)
    assert texts(table) == [[cell.replace("\n", "") for cell in row] for row in GRID]
    assert table.rows[2][1].origin == (2, 2)


@needs_ocr
@pytest.mark.parametrize("turns", [1, 2])
def test_a_page_that_lies_on_its_side_or_stands_on_its_head_is_turned(font: ImageFont.FreeTypeFont, turns: int) -> None:
    image = page_of(font, "重点任务进展情况表", []).rotate(90 * turns, expand=True)
    assert texts(only_table(read(saved(image, "PNG"), "a.png")))[1][2:] == ["河道整治", GRID[1][3].replace("\n", "")]


@needs_ocr
def test_each_frame_of_a_tiff_is_a_page(font: ImageFont.FreeTypeFont) -> None:
    first, second = (Image.new("L", (900, 200), 255) for _ in range(2))
    ImageDraw.Draw(first).text((60, 80), "全市已完成整治16家。", 0, font)
    ImageDraw.Draw(second).text((60, 80), "其余4家年底前完成。", 0, font)
    data = saved(first, "TIFF", save_all=True, append_images=[second])
    assert [p.text for p in read(data, "a.tif").paragraphs] == ["全市已完成整治16家。", "其余4家年底前完成。"]


@needs_ocr
def test_what_was_not_read_surely_is_rejected_and_gives_no_fact(
    font: ImageFont.FreeTypeFont, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "LEAST_CONFIDENCE", 1.01)
    image = Image.new("L", (1000, 200), 255)
    ImageDraw.Draw(image).text((60, 80), "截至9月底，全市已完成整治16家。", 0, font)
    document = read(saved(image, "PNG"), "a.png")
    assert [text for text, _ in told(document, "ocr_doubt")] == [document.text]
    extraction = extract(segment(document, region="甲市", as_of=date(2023, 9, 30)))
    assert not extraction.facts
    assert [(r.reason, r.quote) for r in extraction.rejections] == [("ocr_doubt", document.text)]
    assert extraction.coverage is not None
    assert (extraction.coverage.in_fact, extraction.coverage.named_non_measure) == (0, 0)


@needs_ocr
def test_a_picture_without_writing_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match="没有认出任何文字"):
        read(saved(Image.new("RGB", (400, 300), "white"), "PNG"), "a.png")


@needs_ocr
@pytest.mark.parametrize("share", [0.2, 0.7])
def test_a_truncated_picture_is_unreadable(font: ImageFont.FreeTypeFont, share: float) -> None:
    data = saved(page_of(font, "表", []), "PNG")
    with pytest.raises(UnreadableFileError, match=r"^a\.png: [^\n]*图片损坏"):
        read(data[: int(len(data) * share)], "a.png")


@needs_ocr
def test_a_picture_of_too_many_dots_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_PIXELS", 1000)
    with pytest.raises(UnreadableFileError, match="上限共 1000 点"):
        read(saved(Image.new("L", (100, 100), 255), "PNG"), "a.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_without_the_extra_a_line_says_how_to_install_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    with pytest.raises(MissingToolError, match=r"^a\.\w+: 字迹为图像[^\n]*make ocr[^\n]*$") as raised:
        read(saved(Image.new("L", (30, 30), 255), kind), f"a.{kind.lower()}")
    assert isinstance(raised.value, IngestionError)
