"""What submissions say once stewards' decisions are laid over them: words of their own in the lake.

The facts of a submission are never changed.  Each moment at which a decision changed what is known of some of its items
(a correction or a verdict made or withdrawn, a change of a requirement recorded) makes an amendment: these items as
they stood from that moment on, written as lake files of the amendment's own name.  Amendments follow from the base
runs and the decisions alone, so every refresh writes the same ones, and new rules of extraction are followed by new
amendments.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Engine

from ingestion.amend.overlay import CorrectionError, MismatchError, corrected
from ingestion.lake import SCHEMAS, file_sha256, read_kind, table_of, write_if_changed
from registry import changes, corrections, crosswalk, determinations, submissions
from registry.corrections import Outcome
from registry.crosswalk import LiveRun
from registry.engine import reading
from registry.models import Amendment, Correction, Determination, RequirementChange

#: The kinds of files that hold rows of items; an amendment has one of each.
_KINDS: Final = tuple(kind for kind, schema in SCHEMAS.items() if "item_key" in schema.names)

#: The items that a submission says anew, by the moment from which it does.
Moments = Mapping[datetime, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Amended:
    """How many amendments are live, and how many corrections ended in each state."""

    amendments: int
    states: Mapping[str, int]


def amend_landed(engine: Engine, lake: Path) -> Amended:
    """Write the amendments that the stewards' decisions make of the live runs; the same decisions change nothing."""
    decisions, changed, verdicts = corrections.every(engine), changes.every(engine), determinations.every(engine)
    if not decisions and not changed and not verdicts and not corrections.amendments(engine):
        return Amended(0, {})
    with reading(engine) as session:
        runs = {one.submission.submission_id: one for one in crosswalk.live(session)}
    about_requirements = (
        *_changed_items(lake, runs.values(), changed),
        *_judged_items(lake, runs.values(), verdicts),
    )
    moments = _moments(runs, decisions, about_requirements)
    ends = _ends(engine)
    live: list[Amendment] = []
    outcomes = {d.correction_id: Outcome("expired") for d in decisions}
    for submission_id, of_submission in moments.items():
        one = runs[submission_id]
        end = ends.get(submission_id)
        said = {moment: items for moment, items in of_submission.items() if end is None or moment < end}
        own = [d for d in decisions if d.submission_id == submission_id]
        written, found = _amend(lake, one, said, own)
        live += written
        outcomes |= {key: Outcome("expired") if end and o.state == "applied" else o for key, o in found.items()}
    outcomes |= {d.correction_id: Outcome("withdrawn") for d in decisions if d.withdrawn_at is not None}
    corrections.make_live(engine, live)
    corrections.settle(engine, outcomes)
    return Amended(len(live), dict(sorted(Counter(str(o.state) for o in outcomes.values()).items())))


def fact_as_it_stands(engine: Engine, lake: Path, submission_id: str, fact_id: str) -> dict[str, Any]:
    """A fact of a submission with all that holds of it now, as the lake has it.  LookupError where there is none."""
    facts = facts_as_they_stand(engine, lake, submission_id)
    if fact_id not in facts:
        raise LookupError(f"submission {submission_id} has no live extraction with a fact {fact_id}")
    return facts[fact_id]


def facts_as_they_stand(engine: Engine, lake: Path, submission_id: str) -> dict[str, dict[str, Any]]:
    """The facts of a submission by their ids, what was decided later over what was said before."""
    with reading(engine) as session:
        base = [one.facts_file for one in crosswalk.live(session, submission_id)]
    files = [a.lake_file for a in corrections.amendments(engine) if a.submission_id == submission_id] if base else []
    read = (pq.read_table(lake / name, schema=SCHEMAS["facts"]).to_pylist() for name in (*base, *files))
    return {row["fact_id"]: row for rows in read for row in rows}


def region_contexts(engine: Engine, lake: Path, submission_id: str, wording: str) -> set[str]:
    """The circles in which a submission's items name a region in this wording: the contexts of the crosswalk."""
    with reading(engine) as session:
        own = crosswalk.live(session, submission_id)
    found: set[str] = set()
    for one in own:
        table = pq.read_table(lake / _file(one, "items"), columns=["region", "region_context"])
        named = table.filter(pc.equal(table["region"], wording))["region_context"].to_pylist()
        found.update(context if context is not None else one.submission.region_context for context in named)
    return found


def _ends(engine: Engine) -> dict[str, datetime]:
    """Submission → when the one that replaces it came: from then on the unit speaks for itself again."""
    every = {s.submission_id: s for s in submissions.find(engine)}
    return {key: max(every[s.superseded_by].received_at, s.received_at) for key, s in every.items() if s.superseded_by}


def _moments(
    runs: Mapping[str, LiveRun], decisions: Sequence[Correction], changed: Iterable[tuple[str, str, datetime]]
) -> dict[str, dict[datetime, frozenset[str]]]:
    """Submission → moment → the items that say something else from it on."""
    found: dict[str, dict[datetime, set[str]]] = defaultdict(lambda: defaultdict(set))
    for decision in decisions:
        if decision.submission_id in runs:
            for at in (decision.decided_at, decision.withdrawn_at):
                if at is not None:
                    found[decision.submission_id][at].add(decision.item_key)
    for submission_id, item_key, at in changed:
        found[submission_id][at].add(item_key)
    return {
        key: {at: frozenset(items) for at, items in sorted(of_key.items())} for key, of_key in sorted(found.items())
    }


def _changed_items(
    lake: Path, runs: Iterable[LiveRun], changed: Sequence[RequirementChange]
) -> Iterator[tuple[str, str, datetime]]:
    """(submission, item, moment) of the words that stood when a change was recorded and that it is about."""
    if not changed:
        return
    wanted = pa.array(sorted({change.requirement_id for change in changed}), pa.string())
    first = min(change.event_date for change in changed)
    for one in runs:
        if not _reaches(one, first):
            continue
        table = pq.read_table(lake / _file(one, "identities"), columns=["item_key", "requirement_id"])
        for row in table.filter(pc.is_in(table["requirement_id"], wanted)).to_pylist():
            for change in changed:
                is_about = row["requirement_id"] == change.requirement_id and _reaches(one, change.event_date)
                if is_about and one.submission.received_at < change.recorded_at:
                    yield one.submission.submission_id, row["item_key"], change.recorded_at


def _judged_items(
    lake: Path, runs: Iterable[LiveRun], verdicts: Sequence[Determination]
) -> Iterator[tuple[str, str, datetime]]:
    """(submission, item, moment) of the words that stood when the bureau gave its verdict on them, or took it back."""
    by_period: dict[str, list[Determination]] = defaultdict(list)
    for verdict in verdicts:
        by_period[verdict.period].append(verdict)
    for one in runs:
        own = by_period.get(one.submission.period or "", [])
        if not own:
            continue
        wanted = pa.array(sorted({verdict.requirement_id for verdict in own}), pa.string())
        table = pq.read_table(lake / _file(one, "identities"), columns=["item_key", "requirement_id"])
        for row in table.filter(pc.is_in(table["requirement_id"], wanted)).to_pylist():
            for verdict in own:
                for at in (verdict.decided_at, verdict.withdrawn_at):
                    is_about = row["requirement_id"] == verdict.requirement_id
                    if is_about and at is not None and one.submission.received_at < at:
                        yield one.submission.submission_id, row["item_key"], at


def _reaches(one: LiveRun, day: date) -> bool:
    """True for a submission of the month of the day or of a later month of the same campaign year."""
    period = one.submission.period or ""
    year = one.submission.campaign_year or int(period[:4])
    return period >= f"{day:%Y-%m}" and year <= day.year <= int(period[:4])


def _file(one: LiveRun, kind: str, name: str | None = None) -> str:
    """A file of the run, or of an amendment of it, relative to the lake."""
    path = one.facts_file.replace("facts/", f"{kind}/", 1)
    return path if name is None else path.replace(f"/{one.submission.submission_id}.", f"/{name}.", 1)


def _amend(
    lake: Path, one: LiveRun, said: Moments, decisions: Sequence[Correction]
) -> tuple[list[Amendment], dict[str, Outcome]]:
    """The amendments of one submission, and what became of its corrections."""
    facts = pq.read_table(lake / one.facts_file, schema=SCHEMAS["facts"])
    by_item: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in facts.filter(_in(facts, {d.item_key for d in decisions}.union(*said.values()))).to_pylist():
        by_item[row["item_key"]].append(row)
    outcomes: dict[str, Outcome] = {}
    written = []
    for moment, items in said.items():
        holding = [d for d in decisions if d.item_key in items and _holds(d, moment)]
        rows = [row for item in sorted(items) for row in by_item[item]]
        rows, outcomes_then = _overlaid(rows, holding)
        outcomes |= outcomes_then
        written.append(_write(lake, one, moment, items, rows))
    return written, outcomes


def _holds(decision: Correction, moment: datetime) -> bool:
    return decision.decided_at <= moment and (decision.withdrawn_at is None or moment < decision.withdrawn_at)


def _overlaid(
    rows: list[dict[str, Any]], decisions: Sequence[Correction]
) -> tuple[list[dict[str, Any]], dict[str, Outcome]]:
    """The rows with the decisions laid over them in their order; one that does not fit changes nothing and says so."""
    by_fact = {row["fact_id"]: row for row in rows}
    outcomes = {}
    for decision in decisions:
        fact = by_fact.get(decision.fact_id)
        if fact is None:
            outcomes[decision.correction_id] = Outcome("unmatched")
            continue
        try:
            by_fact[decision.fact_id] = corrected(
                fact, decision.column_name, decision.expected_value, decision.corrected_value
            )
            outcomes[decision.correction_id] = Outcome("applied")
        except MismatchError as error:
            outcomes[decision.correction_id] = Outcome("unmatched", error.found)
        except CorrectionError:
            outcomes[decision.correction_id] = Outcome("unmatched")
    return list(by_fact.values()), outcomes


def _write(lake: Path, one: LiveRun, moment: datetime, items: frozenset[str], facts: list[dict[str, Any]]) -> Amendment:
    """Write the files of one amendment, facts last; files that lie there with the same rows are left as they are."""
    name = corrections.amendment_id(one.submission.submission_id, moment)
    for kind in _KINDS:
        if kind != "facts":
            table = read_kind(lake, kind, [name for name in (_file(one, kind),) if (lake / name).exists()])
            write_if_changed(_renamed(table.filter(_in(table, items)), name), lake / _file(one, kind, name))
    facts_file = _file(one, "facts", name)
    write_if_changed(_renamed(table_of(facts, SCHEMAS["facts"]), name), lake / facts_file)
    return Amendment(
        amendment_id=name,
        submission_id=one.submission.submission_id,
        base_run_id=one.run.run_id,
        known_from=moment,
        item_count=len(items),
        lake_file=facts_file,
        lake_sha256=file_sha256(lake / facts_file),
        is_live=True,
    )


def _renamed(table: pa.Table, name: str) -> pa.Table:
    """The rows under the amendment's name in the place of the submission's."""
    place = table.schema.get_field_index("submission_id")
    return table.set_column(place, table.schema.field(place), pa.array([name] * table.num_rows, pa.string()))


def _in(table: pa.Table, items: Iterable[str]) -> pa.Array:
    return pc.is_in(table["item_key"], pa.array(sorted(items), pa.string()))
