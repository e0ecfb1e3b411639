"""A segmented document to facts: requirements, progress, indicators; what was not read becomes a rejection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import yaml

from ingestion.extract.cells import cell_figure
from ingestion.extract.coming import Paragraphs
from ingestion.extract.coverage import numerals
from ingestion.extract.facts import FactMaker
from ingestion.extract.ladders import with_ladders
from ingestion.extract.naming import clean
from ingestion.extract.pairing import pair
from ingestion.extract.piece import Piece
from ingestion.extract.progress import make_progress, piece_facts
from ingestion.extract.reading import read
from ingestion.extract.registry import Calendar
from ingestion.extract.requirements import make_requirements
from ingestion.extract.shares import with_shares
from ingestion.extract.units_in_charge import with_units
from ingestion.extract.withheld import sure_facts, told
from ingestion.extract.workbook import extract_form
from ingestion.records import Extraction, Fact, Rejection, Segmentation, TaskItem, TextPart


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Reason codes of rejections with their wording in Chinese and English."""
    text = (files("ingestion.extract") / "reasons.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)["reasons"]
    return found


def extract(segmentation: Segmentation) -> Extraction:
    """The facts of a document in reading order, its rejections and the count of its numerals."""
    if segmentation.form is not None:
        return extract_form(segmentation, segmentation.form, _item_facts, _unread)
    calendar = Calendar(segmentation.campaign_year, segmentation.as_of_date)
    paragraphs = Paragraphs(calendar)
    maker = FactMaker(segmentation)
    facts: list[Fact] = []
    rejections: list[Rejection] = []
    for group in _groups(segmentation.items):
        if len(group) == 1 and not group[0].of("statement"):
            item = group[0]
            made = _item_facts(maker, item, calendar)
            rejections += _unread(segmentation, item, made, calendar)
        else:
            made = _statement_facts(maker, group, paragraphs.calendar_of(group), segmentation)
        facts += made
    rejections += [_reject(segmentation, p, "unplaced_text") for p in segmentation.unplaced]
    rejections += [_reject(segmentation, p, "joint_figure") for p in segmentation.set_aside]
    rejections += told(segmentation.document)
    facts = sure_facts(segmentation.document, facts)
    coverage, unread = numerals(segmentation, facts, calendar)
    return Extraction(tuple(facts), (*rejections, *unread), coverage)


def _groups(items: Sequence[TaskItem]) -> Iterator[list[TaskItem]]:
    """Task items alone; statements that semicolons cut from one sentence together."""
    group: list[TaskItem] = []
    for item in items:
        if group and not _goes_on(group[-1], item):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _goes_on(before: TaskItem, item: TaskItem) -> bool:
    last, first = before.of("statement"), item.of("statement")
    if not last or not first:
        return False
    return last[-1].locator == first[0].locator and last[-1].text.rstrip().endswith((";", "；"))


def _item_facts(maker: FactMaker, item: TaskItem, calendar: Calendar) -> list[Fact]:
    asked = make_requirements(maker, item, calendar)
    requirements = with_ladders([f for f in asked if f.fact == "requirement"])
    sizes = [f for f in asked if f.fact != "requirement"]
    progress = pair(make_progress(maker, item, calendar, requirements), requirements)
    return with_units(item, [*requirements, *sizes, *with_shares(item, progress)])


def _statement_facts(
    maker: FactMaker, group: Sequence[TaskItem], calendar: Calendar, segmentation: Segmentation
) -> list[Fact]:
    parts = [(item, p) for item in group for p in item.of("statement")]
    first, last = parts[0][1], parts[-1][1]
    start, end = first.char_start, last.char_start + len(last.text)
    joint = TextPart(
        role="statement",
        text=segmentation.document.text[start:end],
        char_start=start,
        locator=first.locator,
        section=first.section,
        heading=first.heading,
    )
    reading = read(joint.text, calendar)
    made: list[Fact] = []
    for item, part in parts:
        piece = Piece(item, joint, reading, "indicator", part.heading[-1] if part.heading else "")
        own = (part.char_start - start, part.char_start - start + len(part.text))
        heading = clean(part.heading[-1]) if part.heading else ""
        made += piece_facts(maker, piece, own=own, fallback=heading)
    return made


def _unread(
    segmentation: Segmentation, item: TaskItem, made: Sequence[Fact], calendar: Calendar
) -> Iterator[Rejection]:
    """Requirement and progress parts that gave no fact."""
    for part in item.parts:
        if part.role not in ("requirement", "progress") or not part.text.strip(" -—/无"):
            continue
        span = (part.char_start, part.char_start + len(part.text))
        is_read = any(f.char_start < span[1] and span[0] < f.char_end for f in made) or cell_figure(part, calendar)
        is_pointer = part.role == "requirement" and any(
            f.fact == "requirement" and f.requirement and part.text.strip() in f.requirement for f in made
        )
        if not is_read and not is_pointer:
            yield _reject(segmentation, part, f"unread_{part.role}")


def _reject(segmentation: Segmentation, part: TextPart, reason: str) -> Rejection:
    return Rejection(
        document=segmentation.document.name,
        document_sha256=segmentation.document.sha256,
        locator=part.locator,
        quote=part.text,
        char_start=part.char_start,
        char_end=part.char_start + len(part.text),
        reason=reason,
    )
