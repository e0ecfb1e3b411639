"""Each new region name, task wording and indicator gets its durable id once, in the registry's crosswalk.

Join keys (for the models; `wording` is exactly the text in the lake's column, so joins need no folding):

- region: `kind = 'region'`, `context = submissions.region_context`, `wording = region` → a GB/T 2260 code.  No row
  means unknown: what does not resolve is not recorded, so the crosswalk stays append-only and a name that the table
  of divisions learns later resolves then.  A row of the lake without a region is its submission's `region_code`.
  A masked name is never recorded either; a row that masks its own, registered sender has the code in the lake's
  `region_code`, so a model reads coalesce(crosswalk, lake, 'UNKNOWN').
- task: `kind = 'task'`, `context = ''`, `wording = task` → `T` and 12 hexadecimal digits.
- indicator: `kind = 'indicator'`, `context = ''`, `wording = indicator` → `I` and 12 hexadecimal digits.

Ids are functions of the wording alone, so a full rebuild gives what the increments gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Engine

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
_PUNCTUATION: Final = re.compile(r"[^\w]|_")


def resolve(
    engine: Engine, submission: Submission, segmentation: Segmentation, extraction: Extraction, *, at: datetime
) -> int:
    """Record what a submission names for the first time; returns how many wordings were new."""
    named = (
        *regions_of(submission, segmentation, extraction),
        *(_named("task", "T", wording) for wording in _tasks(segmentation, extraction)),
        *(_named("indicator", "I", wording) for wording in _texts(fact.indicator for fact in extraction.facts)),
    )
    return crosswalk.add(engine, named, submission_id=submission.submission_id, created_at=at)


def regions_of(submission: Submission, segmentation: Segmentation, extraction: Extraction) -> Iterator[Named]:
    """The region names of a document that resolve in its sender's context."""
    circle = Circle.of(submission, segmentation)
    written = (*(item.region for item in segmentation.items), *(fact.region for fact in extraction.facts))
    for wording in _texts(written):
        if not is_masked(wording) and (code := circle.code(wording)):
            yield Named("region", circle.context, wording, code, region(code).full_name)


def task_id(wording: str) -> str:
    """The durable id of a task wording: the same for every year, figure, place, sign and script it is written in."""
    return f"T{_digest(wording)}"


def indicator_id(wording: str) -> str:
    """The durable id of an indicator's name."""
    return f"I{_digest(wording)}"


def normalised(wording: str) -> str:
    """A wording without years, dates, figures, region names, blanks and signs, in Simplified characters.

    What consists of nothing else keeps what it has: `2023年` and `30%` stay apart.
    """
    folded = fold(wording)
    bare = _FIGURES.sub("", _DATES.sub("", _YEARS.sub("", folded)))
    bare = _PUNCTUATION.sub("", _without_region_names(bare))
    return bare or _PUNCTUATION.sub("", folded) or folded


def _digest(wording: str) -> str:
    return key_of(normalised(wording), length=_ID_LENGTH)


def _named(kind: crosswalk.Kind, prefix: str, wording: str) -> Named:
    return Named(kind, "", wording, f"{prefix}{_digest(wording)}", wording)


def _tasks(segmentation: Segmentation, extraction: Extraction) -> Iterator[str]:
    yield from _texts((*(item.text("task") for item in segmentation.items), *(f.task for f in extraction.facts)))


def _texts(values: Iterable[str | None]) -> dict[str, None]:
    """The distinct values that say something, in the order of their first appearance."""
    return {value: None for value in values if value and value.strip()}


def _without_region_names(folded: str) -> str:
    """A text without the full names of divisions (short names like 和平 or 东方 are words too); the longest first."""
    names, longest = _region_names()
    kept: list[str] = []
    place = 0
    while place < len(folded):
        ends = range(min(place + longest, len(folded)), place + _SHORTEST_NAME - 1, -1)
        end = next((e for e in ends if folded[place:e] in names), None)
        if end is None:
            kept.append(folded[place])
        place = end or place + 1
    return "".join(kept)


@cache
def _region_names() -> tuple[frozenset[str], int]:
    names = {fold(name) for r in all_regions().values() for name in (r.name, r.full_name)}
    return frozenset(name for name in names if len(name) >= _SHORTEST_NAME), max(map(len, names))
