"""Stewards' decisions on wordings: `dbt_project/seeds/task_aliases.csv`, read here and by dbt.

`same`: what the wording names is what `other_wording` names; a task or requirement that was founded by the wording
follows with all its other wordings.  `different`: the two are never taken for one.  The crosswalk keeps the ids that
it gave: a decision is laid over them, and taking its line away takes it back.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

from ingestion.wording import fold

ALIASES_FILE: Final = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "task_aliases.csv"
COLUMNS: Final = ("kind", "wording", "relation", "other_wording", "reason", "decided_by")

_KINDS: Final = ("task", "requirement")
_RELATIONS: Final = ("same", "different")
_SIGNS: Final = re.compile(r"[^\w]|_")


class AliasError(ValueError):
    """A line of the seed contradicts another one or says nothing; the message names the line."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """The decisions on one kind of wording, by their letters; `digest` stands for the whole seed."""

    same: Mapping[str, str] = field(default_factory=dict)
    different: frozenset[frozenset[str]] = frozenset()
    digest: str = ""

    def named(self, wording: str) -> str | None:
        """The wording that this one stands for, or None."""
        return self.same.get(letters_of(wording))

    def part(self, one: str, other: str) -> bool:
        """True where a steward said that two wordings are two things."""
        return frozenset((letters_of(one), letters_of(other))) in self.different

    def settle(self, one: str, other: str) -> bool:
        """True where a doubt about the two has been decided."""
        return self.named(one) is not None or self.part(one, other)


@cache
def letters_of(wording: str) -> str:
    """A wording in one script, without blanks and signs: what a steward may type it as."""
    folded = fold(wording)
    return _SIGNS.sub("", folded) or folded


def load_aliases(kind: Literal["task", "requirement"], path: Path = ALIASES_FILE) -> Aliases:
    """The seed's decisions on one kind.

    Raises AliasError for a line with an unknown kind or relation, an empty wording or a second decision on the same
    wording, and for a chain: `other_wording` must be the name that stays.
    """
    content = path.read_text(encoding="utf-8")
    same: dict[str, str] = {}
    different: set[frozenset[str]] = set()
    for number, line in enumerate(csv.DictReader(content.splitlines()), start=2):
        wording, other = letters_of(line["wording"] or ""), line["other_wording"] or ""
        relation = line["relation"]
        if line["kind"] not in _KINDS or relation not in _RELATIONS or not wording or not letters_of(other):
            raise AliasError(f"task_aliases.csv line {number}: a kind, two wordings and same or different are needed")
        if line["kind"] != kind:
            continue
        if relation == "different":
            different.add(frozenset((wording, letters_of(other))))
        elif same.setdefault(wording, other) != other:
            raise AliasError(f"task_aliases.csv line {number}: {line['wording']} has two names")
    for wording, other in same.items():
        if letters_of(other) in same:
            raise AliasError(f"task_aliases.csv: {wording} leads to {other}, which is itself an alias")
    return Aliases(same, frozenset(different), hashlib.sha256(content.encode()).hexdigest()[:16])
