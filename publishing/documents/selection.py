"""What fills the lag table of an edition, and which candidates wait for the bureau's verdict."""

from __future__ import annotations

from dataclasses import dataclass

from publishing.documents.edition import Edition
from publishing.documents.records import Item, Report
from publishing.documents.report import read
from publishing.query import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A lag that nobody has determined: it stands in no signed document.  `sub_item` is None for a whole item."""

    progress_key: str
    requirement_id: str
    region: str
    region_code: str
    task: str
    sub_item: str | None
    requirement: str
    reason: str | None
    publication: str

    def __str__(self) -> str:
        return f"{self.region} {self.task}{self.sub_item or ''}：{self.reason or self.requirement}"


def undetermined(ask: Ask, period: str, *, city: str | None = None) -> tuple[Candidate, ...]:
    """The candidates of a period for the lag table without a verdict of the bureau, in the order of the documents."""
    return candidates(read(ask, period, city=city))


def candidates(report: Report) -> tuple[Candidate, ...]:
    """As `undetermined`, of a report that was read."""
    return tuple(
        Candidate(
            progress_key=line.key,
            requirement_id=line.requirement_id,
            region=item.region,
            region_code=item.region_code,
            task=item.task,
            sub_item=line.sub_item,
            requirement=line.text,
            reason=line.reason,
            publication=line.publication,
        )
        for item in report.items
        for line in item.lines
        if line.is_candidate
    )


def lagging(report: Report, edition: Edition) -> tuple[Item, ...]:
    """The items of the lag table: an item is printed whole when one of its requirements lags."""
    if edition.is_determined_only:
        return tuple(item for item in report.items if any(line.is_determined_lag for line in item.lines))
    return tuple(item for item in report.items if any(line.is_lagging for line in item.lines))


def reported(report: Report) -> tuple[Item, ...]:
    """The items of the completion table.

    A lag table of the city lists exceptions only, so a district of which nothing else is known is left out; where it
    filed, what the city lists is one of its tasks like the others.
    """
    return tuple(
        item
        for district in report.districts
        if not all(line.is_listed_by_city for line in district.lines)
        for item in district.items
    )
