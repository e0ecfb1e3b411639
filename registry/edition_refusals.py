"""What stands against a step of an edition: other editions, other documents' numbers, districts, missing verdicts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.edition_answers import OBSTACLES, obstacles
from registry.edition_states import (
    OPEN,
    DuplicateEditionNumberError,
    IllegalEditionStepError,
    IncompleteEditionError,
    UnsettledError,
    called,
    name_of,
)
from registry.models import Edition, Notice

_NUMBER: Final = re.compile(r"[^\d〔〕]+〔(\d{4})〕[1-9]\d*号")


def refuse_unsettled(session: Session, edition: Edition, undetermined: Sequence[str] = ()) -> None:
    """UnsettledError where a district holds the round up, or a lagging candidate has no verdict."""
    if held := obstacles(session, edition):
        told = "；".join(f"{row.region}{OBSTACLES[why]}" for row, why in held)
        raise UnsettledError(f"征求意见尚未办结：{told} ({', '.join(f'{row.region_code} {why}' for row, why in held)})")
    if undetermined:
        raise UnsettledError(
            f"还有{len(undetermined)}项疑似滞后未经市局认定，须先认定、刷新并重新起草："
            f"{_some(undetermined)} ({len(undetermined)} lagging candidates have no verdict)"
        )


def refuse_second(session: Session, period: str) -> None:
    """IllegalEditionStepError where the month has an edition that is open or issued."""
    found = select(Edition).where(Edition.period == period, Edition.state.in_((*OPEN, "issued")))
    if other := session.scalars(found.order_by(Edition.drafted_at)).first():
        hint = "已签发，须以更正处理" if other.state == "issued" else "请继续办理，或先撤回"
        raise IllegalEditionStepError(
            f"{period}期已有文件{other.number or ''}（{name_of(other.state)}），{hint} "
            f"(edition {other.edition_id} is {other.state}; one edition a month, corrections follow)"
        )


def refuse_corrected(session: Session, old: Edition, but: str | None = None) -> None:
    """IllegalEditionStepError where another correction than `but` of the edition is open or issued."""
    found = select(Edition).where(Edition.corrects == old.edition_id, Edition.state.in_((*OPEN, "issued")))
    if other := session.scalars(found.where(Edition.edition_id != (but or ""))).first():
        raise IllegalEditionStepError(
            f"{called(old)}已有更正{other.number or ''}（{name_of(other.state)}） "
            f"(edition {other.edition_id} corrects it already; correct that one)"
        )


def refuse_malformed(number: str, issued_on: date) -> None:
    """IncompleteEditionError for what is no 文号, or one of another year than that of the issue."""
    found = _NUMBER.fullmatch(number)
    if found is None or int(found.group(1)) != issued_on.year:
        raise IncompleteEditionError(
            f"文号“{number}”无效：应如 江环〔{issued_on.year}〕12号，年份与签发日期 {issued_on} 一致 "
            "(a number is written so, with the year of issue)"
        )


def refuse_taken(session: Session, number: str) -> None:
    """DuplicateEditionNumberError where an edition or a letter has the number."""
    other = session.scalars(select(Edition).where(Edition.number == number)).first()
    letter = session.scalars(select(Notice).where(Notice.number == number)).first()
    if other is not None or letter is not None:
        user = called(other) if other else f"致{letter.recipient}的函件" if letter else ""
        raise DuplicateEditionNumberError(f"文号“{number}”已用于{user}，请另编文号 (the number is taken)")


def _some(names: Sequence[str], shown: int = 3) -> str:
    return "、".join(names[:shown]) + ("等" if len(names) > shown else "")
