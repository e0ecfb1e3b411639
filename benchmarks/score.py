"""Extraction against the hand-labelled facts, by field and by document (`make score`).

The labels and the scoring tool lie beside the repo, in the shared folder; without them there is nothing to score.
Each corpus document is read with its registered region and date, as a submission would be.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from ingestion.extract import extract
from ingestion.extract.jsonl import to_json
from ingestion.read import read
from ingestion.segment import segment

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

Fact = dict[str, Any]


def scoring_tool() -> ModuleType:
    """The scorer of the shared folder as a module."""
    path = SHARED / "tools" / "score_extraction.py"
    spec = importlib.util.spec_from_file_location("score_extraction", path)
    if not path.exists() or spec is None or spec.loader is None:
        sys.exit(f"nothing to score: the labelled facts are read from {SHARED}, which is not here")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def labels(name: str) -> list[Fact]:
    """The labelled facts of `seeds` or `corpus`."""
    lines = (SHARED / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def facts_of(path: Path, region: str | None, as_of: date | None) -> list[Fact]:
    """The facts of one document in the form of `xushi extract`."""
    extraction = extract(segment(read(path.read_bytes(), path.name), region=region, as_of=as_of))
    return [to_json(fact) for fact in extraction.facts]


def registered(path: Path, gold: Iterable[Fact]) -> tuple[str | None, date | None]:
    """The region that the corpus registers for a document, and the date that its labels carry."""
    beside = path.with_suffix(".json")
    if not beside.exists():
        return None, None
    dates = [g["period_as_of"] for g in gold if g["doc"] == path.stem and g.get("period_as_of")]
    region = json.loads(beside.read_text(encoding="utf-8"))["region"]
    return region, date.fromisoformat(dates[0]) if dates else None


def macro(tool: ModuleType, gold: list[Fact], facts: list[Fact]) -> tuple[Mapping[str, float | None], float]:
    """F1 by field as the tool defines it, and their mean over the fields that are labelled."""
    tally, _ = tool.score([dict(g) for g in gold], [dict(f) for f in facts])
    scores: dict[str, float | None] = {}
    for field, t in tally.items():
        recall = t["hit"] / t["n"] if t["n"] else None
        precision = t["right"] / t["said"] if t["said"] else None
        if recall is None:
            scores[field] = None
        elif precision is None:
            scores[field] = recall
        else:
            scores[field] = 2 * recall * precision / (recall + precision) if recall and precision else 0.0
    told = [score for score in scores.values() if score is not None]
    return scores, sum(told) / len(told) if told else 0.0


def main() -> None:
    """Print the tables."""
    tool = scoring_tool()
    for name in ("seeds", "corpus"):
        gold = labels(name)
        by_document = {
            path.stem: facts_of(path, *registered(path, gold)) for path in sorted((SHARED / name).glob("*.txt"))
        }
        fields = list(tool.FIELDS)
        print(f"\n{name:32}" + "".join(f"{field:>10}" for field in fields) + f"{'macro':>10}")
        for document, facts in by_document.items():
            own = [g for g in gold if g["doc"] == document]
            if own:
                _row(document, *macro(tool, own, facts), fields)
        _row("all", *macro(tool, gold, [f for facts in by_document.values() for f in facts]), fields)


def _row(label: str, scores: Mapping[str, float | None], mean: float, fields: Iterable[str]) -> None:
    cells = "".join(f"{scores[f]:>10.3f}" if scores[f] is not None else f"{'-':>10}" for f in fields)
    print(f"{label:32}{cells}{mean:>10.3f}")


if __name__ == "__main__":
    main()
