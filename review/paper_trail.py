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
    about = notices.findings(desk.engine, found.notice_id)
    told = [incidents.get(desk.engine, one.incident_id) for one in about]
    return notice.write(
        Letter(
            kind=found.kind,  # type: ignore[arg-type]  # the database holds no other
            agency=found.signatory or desk.agency,
            recipient=found.recipient,
            period=found.period,
            day=found.issued_on or found.drafted_at.date(),
            findings=tuple(
                of_notice(one, incident, **beside)
                for one, incident, beside in zip(about, told, _beside(desk, told), strict=True)
            ),
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
        laid = placed(evidence.read_original(desk.original_of(submission)), found)
    except IngestionError:
        laid = Placed((), tuple(found))  # an original that cannot be shown still has its findings told
    return error_workbook.write(
        ErrorWorkbook(
            agency=desk.agency,
            unit=_unit(submission),
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
            unit=_unit(submission),
            period=submission.period,
            file_name=submission.file_name,
            sha256=submission.sha256,
            received_at=submission.received_at,
            channel=submission.channel,
            handler=submission.handler,
            is_stamped=submission.is_stamped,
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
    submission = desk.submission_of(incident)
    return (submission.reporting_unit if submission else None) or labels.region_name(incident.region_code)


def _unit(submission: Submission) -> str:
    return submission.reporting_unit or labels.region_name(submission.region_code)


def _due(day: date) -> date:
    return day + timedelta(days=REPLY_DAYS)


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
    return [of_incident(incident, **beside) for incident, beside in zip(found, _beside(desk, found), strict=True)]


def _beside(desk: Desk, found: Sequence[Incident]) -> list[dict[str, str | None]]:
    """What the papers say beside each finding: its task, its file, and what its check says to do."""
    names = {s: submissions.get(desk.engine, s).file_name for s in {i.submission_id for i in found if i.submission_id}}
    tasks = _tasks(desk, found)
    checks = labels.checks()
    return [
        {
            "task": tasks.get(incident.record_key) or tasks.get(incident.item_key or ""),
            "file_name": names.get(incident.submission_id or ""),
            "request": checks[incident.check_id].how_to_mend if incident.check_id in checks else None,
        }
        for incident in found
    ]


def _tasks(desk: Desk, found: Sequence[Incident]) -> dict[str, str]:
    """Record or item → the task that its row stands under."""
    keys = sorted({key for incident in found for key in (incident.record_key, incident.item_key) if key})
    rows = _asked(
        desk,
        "with wanted as (select unnest(cast(? as varchar[])) as key) select w.key, min(t.task_name) from wanted as w"
        " join fct_task_progress as p on w.key in (p.item_key, p.progress_key) join dim_task as t using (task_key)"
        " group by w.key",
        keys,
    )
    return {str(key): str(name) for key, name in rows}


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
