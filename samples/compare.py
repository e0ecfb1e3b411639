"""Expected against extracted facts, fact by fact, with a line for a person for every difference."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from pathlib import Path

from ingestion.records import Fact
from samples.model import ExpectedFact

Values = Mapping[str, object]

#: What extraction may state on any fact of the cell, so that one extracted fact can answer several expected ones.
_SHARED = frozenset(
    {"points", "status", "status_phrase", "stage", "indicator_type", "region", "region_code", "sub_item"}
)
#: Figures that may only come back where the truth holds them.
_FIGURES = ("target_value", "target_class", "actual_value", "actual_class", "percent", "points", "deadline", "status")
_FACT_FIELDS = tuple(f.name for f in fields(Fact))
#: The models' table of names for one type; the truth uses the models' own code.
_TYPE_ALIASES = Path(__file__).parent.parent / "dbt_project" / "seeds" / "indicator_type_aliases.csv"


@dataclass(frozen=True, slots=True)
class Difference:
    """One expected fact that did not come back whole, or one figure that nobody wrote."""

    file: str
    item_no: str | None
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file} 第{self.item_no}项 | {self.text} | {self.problem}"


def differences(expected: Sequence[ExpectedFact], found: Iterable[Fact]) -> list[Difference]:
    """Every difference between the expected and the extracted facts of one file, item by item."""
    of_item: dict[str | None, list[Fact]] = defaultdict(list)
    for fact in found:
        of_item[fact.item_no].append(fact)
    wanted: dict[str | None, list[ExpectedFact]] = defaultdict(list)
    for one in expected:
        wanted[one.item_no].append(one)
    items = dict.fromkeys([*wanted, *of_item])
    return [d for item_no in items for d in _item(item_no, wanted[item_no], of_item[item_no])]


def _item(item_no: str | None, expected: Sequence[ExpectedFact], found: Sequence[Fact]) -> Iterator[Difference]:
    answered = {f.requirement_no: f.sub_item for f in found if f.fact == "requirement"}
    unused = [_view(f, answered) for f in found]
    shared = [one for one in expected if one.stated().keys() <= _SHARED]
    # each fact answers one expected fact, the fullest first, so that a bare one does not take another's
    own = sorted((one for one in expected if one not in shared), key=lambda one: -len(one.stated()))
    missed = [one for one in own if not _take(one, unused)]
    for one in missed:
        yield _told(one, unused)
    everything = [_view(f, answered) for f in found]
    for one in shared:
        if all(_wrong(one, view) for view in everything):
            yield _told(one, everything)
    if any(one.is_key for one in expected) != any(f.key_mark for f in found):
        yield Difference(expected[0].file, item_no, expected[0].text, f"key mark: expected {expected[0].is_key}")
    yield from _surplus(item_no, expected, found)


def _view(fact: Fact, answered: Mapping[int | None, str | None]) -> Values:
    """A fact's fields, its type under the models' code, and the number of the requirement that it answers."""
    view = {name: getattr(fact, name) for name in _FACT_FIELDS}
    if fact.actual_value is None and fact.unit is None:  # a rate may stand as a percentage alone
        view |= {"actual_value": fact.percent, "unit": "%"}
    view["indicator_type"] = _type_codes().get(fact.indicator_type or "", fact.indicator_type)
    view["answers"] = answered.get(fact.requirement_no) if fact.requirement_no else None
    return view


def _take(one: ExpectedFact, unused: list[Values]) -> bool:
    """Take the fact that is the expected one out of the unused; False where there is none."""
    for view in unused:
        if not _wrong(one, view):
            unused.remove(view)
            return True
    return False


def _wrong(one: ExpectedFact, view: Values) -> list[str]:
    """The names of the fields in which a fact is not the expected one."""
    stated = one.stated()
    wrong = [] if view["fact"] == one.fact else ["fact"]
    return wrong + [name for name, value in stated.items() if not _same(name, value, view[name])]


def _same(name: str, expected: object, found: object) -> bool:
    if name == "scope":  # a wording may name more of the scope than the truth asks for
        return set(str(expected).split()) <= set(str(found).split())
    return expected == found


def _told(one: ExpectedFact, views: Iterable[Values]) -> Difference:
    """The difference from the nearest of the facts that are left."""
    stated = one.stated()
    shown = " ".join(f"{k}={_value(v)}" for k, v in stated.items() if k not in ("region", "region_code"))
    pool = [view for view in views if view["fact"] == one.fact]
    if not pool:
        return Difference(one.file, one.item_no, one.text, f"no {one.fact} fact for {shown}")
    best = min(pool, key=lambda view: len(_wrong(one, view)))
    told = "; ".join(f"{n}: expected {_value(stated[n])}, found {_value(best[n])}" for n in _wrong(one, best))
    return Difference(one.file, one.item_no, one.text, f"{shown} ≠ {best['quote']!r}: {told}")


def _surplus(item_no: str | None, expected: Sequence[ExpectedFact], found: Iterable[Fact]) -> Iterator[Difference]:
    """Figures, deadlines and verdicts of the extraction that the truth of the item does not hold."""
    held: dict[str, set[object]] = {name: {one.stated().get(name) for one in expected} for name in _FIGURES}
    rates = {one.truth.actual_value for one in expected if one.truth.unit == "%"} | held["percent"]
    held["percent"] |= rates  # a rate may stand as an actual value, as a percentage, or as both
    held["actual_value"] |= rates
    for fact in found:
        if (fact.target_unit or "").endswith("/日"):
            continue  # the size of a works, which stands in its name
        for name in _FIGURES:
            value = getattr(fact, name)
            if value is not None and value not in held[name]:
                yield Difference(fact.document, item_no, fact.quote, f"nobody wrote {name} {_value(value)}")


@cache
def _type_codes() -> dict[str, str]:
    with _TYPE_ALIASES.open(encoding="utf-8", newline="") as file:
        return {row["alias"]: row["code"] for row in csv.DictReader(file)}


def _value(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
