"""Are two wordings one task?  What tells them apart decides; a score alone never joins them.

A wording with one distinctive word (省级, 一期, PM10, 甲河, 拆除) and another that has a different one instead are two
things, whatever the score.  Otherwise what is left of each, once everything that the other says is taken away, says
which: nothing but words of no weight is the same; a rest on one side or on both is a doubt, or a difference.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, Literal

from rapidfuzz import fuzz

from ingestion.regions import all_regions
from ingestion.resolve.forms import Form, longest_first, settings
from ingestion.wording import fold

Verdict = Literal["same", "doubtful", "different"]

_SHORT: Final = re.compile(r"(?P<name>.{2,})(?:自治)?[省市县区州旗盟]$")
_SHORTEST_PLACE: Final = 2
#: Letters that are scored: the cost grows with the product of two lengths, and a cell may hold a book.
LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two wordings compare: `score` is 0 to 100, `apart` says what tells them apart."""

    verdict: Verdict
    score: int
    apart: str | None = None


def compare(one: Form, other: Form) -> Likeness:
    """The likeness of two forms; the same either way round."""
    if one.key == other.key:
        return Likeness("same", 100)
    score = score_of(one, other)
    if apart := contradiction(one, other):
        return Likeness("different", score, apart)
    limits = settings("thresholds")["task"]
    rest = (_rest(one, other), _rest(other, one))
    said = "｜".join(rest) if any(rest) else None
    if not any(rest):
        return Likeness("same" if score >= limits["same"] else "doubtful", score)
    is_addition = not all(rest)
    least = limits["doubtful_addition" if is_addition else "doubtful_exchange"]
    return Likeness("doubtful" if score >= least else "different", score, said)


def score_of(one: Form, other: Form) -> int:
    """Likeness of the letters, whatever the order of the clauses, 0 to 100."""
    return round(fuzz.ratio(_letters(one), _letters(other)))


def _letters(form: Form) -> str:
    return form.key[:LONGEST].replace(" ", "")


def contradiction(one: Form, other: Form) -> str | None:
    """The distinctive words of which each wording has others than the other one: `省级｜市级`."""
    for group in sorted(one.terms.keys() & other.terms.keys()):
        if told := _exchanged(one.terms[group], other.terms[group], _Same.of(group)):
            return told
    return _exchanged(one.names, other.names, _Same.of("names"))


@dataclass(frozen=True, slots=True)
class _Same:
    """What counts as one word in a group: a word inside a longer one says less, and contradicts nothing."""

    is_nested: bool

    @classmethod
    def of(cls, group: str) -> _Same:
        return cls(is_nested=group not in ("ordinal", "level", "substance"))

    def has(self, words: frozenset[str], word: str) -> bool:
        if word in words:
            return True
        return self.is_nested and any(word in other or other in word for other in words)


def _exchanged(one: frozenset[str], other: frozenset[str], same: _Same) -> str | None:
    left = sorted(w for w in one if not same.has(other, w))
    right = sorted(w for w in other if not same.has(one, w))
    return f"{'、'.join(left)}｜{'、'.join(right)}" if left and right else None


def _rest(one: Form, other: Form) -> str:
    """What `one` says and `other` does not: no pair of neighbouring characters of the other covers it."""
    mine, theirs = _uncovered(one, other), Counter("".join(_uncovered(other, one)))
    kept = []
    for run in mine:
        letters = [c for c in run if not _taken(theirs, c)]
        if (text := _weightless().sub("", "".join(letters))) and text not in _places():
            kept.append(text)
    return " ".join(kept)


def _taken(stock: Counter[str], character: str) -> bool:
    """True for a character that stands in the other's rest too: the ends of a run are covered by chance."""
    if stock[character] == 0:
        return False
    stock[character] -= 1
    return True


def _uncovered(one: Form, other: Form) -> list[str]:
    """The runs of atoms of `one` that no pair of neighbouring atoms of `other` covers."""
    pairs, words = _known(other)
    runs: list[str] = []
    for clause in one.clauses:
        atoms = one.atoms(clause)
        covered = [atom in words for atom in atoms]
        for place, pair in enumerate(pairwise(atoms)):
            if pair in pairs:
                covered[place] = covered[place + 1] = True
        runs += "".join("\n" if c else a for a, c in zip(atoms, covered, strict=True)).split("\n")
    return [run for run in runs if run]


def _known(form: Form) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """The pairs of neighbouring atoms of a form, and the atoms that are words by themselves (PM2.5, ⟨1期⟩)."""
    clauses = [form.atoms(clause) for clause in form.clauses]
    pairs = frozenset(pair for atoms in clauses for pair in pairwise(atoms))
    words = frozenset(a for atoms in clauses for a in atoms if len(a) > 1 or len(atoms) == 1)
    return pairs, words


@cache
def _weightless() -> re.Pattern[str]:
    return longest_first(settings("vocabulary")["weak"].split())


@cache
def _places() -> frozenset[str]:
    """The short names of divisions: 蓬江 before a task is a place, as 蓬江区 is."""
    found = (_SHORT.match(fold(r.name)) for r in all_regions().values())
    return frozenset(m["name"] for m in found if m and len(m["name"]) >= _SHORTEST_PLACE)
