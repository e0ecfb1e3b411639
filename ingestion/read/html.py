"""Web pages: tables of data as tables, everything else as paragraphs; page furniture is left out.

A table without data (a frame around a page, one column, a table around tables) is read as the blocks inside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from lxml import etree
from lxml import html as lxml_html

from ingestion.errors import UnreadableFileError
from ingestion.read.archive import local
from ingestion.read.decoding import decode
from ingestion.read.layout import DocumentBuilder, Placed, strip
from ingestion.read.parts import ReadParts
from ingestion.read.raised import raised
from ingestion.read.sitemarks import is_site_mark

FORMAT: Final = "html"
EXTENSIONS: Final = (".html", ".htm", ".xhtml", ".shtml")
PRIORITY: Final = 30
IS_TEXT: Final = True

_MARK: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|style|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET: Final = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding=[\"']([\w-]+)", re.IGNORECASE
)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")

_DROPPED: Final = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "meta", "link", "nav", "footer", "aside"}
    | {"select", "option", "button", "textarea", "input", "iframe", "object", "svg", "canvas", "audio", "video", "map"}
)
_BLOCK: Final = frozenset(
    {"html", "body", "p", "div", "section", "article", "main", "header", "center", "blockquote", "pre", "address", "hr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "form", "fieldset", "figure"}
    | {"figcaption", "details", "summary", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
)
_HEADING: Final = re.compile(r"h([1-6])")
_HAN: Final = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_BETWEEN_HAN: Final = re.compile(rf"(?<={_HAN})\s*\n\s*(?={_HAN})")
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_MAX_SPAN: Final = 1000
_MAX_COLUMNS: Final = 16_384
_MAX_DEPTH: Final = 200
_LONGEST_LINK: Final = 24


#: Texts of more than ten megabytes would else be left out in silence.
_PARSER: Final = lxml_html.HTMLParser(no_network=True, remove_comments=True, huge_tree=True)


def sniff(data: bytes) -> bool:
    """True for text that begins as a page or a piece of one does."""
    return bool(_MARK.match(data[:8192].lstrip(b"\xef\xbb\xbf")))


def parse(data: bytes, name: str) -> ReadParts:
    """Read a page into paragraphs, headings and tables."""
    declared = _CHARSET.search(data[:4096])
    charset = next((g.decode("ascii") for g in declared.groups() if g), None) if declared else None
    text = _DECLARATION.sub("", decode(data, name, charset)).replace("\0", "")
    builder = DocumentBuilder(name)
    try:
        root = lxml_html.document_fromstring(text, parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableFileError(name, "网页内容为空或无法解析 (empty or unreadable page)") from error
    _Walk(builder, name).blocks(root)
    return builder.parts()


class _Walk:
    """Walks the elements of a page and adds its blocks to the document."""

    def __init__(self, builder: DocumentBuilder, file_name: str) -> None:
        self._builder = builder
        self._file_name = file_name
        self._line: list[str] = []
        self._level = 0
        self._is_link = True
        self._counts: dict[etree._Element, int] = {}

    def blocks(self, root: etree._Element) -> None:
        """Add every block below the root."""
        self._element(root, 0, 0, in_link=False)
        self._flush()

    def _element(self, element: etree._Element, depth: int, level: int, *, in_link: bool) -> None:
        name = local(element)
        if depth > _MAX_DEPTH:
            raise UnreadableFileError(self._file_name, f"嵌套超过 {_MAX_DEPTH} 层 (nested too deeply)")
        if not name or name in _DROPPED or _is_hidden(element):
            return
        heading = _HEADING.fullmatch(name)
        level = int(heading[1]) if heading else level
        if name in _BLOCK:
            self._flush()
        self._level = level
        if name == "table" and _is_data(element, self._file_name):
            self._data_table(element)
            return
        in_link = in_link or name == "a"
        if name == "br":
            self._flush()
        if name == "sup":
            self._text(raised("".join(map(str, element.itertext())), "".join(self._line[-2:])), in_link=in_link)
            return
        if name == "li":
            self._text(_list_number(element, self._counts), in_link=in_link)
        self._text(element.text, in_link=in_link, as_written=name == "pre")
        for below in element:
            self._element(below, depth + 1, level, in_link=in_link)
            self._text(below.tail, in_link=in_link, as_written=name == "pre")
        if name in _BLOCK:
            self._flush()

    def _text(self, text: str | None, *, in_link: bool, as_written: bool = False) -> None:
        if not text:
            return
        if as_written and "\n" in text:
            for line in text.split("\n"):
                self._line.append(line)
                self._is_link = False
                self._flush()
            return
        self._line.append(text)
        if strip(text) and not in_link:
            self._is_link = False

    def _flush(self) -> None:
        """End the paragraph; a short one that is nothing but links is page furniture."""
        text = collapsed("".join(self._line))
        if is_site_mark(text):
            self._builder.aside("site_mark", text, "site mark")
        elif text and not (self._is_link and len(text) <= _LONGEST_LINK and not self._level):
            self._builder.paragraph(text, self._level)
        self._line, self._is_link = [], True

    def _data_table(self, table: etree._Element) -> None:
        caption = next((c for c in table if local(c) == "caption"), None)
        if caption is not None:
            self._builder.paragraph(_cell_text(caption))
        self._builder.table(_placed(table, self._file_name))
        for row in (row for row in _all_rows(table) if _is_hidden(row)):
            hidden = " ".join(text for cell in row if (text := collapsed("".join(map(str, cell.itertext())))))
            self._builder.aside("hidden_text", hidden, "hidden table row")


def collapsed(text: str) -> str:
    """Text as a page shows it: runs of blanks are one, a line end between Chinese characters is none."""
    return strip(_BLANKS.sub(" ", _BETWEEN_HAN.sub("", text)))


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _list_number(item: etree._Element, counts: dict[etree._Element, int]) -> str:
    """The number that a page prints before the entry of a numbered list; `counts` holds how far each list is."""
    parent = item.getparent()
    if parent is None or local(parent) != "ol":
        return ""
    begin = parent.get("start") or "1"
    counts[parent] = counts.get(parent, (int(begin[:6]) if begin.isdecimal() else 1) - 1) + 1
    return f"{counts[parent]}."


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table itself, not of tables in its cells."""
    yield from (row for row in _all_rows(table) if not _is_hidden(row))


def _all_rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        name = local(element)
        if name == "tr":
            yield element
        elif name in ("thead", "tbody", "tfoot"):
            yield from _all_rows(element)


def _row_cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if local(cell) in ("td", "th") and not _is_hidden(cell)]


def _is_data(table: etree._Element, file_name: str) -> bool:
    """True for a table whose grid means something: at least two rows with two filled cells, no tables inside."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    rows = [_row_cells(row) for row in _rows(table)]
    inner = sum(1 for element in table.iter() if local(element) == "table") - 1
    widest = max((len(row) for row in rows), default=0)
    if inner and (inner >= len(rows) or widest < 3):
        return False
    changes: Counter[int] = Counter()  # how many more or fewer cells with text stand in a row than in the one above
    for cell in _placed(table, file_name):
        if cell.text:
            changes[cell.row] += 1
            changes[cell.row + cell.row_span] -= 1
    filled = accumulate(changes[row] for row in range(1, len(rows) + 1))
    return sum(cells >= 2 for cells in filled) >= 2


def _placed(table: etree._Element, file_name: str) -> Iterator[Placed]:
    """The cells of a table in their grid places (the algorithm of the HTML standard)."""
    rows = list(_rows(table))
    taken: dict[int, int] = {}  # column → number of the last row that a cell from above covers
    for number, row in enumerate(rows, 1):
        col = 1
        for cell in _row_cells(row):
            while taken.get(col, 0) >= number:
                col += 1
            width = _span(cell, "colspan") or 1
            if col + width > _MAX_COLUMNS:
                raise UnreadableFileError(file_name, f"表格超过 {_MAX_COLUMNS} 列 (too many columns)")
            height = min(_span(cell, "rowspan", zero=len(rows)), len(rows) - number + 1)
            yield Placed(number, col, _cell_text(cell), max(height, 1), width)
            for c in range(col, col + width) if height > 1 else ():
                taken[c] = max(taken.get(c, 0), number + height - 1)
            col += width


def _span(cell: etree._Element, name: str, zero: int = 1) -> int:
    """A span attribute; rowspan 0 reaches to the table's end."""
    text = (cell.get(name) or "1").strip()
    if not text.isdecimal():
        return 1
    return min(int(text[:6]), _MAX_SPAN if name == "colspan" else 65_534) or zero


def _cell_text(cell: etree._Element) -> str:
    """The lines of a cell: a line a block or line break."""
    lines: list[list[str]] = [[]]
    counts: dict[etree._Element, int] = {}

    def walk(element: etree._Element, depth: int) -> None:
        name = local(element)
        if not name or name in _DROPPED or _is_hidden(element) or depth > _MAX_DEPTH:
            return
        is_line = name == "br" or (name in _BLOCK and element is not cell)
        if is_line:
            lines.append([])
        if name == "sup":
            lines[-1].append(raised("".join(map(str, element.itertext())), "".join(lines[-1][-2:])))
            return
        if name == "li":
            lines[-1].append(_list_number(element, counts))
        if element.text:
            lines[-1].append(element.text)
        for below in element:
            walk(below, depth + 1)
            if below.tail:
                lines[-1].append(below.tail)
        if is_line and name != "br":
            lines.append([])

    walk(cell, 0)
    return "\n".join(text for line in lines if (text := collapsed("".join(line))))


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "collapsed", "parse", "sniff"]
