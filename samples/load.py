"""Truth (YAML) to samples: resolves shared tasks, figures, revisions and text templates."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from samples.model import STATUS_OF_PHRASE, Column, Declared, Expectation, FactTruth, Filing, Item, Part, Samples

TRUTH = Path(__file__).parent / "truth"
SHARED_FILES = ("common.yml", "declared.yml")
DECIMAL_FIELDS = frozenset({"target_value", "actual_value", "percent", "points"})


class TruthError(Exception):
    """The truth contradicts itself; the message names the file's part and what is valid."""


def load_samples(folder: Path = TRUTH) -> Samples:
    """All districts of a folder of truth files. Raises TruthError, KeyError where a name leads nowhere."""
    common = load_common(folder)
    districts = [_yaml(path) for path in sorted(folder.glob("*.yml")) if path.name not in SHARED_FILES]
    filings = tuple(filing for district in districts for filing in filings_of(district, common))
    periods = sorted({f.period for f in filings})
    declared = _yaml(folder / "declared.yml")
    return Samples(
        filings=filings,
        expectations=tuple(expectation_of(d, period, common) for d in districts for period in periods),
        inconsistencies=tuple(_declared(d, filings) for d in declared["inconsistencies"]),
        events=tuple(_declared(d, filings) for d in declared["events"]),
    )


def load_common(folder: Path = TRUTH) -> dict[str, Any]:
    """The tasks and layouts that districts share."""
    return _yaml(folder / "common.yml")


def end_of(period: str) -> date:
    """`2023-09` → 2023-09-30."""
    year, month = map(int, period.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def due_date(period: str, day: int) -> date:
    """The day of the month after the period."""
    year, month = map(int, period.split("-"))
    return date(year + month // 12, month % 12 + 1, day)


def place(filing: Filing) -> str:
    """How the truth names a filing: `2023-09`, or `2023-09.1` for its first revision."""
    return f"{filing.period}.{filing.revision}" if filing.revision else filing.period


def _yaml(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise TruthError(f"{path.name}: a mapping is expected")
    return loaded


def expectation_of(district: Mapping[str, Any], period: str, common: Mapping[str, Any]) -> Expectation:
    """What the city expects of a district for one period."""
    return Expectation(
        reporting_unit=district["reporting_unit"],
        region_code=district["region_code"],
        period=period,
        family=district["family"],
        due_date=due_date(period, common["due_day"]),
    )


def _declared(raw: Mapping[str, Any], filings: Iterable[Filing]) -> Declared:
    where = tuple(raw["where"])
    files = {place(f): f.file for f in filings if f.reporting_unit == raw["unit"]}
    return Declared(
        kind=raw["kind"],
        reporting_unit=raw["unit"],
        where=where,
        files=tuple(files[w] for w in where if w in files),
        item_no=raw["item_no"],
        role=raw["role"],
        quote=raw["quote"],
        note=raw["note"],
    )


def filings_of(district: Mapping[str, Any], common: Mapping[str, Any]) -> list[Filing]:
    """The filings of one district's truth, in the order of period and revision."""
    return [_filing(district, common, key) for key in sorted(district["filings"])]


def _filing(district: Mapping[str, Any], common: Mapping[str, Any], key: str) -> Filing:
    own = district["filings"][key]
    period, _, revision = key.partition(".")
    received_at = own["received_at"]
    words = {
        "year": period[:4],
        "last_year": str(int(period[:4]) - 1),
        "month": str(int(period[-2:])),
        "region": district["reporting_unit"],
        "filed": f"{received_at.year}年{received_at.month}月{received_at.day}日",
    }
    subtitle = own.get("subtitle", district["subtitle"])
    return Filing(
        file=own["file"],
        format=own.get("format", district["format"]),
        encoding=own.get("encoding", district.get("encoding", "utf-8")),
        family=district["family"],
        reporting_unit=district["reporting_unit"],
        region_code=district["region_code"],
        period=period,
        as_of=end_of(period),
        received_at=received_at,
        channel=own["channel"],
        revision=int(revision or 0),
        replaces=own.get("replaces", "all"),
        title=district["title"].format(**words),
        subtitle=subtitle.format(**words) if subtitle else None,
        columns=tuple(Column(role=r, header=h, width=w) for r, h, w in common["layouts"][district["layout"]]),
        items=tuple(_item(task, common, key, words) for task in district["tasks"]),
        truncate_to=own.get("truncate_to"),
    )


def _item(own: Mapping[str, Any], common: Mapping[str, Any], key: str, words: Mapping[str, str]) -> Item:
    task = {**(common[own["like"]] if "like" in own else {}), **own}
    for since in sorted(task.get("revised", {})):
        if since <= key:
            task |= task["revised"][since]
    words = {**words, **{name: str(value) for name, value in task.get("figures", {}).items()}}
    requirements = tuple(_part(raw, words) for raw in task["requirements"])
    asked = [fact for part in requirements for fact in part.facts]
    return Item(
        key=task["key"],
        task=task["task"].format(*asked, **words),
        content=tuple(_part(raw, words) for raw in task.get("content", ())),
        requirements=requirements,
        progress=tuple(_part(raw, words) for raw in _progress(task, key)),
        lead_unit=task.get("lead_unit"),
    )


def _progress(task: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The text of a filing: its own, else for a revision that of the filing that it revises."""
    progress = task["progress"]
    found = progress.get(key) or progress.get(key.partition(".")[0])
    if not found:
        raise TruthError(f"task {task['key']}: no progress for {key}; there is {', '.join(progress)}")
    return list(found)


def _part(raw: Mapping[str, Any], words: Mapping[str, str]) -> Part:
    facts = tuple(_fact(fact, words) for fact in raw.get("facts", ()))
    status, points = raw.get("status"), raw.get("points")
    for phrase in (status, *(f.status_phrase for f in facts)):
        if phrase and phrase not in STATUS_OF_PHRASE:
            raise TruthError(f"unknown status phrase {phrase}; known: {', '.join(STATUS_OF_PHRASE)}")
    return Part(
        text=raw["text"].format(*facts, **words, status=status, points=points),
        sub_item=raw.get("sub"),
        status_phrase=status,
        facts=(*facts, FactTruth(points=Decimal(points))) if points else facts,
        is_key=raw.get("key", False),
    )


def _fact(raw: Mapping[str, Any], words: Mapping[str, str]) -> FactTruth:
    """A fact of the truth; a figure of the district (`{area}`) is put in its place."""
    return FactTruth(**{name: _value(name, value, words) for name, value in raw.items()})


def _value(name: str, value: Any, words: Mapping[str, str]) -> Any:
    filled = value.format(**words) if isinstance(value, str) else value
    if name in DECIMAL_FIELDS:
        return Decimal(str(filled))
    return date.fromisoformat(filled) if name == "deadline" and isinstance(filled, str) else filled
