"""Pictures of pages to lines and tables, where the OCR extra is installed: `pip install "xushi[ocr]"` (make ocr).

The models lie in the package and nothing is fetched.  Recognition gives lines of text with their places and how sure
they are; rules drawn on the page (`scanrules`) give the cells.  Lines below `LEAST_CONFIDENCE` are kept as doubtful:
what stands in them is rejected and never published (`ingestion.extract.withheld`).
"""

from __future__ import annotations

import importlib.util
import math
import statistics
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

import numpy as np
from PIL import Image

from ingestion.errors import MissingToolError, UnreadableFileError
from ingestion.read.pages import PageParts
from ingestion.read.pdfcolumns import unruled_tables
from ingestion.read.pdflines import Sign, lines_of_signs
from ingestion.read.pdftables import Box, grid

#: Certainty below which a line's figures may be wrong; see docs/adr/0009 for how it was chosen.
LEAST_CONFIDENCE: Final = 0.95
MAX_SCANNED_PAGES: Final = 40
MAX_PIXELS: Final = 40_000_000
#: Dots per inch at which pages of a PDF are drawn; figures of 9 points are 25 dots high.
DPI: Final = 200
#: Recognition boxes reach a little beyond their signs, in shares of a line's height.
_PADDING: Final = 0.12
#: A page lies on its side where so many of its lines are higher than wide.
_SIDEWAYS: Final = 0.6
_LEAST_SKEW: Final = 0.1  # degrees
_LONG_LINE: Final = 4  # heights; the edges of shorter lines tell no angle
#: Mean certainty below which a page may stand on its head.
_UPSIDE_DOWN: Final = 0.75
_LOCK: Final = threading.Lock()

#: Corners (clockwise from the upper left, in dots), text and certainty of a line.
_Found = tuple[list[list[float]], str, float]


@dataclass(frozen=True, slots=True)
class _Line:
    """A recognised line: its box as left, top, right, bottom in dots of the straightened page."""

    text: str
    confidence: float
    box: Box


@dataclass(slots=True)
class Scans:
    """The scanned pages of one document, and how surely they were read."""

    pages: int = 0
    _signs: int = field(default=0)
    _certainty: float = field(default=0.0)

    @property
    def confidence(self) -> Decimal | None:
        """The mean certainty over all signs (0–1); None where no page was read from a picture."""
        if not self.pages:
            return None
        return Decimal(f"{self._certainty / self._signs if self._signs else 0:.3f}")

    def page(self, image: Image.Image, height: float, name: str) -> PageParts:
        """The parts of a page that is `height` points high."""
        self.pages += 1
        if self.pages > MAX_SCANNED_PAGES:
            raise UnreadableFileError(
                name, f"扫描页超过上限 {MAX_SCANNED_PAGES} 页，请分开报送 (too many scanned pages)"
            )
        if image.width * image.height > MAX_PIXELS:
            raise UnreadableFileError(
                name, f"图片 {image.width}×{image.height} 点，上限共 {MAX_PIXELS} 点 (picture too large)"
            )
        lines, straight = _recognised(image)
        self._signs += sum(len(line.text) for line in lines)
        self._certainty += sum(len(line.text) * line.confidence for line in lines)
        return _parts(lines, straight, height / straight.shape[0])


def is_installed() -> bool:
    """True where the OCR extra is installed."""
    return all(importlib.util.find_spec(module) for module in ("rapidocr", "onnxruntime", "cv2"))


def missing(name: str) -> MissingToolError:
    """What to say where the extra is not installed."""
    return MissingToolError(
        name,
        "字迹为图像（扫描件或照片），读取需要 OCR 组件，现未安装；请运行 make ocr 安装（离线可用，无需下载模型），"
        "或报送带文字的电子版 (the OCR extra is not installed)",
    )


def rendered(data: bytes, page: int, name: str) -> Image.Image:
    """A page (from 0) of a PDF as a picture."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        try:
            drawn = document[page]
            scale = DPI / 72
            if drawn.get_width() * drawn.get_height() * scale * scale > MAX_PIXELS:
                raise UnreadableFileError(name, f"第 {page + 1} 页过大，无法按 {DPI} dpi 识别 (page too large)")
            return Image.fromarray(drawn.render(scale=scale).to_numpy().copy()).convert("RGB")
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(name, "PDF 损坏或不完整，请重新导出后报送 (broken or truncated PDF)") from error


@cache
def _engine() -> Any:
    """The recogniser, loaded once; one thread, so that the same picture always gives the same text."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.text_score": 0.0,  # nothing is left out in silence
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _recognised(image: Image.Image) -> tuple[list[_Line], Any]:
    """The lines of a picture, and the picture itself as grey dots, upright and straight."""
    import cv2

    found, dots = _upright(np.asarray(image.convert("RGB")))
    skew = _skew([corners for corners, _, _ in found])
    height, width = dots.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    if abs(skew) >= _LEAST_SKEW:
        dots = cv2.warpAffine(dots, matrix, (width, height), borderValue=(255, 255, 255))
    else:
        matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    lines = []
    for corners, text, score in found:
        moved = np.asarray(corners) @ matrix[:, :2].T + matrix[:, 2]
        left, top = moved.min(axis=0)
        right, bottom = moved.max(axis=0)
        lines.append(_Line(text, score, (float(left), float(top), float(right), float(bottom))))
    return lines, cv2.cvtColor(dots, cv2.COLOR_RGB2GRAY)


def _upright(dots: Any) -> tuple[list[_Found], Any]:
    """The lines of a picture, turned as the writing stands, and the picture turned so."""
    found = _read(dots)
    if _is_sideways(found):
        turns = (1, 3)
    elif found and statistics.fmean(score for _, _, score in found) < _UPSIDE_DOWN:
        turns = (0, 2)
    else:
        return found, dots
    tried = [(_read(turned), turned) for turned in (np.rot90(dots, turn).copy() for turn in turns)]
    return max(tried, key=lambda turn: sum(len(text) * score for _, text, score in turn[0]))


def _read(dots: Any) -> list[_Found]:
    """The lines of a picture as it lies."""
    with _LOCK:
        found = _engine()(dots, use_cls=False)  # whole pages are turned, never single lines
    if found.boxes is None or found.txts is None:
        return []
    triples = zip(found.boxes, found.txts, found.scores, strict=True)
    return [(box.tolist(), text, float(score)) for box, text, score in triples if text.strip()]


def _is_sideways(found: Sequence[_Found]) -> bool:
    """True where most lines of three signs and more stand higher than wide."""
    tall = [abs(c[2][1] - c[0][1]) > abs(c[2][0] - c[0][0]) for c, text, _ in found if len(text) >= 3]
    return bool(tall) and sum(tall) > _SIDEWAYS * len(tall)


def _skew(boxes: Sequence[Sequence[Sequence[float]]]) -> float:
    """How far the page is turned, in degrees, by the lower edges of its long lines."""
    angles = [
        math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
        for upper_left, _, right, left in boxes
        if right[0] - left[0] > _LONG_LINE * math.dist(left, upper_left)
    ]
    return statistics.median(angles) if angles else 0.0


def _parts(lines: Sequence[_Line], dots: Any, scale: float) -> PageParts:
    """Lines outside tables and the tables, in points: `scale` points a dot."""
    from ingestion.read.scanrules import ruled_tables

    signs = [sign for line in lines for sign in _signs(line, scale)]
    grids = []
    for boxes, outline in ruled_tables(dots):
        frame = _scaled(outline, scale)
        inside = [s for s in signs if is_in(s, frame)]
        if not inside:
            continue
        signs = [s for s in signs if not is_in(s, frame)]
        grids.append((frame[1], grid([_scaled(box, scale) for box in boxes], inside)))
    prose, unruled = unruled_tables(lines_of_signs(signs))
    grids.extend(unruled)
    height, width = dots.shape[0] * scale, dots.shape[1] * scale
    left = min((line.x0 for line in prose), default=0.0)
    # a page lies on the glass as it lies: its right margin is only about as wide as its left
    slack = 2 * max((line.size for line in prose), default=0.0)
    right = max([line.inner_x1 for line in prose] + [width - left - slack])
    return PageParts(tuple(prose), tuple(grids), height, left, right)


def is_in(sign: Sign, box: Box) -> bool:
    """True where the middle of a sign lies in a box."""
    return box[0] <= (sign.x0 + sign.x1) / 2 <= box[2] and box[1] <= (sign.top + sign.bottom) / 2 <= box[3]


def _scaled(box: Box, scale: float) -> Box:
    return (box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale)


def _signs(line: _Line, scale: float) -> Iterator[Sign]:
    """The signs of a line, its width shared among them: a Latin letter or figure takes half a Chinese sign's."""
    left, top, right, bottom = _scaled(line.box, scale)
    padding = _PADDING * (bottom - top)
    left, top, right, bottom = left + padding, top + padding, right - padding, bottom - padding
    widths = [1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.5 for sign in line.text]
    unit = (right - left) / sum(widths)
    is_doubtful = line.confidence < LEAST_CONFIDENCE
    for text, width in zip(line.text, widths, strict=True):
        yield Sign(text, left, left + width * unit, top, bottom, is_doubtful)
        left += width * unit


__all__ = ["LEAST_CONFIDENCE", "MAX_SCANNED_PAGES", "Scans", "is_installed", "missing", "rendered"]
