"""Real processes that write the same registry at once: nothing fails, nothing is lost, nothing is doubled."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from sqlalchemy import Engine, func, select

from registry import crosswalk, incidents, publications, runs, submissions
from registry.engine import reading
from registry.migrate import upgrade
from registry.models import CrosswalkEntry, Incident
from registry.submissions import Received

AT = datetime(2023, 10, 8, tzinfo=UTC)
WORKERS = 3
FILES = 12


def _received(number: int) -> Received:
    """Files of one scope, each a later receipt."""
    return Received(
        sha256=f"{number:064x}", file_name=f"{number}.docx", format="docx", size_bytes=1, reporting_unit="蓬江区",
        unit_key="440703", region_code="440703", region_context="440703", period="2023-09", family="lag_table",
        declared_revision=None, is_resubmission=False, replaces="all", channel=None,
        received_at=AT + timedelta(minutes=number), first_seen_at=AT,
    )  # fmt: skip


def _work(url: str, worker: int) -> int:
    """Register, record, name, find and publish the same things as everybody else, each in an order of its own."""
    engine = upgrade(url)
    new = 0
    for step in range(FILES):
        number = (step * (worker + 1) + worker) % (FILES + 1)  # the same thirteen numbers, another walk through them
        submission, is_new = submissions.register(engine, _received(number))
        new += is_new
        landed = runs.Landed(
            submission_id=submission.submission_id, extractor_version="v1", item_count=1, fact_count=1,
            rejection_count=0, lake_file="f", lake_sha256="0",
        )  # fmt: skip
        runs.succeed(engine, landed, started_at=AT, finished_at=AT)
        named = crosswalk.Named("task", "", f"任务{number}", f"T{number}", "")
        crosswalk.add(engine, [named], submission_id=submission.submission_id, created_at=AT)
        found = [incidents.Found("c1", "t", f"r{n}", "error") for n in range(5)]
        incidents.sync(engine, found, checks=["c1"], run_id="r", at=AT)
    publications.record(
        engine,
        publications.Published(
            published_at=AT, input_digest="i", content_digest="c", path=None, periods=[], run_id="r", row_counts={}
        ),
    )
    engine.dispose()
    return new


def test_processes_share_a_registry(registry_url: str) -> None:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        new = sum(pool.map(_work, [registry_url] * WORKERS, range(WORKERS)))
    engine = upgrade(registry_url)
    found = submissions.find(engine)
    assert len(found) == new > FILES - 1
    in_order = sorted(found, key=lambda s: s.received_at)
    assert [s.revision for s in in_order] == list(range(len(found)))
    assert [s.superseded_by for s in in_order] == [*(s.submission_id for s in in_order[1:]), None]
    assert len(runs.live(engine)) == len(found)
    assert _count(engine, Incident) == 5
    assert _count(engine, CrosswalkEntry) == len(found)
    assert publications.next_version(engine) == WORKERS + 1
    engine.dispose()


def _count(engine: Engine, model: type) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
