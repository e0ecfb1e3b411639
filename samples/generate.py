"""Writes the samples: `python -m samples.generate` renders truth/ into inbox/; `expected_facts` says what comes back.

The same truth gives the same bytes, on any machine: a test compares them with the committed files.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from ingestion.records import FactKind, Role
from samples.layout import paragraph
from samples.load import load_samples
from samples.model import ExpectedFact, FactTruth, Filing, Item, Part, Samples
from samples.synthetic import synthetic
from samples.writers import write

INBOX = Path(__file__).parent / "inbox"
SUBMISSION_COLUMNS = ("file", "reporting_unit", "period", "received_at", "revision", "replaces", "channel")
EXPECTED_COLUMNS = ("reporting_unit", "region_code", "period", "family", "due_date")

__all__ = ["INBOX", "expected_facts", "load_samples", "synthetic", "write_inbox"]


def write_inbox(samples: Samples, folder: Path) -> list[Path]:
    """Write every file of the samples with submissions.csv and expected_submissions.csv; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for filing in samples.filings:
        path = folder / filing.file
        path.write_bytes(write(filing))
        paths.append(path)
    tables = {
        "submissions.csv": (SUBMISSION_COLUMNS, [_submission_row(f) for f in samples.filings]),
        "expected_submissions.csv": (
            EXPECTED_COLUMNS,
            [tuple(str(getattr(e, name)) for name in EXPECTED_COLUMNS) for e in samples.expectations],
        ),
    }
    for name, (header, rows) in tables.items():
        _write_csv(folder / name, header, rows)
        paths.append(folder / name)
    return paths


def expected_facts(filing: Filing) -> tuple[ExpectedFact, ...]:
    """What extraction must give for a filing, fact by fact, in reading order; nothing for a broken file."""
    if filing.truncate_to is not None:
        return ()
    numbered = enumerate(filing.items, 1)
    return tuple(fact for number, item in numbered for fact in _item_facts(filing, item, str(number)))


def _item_facts(filing: Filing, item: Item, item_no: str) -> Iterator[ExpectedFact]:
    columns: tuple[tuple[Role, FactKind, tuple[Part, ...]], ...] = (
        ("content", "requirement", item.content),
        ("requirement", "requirement", item.requirements),
        ("progress", "progress", item.progress),
    )
    for role, kind, parts in columns:
        for part in parts:
            for truth in _said(part):
                yield ExpectedFact(
                    file=filing.file,
                    fact=kind,
                    role=role,
                    region=filing.reporting_unit,
                    region_code=filing.region_code,
                    item_no=item_no,
                    sub_item=part.sub_item,
                    is_key=part.is_key,
                    truth=truth,
                    text=paragraph(part),
                )


def _said(part: Part) -> Iterator[FactTruth]:
    """The facts of a part, and its verdict in words as a fact of its own."""
    yield from part.facts
    if part.status_phrase:
        yield FactTruth(status_phrase=part.status_phrase)


def _submission_row(filing: Filing) -> tuple[str, ...]:
    return (
        filing.file,
        filing.reporting_unit,
        filing.period,
        filing.received_at.isoformat(),
        str(filing.revision),
        filing.replaces,
        filing.channel,
    )


def _write_csv(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(arguments: list[str] | None = None) -> int:
    """The command: writes the committed inbox, or another folder; with --seed random figures for soak runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=INBOX)
    parser.add_argument("--seed", type=int, help="random figures instead of the truth")
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--districts", type=int, default=7)
    given = parser.parse_args(arguments)
    samples = load_samples() if given.seed is None else synthetic(given.seed, given.months, given.districts)
    written = write_inbox(samples, given.out)
    sys.stdout.write(f"{len(written)} files in {given.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
