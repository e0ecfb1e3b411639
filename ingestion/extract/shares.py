"""What the text of a joint task gives for one of its regions is a part of the whole that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingestion.records import Fact, TaskItem


def with_shares(item: TaskItem, progress: Sequence[Fact]) -> list[Fact]:
    """The progress facts of an item, those of one region's share marked as parts, with the region as their scope."""
    places = [(p.char_start, p.char_start + len(p.text), p.place) for p in item.parts if p.place]
    return [_as_share(fact, places) for fact in progress] if places else list(progress)


def _as_share(fact: Fact, places: Sequence[tuple[int, int, str | None]]) -> Fact:
    place = next((name for start, end, name in places if start <= fact.char_start < end), None)
    if place is None:
        return fact
    counts = fact.actual_value is not None and fact.count_role in (None, "done", "closed")
    return replace(fact, scope=fact.scope or place, count_role="part" if counts else fact.count_role)
