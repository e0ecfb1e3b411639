"""The life of a replay: reading → proposed → accepted or declined; a newer version of the rules supersedes it.

A person accepts: in one transaction the new runs become live, if the runs that were compared still are.  Whatever is
decided, no file of the lake is touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.audit import Person
from registry.engine import reading, writing
from registry.models import ExtractionRun, Replay, ReplayRun, Submission
from registry.runs import make_live
from registry.submissions import LOCK

#: A replay that may still be gone on with, or decided.
OPEN: Final = ("reading", "proposed")


class ReplayError(Exception):
    """A replay cannot be decided or gone on with; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A submission's live run, and the run under the new rules; none where these cannot read the file."""

    submission: Submission
    old: ExtractionRun
    new: ExtractionRun | None
    failure: str | None = None


def start(engine: Engine, *, extractor_version: str, period: str | None, by: str, at: datetime) -> Replay:
    """The open replay of this version and period, else a new one; open ones of other versions are superseded."""
    with writing(engine, LOCK) as session:
        for one in session.scalars(select(Replay).where(Replay.state.in_(OPEN)).order_by(Replay.replay_id)):
            if one.extractor_version != extractor_version:
                one.state = "superseded"
            elif one.period == period:
                one.state = "reading"
                return one
        number = session.scalar(select(func.count()).select_from(Replay)) or 0
        made = Replay(
            replay_id=f"R{number + 1:04d}",
            extractor_version=extractor_version,
            period=period,
            state="reading",
            started_by=by,
            started_at=at,
        )
        session.add(made)
    return made


def get(engine: Engine, replay_id: str) -> Replay:
    """One replay; ReplayError for an id that is none."""
    with reading(engine) as session:
        return _get(session, replay_id)


def every(engine: Engine) -> Sequence[Replay]:
    """All replays, the newest first."""
    with reading(engine) as session:
        return session.scalars(select(Replay).order_by(Replay.replay_id.desc())).all()


def chosen(engine: Engine, replay_id: str) -> list[Pair]:
    """The pairs that a replay was compared by, with their submissions and runs, oldest period first."""
    query = (
        select(ReplayRun, Submission)
        .join(Submission, Submission.submission_id == ReplayRun.submission_id)
        .where(ReplayRun.replay_id == replay_id)
        .order_by(Submission.period, Submission.received_at, Submission.submission_id)
    )
    with reading(engine) as session:
        return [
            Pair(
                submission,
                session.get_one(ExtractionRun, one.old_run_id),
                session.get_one(ExtractionRun, one.new_run_id) if one.new_run_id else None,
            )
            for one, submission in session.execute(query).all()
        ]


def pairs(engine: Engine, extractor_version: str, *, period: str | None = None) -> list[Pair]:
    """Every submission whose live run was read under another version, oldest period first, with its new run.

    `new` is None where it has not been read under this version, or could not be (`failure` says why).
    """
    query = (
        select(Submission, ExtractionRun)
        .join(ExtractionRun, ExtractionRun.submission_id == Submission.submission_id)
        .where(ExtractionRun.is_live, ExtractionRun.extractor_version != extractor_version)
        .order_by(Submission.period, Submission.received_at, Submission.submission_id)
    )
    if period is not None:
        query = query.where(Submission.period == period)
    under_new = select(ExtractionRun).where(ExtractionRun.extractor_version == extractor_version)
    with reading(engine) as session:
        new = {run.submission_id: run for run in session.scalars(under_new)}
        return [_pair(submission, old, new.get(submission.submission_id)) for submission, old in session.execute(query)]


def older(engine: Engine, extractor_version: str) -> dict[str, int]:
    """How many submissions stand under other versions of the rules than this one, by version."""
    query = (
        select(ExtractionRun.extractor_version, func.count())
        .where(ExtractionRun.is_live, ExtractionRun.extractor_version != extractor_version)
        .group_by(ExtractionRun.extractor_version)
        .order_by(ExtractionRun.extractor_version)
    )
    with reading(engine) as session:
        return {str(version): int(count) for version, count in session.execute(query)}


def propose(
    engine: Engine, replay_id: str, compared: Iterable[Pair], *, counts: Mapping[str, Any], digest: str, at: datetime
) -> Replay:
    """Keep what was compared; the replay waits for a person.  The same comparison again changes nothing."""
    with writing(engine, LOCK) as session:
        replay = _get(session, replay_id)
        if replay.state not in OPEN:
            raise ReplayError(_not_open(replay))
        session.execute(delete(ReplayRun).where(ReplayRun.replay_id == replay_id))
        session.add_all(
            ReplayRun(
                replay_id=replay_id,
                submission_id=pair.submission.submission_id,
                old_run_id=pair.old.run_id,
                old_sha256=pair.old.lake_sha256 or "",
                new_run_id=pair.new.run_id if pair.new else None,
                new_sha256=pair.new.lake_sha256 if pair.new else None,
            )
            for pair in compared
        )
        if replay.digest != digest or replay.compared_at is None:
            replay.compared_at = at
        replay.state, replay.digest = "proposed", digest
        replay.counts = json.dumps(dict(counts), ensure_ascii=False, sort_keys=True)
    return replay


def accept(engine: Engine, replay_id: str, *, extractor_version: str, by: Person, reason: str, at: datetime) -> Replay:
    """Make the new runs live, all of them or none.

    ReplayError where the replay is not proposed, was made for other rules than those in force, or where what was
    compared is no longer what is live.
    """
    with writing(engine, LOCK) as session:
        replay = _decidable(session, replay_id)
        if replay.extractor_version != extractor_version:
            raise ReplayError(
                f"重读 {replay_id} 所用的规则 {replay.extractor_version} 已不是现行规则 {extractor_version}，"
                "请重新运行 xushi replay start (the rules have changed since; start a new replay)"
            )
        for pair in session.scalars(select(ReplayRun).where(ReplayRun.replay_id == replay_id)):
            if pair.new_run_id is None:
                continue
            old = session.get_one(ExtractionRun, pair.old_run_id)
            new = session.get_one(ExtractionRun, pair.new_run_id)
            if not old.is_live or (old.lake_sha256, new.lake_sha256) != (pair.old_sha256, pair.new_sha256):
                name = session.get_one(Submission, pair.submission_id).file_name
                raise ReplayError(
                    f"{name} 的现行读取结果已与比对时不同，请重新运行 xushi replay start 后再定"
                    " (what was compared is no longer what is live; start the replay again)"
                )
            make_live(session, new)
        _decide(session, replay, "accepted", by, reason, at)
    return replay


def decline(engine: Engine, replay_id: str, *, by: Person, reason: str, at: datetime) -> Replay:
    """Keep what is live; the new runs stay in the lake and are nobody's."""
    with writing(engine, LOCK) as session:
        replay = _decidable(session, replay_id)
        _decide(session, replay, "declined", by, reason, at)
    return replay


def _decide(session: Session, replay: Replay, state: str, by: Person, reason: str, at: datetime) -> None:
    if not by.name.strip() or not reason.strip():
        raise ReplayError("须写明经办人和理由 (a name and a reason are needed)")
    replay.state, replay.decided_by, replay.decided_at, replay.reason = state, by.name, at, reason.strip()
    audit.append(
        session, at=at, actor=by.name, role=by.role, action=f"replay_{state}", subject_kind="replay",
        subject_id=replay.replay_id, before={"state": "proposed"},
        after={"state": state, "extractor_version": replay.extractor_version, "digest": replay.digest}, note=reason,
    )  # fmt: skip
    if state == "accepted":  # what is left open of these months was compared with runs that are no longer live
        others = [Replay.state.in_(OPEN), Replay.replay_id != replay.replay_id]
        if replay.period is not None:
            others.append(Replay.period.is_(None) | (Replay.period == replay.period))
        session.execute(update(Replay).where(*others).values(state="superseded"))


def _decidable(session: Session, replay_id: str) -> Replay:
    replay = _get(session, replay_id)
    if replay.state == "reading":
        raise ReplayError(
            f"重读 {replay_id} 尚未读完，请先运行 xushi replay start (not everything was read and compared yet)"
        )
    if replay.state != "proposed":
        raise ReplayError(_not_open(replay))
    return replay


def _not_open(replay: Replay) -> str:
    if replay.state == "superseded":
        return f"重读 {replay.replay_id} 已被更新的重读取代，不能再定 (superseded by a newer one)"
    word = "接受" if replay.state == "accepted" else "不接受"
    return (
        f"重读 {replay.replay_id} 已由 {replay.decided_by} 决定{word}，不能再定 ({replay.state} by {replay.decided_by})"
    )


def _get(session: Session, replay_id: str) -> Replay:
    found = session.get(Replay, replay_id)
    if found is None:
        raise ReplayError(f"没有编号为 {replay_id} 的重读；xushi replay list 列出全部 (no such replay)")
    return found


def _pair(submission: Submission, old: ExtractionRun, new: ExtractionRun | None) -> Pair:
    if new is None or new.status == "succeeded":
        return Pair(submission, old, new)
    return Pair(submission, old, None, failure=new.failure_reason)
