"""How alike two wordings are, and what scope (year, level of money, substance) a wording names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingestion.extract.folding import fold
from ingestion.extract.keeping import kept_of_short
from ingestion.extract.lexicon import either, load

_LETTERS: Final = re.compile(r"[^0-9A-Za-z\u4e00-\u9fa5Ⅰ-Ⅻ.]+")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_LEVELS: Final = [(s["code"], tuple(s["words"])) for s in load("scopes")["levels"]]
#: The name of a level of money.
LEVEL: Final = re.compile(either(name for _, listed in _LEVELS for name in listed))
FUND_YEAR: Final = re.compile(r"(?:19|20)\d{2}年度")
LEVELS: Final = frozenset(code for code, _ in _LEVELS)
#: Names of substances, the longest first, each with the name that all its names share.
_SUBSTANCES: Final = sorted(
    ((name, s["code"]) for s in load("scopes")["pollutants"] for name in s["words"]), key=lambda p: -len(p[0])
)


@kept_of_short
def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a wording, in one script, without signs."""
    bare = _LETTERS.sub("", fold(text))
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1)) or frozenset({bare} - {""})


def likeness(a: str, b: str) -> float:
    """The share of the shorter wording's pairs of characters that the other has, 0 to 1."""
    first, second = bigrams(a), bigrams(b)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def closeness(a: str, b: str) -> float:
    """The share of the longer wording's pairs of characters that the other has, 0 to 1."""
    first, second = bigrams(a), bigrams(b)
    return len(first & second) / max(len(first), len(second)) if first and second else 0.0


def shared_run(a: str, b: str) -> int:
    """The length of the longest run of characters that two wordings share."""
    first, second = _LETTERS.sub("", fold(a)), _LETTERS.sub("", fold(b))
    best = 0
    before = [0] * (len(second) + 1)
    for char in first:
        row = [0] * (len(second) + 1)
        for j, other in enumerate(second, 1):
            if char == other:
                row[j] = before[j - 1] + 1
                best = max(best, row[j])
        before = row
    return best


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is about beside its task: years of funds, levels of money, substances."""

    years: frozenset[str]
    levels: frozenset[str]
    substances: frozenset[str]

    def text(self) -> str | None:
        """A stable reading of the scope, or None where the wording names none."""
        parts = [*sorted(self.years), *sorted(self.levels), *sorted(self.substances)]
        return " ".join(parts) or None


NO_SCOPE: Final = Scope(frozenset(), frozenset(), frozenset())


@kept_of_short
def scope_of(text: str, *, funds: bool) -> Scope:
    """The scope that a wording names; years and levels only count for funds."""
    folded = fold(text)
    years = frozenset(_YEAR.findall(folded)) if funds else frozenset()
    levels: set[str] = set()
    rest = folded
    if funds:
        for code, names in _LEVELS:
            for name in names:
                if name in rest:
                    levels.add(code)
                    rest = rest.replace(name, " ")
    substances = set()
    rest = folded.replace(" ", "")
    for name, code in _SUBSTANCES:
        if name in rest:
            substances.add(code)
            rest = rest.replace(name, " ")
    return Scope(years, frozenset(levels), frozenset(substances))
