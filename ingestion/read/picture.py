"""Pictures of documents (scans and photographs), read where the OCR extra is installed."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from ingestion.errors import UnreadableFileError
from ingestion.read import scan
from ingestion.read.layout import DocumentBuilder
from ingestion.read.pages import build_pages
from ingestion.read.parts import ReadParts

FORMAT: Final = "picture"
EXTENSIONS: Final = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
PRIORITY: Final = 6
IS_TEXT: Final = False

_MARKS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_KINDS: Final = ("PNG", "JPEG", "TIFF", "BMP")
_PAGE_HEIGHT: Final = 842.0  # points; a picture does not tell how large its paper was


def sniff(data: bytes) -> bool:
    """True for the mark of a picture; a bitmap's is short, so its header's size is asked too."""
    return data.startswith(_MARKS) or (data.startswith(b"BM") and data[14:18] in (b"\x28\0\0\0", b"\x7c\0\0\0"))


def parse(data: bytes, name: str) -> ReadParts:
    """Recognise every page of a picture file; MissingToolError where the extra is not installed."""
    if not scan.is_installed():
        raise scan.missing(name)
    scans = scan.Scans()
    pages = []
    for image in _images(data, name):
        higher = max(image.width, image.height)
        pages.append(scans.page(image, _PAGE_HEIGHT * image.height / higher, name))
    builder = DocumentBuilder(name)
    build_pages(pages, builder)
    if not builder.blocks:
        raise UnreadableFileError(name, "图片中没有认出任何文字，请报送清晰的扫描件或电子版 (no text recognised)")
    return builder.parts(scans.confidence)


def _images(data: bytes, name: str) -> Iterator[Image.Image]:
    """The pages of the file, upright as the camera says."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_KINDS) as opened:
                for frame in ImageSequence.Iterator(opened):
                    if frame.width * frame.height > scan.MAX_PIXELS:
                        raise UnreadableFileError(
                            name,
                            f"图片 {frame.width}×{frame.height} 点，上限共 {scan.MAX_PIXELS} 点 (picture too large)",
                        )
                    yield _flat(ImageOps.exif_transpose(frame))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UnreadableFileError(name, f"图片超过上限 {scan.MAX_PIXELS} 点 (picture too large)") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableFileError(name, "图片损坏或不完整，请重新扫描后报送 (broken or truncated picture)") from error


def _flat(image: Image.Image) -> Image.Image:
    """The picture on white paper: what is transparent would else be black."""
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("RGB")


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
