"""What districts answer to a consultation: accepted, objected with proof and how that was settled, or silence.

The clock alone accepts nothing: a district that is silent after its day is 逾期未复 until an officer says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.audit import Person
from registry.edition_states import (
    IllegalEditionStepError,
    IncompleteEditionError,
    UnknownEditionError,
    changing,
    in_order,
    require,
)
from registry.engine import reading
from registry.models import Edition, EditionAnswer

Outcome = Literal["upheld", "rejected"]
Obstacle = Literal["awaiting", "unsettled", "upheld"]

ANSWERS: Final = MappingProxyType(
    {"awaiting": "未答复", "accepted": "无意见", "objected": "有异议", "silent": "逾期未复"}
)
#: What of a district keeps an edition from being submitted.
OBSTACLES: Final = MappingProxyType(
    {"awaiting": "未答复", "unsettled": "异议未处理", "upheld": "异议已采纳，待重新起草"}
)


@dataclass(frozen=True, slots=True)
class Proof:
    """The file that an objection rests on: the sha256 under which the home keeps it, and the name that it had."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a district said: `by` is who answered there, `on` the day, `channel` how it came."""

    is_accepted: bool
    by: str
    on: date
    channel: Literal["letter", "telephone", "desk"]
    text: str = ""
    proof: Proof | None = None


def record(
    engine: Engine, key: str, region_code: str, answer: Answer, *, version: int, by: Person, at: datetime
) -> None:
    """Keep a district's answer; a later one takes the place of an earlier one, which the log keeps.

    Raises EditionError: no such district in the edition, nobody named, dated before the draft, an objection without
    its reason or its proof.
    """
    state = "accepted" if answer.is_accepted else "objected"
    after = {
        "region_code": region_code, "answer": state, "text": answer.text.strip(), "answered_by": answer.by.strip(),
        "answered_on": answer.on, "proof": answer.proof.sha256 if answer.proof else None,
    }  # fmt: skip
    with changing(engine, key, version, "answer", by, at, after=after) as (session, edition):
        row = _row(session, edition, region_code)
        require({"答复人 answered_by": answer.by.strip()})
        in_order("征求意见日期 drafted_on", edition.drafted_on, "答复日期 answered_on", answer.on)
        if not answer.is_accepted:
            require({"异议内容 text": answer.text.strip(), "佐证材料 proof": answer.proof})
        row.state, row.text, row.channel = state, answer.text.strip() or None, answer.channel
        row.answered_by, row.answered_on, row.carried_from = answer.by.strip(), answer.on, None
        row.proof_sha256 = answer.proof.sha256 if answer.proof else None
        row.proof_name = answer.proof.name if answer.proof else None
        row.recorded_by, row.recorded_at = by.name, at
        row.settlement = row.settlement_reason = row.settled_by = row.settled_at = None


def settle(
    engine: Engine, key: str, region_code: str, outcome: Outcome, *, reason: str, version: int, by: Person, at: datetime
) -> None:
    """Uphold an objection (the reason says what changes) or reject it (the reason says why).

    An upheld one keeps the edition in consultation until it is drafted anew.  Raises EditionError: no objection, no
    reason.
    """
    after = {"region_code": region_code, "settlement": outcome}
    with changing(engine, key, version, "settle", by, at, note=reason.strip(), after=after) as (session, edition):
        row = _row(session, edition, region_code)
        require({"处理理由 reason": reason.strip()})
        if outcome not in ("upheld", "rejected"):
            raise IncompleteEditionError(f"处理结果“{outcome}”无效，应为 upheld、rejected (no such outcome)")
        if row.state != "objected":
            raise IllegalEditionStepError(f"{row.region}没有提出异议，无可处理 (this district did not object)")
        row.settlement, row.settlement_reason, row.settled_by, row.settled_at = outcome, reason.strip(), by.name, at


def take_silence(engine: Engine, key: str, as_of: date, *, version: int, by: Person, at: datetime) -> tuple[str, ...]:
    """Whoever has not answered by the due day counts as accepting (逾期未复), by this officer's word.

    Returns the districts.  Raises EditionError: the day is not past yet, everybody answered.
    """
    with changing(engine, key, version, "silence", by, at) as (session, edition):
        if as_of <= edition.reply_due:
            raise IllegalEditionStepError(
                f"答复期限是 {edition.reply_due}，{as_of} 尚未逾期，不能按逾期未复处理 (the day is not past yet)"
            )
        silent = [row for row in _rows(session, edition) if row.state == "awaiting"]
        if not silent:
            raise IllegalEditionStepError("各地均已答复，没有逾期未复的 (every district has answered)")
        for row in silent:
            row.state, row.recorded_by, row.recorded_at = "silent", by.name, at
    return tuple(row.region_code for row in silent)


def of_edition(engine: Engine, key: str, round_number: int) -> list[EditionAnswer]:
    """The answers of a round, in the order of the districts' codes."""
    query = select(EditionAnswer).where(EditionAnswer.edition_id == key, EditionAnswer.round == round_number)
    with reading(engine) as session:
        return list(session.scalars(query.order_by(EditionAnswer.region_code)))


def obstacle(answer: EditionAnswer) -> Obstacle | None:
    """What of a district's answer keeps the edition from being submitted; None where nothing does."""
    if answer.state == "awaiting":
        return "awaiting"
    if answer.state != "objected" or answer.settlement == "rejected":
        return None
    return "unsettled" if answer.settlement is None else "upheld"


def obstacles(session: Session, edition: Edition) -> list[tuple[EditionAnswer, Obstacle]]:
    """The districts that hold the current round up, each with why."""
    return [(row, found) for row in _rows(session, edition) if (found := obstacle(row))]


def ask(session: Session, edition: Edition, regions: Mapping[str, str], changed: Collection[str] | None) -> None:
    """The rows of a new round: asked again where something changed or an objection was upheld, else carried over.

    An objection that is not settled goes along in any case.  `changed` None asks everybody.
    """
    before = {row.region_code: row for row in _rows(session, edition, edition.round - 1)}
    unsettled = {code: row.region for code, row in before.items() if obstacle(row) == "unsettled"}
    for code, name in {**unsettled, **regions}.items():
        old = before.get(code)
        if old is not None and changed is not None and _still_holds(old, is_changed=code in changed):
            session.add(_carried(old, edition.round))
        else:
            session.add(EditionAnswer(edition_id=edition.edition_id, round=edition.round, region_code=code, region=name,
                                      state="awaiting"))  # fmt: skip


def _still_holds(old: EditionAnswer, *, is_changed: bool) -> bool:
    """An objection that nobody settled is never lost; any other answer holds while nothing of the district changed."""
    held = obstacle(old)
    return held == "unsettled" or (held is None and not is_changed)


def _carried(old: EditionAnswer, round_number: int) -> EditionAnswer:
    values = {column.key: getattr(old, column.key) for column in EditionAnswer.__mapper__.column_attrs}
    return EditionAnswer(**{**values, "round": round_number, "carried_from": old.carried_from or old.round})


def _rows(session: Session, edition: Edition, round_number: int | None = None) -> list[EditionAnswer]:
    wanted = edition.round if round_number is None else round_number
    query = select(EditionAnswer).where(EditionAnswer.edition_id == edition.edition_id, EditionAnswer.round == wanted)
    return list(session.scalars(query.order_by(EditionAnswer.region_code)))


def _row(session: Session, edition: Edition, region_code: str) -> EditionAnswer:
    rows = {row.region_code: row for row in _rows(session, edition)}
    if region_code not in rows:
        raise UnknownEditionError(
            f"本轮没有向 {region_code} 征求意见，可选 {'、'.join(r.region for r in rows.values())} "
            "(this round asks no such district)"
        )
    return rows[region_code]
