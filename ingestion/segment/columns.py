"""Which column of a table says what, by the words of its header, never by its place.

Roles are those of `vocabulary.yml`; figure columns are measures (target, actual, percent, remaining, change,
baseline) of the thing that their header names before such a word: 城镇新增就业目标（人） is the target of 城镇新增就业.
A column headed by a place (蓬江区 | 江海区 | …) has role "place": its cells answer for that place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingestion.records import Cell, Table
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.place import is_named_place, looks_like_place
from ingestion.segment.vocabulary import names, phrases, words

_MOST_ROWS_ABOVE: Final = 10
_LONGEST_HEADER: Final = 40
_LEAST_ROLES_INSIDE: Final = 3
_BRACKET: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_FIGURE: Final = re.compile(
    r"(?!.*[年月])(?:约|近|超|超过|-|\+|<|>|≤|≥)*[\d,.]+(?:万|亿)?(?:%|‰|[一-龥a-zA-Zμ³/]{0,6})?(?:\([^()]*\))?|[-/—]+|无"
)
_AGENCY: Final = re.compile(
    r".*(?:局|办|委|厅|处|科|中心|公司|集团|部|队|站|院|政府|管委会|指挥部|各.*单位)(?:\(.*\))?"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its 1-based place, role, header text (both rows, joined by " / ") and header cell.

    A measure has role "measure", its `kind` and the `base` that names the measured thing ("" where the header holds
    none) with the cell of that name.  A place's column has role "place", the place as `base`, and the kind of its
    figures where a second header row tells it.
    """

    col: int
    role: str
    header: str
    cell: Cell
    kind: str | None = None
    base: str = ""
    base_cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its first and last row (1-based; 0 when it stands in an earlier table) and its columns."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]

    def of(self, *roles: str) -> tuple[Column, ...]:
        """The columns of the given roles, from left to right."""
        return tuple(c for c in self.columns if c.role in roles)


def find_header(table: Table) -> Header | None:
    """The header of a table, not always its first row; None where no row reads like one."""
    for number, row in enumerate(table.rows[:_MOST_ROWS_ABOVE], 1):
        if _is_header_row(row) or _is_upper_row(table, number):
            return _header(table, number)
    return None


def header_inside(table: Table, number: int, above: Header) -> Header | None:
    """The header of a second table below the first in one grid: a row of role names unlike those above."""
    row = table.rows[number - 1]
    texts = [_bare(cell.text) for cell in row if cell.is_origin and squeeze(cell.text)]
    known = {role for text in texts if (role := _role(text))}
    if len(known) < _LEAST_ROLES_INSIDE or not _is_header_row(row):
        return None
    if [squeeze(c.text) for c in row] == [squeeze(c.text) for c in table.rows[above.last_row - 1]]:
        return None
    return _header(table, number)


def role_of(text: str) -> str | None:
    """The role that a header or a form's name has by its words; None for words that name no column."""
    return _role(_bare(text))


def measure_of(text: str) -> tuple[str, str] | None:
    """Kind and name of the measure that a header speaks of; None for a header of words."""
    return _measure(_bare(text))


def is_figure(text: str) -> bool:
    """True for a cell that holds a figure alone, with or without its unit, or a dash in a figure's place."""
    return bool(_FIGURE.fullmatch(squeeze(text)))


def _header(table: Table, number: int) -> Header | None:
    last = number + 1 if _has_second_row(table, number) else number
    width = len(table.rows[0])
    columns = tuple(c for col in range(1, width + 1) if (c := _column(table, number, last, col)).header)
    columns = _adjusted(table, last, columns)
    return Header(number, last, columns) if columns else None


def _is_header_row(row: Sequence[Cell]) -> bool:
    texts = [_bare(cell.text) for cell in row if cell.is_origin and squeeze(cell.text)]
    if len(texts) < 2 or any(len(t) > _LONGEST_HEADER or is_figure(t) for t in texts):
        return False
    places = sum(is_named_place(t) for t in texts)
    known = sum(bool(_role(t) or _measure(t)) and not is_named_place(t) for t in texts)
    if places >= 2 and known:
        return known + places == len(texts)
    return known >= 2 and 2 * known >= len(texts)


def _is_upper_row(table: Table, number: int) -> bool:
    """True for joined headers that name things (管网建设 | 排口整治) above a row that names their measures."""
    texts = [_bare(cell.text) for cell in table.rows[number - 1] if cell.is_origin and squeeze(cell.text)]
    is_plain = len(texts) >= 2 and not any(len(t) > _LONGEST_HEADER or is_figure(t) for t in texts)
    if not is_plain or not any(_role(t) for t in texts) or not _has_second_row(table, number):
        return False
    below = [_bare(cell.text) for cell in table.rows[number] if cell.is_origin and squeeze(cell.text)]
    return all(_measure(t) or _role(t) for t in below)


def _has_second_row(table: Table, number: int) -> bool:
    """True where the next row still belongs to the header: it names what stands under joined header cells."""
    if number >= len(table.rows):
        return False
    above, below = table.rows[number - 1], table.rows[number]
    own = [cell for cell in below if cell.is_origin and squeeze(cell.text)]
    if not own or any(is_figure(c.text) or len(squeeze(c.text)) > _LONGEST_HEADER // 2 for c in own):
        return False
    if any(cell.origin[0] == number for cell in below):
        return True
    under = {c.col for c in own}
    joined = {c.col for c in above if c.origin != (number, c.col)} | {c.origin[1] for c in above if not c.is_origin}
    if joined:
        return under <= joined
    # in plain text the joined cells are blank ones, and only what stands below them has a name in the second row
    blank = {c.col for c in above if not squeeze(c.text)}
    return bool(blank) and blank <= under and len(under) < len(below)


def _column(table: Table, first: int, last: int, col: int) -> Column:
    upper, lower = table.rows[first - 1][col - 1], table.rows[last - 1][col - 1]
    if last > first and not squeeze(upper.text) and squeeze(lower.text):
        upper = _left_of(table.rows[first - 1], col)
    two_rows = last > first and bool(squeeze(lower.text)) and lower.origin != upper.origin and bool(squeeze(upper.text))
    cell = lower if two_rows or not squeeze(upper.text) else upper
    column = Column(col, "", f"{_line(upper.text)} / {_line(lower.text)}" if two_rows else _line(cell.text), cell)
    measured = _measure(_bare(lower.text)) if two_rows else None
    if two_rows and is_named_place(upper.text):
        kind = measured[0] if measured else None
        return replace(column, role="place", kind=kind, base=_line(upper.text), base_cell=upper)
    if is_named_place(cell.text):
        kind_above = _measure(_bare(upper.text)) if two_rows else None
        kind = kind_above[0] if kind_above else None
        return replace(column, role="place", kind=kind, base=_line(cell.text), base_cell=cell)
    if measured and not measured[1]:
        # 完成情况 above 完成率 says what the figure is, not what is measured
        base = "" if _role(_bare(upper.text)) else _line(upper.text)
        return replace(column, role="measure", kind=measured[0], base=base, base_cell=upper if base else None)
    return _by_words(column, _bare(upper.text) if two_rows else None)


def _by_words(column: Column, above: str | None) -> Column:
    """The role that the column's own words give, else those of the joined cell above, else a hint."""
    own = _bare(column.cell.text)
    if role := _role(own) or (_role(above) if above else None):
        return replace(column, role=role)
    if measured := _measure(own):
        return _with_base(column, *measured)
    return replace(column, role=_hinted(own))


def _left_of(row: Sequence[Cell], col: int) -> Cell:
    """The nearest cell with text to the left: in plain text a joined header cell leaves blanks behind it."""
    return next((c for c in reversed(row[: col - 1]) if squeeze(c.text)), row[col - 1])


def _with_base(column: Column, kind: str, base: str) -> Column:
    """The measure's column with its name as written in the header cell."""
    text = column.cell.text
    end = next((n for n in range(len(text) + 1) if squeeze(text[:n]) == base), len(text))
    return replace(column, role="measure", kind=kind, base=text[:end].strip(), base_cell=column.cell)


def _adjusted(table: Table, last: int, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Roles settled by the cells below and by what the other columns are."""
    columns = tuple(_by_values(table, last, c, columns) for c in columns)
    roles = {c.role for c in columns}
    if "place" in roles and sum(c.role == "place" for c in columns) < 2:
        columns = tuple(replace(c, role="content") if c.role == "place" else c for c in columns)
    if "task" not in roles:
        sources = [
            c.role for c in columns if c.role in ("content", "requirement") and not _holds_figures(table, last, c)
        ]
        columns = _renamed(columns, min(sources, default=None), "task")
    if "requirement" not in {c.role for c in columns} and not any(c.kind == "target" for c in columns):
        columns = _renamed(columns, "content", "requirement")
    return columns


def _renamed(columns: tuple[Column, ...], old: str | None, new: str) -> tuple[Column, ...]:
    """The first column of the old role gets the new one."""
    first = next((c.col for c in columns if old and c.role == old), None)
    return tuple(replace(c, role=new) if c.col == first else c for c in columns)


def _by_values(table: Table, last: int, column: Column, columns: tuple[Column, ...]) -> Column:
    """The column's role where its cells say what its header leaves open."""
    filled = [text for row in table.rows[last:] if squeeze(text := row[column.col - 1].text)]
    has_region = any(c.role == "region" for c in columns)
    if column.role in ("lead_unit", "kind", "task") and not has_region and filled:
        places = sum(looks_like_place(text) for text in filled)
        is_unit_or_only_label = column.role != "task" or "单位" in column.header
        if 2 * places > len(filled) and is_unit_or_only_label:
            return replace(column, role="region")
    if column.role == "measure" and filled and not any(is_figure(text) for text in filled):
        return replace(column, role="requirement" if column.kind == "target" else "progress", kind=None, base="")
    if column.role == "kind" and any(_AGENCY.fullmatch(squeeze(text)) for text in filled):
        return replace(column, role="lead_unit")
    if column.role in ("", "content") and _holds_figures(table, last, column) and column.col > 1:
        return replace(column, role="measure", kind="actual", base=column.cell.text.strip(), base_cell=column.cell)
    return replace(column, role="content") if column.role == "" else column


def _holds_figures(table: Table, last: int, column: Column) -> bool:
    """True for a column with nothing but figures below its header."""
    filled = [text for row in table.rows[last:] if squeeze(text := row[column.col - 1].text)]
    return bool(filled) and all(is_figure(text) for text in filled)


def _bare(text: str) -> str:
    """A header squeezed, without brackets (units, notes) and end marks."""
    bare = squeeze(text)
    while (cut := _BRACKET.sub("", bare)) != bare:
        bare = cut
    # 县（市、区） is all brackets but one character: the brackets are the name there
    return (bare if len(bare) > 1 else squeeze(text).replace("(", "").replace(")", "")).strip(":;.、")


def _line(text: str) -> str:
    """A header's text on one line."""
    return re.sub(r"\s+|<br\s*/?>", "", text) if re.search(r"[一-龥]", text) else " ".join(text.split())


def _role(bare: str) -> str | None:
    return next((name for name in names("columns") if words("columns", name).fullmatch(bare)), None)


def _hinted(bare: str) -> str:
    return next((r for r in names("column_hints") if any(p in bare for p in phrases("column_hints", r))), "")


def _measure(bare: str) -> tuple[str, str] | None:
    """Kind and name of the measure that a header speaks of: (target, 城镇新增就业); None for other headers."""
    for kind in names("measures"):
        found = re.fullmatch(rf"(?P<base>.*?)(?:{words('measures', kind).pattern})", fold(bare))
        if not found:
            continue
        if kind == "value" or (kind == "percent" and found["base"] and _is_noun(bare[found.end("base") :])):
            return "actual", bare  # 优良天数比例 is measured itself, and no share of a task
        return kind, bare[: found.end("base")]
    return None


def _is_noun(word: str) -> bool:
    return bool(words("measures", "value").fullmatch(word))
