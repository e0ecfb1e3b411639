"""What the words of a column's header say: the column's role, or the measure that its figures are of.

Roles are those of `vocabulary.yml`; figure columns are measures (target, actual, percent, remaining, change,
baseline, whole) of the thing that their header names before such a word: 城镇新增就业目标（人） is the target of
城镇新增就业.  A column headed by a place (蓬江区 | 江海区 | …) has role "place": its cells answer for that place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingestion.records import Cell
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.vocabulary import names, phrases, words

_BRACKET: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_FIGURE: Final = re.compile(
    r"(?!.*[年月])(?:约|近|超|超过|-|\+|<|>|≤|≥)*[\d,.]+(?:万|亿)?(?:%|‰|[一-龥a-zA-Zμ³/]{0,6})?(?:\([^()]*\))?|[-/—]+|无"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its 1-based place, role, header text (the header's rows joined by " / ") and header cell.

    A measure has role "measure", its `kind` and the `base` that names the measured thing ("" where the header holds
    none) with the cell of that name.  A place's column has role "place", the place as `base`, the kind of its figures
    where a header row tells it, and as `thing` the cell that names what is measured there.
    """

    col: int
    role: str
    header: str
    cell: Cell
    kind: str | None = None
    base: str = ""
    base_cell: Cell | None = None
    thing: Cell | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its first and last row (1-based; 0 when it stands in an earlier table) and its columns."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]

    def of(self, *roles: str) -> tuple[Column, ...]:
        """The columns of the given roles, from left to right."""
        return tuple(c for c in self.columns if c.role in roles)


def role_of(text: str) -> str | None:
    """The role that a header or a form's name has by its words; None for words that name no column."""
    bare = bare_header(text)
    return next((name for name in names("columns") if words("columns", name).fullmatch(bare)), None)


def hinted_role(text: str) -> str:
    """The role that a single word of a header hints at; "" where none does."""
    bare = bare_header(text)
    return next((r for r in names("column_hints") if any(p in bare for p in phrases("column_hints", r))), "")


def measure_of(text: str) -> tuple[str, str] | None:
    """Kind and name of the measure that a header speaks of: (target, 城镇新增就业); None for a header of words."""
    bare = bare_header(text)
    for kind in names("measures"):
        found = re.fullmatch(rf"(?P<base>.*?)(?:{words('measures', kind).pattern})", fold(bare))
        if not found:
            continue
        if kind == "value" or (kind == "percent" and found["base"] and _is_noun(bare[found.end("base") :])):
            return "actual", bare  # 优良天数比例 is measured itself, and no share of a task
        return kind, bare[: found.end("base")]
    return None


def is_figure(text: str) -> bool:
    """True for a cell that holds a figure alone, with or without its unit, or a dash in a figure's place."""
    return bool(_FIGURE.fullmatch(squeeze(text)))


def bare_header(text: str) -> str:
    """A header squeezed, without brackets (units, notes) and end marks."""
    bare = squeeze(text)
    while (cut := _BRACKET.sub("", bare)) != bare:
        bare = cut
    # 县（市、区） is all brackets but one character: the brackets are the name there
    return (bare if len(bare) > 1 else squeeze(text).replace("(", "").replace(")", "")).strip(":;.、")


def on_one_line(text: str) -> str:
    """A header's text on one line."""
    return re.sub(r"\s+|<br\s*/?>", "", text) if re.search(r"[一-龥]", text) else " ".join(text.split())


def _is_noun(word: str) -> bool:
    return bool(words("measures", "value").fullmatch(word))
