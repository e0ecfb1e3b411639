"""The bureau's monthly documents from the first draft to the number: what each step needs and what it leaves behind.

`registry/edition_states.py` draws the way, `registry/edition_answers.py` keeps what districts say in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from registry.audit import Person
from registry.edition_answers import ask
from registry.edition_refusals import (
    refuse_corrected,
    refuse_malformed,
    refuse_second,
    refuse_taken,
    refuse_unsettled,
)
from registry.edition_states import (
    LOCK,
    IllegalEditionStepError,
    StaleEditionError,
    called,
    changing,
    current,
    in_order,
    log,
    name_of,
    one,
    refuse_same,
    require,
    told,
)
from registry.engine import reading, writing
from registry.keys import key_of
from registry.models import Edition, EditionFile
from registry.notices import folded_number
from registry.working_days import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A file of an edition whose bytes the home keeps; the columns are those of `EditionFile`."""

    stage: Literal["consultation", "review", "issued", "correction"]
    form: Literal["submission", "checking", "data"]
    name: str
    kind: str
    region_code: str | None
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A round: the version it rests on, the day it goes out, when answers are due, who is asked, its files.

    `regions` are the districts that are asked, code → name; `layout` and `code_version` are as in `Edition`.
    """

    agency: str
    layout: str
    snapshot_version: int
    snapshot_digest: str
    code_version: str
    drafted_on: date
    reply: Term
    regions: Mapping[str, str]
    files: tuple[Filed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What makes a text an issued document: its number (文号), who signs it (签发人), the day."""

    number: str
    signatory: str
    issued_on: date


def draft(engine: Engine, period: str, given: Draft, *, by: Person, at: datetime) -> str:
    """The first round of a month's documents; returns the edition's id.

    Raises EditionError: another edition of the month is open or issued (then a correction follows), nobody to ask.
    """
    with writing(engine, LOCK) as session:
        refuse_second(session, period)
        return _add(session, Edition(period=period), given, by, at)


def correct(engine: Engine, corrected: str, given: Draft, *, note: str, version: int, by: Person, at: datetime) -> str:
    """The first round of a correction (更正) of an issued edition; `note` says what it changes.  Returns its id.

    The issued one stays as it is.  Raises EditionError: not issued, corrected already or being corrected, no note.
    """
    with writing(engine, LOCK) as session:
        old = one(session, corrected)
        require({"更正说明 note": note.strip()})
        if old.version != version:
            session.expunge(old)
            raise StaleEditionError(old, version)
        if old.state != "issued":
            raise IllegalEditionStepError(
                f"{called(old)}现为“{name_of(old.state)}”，只有已签发的可以更正 (only an issued edition is corrected)"
            )
        refuse_corrected(session, old)
        new = Edition(period=old.period, corrects=corrected, correction_note=note.strip())
        return _add(session, new, given, by, at)


def redraft(
    engine: Engine, key: str, given: Draft, *, changed: Collection[str], note: str | None = None,
    version: int, by: Person, at: datetime,
) -> None:  # fmt: skip
    """The next round, on a newer published version: districts in `changed` and with upheld objections answer again.

    `note` is what a correction changes now, and only a correction has one.  Raises EditionError: not in
    consultation, no newer version, a correction without a note.
    """
    with changing(engine, key, version, "redraft", by, at, after={"changed": sorted(changed)}) as (session, edition):
        if given.snapshot_version <= edition.snapshot_version:
            raise IllegalEditionStepError(
                f"本轮已依据第{edition.snapshot_version}版数据，没有更新的版本（给出第{given.snapshot_version}版）；"
                "认定、更正登记后须先刷新发布 (no newer version is published)"
            )
        in_order("上一轮日期 drafted_on", edition.drafted_on, "本轮日期", given.drafted_on)
        told_now = (note or "").strip()
        if edition.corrects:
            # the note of the round before tells what another version changed
            require({"更正说明 note": told_now})
        edition.round += 1
        edition.correction_note = told_now if edition.corrects else None
        _lay(session, edition, given, changed, by, at)


def submit(
    engine: Engine, key: str, files: Sequence[Filed], *, code_version: str, undetermined: Sequence[str], version: int,
    by: Person, at: datetime,
) -> None:  # fmt: skip
    """The text for review (送审稿), once nobody holds it up and every lagging task has its verdict.

    `undetermined` are the lagging candidates of the round's version without a verdict.  Raises UnsettledError.
    """
    with changing(engine, key, version, "submit", by, at) as (session, edition):
        refuse_unsettled(session, edition, undetermined)
        session.execute(
            delete(EditionFile).where(
                EditionFile.edition_id == key, EditionFile.round == edition.round, EditionFile.stage == "review"
            )
        )
        _keep(session, edition, files, code_version)
        edition.state, edition.submitted_by, edition.submitted_at = "submitted", by.name, at


def review(engine: Engine, key: str, *, version: int, by: Person, at: datetime) -> None:
    """核稿: what is submitted is right.  Raises SamePersonError for who drafted or submitted it, UnsettledError."""
    with changing(engine, key, version, "review", by, at) as (session, edition):
        refuse_same("起草人", edition.drafted_by, "核稿人", by.name)
        refuse_same("送审人", edition.submitted_by, "核稿人", by.name)
        refuse_unsettled(session, edition)
        edition.state, edition.reviewed_by, edition.reviewed_at = "reviewed", by.name, at


def send_back(engine: Engine, key: str, *, reason: str, version: int, by: Person, at: datetime) -> None:
    """Back into consultation, with a reason; answers stay.  Raises IncompleteEditionError without one."""
    with changing(engine, key, version, "send_back", by, at, note=reason.strip()) as (_, edition):
        require({"退回理由 reason": reason.strip()})
        edition.state = "consultation"
        edition.submitted_by = edition.submitted_at = edition.reviewed_by = edition.reviewed_at = None


def issue(
    engine: Engine, key: str, signature: Signature, files: Sequence[Filed], *, code_version: str, version: int,
    by: Person, at: datetime,
) -> None:  # fmt: skip
    """签发: the reviewed text gets its number and its final files, and is never changed again.

    Raises EditionError: incomplete, a number of another year or another document, signed off by who reviewed it.
    """
    number = folded_number(signature.number)
    with changing(engine, key, version, "issue", by, at) as (session, edition):
        require({"文件 files": files})
        _refuse_unready(session, edition, signature, by)
        _keep(session, edition, files, code_version)
        edition.state, edition.number, edition.signatory = "issued", number, signature.signatory.strip()
        edition.issued_on, edition.issued_by, edition.issued_at = signature.issued_on, by.name, at


def check_issue(engine: Engine, key: str, signature: Signature, *, version: int, by: Person) -> None:
    """Raise what `issue` would raise, before anybody waits for its files."""
    with reading(engine) as session:
        _refuse_unready(session, current(session, key, version, "issue"), signature, by)


def check_submit(engine: Engine, key: str, *, undetermined: Sequence[str], version: int) -> None:
    """Raise what `submit` would raise, before anybody waits for its files."""
    with reading(engine) as session:
        refuse_unsettled(session, current(session, key, version, "submit"), undetermined)


def withdraw(engine: Engine, key: str, *, reason: str, version: int, by: Person, at: datetime) -> None:
    """Drop an edition before it is issued.  Raises IncompleteEditionError without a reason."""
    with changing(engine, key, version, "withdraw", by, at, note=reason.strip()) as (_, edition):
        require({"撤回理由 reason": reason.strip()})
        edition.state = "withdrawn"


def get(engine: Engine, key: str) -> Edition:
    """One edition.  UnknownEditionError."""
    with reading(engine) as session:
        return one(session, key)


def every(engine: Engine, *, period: str | None = None) -> list[Edition]:
    """All editions, or those of a month, in the order in which they were first drafted."""
    query = select(Edition).order_by(Edition.period, Edition.drafted_at, Edition.edition_id)
    with reading(engine) as session:
        return list(session.scalars(query if period is None else query.where(Edition.period == period)))


def files(engine: Engine, key: str, *, round_number: int | None = None) -> list[EditionFile]:
    """The files of an edition, of one round where it is named."""
    query = select(EditionFile).where(EditionFile.edition_id == key)
    if round_number is not None:
        query = query.where(EditionFile.round == round_number)
    order = (EditionFile.round, EditionFile.stage, EditionFile.form, EditionFile.kind, EditionFile.name)
    with reading(engine) as session:
        return list(session.scalars(query.order_by(*order)))


def corrected_by(engine: Engine, key: str) -> Edition | None:
    """The issued correction of an edition (已更正), or None."""
    with reading(engine) as session:
        return session.scalars(select(Edition).where(Edition.corrects == key, Edition.state == "issued")).first()


def pinned_versions(engine: Engine) -> set[int]:
    """The published versions that retention must keep: those of every open and every issued edition."""
    with reading(engine) as session:
        wanted = select(Edition.snapshot_version).where(Edition.state != "withdrawn")
        return set(session.scalars(wanted))


def _refuse_unready(session: Session, edition: Edition, signature: Signature, by: Person) -> None:
    number = folded_number(signature.number)
    require({"文号 number": number, "签发人 signatory": signature.signatory.strip()})
    refuse_malformed(number, signature.issued_on)
    in_order("起草日期 drafted_on", edition.drafted_on, "签发日期 issued_on", signature.issued_on)
    refuse_same("核稿人", edition.reviewed_by, "签发经办人", by.name)
    refuse_taken(session, number)
    if edition.corrects:
        refuse_corrected(session, one(session, edition.corrects), but=edition.edition_id)


def _add(session: Session, edition: Edition, given: Draft, by: Person, at: datetime) -> str:
    require({"起草人 drafted_by": by.name.strip(), "发文机关 agency": given.agency.strip()})
    edition.edition_id = key_of("edition", edition.period, edition.corrects, by.name, at.isoformat())
    edition.state, edition.round, edition.version = "consultation", 1, 1
    _lay(session, edition, given, None, by, at)
    log(session, edition.edition_id, "draft", by, at, after={**told(edition), "asked": list(given.regions)})
    return edition.edition_id


def _lay(
    session: Session, edition: Edition, given: Draft, changed: Collection[str] | None, by: Person, at: datetime
) -> None:
    """What a round consists of: its columns, its files, and whom it asks."""
    require({"征求意见的地区 regions": given.regions, "文件 files": given.files})
    edition.agency, edition.layout = given.agency.strip(), given.layout
    edition.snapshot_version, edition.snapshot_digest = given.snapshot_version, given.snapshot_digest
    edition.drafted_by, edition.drafted_at, edition.drafted_on = by.name, at, given.drafted_on
    edition.reply_days, edition.reply_due = given.reply.days, given.reply.due
    edition.is_calendar_known = given.reply.is_calendar_known
    edition.content_digest = edition.code_version = ""
    session.add(edition)
    session.flush()  # no relationship tells the session that the edition comes before its files
    _keep(session, edition, given.files, given.code_version)
    ask(session, edition, given.regions, changed)


def _keep(session: Session, edition: Edition, filed: Iterable[Filed], code_version: str) -> None:
    kept = sorted(filed, key=lambda one: (one.form, one.name))
    session.add_all(EditionFile(edition_id=edition.edition_id, round=edition.round, **asdict(one)) for one in kept)
    edition.code_version = code_version
    edition.content_digest = key_of(*(part for one in kept for part in (one.form, one.name, one.sha256)), length=64)
