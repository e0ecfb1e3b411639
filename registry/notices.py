"""The register of notices: a reminder (提醒函), a supervision notice (督办单), an interview (约谈), from draft to 销号.

    draft ──issue──▶ issued ──reply──▶ replied ──close──▶ closed
      │                │ └────────close───────────────────▶ closed
      └──withdraw──────┴─▶ withdrawn          issued, replied ──escalate──▶ a draft of the next kind

A change names the version that its author looked at, and writes its entry of the audit log in the same transaction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry import audit
from registry.audit import Person
from registry.engine import reading, writing
from registry.keys import key_of
from registry.models import Edition, Incident, Notice, NoticeIncident

Kind = Literal["reminder", "supervision", "interview"]
State = Literal["draft", "issued", "replied", "closed", "withdrawn"]
Action = Literal["issue", "reply", "close", "withdraw", "escalate"]

LOCK: Final = "notices"

#: The kinds from the mildest on; each escalates to the next.
KINDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {"reminder": "提醒函", "supervision": "督办单", "interview": "约谈通知书"}
)
STATES: Final[Mapping[State, str]] = MappingProxyType(
    {"draft": "草稿", "issued": "已发出", "replied": "已回复", "closed": "已销号", "withdrawn": "已撤回"}
)
ACTIONS: Final[Mapping[Action, str]] = MappingProxyType(
    {"issue": "签发", "reply": "登记回复", "close": "销号", "withdraw": "撤回", "escalate": "升级"}
)
#: The states in which each action may be taken.
TAKEN_IN: Final[Mapping[Action, tuple[State, ...]]] = MappingProxyType(
    {
        "issue": ("draft",),
        "reply": ("issued", "replied"),
        "close": ("issued", "replied"),
        "withdraw": ("draft", "issued"),
        "escalate": ("issued", "replied"),
    }
)

_TOLD: Final = tuple(column.key for column in Notice.__mapper__.column_attrs if column.key != "notice_id")
_YEAR: Final = re.compile(r"[\[(【〔﹝〖](\d{4})[\])】〕﹞〗]")


class NoticeError(Exception):
    """What was asked could not be done; nothing was changed."""


class UnknownNoticeError(NoticeError):
    """No notice has the id."""


class UnknownIncidentsError(NoticeError):
    """A notice is to be about incidents that are not there."""


class StaleNoticeError(NoticeError):
    """Somebody else changed the notice since its reader looked at it; `notice` is what it says now."""

    def __init__(self, notice: Notice, version: int) -> None:
        super().__init__(
            f"该文书已被他人改动：打开时为第{version}版，现为第{notice.version}版、“{STATES[_state(notice)]}”，"
            "请重新打开 "
            f"(changed meanwhile: version {version} was read, it is {notice.version}, {notice.state})"
        )
        self.notice = notice


class IllegalStepError(NoticeError):
    """The notice's state, kind or successor does not allow the action."""


class IncompleteNoticeError(NoticeError):
    """What the action needs is missing, or its dates contradict each other."""


class DuplicateNumberError(NoticeError):
    """Another notice or an edition has the number (文号); one of a withdrawn notice is not given again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What makes a draft a letter: number (文号), signatory (签发人), day of issue and the day a reply is due."""

    number: str
    signatory: str
    issued_on: date | None
    reply_due: date | None


def draft(
    engine: Engine, *, kind: Kind, recipient: str, region_code: str | None, period: str | None,
    incident_ids: Iterable[str], by: Person, at: datetime,
) -> str:  # fmt: skip
    """A notice to a unit about its findings, each as it stands now; returns its id.

    The same draft of the same person and moment is one.  Raises IncompleteNoticeError without a recipient, a name or
    an incident, or for a kind that is none, and UnknownIncidentsError.
    """
    notice = Notice(kind=_kind(kind), recipient=recipient.strip(), region_code=region_code, period=period)
    with writing(engine, LOCK) as session:
        return _add(session, notice, sorted(set(incident_ids)), by, at)


def issue(engine: Engine, key: str, letterhead: Letterhead, *, version: int, by: Person, at: datetime) -> str:
    """The draft becomes a letter with a number, a signatory and a day by which it is answered.

    Raises NoticeError: incomplete, no draft, a number that another notice has, a reply due before the issue.
    """
    number = folded_number(letterhead.number)
    with _changing(engine, key, version, "issue", by, at) as (session, notice):
        _require({"文号 number": number, "签发人 signatory": letterhead.signatory.strip(),
                  "签发日期 issued_on": letterhead.issued_on, "回复期限 reply_due": letterhead.reply_due})  # fmt: skip
        _in_order("签发日期 issued_on", letterhead.issued_on, "回复期限 reply_due", letterhead.reply_due)
        _refuse_taken(session, number, key)
        notice.state, notice.number, notice.signatory = "issued", number, letterhead.signatory.strip()
        notice.issued_on, notice.reply_due = letterhead.issued_on, letterhead.reply_due
    return key


def record_reply(
    engine: Engine, key: str, *, reply: str, replied_on: date, version: int, by: Person, at: datetime
) -> str:
    """What the unit answered; a later answer takes the place of an earlier one, which the audit log keeps.

    Raises NoticeError: no text, not issued, dated before the letter or before the earlier answer.
    """
    with _changing(engine, key, version, "reply", by, at) as (_, notice):
        _require({"回复内容 reply": reply.strip()})
        _in_order("签发日期 issued_on", notice.issued_on, "回复日期 replied_on", replied_on)
        _in_order("上次回复日期 replied_on", notice.replied_on, "回复日期 replied_on", replied_on)
        notice.state, notice.reply, notice.replied_on = "replied", reply.strip(), replied_on
    return key


def close(engine: Engine, key: str, *, proof: str, closed_on: date, version: int, by: Person, at: datetime) -> str:
    """What was asked is done and shown (销号).  Raises NoticeError: no proof, not issued, dated before the letter."""
    with _changing(engine, key, version, "close", by, at) as (_, notice):
        _require({"销号依据 proof": proof.strip()})
        _in_order("签发日期 issued_on", notice.issued_on, "销号日期 closed_on", closed_on)
        _in_order("回复日期 replied_on", notice.replied_on, "销号日期 closed_on", closed_on)
        notice.state, notice.closure_proof, notice.closed_on = "closed", proof.strip(), closed_on
    return key


def withdraw(engine: Engine, key: str, *, reason: str, version: int, by: Person, at: datetime) -> str:
    """A draft is dropped or a letter taken back; its number stays its own.

    Raises NoticeError: no reason, answered or closed, or a stronger letter that follows it still stands.
    """
    with _changing(engine, key, version, "withdraw", by, at, reason.strip()) as (session, notice):
        _require({"撤回理由 reason": reason.strip()})
        _refuse_followed(session, notice, "withdraw")
        notice.state = "withdrawn"
    return key


def escalate(engine: Engine, key: str, *, version: int, by: Person, at: datetime) -> str:
    """A draft of the next kind about the same incidents, each as it stands now; returns the new notice's id.

    The milder letter keeps its state.  Raises NoticeError: not issued, closed, an interview, or followed already.
    """
    with writing(engine, LOCK) as session:
        milder = _current(session, key, version, "escalate")
        _refuse_followed(session, milder, "escalate")
        stronger = Notice(
            kind=_next_kind(milder), recipient=milder.recipient, region_code=milder.region_code,
            period=milder.period, escalated_from=key,
        )  # fmt: skip
        about = select(NoticeIncident.incident_id).where(NoticeIncident.notice_id == key)
        new = _add(session, stronger, sorted(session.scalars(about)), by, at)
        audit.append(
            session, at=at, actor=by.name, role=by.role, action="escalate", subject_kind="notice", subject_id=key,
            after={"escalated_to": new, "kind": stronger.kind},
        )  # fmt: skip
    return new


def get(engine: Engine, key: str) -> Notice:
    """One notice.  UnknownNoticeError."""
    with reading(engine) as session:
        return _one(session, key)


def findings(engine: Engine, key: str) -> list[NoticeIncident]:
    """What a notice is about, each finding as it stood when the notice was drafted."""
    query = select(NoticeIncident).where(NoticeIncident.notice_id == key).order_by(NoticeIncident.incident_id)
    with reading(engine) as session:
        return list(session.scalars(query))


def every(engine: Engine, *, state: State | None = None, region_code: str | None = None) -> list[Notice]:
    """All notices, or those of a state or region, in the order in which they were drafted."""
    query = select(Notice).order_by(Notice.drafted_at, Notice.notice_id)
    if state is not None:
        query = query.where(Notice.state == state)
    if region_code is not None:
        query = query.where(Notice.region_code == region_code)
    with reading(engine) as session:
        return list(session.scalars(query))


def overdue(engine: Engine, as_of: date) -> list[Notice]:
    """Letters without an answer whose day is past as of a date (due on the day itself is in time), longest first."""
    query = (
        select(Notice)
        .where(Notice.state == "issued", Notice.reply_due < as_of)
        .order_by(Notice.reply_due, Notice.notice_id)
    )
    with reading(engine) as session:
        return list(session.scalars(query))


def actions_of(notice: Notice) -> tuple[Action, ...]:
    """What may be done with a notice as it stands; an interview escalates no further."""
    return tuple(
        action
        for action, states in TAKEN_IN.items()
        if notice.state in states and not (action == "escalate" and notice.kind == "interview")
    )


def folded_number(number: str) -> str:
    """A 文号 in one form, so that the same number is found again: 江环函[2023] 12号 is 江环函〔2023〕12号."""
    return _YEAR.sub(r"〔\1〕", re.sub(r"\s+", "", unicodedata.normalize("NFKC", number)))


def _add(session: Session, notice: Notice, incident_ids: list[str], by: Person, at: datetime) -> str:
    _require(
        {"收文单位 recipient": notice.recipient, "起草人 drafted_by": by.name.strip(), "问题 incidents": incident_ids}
    )
    parts = (notice.kind, notice.recipient, notice.period, notice.escalated_from, by.name, at.isoformat())
    key = key_of("notice", *parts, *incident_ids)
    if session.get(Notice, key) is not None:
        return key
    incidents = _incidents(session, incident_ids)
    notice.notice_id, notice.state, notice.version = key, "draft", 1
    notice.drafted_by, notice.drafted_at = by.name, at
    session.add(notice)
    session.flush()  # no relationship tells the session that the notice comes before its findings
    session.add_all(_as_it_stands(key, incident) for incident in incidents)
    audit.append(
        session, at=at, actor=by.name, role=by.role, action="draft", subject_kind="notice", subject_id=key,
        after={**audit.values_of(notice, _TOLD), "incidents": incident_ids},
    )  # fmt: skip
    return key


def _incidents(session: Session, ids: list[str]) -> list[Incident]:
    found = {i.incident_id: i for i in session.scalars(select(Incident).where(Incident.incident_id.in_(ids)))}
    if missing := [key for key in ids if key not in found]:
        raise UnknownIncidentsError(f"没有编号为 {'、'.join(missing)} 的问题 (no such incidents)")
    return [found[key] for key in ids]


def _as_it_stands(key: str, incident: Incident) -> NoticeIncident:
    return NoticeIncident(
        notice_id=key,
        incident_id=incident.incident_id,
        message_zh=incident.message_zh,
        source_quote=incident.source_quote,
        source_locator=incident.source_locator,
    )


@contextmanager
def _changing(
    engine: Engine, key: str, version: int, action: Action, by: Person, at: datetime, note: str = ""
) -> Iterator[tuple[Session, Notice]]:
    """One change of one notice by a person, with its entry in the audit log; or nothing at all."""
    with writing(engine, LOCK) as session:
        notice = _current(session, key, version, action)
        _require({"经办人 by": by.name.strip()})
        before = audit.values_of(notice, _TOLD)
        yield session, notice
        notice.version += 1
        was, now = audit.changed(before, audit.values_of(notice, _TOLD))
        audit.append(
            session, at=at, actor=by.name, role=by.role, action=action, subject_kind="notice", subject_id=key,
            before=was, after=now, note=note or None,
        )  # fmt: skip


def _current(session: Session, key: str, version: int, action: Action) -> Notice:
    """The notice, if it is as its reader saw it and its state allows the action."""
    notice = _one(session, key)
    if notice.version != version:
        session.expunge(notice)  # a rollback would empty it, and its reader is told what it says now
        raise StaleNoticeError(notice, version)
    allowed = TAKEN_IN[action]
    if notice.state not in allowed:
        raise IllegalStepError(
            f"{_called(notice)}现为“{STATES[_state(notice)]}”，不能{ACTIONS[action]}；"
            f"须为{'、'.join(f'“{STATES[s]}”' for s in allowed)} "
            f"(it is {notice.state}; to {action} it must be {' or '.join(allowed)})"
        )
    return notice


def _one(session: Session, key: str) -> Notice:
    found = session.get(Notice, key)
    if found is None:
        raise UnknownNoticeError(f"没有编号为 {key} 的文书 (no such notice)")
    return found


def _refuse_taken(session: Session, number: str, key: str) -> None:
    other = session.scalars(select(Notice).where(Notice.number == number, Notice.notice_id != key)).first()
    if other is not None:
        raise DuplicateNumberError(
            f"文号“{number}”已用于致{other.recipient}的{KINDS[_kind(other.kind)]}（{STATES[_state(other)]}），"
            f"请另编文号 (the number is notice {other.notice_id}'s; give another one)"
        )
    edition = session.scalars(select(Edition).where(Edition.number == number)).first()
    if edition is not None:
        raise DuplicateNumberError(
            f"文号“{number}”已用于{edition.period}期文件，请另编文号 (the number is edition {edition.edition_id}'s)"
        )


def _refuse_followed(session: Session, notice: Notice, action: Action) -> None:
    follows = select(Notice).where(Notice.escalated_from == notice.notice_id, Notice.state != "withdrawn")
    later = session.scalars(follows).first()
    if later is not None:
        raise IllegalStepError(
            f"{_called(notice)}已升级为{KINDS[_kind(later.kind)]}（{STATES[_state(later)]}），不能{ACTIONS[action]}；"
            f"须先撤回后者 (notice {later.notice_id} follows it; withdraw that one first)"
        )


def _next_kind(notice: Notice) -> Kind:
    kinds = list(KINDS)
    following = kinds.index(_kind(notice.kind)) + 1
    if following == len(kinds):
        raise IllegalStepError(
            f"{_called(notice)}已是最后一级，不能再升级；可升级的是提醒函、督办单 "
            "(an interview is the last step; reminders and supervision notices escalate)"
        )
    return kinds[following]


def _require(values: Mapping[str, object]) -> None:
    if missing := [name for name, value in values.items() if not value]:
        raise IncompleteNoticeError(f"缺少：{'、'.join(missing)} (these are missing)")


def _in_order(first_name: str, first: date | None, later_name: str, later: date | None) -> None:
    if first is not None and later is not None and later < first:
        raise IncompleteNoticeError(
            f"{later_name} {later} 早于 {first_name} {first}，应不早于后者 (it must not be before {first})"
        )


def _called(notice: Notice) -> str:
    return f"致{notice.recipient}的{KINDS[_kind(notice.kind)]}{notice.number or ''}"


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise IncompleteNoticeError(f"文书种类“{text}”无效，应为 {'、'.join(KINDS)} (no such kind of notice)")


def _state(notice: Notice) -> State:
    return next(state for state in STATES if state == notice.state)
