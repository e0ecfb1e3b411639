"""One figure of a text with what joined it: its rate, its change, its target, its whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingestion.extract.marks import Mark

Role = Literal["actual", "target", "total", "base", "change", "gap", "previous", "completion", "share"]


@dataclass(slots=True)
class Stated:
    """One figure of a text with what joined it. `start`, `end` are the span that its quote must show."""

    figure: Mark
    role: Role
    label: str
    start: int
    end: int
    count_role: str | None = None
    is_plan: bool = False
    approximate: bool = False
    percent: Mark | None = None
    percent_kind: Literal["completion", "share", "change"] | None = None
    target: Mark | None = None
    change: Mark | None = None  # the figure of the change
    change_sign: int = 1
    change_base: str | None = None
    previous: Mark | None = None
    base: Mark | None = None
    status: Mark | None = None
    stage: str | None = None
    day: date | None = None
    since: date | None = None
    anchor: Stated | None = None  # the statement that this one joined

    def join(self, other: Stated) -> None:
        """Take in a statement that says more of this one, and widen the span to it."""
        other.anchor = self
        self.start, self.end = min(self.start, other.start), max(self.end, other.end)
