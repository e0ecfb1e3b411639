"""Writes a small lake by hand: registry tables, items and facts, with the schemas of the real stages.

A test says what a document says (`item`, `requirement`, `progress`) and who sent it when (`LakeBuilder.submission`);
ids, spans and the crosswalk follow from that, the same in every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
from sqlalchemy import Table

from ingestion.lake import CHECK_RESULT_SCHEMA, SCHEMAS, ensure_skeleton, partition, table_of, write_parquet
from ingestion.records import Fact, NumeralCoverage, Rejection
from ingestion.segment.joint import parties
from registry.export import arrow_schema
from registry.models import TABLES

VERSION: Final = "v1"
CITY: Final = "440700"
REGIONS: Final[Mapping[str, str]] = {
    "江门市": "440700",
    "蓬江区": "440703",
    "江海区": "440704",
    "新会区": "440705",
    "台山市": "440781",
    "开平市": "440783",
    "鹤山市": "440784",
    "恩平市": "440785",
    "XX市": "UNKNOWN",
}
CATALOGUE_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in
     ("check_id", "severity", "stage", "name_zh", "name_en", "formula", "how_to_mend")]
)  # fmt: skip


def at(day: str, clock: str = "02:00") -> datetime:
    """A UTC instant: `at("2023-10-08")` is 10:00 in Shanghai."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=UTC)


def short(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12]


def _decimal(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float | int) and not isinstance(value, bool) else value


def row(**values: Any) -> dict[str, Any]:
    return values


_FIGURES: Final = {f.name for f in SCHEMAS["facts"] if pa.types.is_decimal(f.type)}


def _figures(values: Mapping[str, Any]) -> dict[str, Any]:
    """Figures may be written as plain numbers and deadlines as ISO days."""
    fixed = {k: _decimal(v) if k in _FIGURES else v for k, v in values.items()}
    if isinstance(fixed.get("deadline"), str):
        fixed["deadline"] = date.fromisoformat(fixed["deadline"])
    return fixed


def requirement(no: int | None, text: str = "完成", **values: Any) -> dict[str, Any]:
    """A requirement of an item; `no` is its number in the item."""
    return {"fact": "requirement", "requirement_no": no, "requirement": text, "quote": text, **_figures(values)}


def progress(no: int | None, quote: str = "进展", **values: Any) -> dict[str, Any]:
    """A progress fact; `no` is the requirement that it answers, None the item as a whole."""
    return {"fact": "progress", "requirement_no": no, "quote": quote, **_figures(values)}


def indicator(name: str, **values: Any) -> dict[str, Any]:
    """A statement outside the task items."""
    return {"fact": "indicator", "indicator": name, "quote": name, **_figures(values)}


@dataclass(frozen=True, slots=True)
class Item:
    """A task item: its words and its facts, in reading order."""

    region: str | None
    task: str | None
    facts: tuple[dict[str, Any], ...]
    content: str | None = None
    progress_text: str | None = None
    item_no: str | None = None


def item(region: str | None, task: str | None, *facts: dict[str, Any], **words: Any) -> Item:
    return Item(region, task, facts, **words)


@dataclass
class LakeBuilder:
    """Collects submissions and writes the lake; nothing is on disk before `write`."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {m.__tablename__: [] for m in TABLES})
    kinds: dict[tuple[str, str, str], pa.Table] = field(default_factory=dict)
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"raw": [], "mart": []})
    checks: list[dict[str, str]] = field(default_factory=list)

    def submission(
        self,
        unit: str,
        period: str | None,
        *,
        items: Sequence[Item] = (),
        statements: Sequence[dict[str, Any]] = (),
        family: str = "workbook",
        received_at: datetime | None = None,
        revision: int = 0,
        replaces: str = "all",
        supersedes: str | None = None,
        issued_by_city: bool = False,
        as_of: date | None = None,
        region_code: str | None = None,
        status: str = "extracted",
        rejection_reason: str | None = None,
        rejections: int = 0,
        channel: str | None = None,
    ) -> str:
        """Add a submission with its live extraction; returns its submission_id."""
        code = region_code or REGIONS.get(unit, "UNKNOWN")
        submission_id = "S" + short(unit, period, family, revision, issued_by_city, status)
        name = f"{unit}-{period}-{family}-{revision}.docx"
        sha256 = hashlib.sha256(submission_id.encode()).hexdigest()
        year = int(period[:4]) if period else None
        self.rows["submissions"].append(
            row(
                submission_id=submission_id, sha256=sha256, file_name=name, format="docx", size_bytes=1,
                reporting_unit=unit, region_code=code, region_context="" if code == "UNKNOWN" else code,
                period=period, family=family, scope=f"{unit}/{period}/{family}", revision=revision,
                is_resubmission=revision > 0, replaces=replaces, channel=channel, is_stamped=False,
                received_at=received_at or at("2023-10-08"), first_seen_at=received_at or at("2023-10-08"),
                status=status, rejection_reason=rejection_reason, title=f"{unit}进展", publisher=unit,
                as_of_date=as_of, campaign_year=year, issued_by_city=issued_by_city,
            )
        )  # fmt: skip
        for known in self.rows["submissions"]:
            if known["submission_id"] == supersedes:
                known["superseded_by"] = submission_id
        if status == "extracted" and period is not None:
            self._extraction(submission_id, sha256, name, period, code, family, items, statements, rejections)
        return submission_id

    def expected(self, unit: str, period: str, due: str, family: str = "workbook") -> None:
        """A report that a unit owes."""
        self.rows["expected_submissions"].append(
            row(expected_id=short(unit, period, family), reporting_unit=unit, region_code=REGIONS[unit],
                 period=period, family=family, due_date=date.fromisoformat(due))
        )  # fmt: skip

    def finding(self, stage: str, check_id: str, severity: str, record_key: str, **values: Any) -> None:
        """A check result of the raw or the mart gate, with its incident and its entry in the catalogue."""
        self.findings[stage].append(
            row(check_id=check_id, severity=severity, record_key=record_key,
                 **{"record_table": "facts", "message_zh": "有误", "message_en": "wrong", **values})
        )  # fmt: skip
        self.rows["incidents"].append(
            row(incident_id="N" + short(check_id, record_key), check_id=check_id, record_table="facts",
                 record_key=record_key, severity=severity, state="new", is_failing=True, reopen_count=0,
                 opened_at=at("2023-10-09"), last_seen_run_id="r1")
        )  # fmt: skip
        self.checks.append(dict.fromkeys(CATALOGUE_SCHEMA.names, "x") | {"check_id": check_id, "severity": severity})

    def write(self, lake: Path) -> None:
        """Write every file of the lake."""
        ensure_skeleton(lake)
        for (kind, period, run_id), table in self.kinds.items():
            write_parquet(table, lake / partition(kind, period) / f"{run_id}.parquet")
        for model in TABLES:
            schema = arrow_schema(cast(Table, model.__table__))
            table = pa.Table.from_pylist(self.rows[model.__tablename__], schema=_nullable(schema))
            write_parquet(table, lake / "registry" / f"{model.__tablename__}.parquet")
        for stage, found in self.findings.items():
            write_parquet(pa.Table.from_pylist(found, schema=CHECK_RESULT_SCHEMA), lake / "checks" / f"{stage}.parquet")
        checks = list({c["check_id"]: c for c in self.checks}.values())
        write_parquet(pa.Table.from_pylist(checks, schema=CATALOGUE_SCHEMA), lake / "registry" / "checks.parquet")

    def before(self, is_known: Callable[[Mapping[str, Any]], bool]) -> LakeBuilder:
        """The same lake while only some submissions had come: what came later, and what it said, is not there."""
        known = {r["submission_id"] for r in self.rows["submissions"] if is_known(r)}
        rows = {table: [dict(r) for r in found] for table, found in self.rows.items()}
        for table in ("submissions", "extraction_runs"):
            rows[table] = [r for r in rows[table] if r["submission_id"] in known]
        for submission in rows["submissions"]:
            if submission.get("superseded_by") not in known:
                submission["superseded_by"] = None
        kinds = {key: table for key, table in self.kinds.items() if key[2].removesuffix(f".{VERSION}") in known}
        findings = {
            gate: [r for r in found if r.get("submission_id") is None or r["submission_id"] in known]
            for gate, found in self.findings.items()
        }
        return LakeBuilder(rows, kinds, findings, self.checks)

    def _extraction(
        self, submission_id: str, sha256: str, name: str, period: str, code: str, family: str,
        items: Sequence[Item], statements: Sequence[dict[str, Any]], rejections: int,
    ) -> None:  # fmt: skip
        run_id = f"{submission_id}.{VERSION}"
        fixed = row(document=name, document_sha256=sha256, family=family, rule_id="test", rule_version="1")
        facts: list[dict[str, Any]] = []
        place = 0
        for seq, one in enumerate(items, start=1):
            key = short(sha256, seq)
            for number, said in enumerate(one.facts, start=1):
                said = dict(said)
                place += 100
                start = said.pop("char_start", place)
                facts.append(
                    {**fixed, "fact_id": f"F{short(key, number)}", "item_key": key, "item_seq": seq,
                     "item_no": one.item_no or str(seq), "region": one.region, "task": one.task,
                     "locator": f"table 1/row {seq + 1}/cell {3 + number}", "char_start": start,
                     "char_end": start + len(said["quote"]), **said}
                )  # fmt: skip
            self._items(submission_id, run_id, period, seq, key, one, name, sha256)
        for number, said in enumerate(statements, start=1):
            place += 100
            facts.append(
                {**fixed, "fact_id": f"F{short(sha256, 'statement', number)}", "item_key": short(sha256, "s", number),
                 "item_seq": number, "locator": f"paragraph {number}", "char_start": place,
                 "char_end": place + len(said["quote"]), **said}
            )  # fmt: skip
        rows = [Fact(**values) for values in facts]
        self._put("facts", period, run_id, table_of(rows, SCHEMAS["facts"], submission_id=submission_id))
        self._name("indicator", "", {f.indicator: "I" + short(f.indicator) for f in rows if f.indicator})
        self._name("region", code, {name: _code(name) for i in items for name in (i.region, *_joint(i)) if name})
        self._name("task", "", {i.task: "T" + short(i.task) for i in items if i.task})
        lost = [Rejection(name, sha256, "paragraph 9", "不明文字", n, n + 4, "unread") for n in range(rejections)]
        self._put("rejections", period, run_id, table_of(lost, SCHEMAS["rejections"], submission_id=submission_id))
        counted = [NumeralCoverage(name, sha256, len(rows), 1, rejections)]
        self._put("coverage", period, run_id, table_of(counted, SCHEMAS["coverage"], submission_id=submission_id))
        self.rows["extraction_runs"].append(
            row(run_id=run_id, submission_id=submission_id, extractor_version=VERSION, started_at=at("2023-10-08"),
                 finished_at=at("2023-10-08"), status="succeeded", item_count=len(items), fact_count=len(rows),
                 rejection_count=rejections, lake_file=f"{partition('facts', period)}/{run_id}.parquet", is_live=True)
        )  # fmt: skip

    def _items(
        self, submission_id: str, run_id: str, period: str, seq: int, key: str, one: Item, name: str, sha256: str
    ) -> None:
        city = next(s["issued_by_city"] for s in self.rows["submissions"] if s["submission_id"] == submission_id)
        asked = "\n".join(f["requirement"] for f in one.facts if f["fact"] == "requirement") or None
        said = one.progress_text or "\n".join(f["quote"] for f in one.facts if f["fact"] == "progress") or None
        told = row(document=name, document_sha256=sha256, item_key=key, item_seq=seq, item_no=one.item_no or str(seq),
                   region=one.region, task=one.task, content=one.content, requirement_text=asked, progress_text=said,
                   locator=f"table 1/row {seq + 1}/cell 1", issued_by_city=city)  # fmt: skip
        table = table_of([told], SCHEMAS["items"], submission_id=submission_id)
        shares = [
            row(document_sha256=sha256, item_key=key, region=name, role="joint" if place > 1 else "lead", place=place,
                 region_context=_context(self.rows["submissions"], submission_id))
            for place, name in enumerate(_joint(one), start=1)
        ]  # fmt: skip
        self._add("items", period, run_id, table)
        shared = table_of(shares, SCHEMAS["item_regions"], submission_id=submission_id)
        self._add("item_regions", period, run_id, shared)

    def _add(self, kind: str, period: str, run_id: str, table: pa.Table) -> None:
        known = self.kinds.get((kind, period, run_id))
        self._put(kind, period, run_id, pa.concat_tables([known, table]) if known else table)

    def _put(self, kind: str, period: str, run_id: str, table: pa.Table) -> None:
        self.kinds[kind, period, run_id] = table

    def _name(self, kind: str, context: str, named: Mapping[str, str]) -> None:
        known = {(r["kind"], r["context"], r["wording"]) for r in self.rows["crosswalk"]}
        for wording, durable_id in named.items():
            if durable_id != "UNKNOWN" and (kind, context, wording) not in known:
                self.rows["crosswalk"].append(
                    row(entry_id=short(kind, context, wording), kind=kind, context=context, wording=wording,
                         durable_id=durable_id, label=wording, created_at=at("2023-10-08"))
                )  # fmt: skip


def _code(name: str) -> str:
    """A region's code, for several regions the lead's; the unknown member where one of them is not known."""
    named = [REGIONS[party.name] for party in parties(name)]
    return "UNKNOWN" if "UNKNOWN" in named else (named or [REGIONS[name]])[0]


def _joint(one: Item) -> tuple[str, ...]:
    """The regions that share an item, the lead first; none where one of them is not known."""
    is_known = bool(one.region) and _code(str(one.region)) != "UNKNOWN"
    return tuple(party.name for party in parties(one.region)) if is_known else ()


def _context(submissions: list[dict[str, Any]], submission_id: str) -> str:
    found: str = next(s["region_context"] for s in submissions if s["submission_id"] == submission_id)
    return found


def _nullable(schema: pa.Schema) -> pa.Schema:
    """A test names only the columns that it is about; the rest is NULL."""
    return pa.schema([f.with_nullable(True) for f in schema])
