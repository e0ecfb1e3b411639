"""Facts become Parquet: one file per kind, submission and version of the rules, below the registered period.

The same extraction gives the same bytes, and what is recorded and lies there unchanged is not even written again.
The facts file is written last; the registry's manifest (`registry.runs`) names it only after everything lies there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ingestion.divisions import changed_by
from ingestion.extract.facts import item_key
from ingestion.lake import FIGURE, SCHEMAS, file_sha256, partition, table_of, write_parquet
from ingestion.placement import period_end
from ingestion.records import Extraction, Fact, Rejection, Segmentation, TextPart
from ingestion.regions import UNKNOWN, is_masked, resolve_region, resolve_regions
from ingestion.segment.joint import Role, parties
from ingestion.wording import fold
from registry.models import ExtractionRun, Submission
from registry.runs import Landed, run_id

#: A version becomes part of a file's name.
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: Rejection reason of a figure with more digits than the lake holds.
TOO_LARGE: Final = "figure_out_of_range"

_FIGURES: Final = tuple(f.name for f in fields(Fact) if "Decimal" in str(f.type))
_LIMIT: Final = Decimal(10) ** (FIGURE.precision - FIGURE.scale)
_STEP: Final = Decimal(1).scaleb(-FIGURE.scale)
#: The number of a sub-item, directly before its words: （1）, 2、, ③.
_NUMBER_BEFORE: Final = re.compile(
    r"(?:[（(]\s*[\d一二三四五六七八九十]{1,3}\s*[）)]|[\d一二三四五六七八九十]{1,3}\s*[、.．）)]|[①-⑳])\s*\Z"
)
_LONGEST_NUMBER: Final = 8
_ITEM_ROLES: Final = frozenset({"task", "content", "requirement", "progress"})


@dataclass(frozen=True, slots=True)
class Placed:
    """One of the regions that share a task, with its code."""

    name: str
    code: str
    role: Role


@dataclass(frozen=True, slots=True)
class Circle:
    """Where a submission's region names are looked up: the sender's context and own region, on the document's date.

    `masked` is the masked name by which the document calls its sender (XX市); where the register says who that is,
    the register wins.
    """

    context: str
    own: str | None
    masked: str | None = None
    as_of: date | None = None

    @classmethod
    def of(cls, submission: Submission, segmentation: Segmentation) -> Circle:
        """The circle of a registered submission."""
        own = None if submission.region_code == UNKNOWN else submission.region_code
        name = segmentation.region
        as_of = submission.as_of_date or (period_end(submission.period) if submission.period else None)
        return cls(submission.region_context, own, fold(name) if name and is_masked(name) else None, as_of)

    @property
    def names_context(self) -> str:
        """The crosswalk's context of the document's region names: `440700@2021-02-20` for what they mean in the circle
        of 440700 since the divisions last changed."""
        return f"{self.context}@{changed_by(self.as_of)}" if self.as_of else self.context

    def code(self, name: str | None) -> str | None:
        """The code of a name as written; where the row names no region, or only masks the sender's, the sender's.

        Of several regions that share a task the lead's.
        """
        if name is None or not name.strip() or fold(name) == self.masked:
            return self.own
        joint = self.joint(name)
        return joint[0].code if joint else resolve_region(name, self.context or None, self.as_of)

    def joint(self, name: str | None) -> tuple[Placed, ...]:
        """The regions that a cell names together, the lead first; none where it names one, or one that nobody knows.

        They are resolved as a set: a name that is not known leaves the whole cell unknown, and none drops out.
        """
        named = parties(name)
        if not named or is_masked(name or ""):
            return ()
        codes = resolve_regions((party.name for party in named), self.context or None, self.as_of)
        placed = tuple(Placed(p.name, code, p.role) for p, code in zip(named, codes, strict=True) if code)
        is_whole = len(placed) == len(named) and len({one.code for one in placed}) == len(placed)
        return placed if is_whole else ()


def lake_file(kind: str, submission: Submission, extractor_version: str) -> str:
    """`facts/period=2023-09/<submission_id>.<version>.parquet`, relative to the lake."""
    if submission.period is None or not _VERSION.fullmatch(extractor_version):
        raise ValueError(f"no place in the lake for period {submission.period!r}, version {extractor_version!r}")
    return f"{partition(kind, submission.period)}/{run_id(submission.submission_id, extractor_version)}.parquet"


def land(
    lake: Path,
    submission: Submission,
    segmentation: Segmentation,
    extraction: Extraction,
    extractor_version: str,
    recorded: ExtractionRun | None = None,
) -> Landed:
    """Write the extraction's facts, items, rejections and numeral coverage; returns what the manifest records.

    `recorded` is the manifest's row of this run, if there is one: where it and the file agree nothing is written.
    """
    facts_file = lake_file("facts", submission, extractor_version)
    tables = _tables(submission, segmentation, extraction)
    if recorded and recorded.status == "succeeded" and _is_intact(lake, recorded, tables):
        sha256 = recorded.lake_sha256 or ""
    else:
        for kind in ("items", "item_regions", "rejections", "coverage"):
            write_parquet(tables[kind], lake / lake_file(kind, submission, extractor_version))
        sha256 = write_parquet(tables["facts"], lake / facts_file)
    return Landed(
        submission_id=submission.submission_id,
        extractor_version=extractor_version,
        item_count=tables["items"].num_rows,
        fact_count=tables["facts"].num_rows,
        rejection_count=tables["rejections"].num_rows,
        lake_file=facts_file,
        lake_sha256=sha256,
    )


def item_rows(submission: Submission, segmentation: Segmentation, facts: tuple[Fact, ...]) -> Iterator[dict[str, Any]]:
    """One row per task item; statements of a narrative are no items."""
    circle = Circle.of(submission, segmentation)
    key_of_seq = {fact.item_seq: fact.item_key for fact in facts}
    for item in segmentation.items:
        if not any(part.role in _ITEM_ROLES for part in item.parts):
            continue
        yield {
            "document": segmentation.document.name,
            "document_sha256": segmentation.document.sha256,
            "item_key": key_of_seq.get(item.seq) or item_key(segmentation, item),
            "item_seq": item.seq,
            "item_no": item.item_no,
            "region": item.region,
            "region_code": circle.code(item.region),
            "task": item.text("task"),
            "content": item.text("content"),
            "requirement_text": _as_written(segmentation.document.text, item.of("requirement")),
            "progress_text": _as_written(segmentation.document.text, item.of("progress")),
            "locator": item.parts[0].locator,
            "issued_by_city": segmentation.issued_by_city,
        }


def _as_written(text: str, parts: tuple[TextPart, ...]) -> str | None:
    """The parts as a person printed them: each on its line, with the number of its sub-item as it was written."""
    lines = []
    for part in parts:
        number = _NUMBER_BEFORE.search(text, max(0, part.char_start - _LONGEST_NUMBER), part.char_start)
        lines.append((number[0] if number and part.sub_item else "") + part.text)
    return "\n".join(lines) or None


def region_rows(items: Iterable[dict[str, Any]], circle: Circle) -> Iterator[dict[str, Any]]:
    """A row per region of each item that several share; an item of one region has none."""
    for item in items:
        for place, one in enumerate(circle.joint(item["region"]), 1):
            yield {
                "document_sha256": item["document_sha256"],
                "item_key": item["item_key"],
                "region": one.name,
                "region_code": one.code,
                "role": one.role,
                "place": place,
            }


def _tables(submission: Submission, segmentation: Segmentation, extraction: Extraction) -> dict[str, pa.Table]:
    circle = Circle.of(submission, segmentation)
    facts, too_large = fitting(extraction.facts)
    items = list(item_rows(submission, segmentation, extraction.facts))
    records = {
        "facts": tuple(replace(fact, region_code=circle.code(fact.region)) for fact in facts),
        "items": items,
        "item_regions": region_rows(items, circle),
        "rejections": (*extraction.rejections, *too_large),
        "coverage": () if extraction.coverage is None else (extraction.coverage,),
    }
    constant = {"submission_id": submission.submission_id, "region_context": circle.names_context}
    return {kind: table_of(rows, SCHEMAS[kind], **constant) for kind, rows in records.items()}


def fitting(facts: tuple[Fact, ...]) -> tuple[list[Fact], list[Rejection]]:
    """Facts as the lake's decimals hold them (18 digits before the point, 6 after it); others become rejections.

    A rejection is one per place in the text, however many facts were read from it.
    """
    fitting: list[Fact] = []
    too_large: dict[tuple[int, int], Rejection] = {}
    for fact in facts:
        figures = {name: value for name in _FIGURES if (value := getattr(fact, name)) is not None}
        if all(value.is_finite() and abs(value) < _LIMIT for value in figures.values()):
            exact = {name: value for name, value in figures.items() if value == value.quantize(_STEP)}
            rounded = {name: value.quantize(_STEP) for name, value in figures.items() if name not in exact}
            fitting.append(replace(fact, **rounded) if rounded else fact)
        else:
            too_large.setdefault(
                (fact.char_start, fact.char_end),
                Rejection(
                    document=fact.document,
                    document_sha256=fact.document_sha256,
                    locator=fact.locator,
                    quote=fact.quote,
                    char_start=fact.char_start,
                    char_end=fact.char_end,
                    reason=TOO_LARGE,
                ),
            )
    return fitting, list(too_large.values())


def _is_intact(lake: Path, recorded: ExtractionRun, tables: dict[str, pa.Table]) -> bool:
    """The recorded facts lie there unchanged, and the files beside them are there."""
    facts = lake / (recorded.lake_file or "")
    others = [lake / (recorded.lake_file or "").replace("facts/", f"{kind}/", 1) for kind in tables]
    return all(path.is_file() for path in others) and file_sha256(facts) == recorded.lake_sha256
