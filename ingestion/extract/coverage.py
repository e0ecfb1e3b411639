"""Where every numeral of a document went: into a fact, by name into no measure, or nowhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingestion.extract.cells import cell_figure
from ingestion.extract.contexts import clause_end, clause_start
from ingestion.extract.folding import fold
from ingestion.extract.marks import FIGURES, MEASURED
from ingestion.extract.numerals import NUMERAL
from ingestion.extract.reading import read
from ingestion.extract.registry import Calendar
from ingestion.extract.withheld import withheld_spans
from ingestion.records import Fact, NumeralCoverage, Rejection, Segmentation, TextPart

_SAID = frozenset({*MEASURED, "as_of", "deadline", "score"})


@dataclass(slots=True)
class _Spans:
    """Places of the document's text, by what was read there."""

    facts: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    parts: set[int] = field(default_factory=set)
    unplaced: set[int] = field(default_factory=set)
    withheld: set[int] = field(default_factory=set)  # rejected as a whole, whatever was read there


def numerals(
    segmentation: Segmentation, facts: Sequence[Fact], calendar: Calendar
) -> tuple[NumeralCoverage, tuple[Rejection, ...]]:
    """The counts of a document's numerals, and a rejection for each that nothing explains.

    Numerals outside the items' texts (titles, headings, row numbers, column headers) are names.
    """
    document = segmentation.document
    spans = _spans(segmentation, facts, calendar)
    counts = {"in_fact": 0, "named": 0, "rejected": 0}
    rejections = []
    folded = fold(document.text)
    parts = sorted(_parts(segmentation), key=lambda part: part.char_start)
    starts = [part.char_start for part in parts]
    for found in NUMERAL.finditer(folded):
        place = found.start()
        where = _where(place, spans)
        counts[where] += 1
        if where == "rejected" and place not in spans.withheld and (before := bisect_right(starts, place)):
            rejections.append(_rejection(segmentation, parts[before - 1], folded, place))
    coverage = NumeralCoverage(
        document=document.name,
        document_sha256=document.sha256,
        in_fact=counts["in_fact"],
        named_non_measure=counts["named"],
        rejected=counts["rejected"],
    )
    return coverage, tuple(r for r in rejections if r is not None)


def _where(place: int, spans: _Spans) -> str:
    if place in spans.withheld:
        return "rejected"
    if place in spans.facts:
        return "in_fact"
    if place in spans.unplaced:
        return "rejected"
    return "named" if place in spans.names or place not in spans.parts else "rejected"


def _parts(segmentation: Segmentation) -> Iterable[TextPart]:
    seen: set[tuple[int, int]] = set()
    for item in segmentation.items:
        for part in item.parts:
            if (part.char_start, len(part.text)) not in seen:
                seen.add((part.char_start, len(part.text)))
                yield part


def _spans(segmentation: Segmentation, facts: Sequence[Fact], calendar: Calendar) -> _Spans:
    spans = _Spans()
    quoted: set[int] = set()
    for fact in facts:
        quoted.update(range(fact.char_start, fact.char_end))
    for part in _parts(segmentation):
        spans.parts.update(range(part.char_start, part.char_start + len(part.text)))
        for mark in read(part.text, calendar).marks:
            if mark.kind not in FIGURES:
                continue
            places = range(part.char_start + mark.start, part.char_start + mark.end)
            is_said = mark.kind in _SAID and any(p in quoted for p in places)
            (spans.facts if is_said else spans.names).update(places)
        if cell := cell_figure(part, calendar):
            spans.facts.update(range(part.char_start + cell.start, part.char_start + cell.end))
    for part in (*segmentation.unplaced, *segmentation.set_aside):
        spans.unplaced.update(range(part.char_start, part.char_start + len(part.text)))
    for start, end in withheld_spans(segmentation.document):
        spans.withheld.update(range(start, end))
    return spans


def _rejection(segmentation: Segmentation, part: TextPart, folded: str, place: int) -> Rejection | None:
    """The clause of a numeral that no rule read; text that was not placed is rejected as a whole elsewhere.

    `folded` is the whole document's text, folded once: folding keeps every position.
    """
    end_of_part = part.char_start + len(part.text)
    if place >= end_of_part:
        return None
    words = folded[part.char_start : end_of_part]
    start = clause_start(words, place - part.char_start)
    end = clause_end(words, place - part.char_start)
    return Rejection(
        document=segmentation.document.name,
        document_sha256=segmentation.document.sha256,
        locator=part.locator,
        quote=part.text[start:end],
        char_start=part.char_start + start,
        char_end=part.char_start + end,
        reason="unread_numeral",
    )
