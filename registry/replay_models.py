"""The tables of replays: history read again under new rules, compared, and accepted or declined by a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, one_of


class Replay(Base):
    """One reading of history under one version of the rules.

    `counts` is JSON: what differs, by kind.  `digest` stands for the compared pairs of runs and for what was found;
    it is NULL until everything was read and compared.
    """

    __tablename__ = "replays"

    replay_id: Mapped[str] = mapped_column(primary_key=True)
    extractor_version: Mapped[str]
    period: Mapped[str | None]
    state: Mapped[str] = mapped_column(index=True)
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    compared_at: Mapped[datetime | None]
    counts: Mapped[str | None]
    digest: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (
        one_of("state", "reading", "proposed", "accepted", "declined", "superseded"),
        CheckConstraint("state NOT IN ('accepted', 'declined') OR decided_by IS NOT NULL", name="decision_has_name"),
    )


class ReplayRun(Base):
    """One submission of a replay: the run that was live when it was compared, and the one that would take its place.

    `new_run_id` is NULL where the new rules cannot read the file: there the old run stays, whatever is decided.
    """

    __tablename__ = "replay_runs"

    replay_id: Mapped[str] = mapped_column(ForeignKey("replays.replay_id"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.submission_id"), primary_key=True)
    old_run_id: Mapped[str] = mapped_column(ForeignKey("extraction_runs.run_id"))
    old_sha256: Mapped[str]
    new_run_id: Mapped[str | None] = mapped_column(ForeignKey("extraction_runs.run_id"))
    new_sha256: Mapped[str | None]
