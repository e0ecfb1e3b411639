"""The report of a replay: what new rules would change, counted by kind, period, district and rule, the gravest first.

`report.json` holds the totals and the gravest differences, `differences.jsonl` all of them a line each, `report.md`
what a person reads before deciding.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
from sqlalchemy import Engine

from ingestion.lake import SCHEMAS
from ingestion.regions import region
from registry import corrections
from registry.replays import Pair
from xushi.build_state import write_json
from xushi.replay_compare import CLASSES, Difference, compare, gravity, plain

#: Differences that the JSON holds and the pages show; all of them lie in differences.jsonl.
SHOWN: Final = 300
#: Texts of each list of rejections.
_TEXTS: Final = 50


@dataclass(slots=True)
class Tally:
    """What is counted while the submissions are compared one by one."""

    totals: Counter[str] = field(default_factory=Counter)
    by_class: Counter[str] = field(default_factory=Counter)
    by_period: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_district: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_rule: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    numerals: dict[str, Counter[str]] = field(default_factory=lambda: {"old": Counter(), "new": Counter()})
    unread: list[dict[str, Any]] = field(default_factory=list)
    read: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


def write(folder: Path, lake: Path, engine: Engine, plan: Mapping[str, Any], pairs: Sequence[Pair]) -> dict[str, Any]:
    """Compare the pairs one by one and write the report's files; returns what report.json holds."""
    from xushi.replay_text import render

    folder.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    decided = _decided(engine)
    gravest: list[tuple[Any, int, dict[str, Any]]] = []
    order = count()
    lines = folder / "differences.jsonl"
    temporary = lines.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as stream:
        for pair in pairs:
            for difference, row in _of_pair(lake, pair, decided, tally):
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                rank = tuple(-part for part in gravity(difference))
                entry = (rank, -next(order), row)
                heapq.heappush(gravest, entry) if len(gravest) < SHOWN else heapq.heappushpop(gravest, entry)
    temporary.replace(lines)
    report = {
        **{name: plan[name] for name in ("replay_id", "extractor_version", "period")},
        "old_versions": sorted({pair.old.extractor_version for pair in pairs}),
        "totals": _totals(tally, len(pairs)),
        **{name: _table(getattr(tally, name)) for name in ("by_period", "by_district", "by_rule")},
        "unread": tally.unread[:_TEXTS],
        "read": tally.read[:_TEXTS],
        "decisions": tally.decisions,
        "refused": tally.refused,
        "differences": [row for _, _, row in sorted(gravest, reverse=True)],
    }
    write_json(folder / "report.json", report)
    text = folder / "report.md"
    partial = text.with_suffix(".part")
    partial.write_text(render(report) + "\n", encoding="utf-8")
    partial.replace(text)
    return report


def _of_pair(
    lake: Path, pair: Pair, decided: Mapping[str, Sequence[Any]], tally: Tally
) -> Iterator[tuple[Difference, dict[str, Any]]]:
    submission = pair.submission
    place = {"file": submission.file_name, "period": submission.period}
    if pair.new is None:
        tally.refused.append({**place, "reason": pair.failure})
        return
    old, new = pair.old.lake_file or "", pair.new.lake_file or ""
    found = compare(*(_rows(lake, kind, name) for kind in ("facts", "rejections") for name in (old, new)))
    for side, name in (("old", old), ("new", new)):
        for row in _rows(lake, "coverage", name):
            tally.numerals[side].update({n: row[n] for n in ("in_fact", "named_non_measure", "rejected")})
    tally.totals["same"] += found.same
    tally.unread += [{**place, **_rejection(row)} for row in found.unread]
    tally.read += [{**place, **_rejection(row)} for row in found.read]
    tally.decisions += _lost(decided.get(submission.submission_id, ()), lake, pair, place)
    period, district = str(submission.period), _district(submission.region_code)
    for difference in sorted(found.differences, key=gravity):
        own = _district(difference.row.get("region_code")) or district
        _count(tally, difference, period, own)
        yield difference, _told(difference, place, own, submission.submission_id)
    tally.by_period[period]["same"] += found.same
    tally.by_district[district]["same"] += found.same


def _count(tally: Tally, difference: Difference, period: str, district: str) -> None:
    tally.totals[difference.kind] += 1
    tally.by_class[difference.touches] += 1
    for table, key in (
        (tally.by_period, period), (tally.by_district, district), (tally.by_rule, str(difference.row["rule_id"])),
    ):  # fmt: skip
        table[key].update([difference.kind, difference.touches])


def _told(difference: Difference, place: Mapping[str, Any], district: str, submission_id: str) -> dict[str, Any]:
    old, new = difference.old or {}, difference.new or {}
    row = difference.row
    return {
        "kind": difference.kind,
        "class": difference.touches,
        **place,
        "district": district,
        "submission_id": submission_id,
        **{name: row.get(name) for name in ("fact", "item_no", "sub_item", "task", "indicator", "locator")},
        "rule_old": old.get("rule_id"),
        "rule_new": new.get("rule_id"),
        "columns": [
            {"name": name, "old": plain(old.get(name)), "new": plain(new.get(name))} for name in difference.columns
        ],
        "quote_old": old.get("quote"),
        "quote_new": new.get("quote"),
        "size": plain(difference.size),
    }


def _lost(decided: Sequence[Any], lake: Path, pair: Pair, place: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Stewards' corrections that fit what was read before and no longer do: the fact is gone or says something else."""
    if not decided or pair.new is None:
        return
    old, new = (
        {row["fact_id"]: row for row in _rows(lake, "facts", run.lake_file or "")} for run in (pair.old, pair.new)
    )
    for one in decided:
        before, after = old.get(one.fact_id), new.get(one.fact_id)
        if before is None or (after is not None and before[one.column_name] == after[one.column_name]):
            continue
        yield {
            **place, "correction_id": one.correction_id, "column": one.column_name, "expected": one.expected_value,
            "corrected": one.corrected_value, "found": plain(after[one.column_name]) if after else None,
            "is_gone": after is None,
        }  # fmt: skip


def _decided(engine: Engine) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for one in corrections.every(engine):
        if one.withdrawn_at is None and one.state != "expired":
            found[one.submission_id].append(one)
    return found


def _totals(tally: Tally, submissions: int) -> dict[str, Any]:
    return {
        "submissions": submissions,
        "refused": len(tally.refused),
        **{name: tally.totals[name] for name in ("same", "changed", "added", "removed")},
        "by_class": {name: tally.by_class[name] for name in CLASSES},
        "unread": len(tally.unread),
        "read": len(tally.read),
        "decisions": len(tally.decisions),
        "numerals": {
            side: {name: counted[name] for name in ("in_fact", "named_non_measure", "rejected")}
            for side, counted in tally.numerals.items()
        },
    }


def _table(counted: Mapping[str, Counter[str]]) -> list[dict[str, Any]]:
    """A line a key, the one with most of the gravest differences first."""
    lines = [
        {"key": key, **{name: c[name] for name in ("same", "changed", "added", "removed", *CLASSES)}}
        for key, c in counted.items()
    ]
    return sorted(lines, key=lambda line: (*(-line[name] for name in CLASSES), line["key"]))


def _rows(lake: Path, kind: str, facts_file: str) -> list[dict[str, Any]]:
    path = lake / facts_file.replace("facts/", f"{kind}/", 1)
    found: list[dict[str, Any]] = pq.read_table(path, schema=SCHEMAS[kind]).to_pylist()
    return found


def _rejection(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("locator", "quote", "reason")}


def _district(code: str | None) -> str:
    if not code:
        return ""
    try:
        return region(code).name
    except KeyError:
        return "未认定区域"
