"""History read again under new rules: start, read, compare, decide; the DAG and `xushi replay` call the same functions.

A plan passes between them, small and JSON-serialisable.  The new readings lie in the lake beside the live ones and
are live only after a person accepted them; a process that is killed loses the files in work, and a second start goes
on with what is not read yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from registry import replays, submissions
from registry.audit import Person
from registry.models import Replay
from registry.replays import Pair, ReplayError
from xushi.alone import alone
from xushi.home import Home
from xushi.stages import Plan, registry_of

_WAITING: Final = "另一个重读正在进行，等待其结束 … another replay is running; waiting for it"

#: Files in one mapped task: what a kill may cost.
BATCH_SIZE: Final = 64

_LOADED_ONCE: Final = ("pandas", "pyarrow.parquet")


def start(home: Home, *, period: str | None, by: str, at: datetime) -> Plan:
    """Open the replay of the rules in force, or go on with the one that is open; the plan names what is to be read.

    `batches` is empty where everything has been read, `submissions` is 0 where history stands under these rules.
    """
    engine = registry_of(home)
    version = _version()
    pairs = replays.pairs(engine, version, period=period)
    plan: Plan = {"home": str(home.root), "period": period, "extractor_version": version, "submissions": len(pairs)}
    if not pairs:
        return plan | {"replay_id": None, "to_read": 0, "batches": []}
    replay = replays.start(engine, extractor_version=version, period=period, by=by, at=at)
    unread = [p for p in pairs if _is_unread(home, p) or p.failure in submissions.RETRIED]
    return plan | {"replay_id": replay.replay_id, "to_read": len(unread), "batches": _batches(unread)}


def read(plan: Plan, batch: dict[str, Any]) -> dict[str, Any]:
    """Read one batch beside what is live; a file that the new rules cannot read keeps its old reading."""
    from ingestion import pipeline
    from ingestion.workers import Workers

    home = Home(Path(plan["home"]))
    engine = registry_of(home)
    rules = pipeline.default_stages()
    if rules.version != plan["extractor_version"]:
        raise ReplayError(_changed(plan["replay_id"], plan["extractor_version"], rules.version))
    done, refused = 0, []
    with Workers(preload=_LOADED_ONCE) as workers:
        for outcome in pipeline.reread_all(engine, home.lake, batch["submission_ids"], rules, workers):
            done += outcome.error is None
            if outcome.error is not None:
                refused.append(outcome.error)
    return {"batch": batch["batch"], "read": done, "refused": refused}


def compare(plan: Plan, *, at: datetime) -> dict[str, Any]:
    """Compare all old and new readings, write the report, and put the replay before a person.

    What the new rules failed at is told in the report and keeps its old reading.  ReplayError where something was
    never tried.
    """
    from xushi import replay_report

    home = Home(Path(plan["home"]))
    engine = registry_of(home)
    pairs = replays.pairs(engine, plan["extractor_version"], period=plan["period"])
    if unread := [pair.submission.file_name for pair in pairs if _is_unread(home, pair)]:
        raise ReplayError(
            f"重读 {plan['replay_id']} 还有 {len(unread)} 份未读完（{unread[0]} 等），请再次运行 xushi replay start"
            " (not everything is read; start again, it goes on)"
        )
    folder = report_folder(home, plan["replay_id"])
    report = replay_report.write(folder, home.lake, engine, plan, pairs)
    digest = _digest(pairs, report["totals"])
    replay = replays.propose(engine, plan["replay_id"], pairs, counts=report["totals"], digest=digest, at=at)
    return {"replay_id": replay.replay_id, "totals": report["totals"], "report": str(folder / "report.md")}


def run(home: Home, *, period: str | None, by: str, say: Callable[[str], None]) -> dict[str, Any] | None:
    """All of it in this process, one replay at a time; what `compare` answers, or None where nothing is older."""
    with alone(home, "replay.lock", _WAITING, say):
        plan = start(home, period=period, by=by, at=datetime.now(UTC))
        if not plan["submissions"]:
            return None
        say(
            f"重读 {plan['replay_id']}（规则 {plan['extractor_version']}）：{plan['submissions']} 份报送由旧规则读取，"
            f"其中 {plan['to_read']} 份待读 to read"
        )
        for batch in plan["batches"]:
            done = read(plan, batch)
            say(f"已重读 read：{batch['label']}")
            for line in done["refused"]:
                say(f"  新规则未能读取，保留旧读取 kept as it was：{line}")
        return compare(plan, at=datetime.now(UTC))


def accept(home: Home, replay_id: str, *, by: Person, reason: str, at: datetime) -> Replay:
    """Make the new readings live; the next refresh publishes them.  ReplayError says why not."""
    from ingestion.lake import file_sha256
    from ingestion.resolve import names_landed
    from registry import crosswalk

    engine = registry_of(home)
    replay = replays.get(engine, replay_id)
    chosen = [pair for pair in replays.chosen(engine, replay_id) if pair.new is not None]
    if replay.state == "proposed":
        for pair in chosen:
            assert pair.new is not None  # noqa: S101 (filtered above)
            path = home.lake / (pair.new.lake_file or "")
            if not path.is_file() or file_sha256(path) != pair.new.lake_sha256:
                raise ReplayError(
                    f"{pair.submission.file_name} 的新读取文件缺失或已损坏（{path.name}），请再运行 xushi replay start"
                    " (a new reading is missing or damaged; start the replay again)"
                )
            # names are only ever added, so those of a replay that is refused below harm nobody
            names = names_landed(home.lake, pair.new.lake_file or "")
            crosswalk.add(engine, names, submission_id=pair.submission.submission_id, created_at=at)
    return replays.accept(engine, replay_id, extractor_version=_version(), by=by, reason=reason, at=at)


def decline(home: Home, replay_id: str, *, by: Person, reason: str, at: datetime) -> Replay:
    """Keep the readings that are live."""
    return replays.decline(registry_of(home), replay_id, by=by, reason=reason, at=at)


def history(engine: Engine) -> dict[str, Any]:
    """How much of what is live was read under older rules than those in force, for the summary and the doctor."""
    version = _version()
    older = replays.older(engine, version)
    latest = next(iter(replays.every(engine)), None)
    return {
        "extractor_version": version,
        "older": older,
        "submissions": sum(older.values()),
        "replay": None if latest is None else {"replay_id": latest.replay_id, "state": latest.state},
    }


def report_folder(home: Home, replay_id: str) -> Path:
    """Where the report of a replay lies."""
    return home.reports / "replays" / replay_id


def report_of(home: Home, replay_id: str) -> dict[str, Any] | None:
    """The report of a replay; None where it was not compared yet."""
    path = report_folder(home, replay_id) / "report.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _version() -> str:
    from ingestion import pipeline

    return pipeline.default_stages().version


def _is_unread(home: Home, pair: Pair) -> bool:
    if pair.new is not None:
        return not (home.lake / (pair.new.lake_file or "")).is_file()
    return pair.failure is None


def _batches(pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """Submissions of one period side by side, oldest period first, with a label that a person can read."""
    by_period: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_period.setdefault(str(pair.submission.period), []).append(pair)
    return list(_parts(by_period))


def _parts(by_period: dict[str, list[Pair]]) -> Iterator[dict[str, Any]]:
    for period, members in sorted(by_period.items()):
        for number, begin in enumerate(range(0, len(members), BATCH_SIZE), 1):
            part = members[begin : begin + BATCH_SIZE]
            names = "、".join(pair.submission.file_name for pair in part[:3])
            more = f" 等 {len(part)} 份" if len(part) > 3 else ""
            yield {
                "batch": f"{period}-{number}",
                "label": f"{period} {names}{more}",
                "submission_ids": [pair.submission.submission_id for pair in part],
            }


def _digest(pairs: Iterable[Pair], totals: dict[str, Any]) -> str:
    compared = sorted(
        (p.submission.submission_id, p.old.run_id, p.old.lake_sha256, p.new.lake_sha256 if p.new else None)
        for p in pairs
    )
    return hashlib.sha256(json.dumps([compared, totals], sort_keys=True).encode()).hexdigest()[:16]


def _changed(replay_id: str, planned: str, found: str) -> str:
    return (
        f"重读 {replay_id} 进行中规则由 {planned} 变为 {found}，请重新运行 xushi replay start"
        " (the rules changed while reading; start again)"
    )
