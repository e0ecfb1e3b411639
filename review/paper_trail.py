"""From the registry to the papers: what a letter, a receipt and an error workbook say, gathered for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from ingestion.errors import IngestionError
from publishing.errors import PublishingError
from publishing.query import query
from registry import incident_queue, incidents, notices, runs, submissions
from registry.engine import reading
from registry.models import Incident, Notice, Submission
from registry.notices import KINDS
from review import evidence, labels
from review.desk import Desk
from review.evidence import Original
from review.papers import error_workbook, notice, receipt
from review.papers.error_workbook import ErrorWorkbook
from review.papers.findings import of_incident, of_notice
from review.papers.notice import Letter
from review.papers.receipt import Receipt
from review.papers.rows import Placed, placed
from review.papers.words import Finding

#: Days that a unit has to send what was asked for, unless a letter says another day.
REPLY_DAYS = 5


def letter(desk: Desk, found: Notice) -> bytes:
    """The letter of a notice as docx; a draft is marked as one."""
    before = notices.get(desk.engine, found.escalated_from) if found.escalated_from else None
    told = []
    for one in notices.findings(desk.engine, found.notice_id):
        incident = incidents.get(desk.engine, one.incident_id)
        told.append(of_notice(one, incident, **_beside(desk, incident)))
    return notice.write(
        Letter(
            kind=found.kind,  # type: ignore[arg-type]  # the database holds no other
            agency=found.signatory or desk.agency,
            recipient=found.recipient,
            period=found.period,
            day=found.issued_on or found.drafted_at.date(),
            findings=tuple(told),
            number=found.number,
            reply_due=found.reply_due,
            contact=desk.contact,
            previous=f"{KINDS[before.kind]}（{before.number}）" if before and before.number else None,  # type: ignore[index]
        )
    )


def error_book(desk: Desk, submission: Submission) -> bytes | None:
    """The unit's own rows with what is open in them; None where nothing is."""
    found = _findings(desk, _open_of(desk, submission))
    if not found:
        return None
    try:
        laid = placed(evidence.read_original(_original(desk, submission)), found)
    except IngestionError:
        laid = Placed((), tuple(found))  # an original that cannot be shown still has its findings told
    return error_workbook.write(
        ErrorWorkbook(
            agency=desk.agency,
            unit=submission.reporting_unit or labels.region_name(submission.region_code),
            period=submission.period,
            file_name=submission.file_name,
            day=desk.today,
            title=submission.title,
            reply_due=_due(desk.today),
            tables=laid.tables,
            others=laid.others,
        )
    )


def receipt_of(desk: Desk, submission: Submission) -> bytes:
    """What was received and read of a submission, and what is asked."""
    found = _findings(desk, _open_of(desk, submission))
    run = runs.live_of(desk.engine, submission.submission_id)
    return receipt.write(
        Receipt(
            agency=desk.agency,
            unit=submission.reporting_unit or labels.region_name(submission.region_code),
            period=submission.period,
            file_name=submission.file_name,
            sha256=submission.sha256,
            received_at=submission.received_at,
            channel=submission.channel,
            revision=submission.revision,
            items=run.item_count if run else 0,
            facts=run.fact_count if run else 0,
            rejections=run.rejection_count if run else 0,
            findings=tuple(found),
            withheld=_withheld(desk, submission),
            correction_due=_due(submission.received_at.date()) if found else None,
            contact=desk.contact,
        )
    )


def recipient_of(desk: Desk, incident: Incident) -> str:
    """Whom a letter about a finding is addressed to: the unit that sent it, else its district."""
    submission = submissions.get(desk.engine, incident.submission_id) if incident.submission_id else None
    return (submission.reporting_unit if submission else None) or labels.region_name(incident.region_code)


def _due(day: date) -> date:
    return day + timedelta(days=REPLY_DAYS)


def _original(desk: Desk, submission: Submission) -> Original:
    return Original(desk.home.originals / submission.sha256[:2] / submission.sha256, submission.file_name)


def _open_of(desk: Desk, submission: Submission) -> Sequence[Incident]:
    """What is open of a submission, the worst first; what is only information stays at the desk."""
    wanted = (
        select(Incident)
        .where(Incident.submission_id == submission.submission_id, Incident.state != "resolved")
        .where(Incident.severity != "info")
        .order_by(*incident_queue.ORDERS["severity"])
    )
    with reading(desk.engine) as session:
        return list(session.scalars(wanted))


def _findings(desk: Desk, found: Sequence[Incident]) -> list[Finding]:
    return [of_incident(incident, **_beside(desk, incident)) for incident in found]


def _beside(desk: Desk, incident: Incident) -> dict[str, str | None]:
    """What the papers say beside a finding: its task, its file, and what its check says to do."""
    submission = submissions.get(desk.engine, incident.submission_id) if incident.submission_id else None
    check = labels.checks().get(incident.check_id)
    return {
        "task": _task(desk, incident),
        "file_name": submission.file_name if submission else None,
        "request": check.how_to_mend if check else None,
    }


def _task(desk: Desk, incident: Incident) -> str | None:
    found = _asked(
        desk,
        "select distinct t.task_name from fct_task_progress as p join dim_task as t using (task_key)"
        " where p.item_key = ? or p.progress_key = ? limit 1",
        incident.item_key, incident.record_key,
    )  # fmt: skip
    return str(found[0][0]) if found else None


def _withheld(desk: Desk, submission: Submission) -> tuple[str, ...]:
    """The tasks whose figures are held back."""
    found = _asked(
        desk,
        "select distinct t.task_name from fct_task_progress as p join dim_task as t using (task_key)"
        " join dim_document as d using (document_key)"
        " where d.submission_id = ? and p.is_current and p.publication_status = 'under_review' order by 1",
        submission.submission_id,
    )
    return tuple(str(row[0]) for row in found)


def _asked(desk: Desk, sql: str, *parameters: object) -> Sequence[tuple[object, ...]]:
    try:
        return query(desk.home.published_database, sql, parameters).rows
    except PublishingError:
        return ()
