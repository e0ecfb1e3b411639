"""The stewards' desk over 10,000 findings, page by page over HTTP, against its SELECTs alone (`make bench-desk`).

The home is the refreshed samples, so that findings have their cells, months and neighbours; 10,000 findings of a year
are put into its registry (SQLite) beside them.  The desk serves from a process of its own; one steward is logged in.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import httpx
from sqlalchemy import Engine, func, select

from benchmarks.measuring import free_port
from expectations.catalogue import catalogue
from ingestion.regions import Region, all_regions
from registry import desk_users, incident_queue, incidents, submissions
from registry.audit import SYSTEM, Person
from registry.engine import reading, writing
from registry.incident_queue import PAGE_SIZE, Filter
from registry.incidents import Found
from registry.migrate import upgrade
from registry.models import Incident
from registry.submissions import Received
from xushi import run
from xushi.home import PROJECT_ROOT, REGISTRY_URL, Home

FINDINGS, RESOLVED, REGIONS, MONTHS, CHECKS, SUBMISSIONS = 10_000, 1_000, 28, 12, 30, 280
AIM_SECONDS = 0.3
SEED = 7
AT = datetime(2024, 1, 8, 1, tzinfo=UTC)
NAME, PASSWORD = "王五", "a password of the moment"
_READY_SECONDS = 60

_TASKS = ("农村生活污水治理", "黑臭水体整治", "入河排污口整治", "重点行业VOCs治理", "固体废物管理", "饮用水水源地整治")
_QUOTES = (
    "已完成285亩，完成率2.71%，正在开展后续施工。",
    "应完成24个行政村，已完成21个，其余3个正在进行管网接驳，预计年底前完成。",
    "今年1—9月优良天数比例为91.2%，同比上升1.3个百分点，未达到年度目标92.5%。",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A page that is asked for: its kind, its address, and the same SELECTs by SQLAlchemy."""

    kind: str
    path: str
    alone: Callable[[Engine], object]


@dataclass(slots=True)
class Told:
    """What came of the asks of one kind: seconds over HTTP, seconds of the SELECTs alone, bytes and lines of a page."""

    pages: list[float]
    alone: list[float]
    most_bytes: int = 0
    most_rows: int = 0


def districts() -> list[Region]:
    """REGIONS counties of one province."""
    known = (r for r in all_regions().values() if r.level == "county" and r.is_current and r.code.startswith("44"))
    return sorted(known, key=lambda r: r.code)[:REGIONS]


def periods() -> list[str]:
    """The months of one year."""
    return [f"2023-{month:02d}" for month in range(1, MONTHS + 1)]


def sent(engine: Engine) -> list[submissions.Submission]:
    """SUBMISSIONS files, of each district in turn."""
    made = []
    for number in range(SUBMISSIONS):
        region, period = districts()[number % REGIONS], periods()[number // REGIONS]
        received = Received(
            sha256=f"{number:064x}", file_name=f"{region.name}_{period}_重点任务进展情况表.docx", format="docx",
            size_bytes=48_000, reporting_unit=region.name, unit_key=region.code, region_code=region.code,
            region_context=region.code, period=period, family="lag_table", declared_revision=None,
            is_resubmission=False, replaces="all", channel=None, received_at=AT, first_seen_at=AT,
        )  # fmt: skip
        made.append(submissions.register(engine, received)[0])
    return made


def findings(sent_ones: Sequence[submissions.Submission]) -> list[Found]:
    """FINDINGS of every district, month and check."""
    of = {(s.region_code, s.period): s.submission_id for s in sent_ones}
    made = []
    for check in catalogue()[:CHECKS]:
        for region in districts():
            for month, period in enumerate(periods()):
                task, percent = _TASKS[(month + len(made)) % len(_TASKS)], 100 - (len(made) * 7) % 97
                made.append(
                    Found(
                        check.id, "fct_task_progress", f"{check.id}|{region.code}|{period}", check.severity, period,
                        region.code, submission_id=of.get((region.code, period)),
                        message_zh=f"{region.name}“{task}”{check.name_zh}：所报{percent}%，按数量应为{percent // 2}%",
                        message_en=f"{check.name_en}: {percent} % is stated, the counts give {percent // 2} %",
                        expected=f"{percent // 2}%", observed=f"{percent}%",
                        arithmetic=f"{percent // 2}个 ÷ 100个 × 100 = {percent // 2}%", source_quote=_QUOTES[month % 3],
                        source_locator=f"table 1/row {month + 3}/cell 4",
                    )
                )  # fmt: skip
    return made[:FINDINGS]


def fill(engine: Engine) -> None:
    """A year's queue, a tenth of it settled, and somebody who may log in."""
    found = findings(sent(engine))
    incidents.sync(engine, found, checks=[], run_id="bench", at=AT)
    with writing(engine, incidents.LOCK) as session:
        settled = [session.get_one(Incident, one.incident_id) for one in found[:: FINDINGS // RESOLVED]]
        for number, incident in enumerate(settled):
            incident.state, incident.resolution, incident.reason = "resolved", "accepted", "已核对佐证材料"
            incident.comment, incident.resolved_at = "台账第3页", AT + timedelta(days=number % 20)
    desk_users.keep(engine, NAME, role="publisher", at=AT, by=Person(SYSTEM, SYSTEM), password=PASSWORD)


def asks(engine: Engine, own: Sequence[str]) -> list[Ask]:
    """A morning of a steward, in an order that is the same every time; `own` are findings of the samples."""
    by = random.Random(SEED)
    codes, months, checks = [r.code for r in districts()], periods(), [c.id for c in catalogue()[:CHECKS]]
    words = ("农村生活污水", "所报", "2.71% 管网", "黑臭水体 应为", "100%", "不存在的词")
    last = incident_queue.page(engine, Filter()).last
    made = [_list("first page", Filter()) for _ in range(40)]
    made += [_list("one check", Filter(check_id=by.choice(checks))) for _ in range(25)]
    made += [_list("one region", Filter(region_code=by.choice(codes), period=by.choice(months))) for _ in range(25)]
    made += [_list("one severity", Filter(severity=by.choice(incident_queue.SEVERITIES))) for _ in range(25)]
    made += [_list("searched", Filter(words=by.choice(words))) for _ in range(30)]
    made += [_list("everything, deep", Filter(state=None), by.randint(last // 2, last)) for _ in range(25)]
    made += [
        _list("another order", Filter(order=by.choice(("newest", "region", "period"))), by.randint(1, last))
        for _ in range(20)
    ]
    shown = [row.incident_id for number in (1, last) for row in incident_queue.page(engine, Filter(), number).rows]
    made += [_finding("finding of the queue", by.choice(shown)) for _ in range(30)]
    made += [_finding("finding with its cell", by.choice(own)) for _ in range(30)]
    by.shuffle(made)
    return made


def _list(kind: str, wanted: Filter, number: int = 1) -> Ask:
    given = {"state": wanted.state or "all", "page": number, "order": wanted.order}
    filters = ("severity", "check_id", "region_code", "period", "words")
    given |= {name: value for name in filters if (value := getattr(wanted, name))}
    return Ask(kind, f"/?{urlencode(given)}", partial(_list_alone, wanted=wanted, number=number))


def _list_alone(engine: Engine, wanted: Filter, number: int) -> None:
    desk_users.get(engine, NAME)
    incident_queue.page(engine, wanted, number)
    incident_queue.counts(engine)
    incident_queue.choices(engine)


def _finding(kind: str, key: str) -> Ask:
    return Ask(kind, f"/incidents/{key}", partial(_finding_alone, key=key))


def _finding_alone(engine: Engine, key: str) -> None:
    desk_users.get(engine, NAME)
    incidents.get(engine, key)
    incident_queue.neighbours(engine, Filter(), key)


@contextmanager
def served(home: Home) -> Iterator[httpx.Client]:
    """The desk in a process of its own, and a browser of somebody who is logged in."""
    port = free_port()
    command = [sys.executable, "-m", "xushi.cli", "desk", "--home", str(home.root), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=PROJECT_ROOT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait(client, process)
            token = re.search(r'name="form_token" value="([0-9a-f]+)"', client.get("/login").text)
            form = {"form_token": token.group(1) if token else "", "username": NAME, "password": PASSWORD}
            if client.post("/login", data=form).status_code != httpx.codes.SEE_OTHER:
                raise SystemExit("nobody can log in to the desk")
            yield client
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            client.get("/login").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"the desk did not start (exit status {process.poll()})")


def measured(client: httpx.Client, engine: Engine, asked: Sequence[Ask]) -> dict[str, Told]:
    """Each page after its SELECTs alone, so that both meet the same machine; the first of each kind is asked twice."""
    told: dict[str, Told] = {}
    for ask in asked:
        if ask.kind not in told:
            told[ask.kind] = Told([], [])
            client.get(ask.path).raise_for_status()
            ask.alone(engine)
        one = told[ask.kind]
        one.alone.append(_seconds(partial(ask.alone, engine)))
        before = time.perf_counter()
        answer = client.get(ask.path)
        one.pages.append(time.perf_counter() - before)
        answer.raise_for_status()
        one.most_bytes = max(one.most_bytes, len(answer.content))
        one.most_rows = max(one.most_rows, answer.text.count("data-row"))
    return told


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def main() -> None:
    """Print the table."""
    os.environ.pop(REGISTRY_URL, None)  # ten thousand findings that never were must not reach a real registry
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name))
        outcome = run.refresh(home, PROJECT_ROOT / "samples" / "inbox", None, through_airflow=False, say=lambda _: None)
        if outcome.error:
            raise SystemExit(f"the samples could not be refreshed: {outcome.error}")
        engine = upgrade(home.registry_url)
        own = [i.incident_id for i in incidents.open_incidents(engine) if i.submission_id and i.source_locator]
        fill(engine)
        with served(home) as client:
            told = measured(client, engine, asks(engine, own))
            small = len(client.get("/?words=不存在的词").content)
        _print(told, _count(engine), small)
        engine.dispose()


def _count(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Incident)) or 0


def _print(told: dict[str, Told], count: int, small: int) -> None:
    asked = sum(len(one.pages) for one in told.values())
    print(f"The desk over {count:,} findings, {asked} pages over HTTP, one steward (clock, ms)")
    print(f"  {'':24} pages     p50     p95   SELECTs alone, p95   ratio  most KB  lines")
    for kind, one in told.items():
        _row(kind, one)
    lists = _together([one for kind, one in told.items() if not kind.startswith("finding")])
    _row("every list page", lists, f"aim p95 < {AIM_SECONDS * 1000:.0f} ms")
    _row("every finding", _together([one for kind, one in told.items() if kind.startswith("finding")]))
    most = max(one.most_rows for one in told.values())
    print(
        f"  no page has more than {most} lines (a page is {PAGE_SIZE}); an empty list is {small / 1024:.0f} KB,"
        f" the largest {lists.most_bytes / 1024:.0f} KB: {(lists.most_bytes - small) / max(most, 1):.0f} bytes a line"
    )


def _together(some: Sequence[Told]) -> Told:
    return Told(
        [s for one in some for s in one.pages],
        [s for one in some for s in one.alone],
        max(one.most_bytes for one in some),
        max(one.most_rows for one in some),
    )


def _row(label: str, one: Told, aim: str = "") -> None:
    page, alone = _p95(one.pages), _p95(one.alone)
    print(
        f"  {label:24} {len(one.pages):5} {statistics.median(one.pages) * 1000:7.1f} {page * 1000:7.1f}"
        f"   {alone * 1000:18.1f} {page / alone:6.2f} x {one.most_bytes / 1024:7.0f} {one.most_rows:6}  {aim}"
    )


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
