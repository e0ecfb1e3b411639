"""What an edition may become, and how one change of it is made: whole, by who saw it as it is, told in the log.

    consultation ──submit──▶ submitted ──review──▶ reviewed ──issue──▶ issued ◀──corrects── an edition of its own
      ▲  │   ▲                  │                     │
      │  │   └─────send back────┴─────────────────────┤
      │  └──────────────withdraw──────────────────────┴──▶ withdrawn
      └─ redraft: the next round, on a newer snapshot;  answer, settle, take silence: in consultation alone

An issued edition has no action: its row is never written again, what changes it is another edition that names it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import audit, notices
from registry.audit import Person
from registry.engine import writing
from registry.models import Edition

State = Literal["consultation", "submitted", "reviewed", "issued", "withdrawn"]
Action = Literal["redraft", "answer", "settle", "silence", "submit", "review", "send_back", "issue", "withdraw"]

#: Editions and letters are numbered from one book (文号), so one lock guards it.
LOCK: Final = notices.LOCK

STATES: Final[Mapping[State, str]] = MappingProxyType(
    {
        "consultation": "征求意见", "submitted": "已送审", "reviewed": "已核稿", "issued": "已签发",
        "withdrawn": "已撤回",
    }
)  # fmt: skip
ACTIONS: Final[Mapping[Action, str]] = MappingProxyType(
    {
        "redraft": "重新起草", "answer": "登记答复", "settle": "处理异议", "silence": "按逾期未复处理",
        "submit": "送审", "review": "核稿", "send_back": "退回修改", "issue": "签发", "withdraw": "撤回",
    }
)  # fmt: skip
#: The states in which each action may be taken.
TAKEN_IN: Final[Mapping[Action, tuple[State, ...]]] = MappingProxyType(
    {
        "redraft": ("consultation",),
        "answer": ("consultation",),
        "settle": ("consultation",),
        "silence": ("consultation",),
        "submit": ("consultation",),
        "review": ("submitted",),
        "send_back": ("submitted", "reviewed"),
        "issue": ("reviewed",),
        "withdraw": ("consultation", "submitted", "reviewed"),
    }
)
OPEN: Final[tuple[State, ...]] = ("consultation", "submitted", "reviewed")

_TOLD: Final = tuple(column.key for column in Edition.__mapper__.column_attrs if column.key != "edition_id")


class EditionError(Exception):
    """What was asked could not be done; nothing was changed."""


class UnknownEditionError(EditionError):
    """No edition has the id, or no district of it the code."""


class IllegalEditionStepError(EditionError):
    """The edition's state, or another edition of its period, does not allow the action."""


class IncompleteEditionError(EditionError):
    """What the action needs is missing, or its dates contradict each other."""


class UnsettledError(EditionError):
    """Districts have not answered, an objection is not settled, or a lagging task has no verdict of the bureau."""


class SamePersonError(EditionError):
    """Who wrote a text does not review it, and who reviewed it does not sign it off."""


class DuplicateEditionNumberError(EditionError):
    """Another edition or a letter has the number (文号)."""


class StaleEditionError(EditionError):
    """Somebody else changed the edition since its reader looked at it; `edition` is what it says now."""

    def __init__(self, edition: Edition, version: int) -> None:
        super().__init__(
            f"本期文件已被他人改动：打开时为第{version}版，现为第{edition.version}版、“{name_of(edition.state)}”，"
            f"请重新打开 (changed meanwhile: version {version} was read, it is {edition.version}, {edition.state})"
        )
        self.edition = edition


@contextmanager
def changing(
    engine: Engine, key: str, version: int, action: Action, by: Person, at: datetime,
    note: str = "", after: Mapping[str, object] | None = None,
) -> Iterator[tuple[Session, Edition]]:  # fmt: skip
    """One change of one edition by a person, with its entry in the audit log; or nothing at all.

    `after` is what the log tells beside the columns that changed.  Raises UnknownEditionError, StaleEditionError and
    IllegalEditionStepError before anything is changed.
    """
    with writing(engine, LOCK) as session:
        edition = current(session, key, version, action)
        require({"经办人 by": by.name.strip()})
        before = audit.values_of(edition, _TOLD)
        yield session, edition
        edition.version += 1
        was, now = audit.changed(before, audit.values_of(edition, _TOLD))
        log(session, key, action, by, at, before=was, after={**now, **(after or {})}, note=note)


def log(
    session: Session, key: str, action: str, by: Person, at: datetime, *,
    before: Mapping[str, object] | None = None, after: Mapping[str, object], note: str = "",
) -> None:  # fmt: skip
    """An entry of the audit log about an edition."""
    audit.append(
        session, at=at, actor=by.name, role=by.role, action=f"edition_{action}", subject_kind="edition",
        subject_id=key, before=before, after=after, note=note or None,
    )  # fmt: skip


def told(edition: Edition) -> dict[str, object]:
    """All columns, as the log tells a new edition."""
    return audit.values_of(edition, _TOLD)


def one(session: Session, key: str) -> Edition:
    """The edition.  UnknownEditionError."""
    found = session.get(Edition, key)
    if found is None:
        raise UnknownEditionError(f"没有编号为 {key} 的文件 (no such edition)")
    return found


def name_of(state: str) -> str:
    """A state in Chinese."""
    return next(name for code, name in STATES.items() if code == state)


def called(edition: Edition) -> str:
    """How messages call an edition."""
    return f"{edition.period}期{'更正' if edition.corrects else ''}文件{edition.number or ''}"


def actions_of(edition: Edition) -> tuple[Action, ...]:
    """What may be done with an edition as it stands."""
    return tuple(action for action, states in TAKEN_IN.items() if edition.state in states)


def require(values: Mapping[str, object]) -> None:
    """IncompleteEditionError that names what is empty."""
    if missing := [name for name, value in values.items() if not value]:
        raise IncompleteEditionError(f"缺少：{'、'.join(missing)} (these are missing)")


def in_order(first_name: str, first: date, later_name: str, later: date) -> None:
    """IncompleteEditionError where the later day is before the first."""
    if later < first:
        raise IncompleteEditionError(
            f"{later_name} {later} 早于 {first_name} {first}，应不早于后者 (it must not be before {first})"
        )


def refuse_same(first_role: str, first: str | None, second_role: str, second: str) -> None:
    """SamePersonError where both are one name, however it is written."""
    if first is not None and _folded(first) == _folded(second):
        raise SamePersonError(
            f"{second_role}不能是{first_role}本人（{first}），请换一人 (another person than {first} has to do it)"
        )


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def current(session: Session, key: str, version: int, action: Action) -> Edition:
    """The edition, if it is as its reader saw it and its state allows the action.

    Raises UnknownEditionError, StaleEditionError, IllegalEditionStepError.
    """
    edition = one(session, key)
    if edition.version != version:
        session.expunge(edition)  # a rollback would empty it, and its reader is told what it says now
        raise StaleEditionError(edition, version)
    allowed = TAKEN_IN[action]
    if edition.state not in allowed:
        raise IllegalEditionStepError(
            f"{called(edition)}现为“{name_of(edition.state)}”，不能{ACTIONS[action]}；"
            f"须为{'、'.join(f'“{STATES[s]}”' for s in allowed)} "
            f"(it is {edition.state}; to {action} it must be {' or '.join(allowed)})"
        )
    return edition
