"""What a document names on its own: regions in its sender's circle, indicators by their wording.

Join keys (for the models; `wording` is exactly the text in the lake's column, so joins need no folding):

- region: `kind = 'region'`, `context = region_context` of the lake's row, `wording = region` → a GB/T 2260 code.
  That context is the sender's circle and the last change of divisions up to the document's date, so that a name has
  the code of its time and no row is ever changed; a file of an older version has none, and
  `submissions.region_context` stands for it.  A cell of several regions has the lead's code, each of its names its own.
  No row means unknown: what does not resolve is not recorded, so the crosswalk stays append-only and a name that the
  table of divisions learns later resolves then.  A row of the lake without a region is its submission's `region_code`.
  A masked name is never recorded either; a row that masks its own, registered sender has the code in the lake's
  `region_code`, so a model reads coalesce(crosswalk, lake, 'UNKNOWN').
- indicator: `kind = 'indicator'`, `context = ''`, `wording = indicator` → `I` and 12 hexadecimal digits.

Both are functions of the document alone, so they are recorded in any order and by any process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from sqlalchemy import Engine

from ingestion.lake import SCHEMAS
from ingestion.land import Circle
from ingestion.records import Extraction, Segmentation
from ingestion.regions import all_regions, is_masked, region
from ingestion.wording import fold
from registry import crosswalk
from registry.crosswalk import Named
from registry.keys import key_of
from registry.models import Submission

_ID_LENGTH: Final = 12

#: Years, dates and spans of months, then every figure that is no part of a name (PM2.5, NO2, V类 keep theirs).
_YEARS: Final = re.compile(r"(?:19|20)\d\d年?(?:度)?")
_DATES: Final = re.compile(r"\d{1,2}月(?:份|底|末|\d{1,2}日)?(?:之?前)?|[上下]半年|第?[一二三四]季度")
_FIGURES: Final = re.compile(r"(?<![A-Za-z\d.])\d+(?:[.,]\d+)*%?")
_SHORTEST_NAME: Final = 3
_BEGINNING: Final = 2
_PUNCTUATION: Final = re.compile(r"[^\w]|_")


def names_of(submission: Submission, segmentation: Segmentation, extraction: Extraction) -> tuple[Named, ...]:
    """The regions and indicators that a submission names, with the durable ids."""
    return (
        *regions_of(submission, segmentation, extraction),
        *(
            Named("indicator", "", wording, indicator_id(wording), wording)
            for wording in _texts(fact.indicator for fact in extraction.facts)
        ),
    )


def resolve(engine: Engine, named: Iterable[Named], submission_id: str, *, at: datetime) -> int:
    """Record what a submission names for the first time; returns how many wordings were new."""
    return crosswalk.add(engine, named, submission_id=submission_id, created_at=at)


def regions_of(submission: Submission, segmentation: Segmentation, extraction: Extraction) -> Iterator[Named]:
    """The region names of a document that resolve in its sender's context."""
    circle = Circle.of(submission, segmentation)
    written = (*(item.region for item in segmentation.items), *(fact.region for fact in extraction.facts))
    shared = (one.name for text in _texts(written) for one in circle.joint(text))
    for wording in _texts((*_texts(written), *shared)):
        if not is_masked(wording) and (code := circle.code(wording)):
            yield Named("region", circle.names_context, wording, code, region(code).full_name)


def names_landed(lake: Path, facts_file: str) -> tuple[Named, ...]:
    """The regions and indicators that a landed run names, as `names_of` told them when it was read.

    The lake holds each wording with its circle and its code, so a run that waited for a person is named without being
    read again.
    """
    places: dict[tuple[str, str], str] = {}
    for kind in ("items", "item_regions", "facts"):
        path = lake / facts_file.replace("facts/", f"{kind}/", 1)
        columns = ["region", "region_code", "region_context"]
        for row in pq.read_table(path, columns=columns, schema=SCHEMAS[kind]).to_pylist():
            wording, code = row["region"], row["region_code"]
            if wording and wording.strip() and code and not is_masked(wording):
                places.setdefault((row["region_context"], wording), code)
    indicators = pq.read_table(lake / facts_file, columns=["indicator"], schema=SCHEMAS["facts"])["indicator"]
    return (
        *(Named("region", context, name, code, region(code).full_name) for (context, name), code in places.items()),
        *(Named("indicator", "", name, indicator_id(name), name) for name in _texts(indicators.to_pylist())),
    )


def task_id(wording: str) -> str:
    """The id of a task that is met for the first time in this wording; likeness to known ones comes before it."""
    return f"T{_digest(wording)}"


def indicator_id(wording: str) -> str:
    """The durable id of an indicator's name."""
    return f"I{_digest(wording)}"


def normalised(wording: str) -> str:
    """A wording without years, dates, figures, region names, blanks and signs, in Simplified characters.

    What consists of nothing else keeps what it has: `2023年` and `30%` stay apart.  Ids are made from it, so it
    never changes; what tells tasks apart is `ingestion.resolve.forms`.
    """
    folded = fold(wording)
    bare = _FIGURES.sub("", _DATES.sub("", _YEARS.sub("", folded)))
    bare = _PUNCTUATION.sub("", without_region_names(bare))
    return bare or _PUNCTUATION.sub("", folded) or folded


def without_region_names(folded: str) -> str:
    """A text without the full names of divisions (short names like 和平 or 东方 are words too); the longest first."""
    names, beginnings, longest = _region_names()
    kept: list[str] = []
    place = 0
    while place < len(folded):
        end = None
        if folded[place : place + _BEGINNING] in beginnings:
            ends = range(min(place + longest, len(folded)), place + _SHORTEST_NAME - 1, -1)
            end = next((e for e in ends if folded[place:e] in names), None)
        if end is None:
            kept.append(folded[place])
        place = end or place + 1
    return "".join(kept)


def _digest(wording: str) -> str:
    return key_of(normalised(wording), length=_ID_LENGTH)


def _texts(values: Iterable[str | None]) -> dict[str, None]:
    """The distinct values that say something, in the order of their first appearance."""
    return {value: None for value in values if value and value.strip()}


@cache
def _region_names() -> tuple[frozenset[str], frozenset[str], int]:
    """The full names of divisions, their first characters, and the length of the longest."""
    named = {fold(name) for r in all_regions().values() for name in (r.name, r.full_name)}
    names = frozenset(name for name in named if len(name) >= _SHORTEST_NAME)
    return names, frozenset(name[:_BEGINNING] for name in names), max(map(len, names))
