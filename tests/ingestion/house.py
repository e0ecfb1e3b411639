"""An inbox, a registry and a lake, and stand-ins for the stages that know documents.

The stand-ins read JSON, so that a test says in plain sight what a document says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from ingestion.acquire import Receipt
from ingestion.errors import UnknownLayoutError, UnreadableFileError
from ingestion.inbox import look_into
from ingestion.lake import ensure_skeleton
from ingestion.pipeline import Outcome, Stages, process, receive
from ingestion.records import Document, Extraction, Fact, NumeralCoverage, Rejection, Segmentation, TaskItem, TextPart
from ingestion.resolve import resolve_landed
from registry import submissions
from registry.migrate import upgrade

SEEN = datetime(2023, 10, 8, 1, 2, 3, tzinfo=UTC)


def read_json(content: bytes, name: str) -> Document:
    try:
        json.loads(content)
    except ValueError as error:
        raise UnreadableFileError(name, "不是 JSON") from error
    return Document(name, hashlib.sha256(content).hexdigest(), "json", content.decode(), ())


def segment_json(document: Document, region: str | None, as_of: date | None) -> Segmentation:
    said = json.loads(document.text)
    if "crash" in said:
        raise KeyError(said["crash"])
    if not said.get("items"):
        raise UnknownLayoutError(document.name, "没有任务项")
    stated = said.get("as_of")
    return Segmentation(
        document=document,
        family=said.get("family", "lag_table"),
        title=said.get("title"),
        publisher=said.get("publisher"),
        document_number=None,
        region=said.get("region", region),
        campaign_year=2023,
        period_start=None,
        as_of_date=date.fromisoformat(stated) if stated else as_of,
        issued_by_city=bool(said.get("issued_by_city")),
        items=tuple(_item(n, item) for n, item in enumerate(said["items"], 1)),
    )


def extract_json(segmentation: Segmentation) -> Extraction:
    document = segmentation.document
    facts = []
    for item in segmentation.items:
        for part in item.of("progress"):
            facts.append(
                Fact(
                    document=document.name, document_sha256=document.sha256, family=segmentation.family,
                    fact="progress", fact_id=f"{document.sha256[:8]}-{item.seq}", item_key=f"key-{item.seq}",
                    item_seq=item.seq, region=item.region, task=item.text("task"), indicator="完成面积",
                    actual_value=Decimal(part.text), unit="亩", rule_id="r", rule_version="1",
                    quote=part.text, locator=part.locator, char_start=part.char_start,
                    char_end=part.char_start + len(part.text),
                )
            )  # fmt: skip
    skipped = Rejection(document.name, document.sha256, "paragraph 1", "读不懂", 0, 3, "no_rule")
    return Extraction(tuple(facts), (skipped,), NumeralCoverage(document.name, document.sha256, len(facts), 0, 0))


def _item(seq: int, said: dict[str, Any]) -> TaskItem:
    roles = ("task", "content", "requirement", "progress", "statement")
    parts = tuple(TextPart(r, said[r], 0, f"table 1/row {seq}/cell {n}") for n, r in enumerate(roles, 1) if r in said)
    return TaskItem(seq, str(seq), said.get("region"), parts)


STAGES = Stages(read_json, segment_json, extract_json, "v1")


def said(*items: dict[str, Any], **document: Any) -> bytes:
    """A document's bytes: one item of 蓬江区 as of September 2023, unless said otherwise."""
    plain = ({"region": "蓬江区", "task": "推进养殖尾水治理", "progress": "285"},)
    return json.dumps({"as_of": "2023-09-30", "items": items or plain} | document, ensure_ascii=False).encode()


@dataclass
class House:
    """An inbox, and the home that it is received into."""

    inbox: Path
    lake: Path
    engine: Engine
    stages: Stages = STAGES

    def put(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def register(self, *lines: str) -> None:
        header = "file,reporting_unit,period,received_at,revision,replaces,channel"
        self.put("submissions.csv", "\n".join([header, *lines]).encode())

    def receive(self, seen_at: datetime = SEEN) -> dict[str, Receipt]:
        found = look_into(self.inbox).arrivals
        return {a.name: receive(self.engine, self.lake / "originals", a, self.stages, seen_at=seen_at) for a in found}

    def process(self, *, again: bool = False) -> list[Outcome]:
        """Extract what is pending, or everything again, then give ids to it, as the refresh does."""
        pending = submissions.find(self.engine) if again else submissions.pending(self.engine, self.stages.version)
        done = [process(self.engine, self.lake, s.submission_id, self.stages, clock=lambda: SEEN) for s in pending]
        resolve_landed(self.engine, self.lake, at=SEEN)
        return done

    def run(self, seen_at: datetime = SEEN) -> dict[str, Receipt]:
        receipts = self.receive(seen_at)
        self.process()
        return receipts

    def submission(self, receipt: Receipt) -> Any:
        return submissions.get(self.engine, receipt.submission_id)

    def with_version(self, version: str, **stages: Callable[..., Any]) -> None:
        self.stages = replace(self.stages, version=version, **stages)

    def files(self) -> dict[str, tuple[str, int]]:
        """Every file of the lake with its digest and time of change."""
        return {
            p.relative_to(self.lake).as_posix(): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
            for p in sorted(self.lake.rglob("*"))
            if p.is_file()
        }


def make_house(folder: Path) -> House:
    (folder / "inbox").mkdir()
    ensure_skeleton(folder / "lake")
    return House(folder / "inbox", folder / "lake", upgrade(f"sqlite:///{folder / 'registry.sqlite'}"))
