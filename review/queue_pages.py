"""The queue: counts, filters, search, pages, and one action on many."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from registry import incident_queue, incidents
from registry.incident_queue import Filter, Order
from registry.incidents import IncidentError, StaleIncidentError
from review import labels
from review.access import Identity, need
from review.desk import Desk, desk_of, text_of, version_of
from review.pages import go, show
from review.texts import language_of

router = APIRouter()

_FIELDS: Final = ("state", "severity", "check_id", "region_code", "period", "assignee", "words", "order")
_ORDERS: Final = ("severity", "newest", "region", "period")
#: As many as a person marks by hand on some pages.
MAX_BULK: Final = 200


@router.get("/")
def queue(request: Request, me: Annotated[Identity, need("viewer")], page: int = 1) -> Response:
    """The queue, filtered as the address says."""
    desk, language = desk_of(request), language_of(request)
    wanted = filter_of(request)
    found = incident_queue.page(desk.engine, wanted, page)
    return show(
        request, "queue.html", me,
        page=found, wanted=wanted, query=query_of(wanted), counts=incident_queue.counts(desk.engine),
        choices=_choices(desk, language), labels=labels, told=request.query_params.get("told", ""),
        more=lambda **changes: query_of(wanted, **changes),
    )  # fmt: skip


@router.post("/bulk")
async def bulk(request: Request, me: Annotated[Identity, need("steward")]) -> Response:
    """One action on the chosen incidents; those that somebody else changed meanwhile are left and counted."""
    form = await request.form()
    chosen = [str(value) for value in form.getlist("chosen")][:MAX_BULK]
    told = await run_in_threadpool(_bulk, desk_of(request), me, dict(form), chosen)
    kept = text_of(dict(form), "query")
    query = "&".join(part for part in (kept, urlencode({"told": told})) if part)
    return go(request, f"/?{query}")


def _bulk(desk: Desk, me: Identity, form: dict[str, Any], chosen: list[str]) -> str:
    done = stale = refused = 0
    for one in chosen:
        key, _, version = one.partition(":")
        try:
            _act(desk, me, form, key, version_of(version))
            done += 1
        except StaleIncidentError:
            stale += 1
        except IncidentError:
            refused += 1
    return f"{done}-{stale}-{refused}"


def _act(desk: Desk, me: Identity, form: dict[str, Any], key: str, version: int) -> None:
    at, by, action = desk.now(), me.person, text_of(form, "action")
    if action == "acknowledge":
        incidents.acknowledge(desk.engine, key, version=version, by=by, at=at)
    elif action == "assign":
        incidents.assign(desk.engine, key, to=text_of(form, "to"), version=version, by=by, at=at)
    elif action == "accept" and may_accept(me, incidents.get(desk.engine, key).severity):
        incidents.accept(
            desk.engine, key, reason=text_of(form, "reason"), comment=text_of(form, "comment"), version=version,
            by=by, at=at,
        )  # fmt: skip
    else:
        raise incidents.IllegalActionError(f"不能批量执行 {action!r} (not in bulk, or not in your role)")


def may_accept(me: Identity, severity: str) -> bool:
    """A blocker is let through by who may sign; anything else by a steward."""
    return me.may("publisher" if severity == "blocker" else "steward")


def filter_of(request: Request) -> Filter:
    """The filter of the address; what it does not know is left out."""
    given = {name: request.query_params.get(name, "").strip() or None for name in _FIELDS}
    order = given.pop("order")
    state = given.pop("state")
    if state == "all":
        state = None
    elif state not in ("open", *incident_queue.STATES):
        state = "open"
    return Filter(state=state, order=cast(Order, order) if order in _ORDERS else "severity", **given)


def query_of(wanted: Filter, **changes: str | int | None) -> str:
    """The filter as the query of an address, with some of it changed."""
    given: dict[str, Any] = {**asdict(wanted), **changes}
    given["state"] = given["state"] or "all"
    plain = {"state": "open", "order": "severity", "page": 1}
    return urlencode({name: value for name, value in given.items() if value and value != plain.get(name)})


def _choices(desk: Desk, language: Any) -> dict[str, list[tuple[str, str]]]:
    found = incident_queue.choices(desk.engine)
    return {
        "check_id": sorted(((c, labels.check(c, language)) for c in found["check_id"]), key=lambda pair: pair[1]),
        "region_code": [(code, labels.region_name(code, language)) for code in found["region_code"]],
        "period": [(period, period) for period in reversed(found["period"])],
        "assignee": [(who, who) for who in found["assignee"]],
    }
