"""The table of rules: every module in `rules/` holds `RULES`; the scan refuses an empty folder and duplicate ids."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from ingestion.extract import lexicon
from ingestion.extract.marks import Mark, Marks
from ingestion.read import READ_VERSION
from ingestion.segment import LAYOUT_VERSION


@dataclass(frozen=True, slots=True)
class Calendar:
    """What relative dates in a text refer to; no rule reads today's date."""

    campaign_year: int | None = None
    as_of: date | None = None
    plan_year: int | None = None  # the year to come that the text speaks of

    @property
    def year(self) -> int | None:
        """The year of a date that names none: of a plan the one to come, the campaign's, else the as-of date's."""
        if self.plan_year is not None:
            return self.plan_year
        return self.campaign_year or (self.as_of.year if self.as_of else None)


Finder = Callable[[str, Marks, Calendar], Iterable[Mark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One named rule. `find` reads a folded text and the marks of the rules before it (`order`), and yields marks."""

    id: str
    version: int
    order: int
    description_zh: str
    description_en: str
    find: Finder
    needs: str = ""  # one of these characters must stand in the text, or the rule is not asked


_PACKAGE: Final = "ingestion.extract.rules"


def collect(modules: Iterable[object]) -> tuple[Rule, ...]:
    """The rules of the modules, in the order in which they read; an id stands for one rule only."""
    found: dict[str, Rule] = {}
    for module in modules:
        for rule in getattr(module, "RULES", ()):
            if rule.id in found:
                raise ValueError(f"two rules are called {rule.id}")
            found[rule.id] = rule
    if not found:
        raise ValueError("no rule was found")
    return tuple(sorted(found.values(), key=lambda r: (r.order, r.id)))


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they read a text."""
    package = importlib.import_module(_PACKAGE)
    listed = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    return collect(importlib.import_module(f"{_PACKAGE}.{name}") for name in listed)


@cache
def by_id() -> dict[str, Rule]:
    """The rules by their id."""
    return {rule.id: rule for rule in rules()}


@cache
def extractor_version() -> str:
    """A readable prefix and a short hash of the versions of every rule and vocabulary, of reading and of layout.

    Facts carry it, and the lake's files are named by it: a changed rule gives new files beside the old ones.
    """
    parts = [f"{r.id}={r.version}" for r in rules()]
    parts += [f"{name}:{lexicon.load(name)['version']}" for name in lexicon.names()]
    parts += [f"read={READ_VERSION}", f"layout={LAYOUT_VERSION}"]
    return f"x{len(rules())}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:10]}"
