"""What a landed submission states, as naming needs it: its items with their places, tasks and requirements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from ingestion.lake import SCHEMAS
from ingestion.regions import UNKNOWN
from ingestion.resolve.requirements import Asked
from registry.models import Submission

_FACT_COLUMNS: Final = (
    "fact", "fact_id", "item_key", "sub_item", "indicator", "scope", "requirement", "quote", "milestone_stage",
    "target_value", "target_class", "target_unit", "canonical_unit", "deadline",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FiledItem:
    """A task item: the wording that its task is known by, the place that it is about, and what it asks.

    `place` is a region code, or the sender and the wording of a region that is not resolved.  `asked` pairs each
    requirement with its fact's id; an item that states none is one requirement as a whole, without a fact.
    """

    item_key: str
    task: str | None
    place: str
    asked: tuple[tuple[str | None, Asked], ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """The items of one submission and the campaign year that they belong to."""

    campaign_year: int
    items: tuple[FiledItem, ...]

    @property
    def written(self) -> Mapping[str, frozenset[str]]:
        """Task wording → the places that the document states it for."""
        places: dict[str, set[str]] = defaultdict(set)
        for item in self.items:
            if item.task:
                places[item.task].add(item.place)
        return {wording: frozenset(found) for wording, found in places.items()}


def read_filing(lake: Path, facts_file: str, submission: Submission) -> Filing:
    """The filing that a run landed as `facts_file` (relative to the lake) and the items beside it."""
    facts = _rows(lake / facts_file, "facts", _FACT_COLUMNS)
    requirements: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in facts:
        if fact["fact"] == "requirement":
            requirements[fact["item_key"]].append(fact)
    items = _rows(lake / facts_file.replace("facts/", "items/", 1), "items", SCHEMAS["items"].names)
    year = submission.campaign_year or int(str(submission.period)[:4])
    return Filing(year, tuple(_item(row, requirements[row["item_key"]], submission) for row in items))


def _item(row: Mapping[str, Any], facts: list[dict[str, Any]], submission: Submission) -> FiledItem:
    # as the models say it: a region that is not resolved stays with its sender and its wording
    code = row["region_code"] or UNKNOWN
    unknown = f"{submission.reporting_unit or ''}/{row['region'] or ''}"
    task = _first(row["task"], row["content"], row["requirement_text"])
    whole = Asked(_first(row["requirement_text"], row["content"], row["task"]) or "")
    asked = tuple((str(f["fact_id"]), _asked(f, whole)) for f in facts) or ((None, whole),)
    return FiledItem(row["item_key"], task, code if code != UNKNOWN else unknown, asked)


def _asked(fact: Mapping[str, Any], whole: Asked) -> Asked:
    target = fact["target_value"]
    return Asked(
        text=_first(fact["requirement"], fact["quote"]) or whole.text,
        indicator=fact["indicator"],
        scope=fact["scope"],
        stage=fact["milestone_stage"],
        unit=fact["canonical_unit"] or fact["target_unit"],
        target=fact["target_class"] if target is None else f"{target.normalize():f}",
        deadline=None if fact["deadline"] is None else fact["deadline"].isoformat(),
        sub_item=fact["sub_item"],
    )


def _first(*texts: str | None) -> str | None:
    """The first that says something, as written: the models join on it."""
    return next((text for text in texts if text and text.strip()), None)


def _rows(path: Path, kind: str, columns: tuple[str, ...] | list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path, columns=list(columns), schema=SCHEMAS[kind]).to_pylist()
    return found
