"""One finding: its cell in the original, its arithmetic, what surrounds it, its history, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ingestion.amend import facts_as_they_stand
from ingestion.amend.overlay import CORRECTABLE
from ingestion.amend.overlay import text_of as written
from ingestion.errors import IngestionError
from ingestion.regions import all_regions
from registry import audit, corrections, incident_queue, incidents, submissions
from registry.models import Incident, Submission
from review import evidence, labels, surroundings
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of, version_of
from review.evidence import Excerpt
from review.pages import go, show
from review.queue_pages import filter_of, may_accept, query_of
from review.surroundings import Surroundings
from xushi.decisions import role_of

router = APIRouter(prefix="/incidents/{key}")

#: Most values that one form offers for correction; a finding is about one item.
_MOST_CHOICES: Final = 80

#: The check whose findings a steward settles by naming the division that is meant.
PLACED: Final = "region_unresolved"


@dataclass(frozen=True, slots=True)
class Correctable:
    """A value that a steward may correct: where it stands and what it says there."""

    progress_key: str
    fact_id: str
    column: str
    value: str | None
    quote: str
    locator: str

    @property
    def code(self) -> str:
        """As the form sends it back."""
        return "|".join((self.progress_key, self.fact_id, self.column, self.value or ""))


@router.get("")
def finding(request: Request, me: Annotated[Identity, need("viewer")], key: str) -> Response:
    """The finding, with what a steward needs to settle it."""
    desk = desk_of(request)
    incident = incidents.get(desk.engine, key)
    wanted = filter_of(request)
    before, after = incident_queue.neighbours(desk.engine, wanted, key)
    around = surroundings.around(desk.home, incident.record_key, incident.submission_id, incident.item_key)
    submission = desk.submission_of(incident)
    original, unread = _original(desk, incident, submission, around)
    return show(
        request, "incident.html", me,
        incident=incident, check=labels.checks().get(incident.check_id), submission=submission, labels=labels,
        excerpt=original, unread=unread, around=around, chart=surroundings.chart(around.months),
        box=(surroundings.WIDTH, surroundings.HEIGHT), history=_history(desk, key),
        correctable=_correctable(desk, incident, around) if me.may("steward") else [],
        places=_places(incident, submission) if me.may("publisher") else None,
        may_accept=may_accept(me, incident.severity), before=before, after=after, query=query_of(wanted),
        told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.post("/acknowledge")
async def acknowledge(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Somebody has seen it."""
    return await _act(request, me, key, lambda desk, _, given: incidents.acknowledge(desk.engine, key, **given))


@router.post("/assign")
async def assign(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Somebody is to see to it."""
    return await _act(
        request, me, key,
        lambda desk, form, given: incidents.assign(
            desk.engine, key, to=text_of(form, "to"), note=text_of(form, "comment"), **given
        ),
    )  # fmt: skip


@router.post("/hand-back")
async def hand_back(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """Back to the district."""
    return await _act(
        request, me, key,
        lambda desk, form, given: incidents.hand_back(
            desk.engine, key, to=text_of(form, "to"), comment=text_of(form, "comment"), **given
        ),
    )  # fmt: skip


@router.post("/reopen")
async def reopen(request: Request, me: Annotated[Identity, need("steward")], key: str) -> Response:
    """A settlement is taken back."""
    return await _act(
        request, me, key,
        lambda desk, form, given: incidents.reopen(desk.engine, key, comment=text_of(form, "comment"), **given),
    )  # fmt: skip


async def _act(request: Request, me: Identity, key: str, action: Any) -> Response:
    """Do it with the version that the person saw, then show the finding again."""
    form = dict(await request.form())
    desk = desk_of(request)
    given = {"version": version_of(text_of(form, "version")), "by": me.person, "at": desk.now()}
    await run_in_threadpool(action, desk, form, given)
    query = text_of(form, "query")
    return go(request, f"/incidents/{key}?{query}&told=kept")


def _original(
    desk: Desk, incident: Incident, submission: Submission | None, around: Surroundings
) -> tuple[Excerpt | None, str]:
    """The place in the original, or why it cannot be shown."""
    if submission is None and around.rows:
        found = around.rows[0]["submission_id"]
        submission = submissions.get(desk.engine, found) if found else None
    if submission is None:
        return None, ""
    locator = incident.source_locator or (around.rows[0]["source_locator"] if around.rows else None)
    try:
        document = evidence.read_original(desk.original_of(submission))
    except IngestionError as error:
        return None, str(error)
    return evidence.excerpt(document, locator, incident.source_quote), ""


def _places(incident: Incident, submission: Submission | None) -> list[tuple[str, str]] | None:
    """Divisions below the sender, to choose from; None where no division is to be named."""
    if incident.check_id != PLACED or not incident.observed or submission is None or not submission.region_context:
        return None
    below = (r for r in all_regions().values() if r.parent_code == submission.region_context and r.valid_to is None)
    return sorted((r.code, r.full_name) for r in below)


def _history(desk: Desk, key: str) -> list[Any]:
    return audit.of_subject(desk.engine, key, *corrections.of_incident(desk.engine, key))


def _correctable(desk: Desk, incident: Incident, around: Surroundings) -> list[Correctable]:
    """The values of the finding's rows, as they stand now, those of the finding's own fact first."""
    found: dict[tuple[str, str], Correctable] = {}
    submission_of_row = {row["progress_key"]: row["submission_id"] for row in around.rows if row["is_current"]}
    facts = {
        key: facts_as_they_stand(desk.engine, desk.home.lake, key)
        for key in sorted(filter(None, submission_of_row.values()))
    }
    for stated in around.evidence:
        fact = facts.get(submission_of_row.get(stated["progress_key"]) or "", {}).get(stated["fact_id"])
        if fact is None:
            continue  # rules have changed since it was published; the next refresh brings the two together
        for column in CORRECTABLE:
            value = written(fact[column])
            if role_of(column) == stated["role"] and (value is not None or column in ("actual_value", "target_value")):
                one = Correctable(
                    stated["progress_key"], stated["fact_id"], column, value, stated["quote"], stated["locator"]
                )
                found.setdefault((one.fact_id, column), one)
    ordered = sorted(found.values(), key=lambda one: (one.fact_id != incident.record_key, one.value is None))
    return ordered[:_MOST_CHOICES]
