"""Read a text: every rule in its order over one folded copy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from ingestion.extract.folding import Folded
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule, rules

#: Rules whose unit does not stand in the mark's own span.
_UNIT_ELSEWHERE: Final = frozenset({"quantity.shared_unit", "quantity.per_unit", "water_class.none"})

#: Pieces whose reading is kept: pairing and the count of numerals ask for those of a document again.
_KEPT: Final = 1024
_LONGEST_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its folded copy, and what the rules marked in it."""

    folded: Folded
    marks: Marks

    @property
    def text(self) -> str:
        """The folded copy, of the length of the original."""
        return self.folded.text

    def quote(self, start: int, end: int) -> str:
        """The original's words of a span."""
        return self.folded.original[start:end]

    def unit_as_written(self, mark: Mark) -> str | None:
        """The unit of a mark in the original's script, without the hedge inside it (1.6萬余項 → 萬項)."""
        if not mark.unit or mark.rule in _UNIT_ELSEWHERE:
            return mark.unit
        written: list[str] = []
        place = mark.end
        for char in reversed(mark.unit):
            while place > mark.start and self.text[place - 1] != char:
                place -= 1
            if place <= mark.start:
                return mark.unit
            place -= 1
            written.append(self.folded.original[place])
        return "".join(reversed(written))


def read(text: str, calendar: Calendar | None = None) -> Reading:
    """Every rule over one text; nobody changes a reading, so the one of a short text is kept for who asks next."""
    return _kept(text, calendar or Calendar()) if len(text) <= _LONGEST_KEPT else _read(text, calendar or Calendar())


@lru_cache(maxsize=_KEPT)
def _kept(text: str, calendar: Calendar) -> Reading:
    return _read(text, calendar)


@cache
def _asked() -> tuple[tuple[Rule, frozenset[str]], ...]:
    return tuple((rule, frozenset(rule.needs)) for rule in rules())


def _read(text: str, calendar: Calendar) -> Reading:
    folded = Folded.of(text)
    marks = Marks()
    letters = frozenset(folded.text)
    for rule, needs in _asked():
        if not needs or not needs.isdisjoint(letters):
            marks.extend(rule.find(folded.text, marks, calendar))
    return Reading(folded, marks)
