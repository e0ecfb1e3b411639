"""Issue the workbooks of a period: a file a reporting unit, and never over one that somebody has filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ingestion.errors import IngestionError
from ingestion.read import read
from ingestion.regions import UNKNOWN, region, resolve_unit
from ingestion.segment import segment
from ingestion.segment.workbook import has_entries
from ingestion.workbook import Ticket
from publishing.errors import NotPublishedError
from publishing.template.issued import PublishedUnit, issued_rows, published_units
from publishing.template.sheet import render

Outcome = Literal["issued", "kept"]
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


@dataclass(frozen=True, slots=True)
class Unit:
    """Who gets a workbook."""

    name: str
    region_code: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What became of one unit's workbook: written, or kept because it is filled in; `rows` is 0 for an empty one."""

    unit: Unit
    path: Path
    rows: int
    outcome: Outcome


def units_of(
    database: Path, period: str, *, expected: Iterable[tuple[str, str | None]] = (), chosen: str | None = None
) -> list[Unit]:
    """The units of a period: those with published requirements, and those that owe a report (name, region code).

    `chosen` is a name or a code and gives that unit alone, published or not.  [] where nobody is known.
    """
    published = _published(database, period)
    known = {unit.region_code: Unit(_short(unit, published), unit.region_code) for unit in published}
    for name, code in expected:
        found = code if code and code != UNKNOWN else resolve_unit(name)
        if found:
            known.setdefault(found, Unit(name, found))
    if chosen is None:
        return [known[code] for code in sorted(known)]
    named = [unit for unit in known.values() if chosen in (unit.name, unit.region_code)]
    full = [known[unit.region_code] for unit in published if chosen == unit.full_name]
    if named or full:
        return (named or full)[:1]
    code = resolve_unit(chosen)
    return [known.get(code) or Unit(region(code).name, code)] if code else []


def issue_all(
    database: Path, period: str, units: Sequence[Unit], out: Path, *, language: str = "zh", force: bool = False
) -> Iterator[Issue]:
    """Write the workbook of each unit into a folder, one by one, so that progress can be shown."""
    out.mkdir(parents=True, exist_ok=True)
    version = database.resolve().parent.name if database.exists() else None
    for unit in units:
        rows = issued_rows(database, unit.region_code, period) if version else []
        ticket = Ticket(
            period=period,
            unit=unit.name,
            region_code=unit.region_code,
            campaign_year=int(period[:4]),
            issued_from=version,
        )
        path = out / f"{period} {unit.name.translate(_NOT_IN_NAMES)} 填报表.xlsx"
        if path.exists() and not force and is_filled(path):
            yield Issue(unit, path, len(rows), "kept")
            continue
        content = render(ticket, rows, language)
        temporary = path.with_suffix(".part")
        temporary.write_bytes(content)
        temporary.replace(path)
        yield Issue(unit, path, len(rows), "issued")


def is_filled(path: Path) -> bool:
    """True for a file that holds anything beyond what was issued, one that cannot be read included."""
    try:
        return has_entries(segment(read(path.read_bytes(), path.name)))
    except IngestionError as error:
        return error.reason != "unknown_layout"


def _published(database: Path, period: str) -> list[PublishedUnit]:
    try:
        return published_units(database, period)
    except NotPublishedError:
        return []


def _short(unit: PublishedUnit, published: Sequence[PublishedUnit]) -> str:
    """The unit's name; its full one where two units share the short one."""
    is_shared = Counter(other.name for other in published)[unit.name] > 1
    return unit.full_name if is_shared else unit.name
