"""Stewards' decisions, from the command line or the desk, checked before they are recorded.

A decision is about what is published and current; the next refresh lays it over the facts and publishes the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Engine

from ingestion.amend import CorrectionError, MismatchError, corrected, fact_as_it_stands, region_contexts
from ingestion.regions import UNKNOWN, is_known, region, resolve_region
from publishing.errors import PublishingError
from publishing.query import query
from registry import changes, corrections, determinations, migrate, submissions
from registry.changes import Change, Event
from registry.corrections import COMMAND, Call, Decision
from registry.crosswalk import Named
from registry.determinations import Status, Verdict
from xushi.home import Home

#: Which evidence of a row speaks for a column; what is not listed is a figure of the progress text.
_ROLES: Final[Mapping[str, str]] = {
    "target_value": "target", "target_class": "target", "target_unit": "target", "deadline": "deadline",
    "stage": "stage", "status": "status",
}  # fmt: skip


class DecisionError(Exception):
    """Nothing was recorded; the message is one clear line."""


def correct(
    home: Home, progress_key: str, column: str, expected: str | None, value: str | None, *,
    reason: str, by: str, at: datetime, fact_id: str | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Record a correction of one value behind a published row; returns its id and the words that it corrects."""
    decision, words = checked_correction(
        home, progress_key, column, expected, value, reason=reason, by=by, at=at, fact_id=fact_id
    )
    return corrections.record(_registry(home), decision), words


def checked_correction(
    home: Home, progress_key: str, column: str, expected: str | None, value: str | None, *,
    reason: str, by: str, at: datetime, fact_id: str | None = None, incident_id: str | None = None,
    call: Call | None = None,
) -> tuple[Decision, str]:  # fmt: skip
    """A correction that fits what is published and what the document says, and the words that it corrects.

    Raises DecisionError; nothing is recorded here.
    """
    row = _row(home, progress_key)
    evidence = _evidence(home, progress_key, role_of(column), fact_id)
    fact = fact_as_it_stands(_registry(home), home.lake, row["submission_id"], evidence["fact_id"])
    try:
        corrected(fact, column, expected, value)
        decision = Decision(
            submission_id=row["submission_id"],
            item_key=fact["item_key"],
            fact_id=fact["fact_id"],
            column_name=column,
            expected_value=expected,
            corrected_value=value,
            reason=reason,
            decided_by=by,
            decided_at=at,
            incident_id=incident_id,
            requirement_id=row["requirement_id"],
            period=row["period"],
            call=call,
        )
        corrections.refuse_incomplete(decision)
    except MismatchError as error:
        raise DecisionError(
            f"原文与所填原值不符：{evidence['locator']} 的 {column} 是 {error.found or '空'}，不是 {expected or '空'} "
            f"(the document says {error.found})"
        ) from error
    except (CorrectionError, ValueError) as error:
        raise DecisionError(f"不能登记更正：{error} (not recorded)") from error
    return decision, f"{evidence['locator']}：{evidence['quote']}"


def role_of(column: str) -> str:
    """Which evidence of a row speaks for a column (bridge_progress_evidence.role)."""
    return _ROLES.get(column, "actual")


def withdraw(home: Home, correction_id: str, *, by: str, at: datetime) -> None:
    """Take a correction back."""
    try:
        corrections.withdraw(_registry(home), correction_id, by=by, at=at)
    except corrections.UnknownCorrectionError as error:
        raise DecisionError(f"没有有效的更正 {correction_id} (no such correction, or withdrawn before)") from error


def determine(home: Home, progress_key: str, status: Status, *, reason: str, by: str, at: datetime) -> str:
    """Record the bureau's verdict on a published row; returns its id."""
    verdict = checked_verdict(home, progress_key, status, reason=reason, by=by, at=at)
    return determinations.record(_registry(home), verdict, role=COMMAND)


def checked_verdict(
    home: Home, progress_key: str, status: Status, *, reason: str, by: str, at: datetime,
    incident_id: str | None = None,
) -> Verdict:  # fmt: skip
    """A verdict on what is published and current.  Raises DecisionError; nothing is recorded here."""
    row = _row(home, progress_key)
    verdict = Verdict(
        requirement_id=row["requirement_id"], period=row["period"], status=status, reason=reason, decided_by=by,
        decided_at=at, incident_id=incident_id,
    )  # fmt: skip
    try:
        determinations.refuse_incomplete(verdict)
    except ValueError as error:
        raise DecisionError(f"不能登记认定：{error}") from error
    return verdict


def checked_place(home: Home, submission_id: str, wording: str, place: str) -> list[Named]:
    """The crosswalk's entries that give a wording of a submission a division, named or by its code.

    Raises DecisionError: an unknown sender (the register says who that is), a place that is none or more than one.
    """
    engine = _registry(home)
    submission = submissions.get(engine, submission_id)
    if submission.region_code == UNKNOWN and not submission.region_context:
        raise DecisionError("报送单位未登记：请在 submissions.csv 中登记该文件的报送单位 (register the sender instead)")
    code = place if is_known(place) else resolve_region(place, submission.region_context, submission.as_of_date)
    if code is None or code == UNKNOWN:
        raise DecisionError(f"“{place}”不是行政区划的名称或代码，或不止一处同名 (no division, or more than one)")
    contexts = sorted(region_contexts(engine, home.lake, submission_id, wording))
    if not contexts:
        raise DecisionError(f"材料中没有写作“{wording}”的区域 (the document names no such region)")
    name = region(code).full_name
    return [Named("region", context, wording, code, name, "decided") for context in contexts]


def change(
    home: Home, requirement_id: str, event: Event, on: date, *, by: str, at: datetime,
    approval_no: str | None = None, note: str | None = None,
) -> str:  # fmt: skip
    """Record an application to change or cancel a published requirement, or what became of it; returns its words."""
    rows = _asked(home, "select requirement_text from dim_requirement where requirement_id = ?", requirement_id)
    if not rows:
        raise DecisionError(
            f"没有编号为 {requirement_id} 的要求；编号见 dim_requirement.requirement_id (no such requirement)"
        )
    recorded = Change(
        requirement_id=requirement_id, event=event, event_date=on, recorded_by=by, recorded_at=at,
        approval_no=approval_no, note=note,
    )  # fmt: skip
    try:
        is_new = changes.record(_registry(home), recorded)
    except ValueError as error:
        raise DecisionError(f"不能登记：{error} (批准须有文号)") from error
    if not is_new:
        raise DecisionError("同一要求、同一天的同一事件已登记过 (recorded before)")
    return str(rows[-1]["requirement_text"])


def _row(home: Home, progress_key: str) -> dict[str, Any]:
    rows = _asked(
        home,
        "select p.is_current, p.requirement_id, p.period, d.submission_id from fct_task_progress as p"
        " left join dim_document as d using (document_key) where p.progress_key = ?",
        progress_key,
    )
    if not rows:
        raise DecisionError(f"没有进展记录 {progress_key}；键见 fct_task_progress.progress_key (no such row)")
    if not rows[0]["is_current"] or rows[0]["submission_id"] is None:
        raise DecisionError(f"进展记录 {progress_key} 不是现行的报送内容，不能更正 (not what is now known)")
    return rows[0]


def _evidence(home: Home, progress_key: str, role: str, fact_id: str | None) -> dict[str, Any]:
    found = _asked(
        home,
        "select fact_id, quote, locator from bridge_progress_evidence"
        " where progress_key = ? and role = ? order by char_start, fact_id",
        progress_key,
        role,
    )
    chosen = [row for row in found if fact_id in (None, row["fact_id"])]
    if len(chosen) == 1:
        return chosen[0]
    told = "；".join(f"--fact {row['fact_id']} {row['locator']} {row['quote'][:40]}" for row in found)
    if not chosen:
        raise DecisionError(f"这一记录没有{role}的出处可更正 (nothing stated to correct){'：' + told if told else ''}")
    raise DecisionError(f"这一记录有 {len(chosen)} 处出处，请用 --fact 指明 (name one)：{told}")


def _asked(home: Home, sql: str, *parameters: str) -> Sequence[dict[str, Any]]:
    try:
        result = query(home.published_database, sql, parameters)
    except PublishingError as error:
        raise DecisionError(str(error)) from error
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _registry(home: Home) -> Engine:
    return migrate.upgrade(home.registry_url)
