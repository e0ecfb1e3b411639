"""The monthly refresh, one function a stage; Airflow's tasks and `xushi refresh --no-airflow` call the same ones.

A plan passes between the stages: small, JSON-serialisable, made by `discover`.  Data passes through the lake, the
build database and the registry alone, so a stage can be run again by itself.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine

from registry import run_history, submissions
from registry.clock import steady
from xushi import arrivals, build_state, logs, runners
from xushi.build_state import write_json
from xushi.home import Home
from xushi.model_results import Row
from xushi.receiving import LOADED_ONCE, batches, receive
from xushi.recovery import rebuilding
from xushi.registry_guard import guard
from xushi.stages import SHANGHAI as SHANGHAI
from xushi.stages import Plan, failing_in_one_line, line_of, recorded
from xushi.stages import StageError as StageError
from xushi.stages import amend_and_resolve as amend_and_resolve
from xushi.stages import failure_of as failure_of
from xushi.stages import registry_of as registry_of
from xushi.stages import report_folder as report_folder
from xushi.stages import run_key as run_key
from xushi.stages import stage as stage
from xushi.stages import summary_of as summary_of
from xushi.writer import sole

if TYPE_CHECKING:
    from expectations.runner import GateResult

_LOG: Final = logging.getLogger(__name__)

#: What the run's parameter `gate` may say: publish without what blockers withhold, or ask a person first.
WITHHOLD: Final = "withhold"
HUMAN: Final = "human"

#: Between two machines that write one registry, clocks differ a little; more than this is worth a line.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_CLOCK_BEHIND: Final = (
    "本机时钟 {:%Y-%m-%d %H:%M} 早于已登记的最新时刻 {:%Y-%m-%d %H:%M}，登记时间按后者计，请校正时钟 "
    "(the clock of this machine stands behind what is recorded; the recorded time counts, set the clock right)"
)


def parameters(*, inbox: str | None, period: str | None, logical_date: datetime | None, run_id: str) -> dict[str, Any]:
    """What a run is about: the arguments of `discover`.

    Without a period, a scheduled run takes the month before its logical date (Asia/Shanghai); a triggered one takes
    every period that the inbox holds.
    """
    home = Home.find()
    if period is None and logical_date is not None:
        local = logical_date.astimezone(SHANGHAI)
        year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, 12)
        period = f"{year}-{month:02d}"
    return {
        "home": str(home.root),
        "inbox": str(inbox_of(home, inbox)),
        "period": period,
        "run_id": run_key(run_id),
    }


def inbox_of(home: Home, given: str | None = None) -> Path:
    """The given folder of submissions, else XUSHI_INBOX, else `inbox` in the home."""
    return Path(given or os.environ.get("XUSHI_INBOX") or home.root / "inbox")


def discover(home: str, inbox: str, period: str | None, run_id: str) -> Plan:
    """Register what lies in the inbox; the plan names the submissions that are to be read, in batches by period."""
    return _discover(home, inbox, period, run_id, only_arrived=False)


def discover_arrivals(home: str, inbox: str, period: str | None, run_id: str) -> Plan:
    """As `discover`, but only the periods of what nobody has ever read are read: what arrived, or was left unread."""
    return _discover(home, inbox, period, run_id, only_arrived=True)


def _discover(home: str, inbox: str, period: str | None, run_id: str, *, only_arrived: bool) -> Plan:
    place = Home(Path(home))
    clock_says = datetime.now(UTC)
    try:
        engine = guard(place)
        at = steady(engine, clock_says)
        run_history.start_run(engine, run_id, at=at, requested_period=period, runner=runners.this_runner())
        runners.close_dead(engine, run_id, at=at)
    except StageError:
        raise
    except Exception as error:  # no run has begun that could be said to have failed
        raise StageError(f"discover: {line_of(error)}") from error
    with recorded(place, run_id, "discover") as answer:
        folders = arrivals.folders_of(place, Path(inbox))
        seen = arrivals.look(folders)  # before anything is read: what changes from now on is new
        pending = receive(place, engine, Path(inbox), period, answer, seen_at=at)
        if only_arrived:
            arrived = submissions.periods_never_read(engine)
            pending = [one for one in pending if one[1] in arrived]
        answer |= {"pending": len(pending), "periods": sorted({one[1] for one in pending})}
        if period is None:  # a run for one month leaves what arrived for others to whoever watches
            arrivals.remember(place, folders, seen)
        if at > clock_says + _CLOCKS_DIFFER:
            behind = _CLOCK_BEHIND.format(clock_says.astimezone(SHANGHAI), at.astimezone(SHANGHAI))
            answer["problems"] = [behind, *answer["problems"]]
    plan: Plan = {"home": home, "inbox": inbox, "period": period, "run_id": run_id}
    return plan | {"batches": batches(pending), "submissions": answer["submissions"], "pending": answer["pending"]}


@stage
def extract(plan: Plan, batch: dict[str, Any]) -> dict[str, Any]:
    """Read, segment, extract and land one batch; a file that cannot be read is rejected and the rest goes on."""
    from ingestion import pipeline
    from ingestion.workers import Workers

    home = Home(Path(plan["home"]))
    engine = registry_of(home)
    rules = pipeline.default_stages()
    refused, extracted, facts = [], 0, 0
    with Workers(preload=LOADED_ONCE) as workers:
        for outcome in pipeline.process_all(engine, home.lake, batch["submission_ids"], rules, workers):
            with logs.about(submission_id=outcome.submission_id, file=outcome.file_name, period=outcome.period):
                if outcome.error is not None:
                    refused.append(outcome.error)
                    _LOG.warning("退回 rejected: %s", outcome.error, extra={"event": "rejected"})
                else:
                    read = {"facts": outcome.fact_count, "rejections": outcome.rejection_count}
                    _LOG.info("读取 read", extra={"event": "extracted", **read})
            extracted += outcome.error is None
            facts += outcome.fact_count
    seen = list(batch["submission_ids"])
    return {"batch": batch["batch"], "extracted": extracted, "refused": refused, "facts": facts, "submissions": seen}


@sole
@stage
def resolve(plan: Plan) -> dict[str, Any]:
    """Give durable ids to what the batches landed, and lay stewards' decisions over it: one process, one order."""
    home = Home(Path(plan["home"]))
    return amend_and_resolve(registry_of(home), home.lake, at=datetime.now(UTC))


def _settle(plan: Plan, home: Home, engine: Engine) -> dict[str, Any]:
    """Resolve and export with every file whole that is going to be read; what was mended, and what is open."""
    from xushi import integrity

    return integrity.settle(home, engine, partial(resolve, plan), at=datetime.now(UTC)).report()


@sole
def has_changes(plan: Plan) -> bool:
    """Resolve, export the registry, and compare all that a transform would read with what the published one read.

    Where nothing changed, what stands beside the snapshot catches up if it lagged.
    """
    from publishing.snapshot import current
    from xushi import publication, recovery
    from xushi.fingerprint import input_digest

    home = Home(Path(plan["home"]))
    with failing_in_one_line(home, plan["run_id"], "has_changes"):
        engine = registry_of(home)
        healed = recovery.heal_published(home)
        settled = _settle(plan, home, engine)
        held = current(home.published)
        changed = held is None or build_state.read(home).published_inputs != input_digest(home, engine)
        followed = {} if changed else publication.follow(home)
        answer = {"changed": changed, "seconds": 0, **settled, "recovered": healed, **followed}
        write_json(report_folder(home, plan["run_id"]) / "stages" / "has_changes.json", answer)
    return changed


@sole
@stage
def raw_gate(plan: Plan) -> dict[str, Any]:
    """Judge the landed facts."""
    return _gate(plan, "raw")


@sole
@stage
@rebuilding()
def transform(plan: Plan) -> dict[str, Any]:
    """Build staging, intermediate, dimensions and candidate facts in the build database."""
    from registry.export import export_registry
    from xushi import transform as models
    from xushi.fingerprint import input_digest

    home = Home(Path(plan["home"]))
    engine = registry_of(home)
    export_registry(engine, home.lake)
    inputs = input_digest(home, engine)
    window = build_state.window_to_build(home)
    build_state.begin(home, window)
    nodes: list[Row] = []
    built = models.transform(home, window, nodes=nodes)
    build_state.built(home, run_id=plan["run_id"], inputs=inputs)
    return {"models": built, "nodes": nodes, "periods": f"{window.first}…{window.last}", "is_full": window.is_full}


@sole
@stage
@rebuilding(transform)
def mart_gate(plan: Plan, *, pages: bool = True) -> dict[str, Any]:
    """Judge the candidate facts of the build database; then the pages of both gates are written anew."""
    _anew_where_not_owned(plan, raw_gate, transform)
    return _gate(plan, "mart") | (_document(plan) if pages else {})


def _document(plan: Plan) -> dict[str, Any]:
    """Write the pages of the checks; they explain the month, so where they fail it is published all the same."""
    from expectations import data_docs

    home = Home(Path(plan["home"]))
    try:
        data_docs.build(home.lake, home.data_docs, run_name=plan["run_id"], at=datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 (whatever it is, the summary says it)
        return {"data_docs_error": line_of(error)}
    return {}


def _gate(plan: Plan, gate: build_state.Gate) -> dict[str, Any]:
    """Judge what changed since the gate last judged, and bring the incidents of those periods in line."""
    from expectations.runner import run_gate

    home = Home(Path(plan["home"]))
    if gate == "mart":
        build_state.owned(home, plan["run_id"])
    window = build_state.window_to_judge(home, gate)
    result = run_gate(
        gate,
        home.lake,
        None if gate == "raw" else home.build_database,
        build_state.findings_of(home, gate),
        periods=None if window.is_full else window.periods,
    )
    opened, closed = _sync(registry_of(home), result, plan["run_id"])
    build_state.judged(home, gate, result.digest)  # only now: a run that dies before is judged again
    return {
        "findings": dict(result.counts),
        "opened": opened,
        "closed": closed,
        "checks": len(result.judged),
        "periods": f"{window.first}…{window.last}",
        "is_full": result.periods is None,
    }


def _sync(engine: Engine, result: GateResult, run_id: str) -> tuple[int, int]:
    """How many incidents a gate's findings opened and closed, among those of the periods that it judged."""
    from expectations.findings import of_checks, of_periods, read_findings_table
    from registry import incidents

    at = datetime.now(UTC)
    findings = read_findings_table(Path(result.out))
    opened = closed = 0
    for checks, periods in ((set(result.judged) - result.whole, result.periods), (result.whole, None)):
        if checks:
            rows = of_periods(of_checks(findings, checks), periods).to_pylist()
            found = [incidents.Found.of(row) for row in rows]
            synced = incidents.sync(engine, found, checks=checks, run_id=run_id, at=at, periods=periods)
            opened, closed = opened + synced.opened + synced.reopened, closed + synced.closed
    return opened, closed


@stage
def human_gate(plan: Plan, gate: str, hours: float | None = None) -> dict[str, Any]:
    """Whether a person is asked before the release, and what: only where the run asks for it and blockers are open.

    `hours` is how long the question stands, else XUSHI_GATE_HOURS, else two days.
    """
    from expectations.catalogue import catalogue
    from registry import incidents
    from xushi.human_gate import question, wait_of

    engine = registry_of(Home(Path(plan["home"])))
    blockers = [i for i in incidents.open_incidents(engine) if i.severity == "blocker" and i.is_failing]
    if gate != HUMAN or not blockers:
        return {"waits": False, "blockers": len(blockers)}
    wait = wait_of(hours)
    names = {check.id: check.name_zh for check in catalogue()}
    asked = question(blockers, names, until=datetime.now(SHANGHAI) + wait, wait=wait)
    return {"waits": True, "blockers": len(blockers), "wait_seconds": wait.total_seconds(), **asdict(asked)}


def heed(plan: Plan, answer: Mapping[str, Any]) -> None:
    """Keep for the summary what a person answered at the gate, or that nobody did in time."""
    home = Home(Path(plan["home"]))
    write_json(report_folder(home, plan["run_id"]) / "stages" / "human_answer.json", answer)


@sole
@stage
@rebuilding(transform, mart_gate)
def release(plan: Plan, *, waited: bool = False) -> dict[str, Any]:
    """Write the marts from the candidates, with what the open incidents withhold.

    What another refresh has built in the meantime is judged first, and after a wait for a person what was decided too.
    """
    from registry.export import export_registry
    from xushi import transform as models

    home = Home(Path(plan["home"]))
    again = (waited and _judge_decided(plan)) or _anew_where_not_owned(plan, raw_gate, transform, mart_gate)
    export_registry(registry_of(home), home.lake)
    window = build_state.window_to_release(home)
    nodes: list[Row] = []
    released = models.release(home, window, nodes=nodes)
    build_state.released(home)
    return {"models": released, "nodes": nodes, "periods": f"{window.first}…{window.last}", "judged_again": again}


def _judge_decided(plan: Plan) -> bool:
    """Build and judge anew where a steward decided something since this run was judged; True where so."""
    from xushi.fingerprint import input_digest

    home = Home(Path(plan["home"]))
    engine = registry_of(home)
    _settle(plan, home, engine)
    if build_state.read(home).inputs == input_digest(home, engine):
        return False
    return _anew(plan, raw_gate, transform, mart_gate)


def _anew_where_not_owned(plan: Plan, *earlier: Callable[[Plan], object]) -> bool:
    """Do the earlier stages again where another refresh built between two tasks of this one; True where so.

    The writer's lock is held meanwhile, so that of two runs side by side each gets to its end; what the other has
    computed is not computed again.
    """
    if build_state.is_owned(Home(Path(plan["home"])), plan["run_id"]):
        return False
    return _anew(plan, *earlier)


def _anew(plan: Plan, *earlier: Callable[[Plan], object]) -> bool:
    for again in earlier:
        again(plan)
    return True


@sole
@stage
@rebuilding(transform, mart_gate, release)
def publish(plan: Plan) -> dict[str, Any]:
    """Copy the marts into an immutable version and make it current; then what stands beside it follows."""
    from xushi import publication

    home = Home(Path(plan["home"]))
    _anew_where_not_owned(plan, raw_gate, transform, mart_gate, release)
    inputs = build_state.owned(home, plan["run_id"]).inputs
    done = publication.publish(home, registry_of(home), run_id=plan["run_id"], inputs=inputs, at=datetime.now(UTC))
    # only now: a run that dies before this line is done again
    build_state.published(home, inputs=inputs)
    return done | publication.follow(home)


@stage
def summary(plan: Plan) -> dict[str, Any]:
    """Say what happened: `reports/<run>/summary.json`, summary.md and a page, and a message; closes the run."""
    from xushi import telling
    from xushi.summary import build
    from xushi.summary_text import render

    home = Home(Path(plan["home"]))
    engine = registry_of(home)
    at = datetime.now(UTC)
    report = build(home, engine, plan, at=at)
    folder = report_folder(home, plan["run_id"])
    report["notification_failures"] = list(telling.finished(home, report))
    write_json(folder / "summary.json", report)
    (folder / "summary.md").write_text(render(report, "zh") + "\n", encoding="utf-8")
    telling.write_page(home, report)
    # the registry knows of a stopped run that it published nothing; who stopped it stands in the summary
    status: Any = "unchanged" if report["status"] == "stopped" else report["status"]
    run_history.finish_run(engine, plan["run_id"], at=at, status=status, summary=report)
    return report
