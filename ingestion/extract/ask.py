"""One thing that a text asks: a target with its figure, or a milestone in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from ingestion.extract.likeness import NO_SCOPE, Scope
from ingestion.extract.marks import Comparator, Mark
from ingestion.extract.reading import Reading
from ingestion.extract.units import canonical
from ingestion.records import TextPart


@dataclass(slots=True)
class Ask:
    """One thing that a text asks. `span` is its quote in the part; `figure` is None for a milestone."""

    part: TextPart
    reading: Reading
    span: tuple[int, int]
    rule: str
    label: str
    figure: Mark | None = None
    comparator: Comparator | None = None
    deadline: date | None = None
    stage: str | None = None
    pointer: Literal["hard", "soft"] | None = None
    is_worst_class: bool = False
    requirement_text: str | None = None
    sub_item: str | None = None
    grading: str | None = None
    points: Decimal | None = None
    points_group: str | None = None
    deadline_kind: str | None = None
    scope: Scope = NO_SCOPE

    @property
    def is_target(self) -> bool:
        """True where it asks for a figure."""
        return self.figure is not None

    @property
    def measure(self) -> tuple[Decimal | None, str | None]:
        """Value and canonical unit of the target, for comparing what two texts ask."""
        if self.figure is None or self.figure.value is None:
            return None, self.figure.unit if self.figure else None
        known = canonical(self.figure.unit or "")
        return (self.figure.value * known[1], known[0]) if known else (self.figure.value, None)
