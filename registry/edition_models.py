"""The registry's tables of the bureau's monthly documents: editions, their files, and what districts answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, one_of


class Edition(Base):
    """A month's documents on their way to a number; once issued the row never changes again.

    `round` counts the consultations: each rests on one published `snapshot_version` with content `snapshot_digest`.
    `layout` (JSON) is what else the files depend on: city, order of districts, subject of the titles.
    `content_digest` stands for the files of the state that the edition is in, `code_version` for what wrote them.
    `reply_due` is the day by which districts answer, `reply_days` working days after `drafted_on`;
    `is_calendar_known` is False where no holiday calendar reached so far.  `corrects` is the issued edition that this
    one corrects (更正), `correction_note` what it changes.
    """

    __tablename__ = "editions"

    edition_id: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    agency: Mapped[str]
    layout: Mapped[str]
    round: Mapped[int]
    snapshot_version: Mapped[int]
    snapshot_digest: Mapped[str]
    content_digest: Mapped[str]
    code_version: Mapped[str]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    drafted_on: Mapped[date]
    reply_days: Mapped[int]
    reply_due: Mapped[date]
    is_calendar_known: Mapped[bool]
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    signatory: Mapped[str | None]
    issued_on: Mapped[date | None]
    issued_by: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    corrects: Mapped[str | None] = mapped_column(ForeignKey("editions.edition_id"))
    correction_note: Mapped[str | None]
    version: Mapped[int]

    __table_args__ = (
        one_of("state", "consultation", "submitted", "reviewed", "issued", "withdrawn"),
        CheckConstraint("(state = 'issued') = (number IS NOT NULL)", name="issued_has_number"),
    )


class EditionFile(Base):
    """A file of an edition as it was written in a round; its bytes lie in the home under their sha256.

    `stage` and `form` are those of publishing's `Edition`; the form `data` is the contents that rounds are compared by.
    """

    __tablename__ = "edition_files"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    region_code: Mapped[str | None]
    sha256: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        one_of("stage", "consultation", "review", "issued", "correction"),
        one_of("form", "submission", "checking", "data"),
    )


class EditionAnswer(Base):
    """What a district answered in a round, and how its objection was settled.

    `carried_from` is the round of an answer that still holds because nothing of the district's changed since.
    An objection carries its proof, a file kept under `proof_sha256`.
    """

    __tablename__ = "edition_answers"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str]
    state: Mapped[str]
    text: Mapped[str | None]
    channel: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_on: Mapped[date | None]
    proof_sha256: Mapped[str | None]
    proof_name: Mapped[str | None]
    recorded_by: Mapped[str | None]
    recorded_at: Mapped[datetime | None]
    settlement: Mapped[str | None]
    settlement_reason: Mapped[str | None]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    carried_from: Mapped[int | None]

    __table_args__ = (
        one_of("state", "awaiting", "accepted", "objected", "silent"),
        one_of("channel", "letter", "telephone", "desk"),
        one_of("settlement", "upheld", "rejected"),
        CheckConstraint("state <> 'objected' OR proof_sha256 IS NOT NULL", name="objection_has_proof"),
    )
