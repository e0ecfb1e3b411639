"""PDF files written by hand: texts and rules at given places, so that what must be read is known to the point.

Every sign is as wide as its height; the font is one of those that readers know without carrying it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.read.render import Grid, Rectangle

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 10.0
MARGIN = 72.0
PADDING = 4.0


@dataclass
class Sheet:
    """One page: texts (left, top, size, text) and rectangles (left, top, right, bottom), from its upper left corner."""

    texts: list[tuple[float, float, float, str]] = field(default_factory=list)
    rectangles: list[tuple[float, float, float, float]] = field(default_factory=list)
    picture: bool = False
    width: float = WIDTH

    def write(self, left: float, top: float, text: str, size: float = SIZE) -> None:
        self.texts.append((left, top, size, text))

    def content(self) -> bytes:
        drawn = [f"{x0} {HEIGHT - y1} {x1 - x0} {y1 - y0} re S" for x0, y0, x1, y1 in self.rectangles]
        for left, top, size, text in self.texts:
            drawn.append(
                f"BT /F1 {size} Tf {left} {HEIGHT - top - 0.88 * size} Td <{text.encode('utf-16-be').hex()}> Tj ET"
            )
        if self.picture:
            drawn.append(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /I1 Do Q")
        return "\n".join(drawn).encode()


def table(page: Sheet, grid: Grid, top: float, columns: Sequence[float], merged: Sequence[Rectangle] = ()) -> float:
    """Draw a ruled table; a line end in a cell begins a new line. Returns its lower edge."""
    lefts = [MARGIN + sum(columns[:c]) for c in range(len(columns) + 1)]
    tops = [top]
    for row in grid:
        tops.append(tops[-1] + SIZE * 1.2 * max(cell.count("\n") + 1 for cell in row) + 2 * PADDING)
    for r, row in enumerate(grid, 1):
        for c, text in enumerate(row, 1):
            inside = next((m for m in merged if m[0] <= r <= m[2] and m[1] <= c <= m[3]), (r, c, r, c))
            if (r, c) != inside[:2]:
                continue
            page.rectangles.append((lefts[c - 1], tops[r - 1], lefts[inside[3]], tops[inside[2]]))
            for number, line in enumerate(text.split("\n")):
                page.write(lefts[c - 1] + PADDING, tops[r - 1] + PADDING + 1.2 * SIZE * number, line)
    return tops[-1]


def pdf(
    pages: Sequence[Sheet], encrypted: bool = False, packed: bytes | None = None, deflated: bytes | None = None
) -> bytes:
    """The file's bytes; `packed` stands deflated in place of the first page's content, or is given `deflated`."""
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [4 0 R] >>",
        4: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 5 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        5: b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 90 >>",
        6: _stream(
            b"\xff", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
        7: b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>",
    }
    for number, page in enumerate(pages):
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {HEIGHT}] /Contents {11 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> /XObject << /I1 6 0 R >> >> >>"
        ).encode()
        objects[11 + 2 * number] = _stream(page.content())
    if packed is not None:
        deflated = zlib.compress(packed, 9)
    if deflated is not None:
        objects[11] = _stream(deflated, b"/Filter /FlateDecode")
    return _file(objects, b" /Encrypt 7 0 R /ID [<00> <00>]" if encrypted else b"")


def _stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< " + entries + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def _file(objects: dict[int, bytes], trailer: bytes) -> bytes:
    written = bytearray(b"%PDF-1.5\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(written)
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(written)
    last = max(objects) + 1
    written += b"xref\n0 %d\n" % last
    for number in range(last):
        written += b"%010d %05d %s \n" % ((places[number], 0, b"n") if number in places else (0, 65535, b"f"))
    return bytes(written) + b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (last, trailer, start)
