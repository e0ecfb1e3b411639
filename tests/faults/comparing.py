"""What a home holds, by meaning: everything that a re-run must leave as an undisturbed run leaves it.

Clocks and run ids are left out, and so is what records the runs themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ingestion.lake import file_sha256
from publishing.digest import CLOCKS_AND_RUN_IDS, file_content_digest
from publishing.snapshot import current
from registry.base import Base
from registry.models import CrosswalkEntry, ExpectedSubmission, ExtractionRun, Incident, Submission
from xushi.home import Home
from xushi.stages import registry_of

#: What is accepted, extracted, named and found; the numbers of versions depend on how often something was published.
_TABLES: Final[tuple[type[Base], ...]] = (Submission, ExtractionRun, ExpectedSubmission, CrosswalkEntry, Incident)
#: Receipts bear the clock of the machine, and incidents the run that saw them.
_CLOCKS: Final = CLOCKS_AND_RUN_IDS | {"first_seen_at", "received_at", "opened_run_id", "closed_at", "last_run_id"}


def state_of(home: Home) -> dict[str, Any]:
    """Digests and rows as plain JSON; `half` names what nobody should find.

    A `.part` file of a writer that died is nobody's to read: the nightly maintenance takes it away.
    """
    engine = registry_of(home)
    held = current(home.published)
    live = _rows(engine, [ExtractionRun])
    return {
        "published": None if held is None else held.content_digest,
        "published_file": None if held is None else file_content_digest(home.published_database),
        "registry": _rows(engine, _TABLES),
        "originals": sorted(p.name for p in home.originals.rglob("*") if p.is_file() and not p.name.endswith(".part")),
        "lake": {row["lake_file"]: _sha(home, row["lake_file"]) for row in live if row["is_live"]},
        "promised": {row["lake_file"]: row["lake_sha256"] for row in live if row["is_live"]},
        "half": half_made(home),
    }


def half_made(home: Home) -> list[str]:
    """Versions that are not whole, and a pointer that leads nowhere."""
    wrong = []
    for folder in (home.published / "versions").glob("[0-9]*"):
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if file_sha256(folder / "warehouse.duckdb") != manifest["sha256"]:
            wrong.append(f"version {folder.name} is not what its manifest says")
    if home.published_database.is_symlink() and not home.published_database.exists():
        wrong.append("the pointer leads nowhere")
    return wrong


def _sha(home: Home, name: str | None) -> str | None:
    path = home.lake / str(name)
    return file_sha256(path) if path.exists() else None


def _rows(engine: Engine, tables: Iterable[type[Base]]) -> list[dict[str, Any]]:
    found = []
    with Session(engine) as session:
        for model in tables:
            names = [column.name for column in model.__table__.columns if column.name not in _CLOCKS]
            for row in session.scalars(select(model)):
                found.append({"table": model.__tablename__} | {name: _plain(getattr(row, name)) for name in names})
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))


def _plain(value: object) -> Any:
    return value if isinstance(value, str | int | None) else str(value)


def differences(found: dict[str, Any], undisturbed: dict[str, Any]) -> list[str]:
    """One line for everything that is not as it should be."""
    lines = [f"{name} differs" for name in ("published", "originals", "lake") if found[name] != undisturbed[name]]
    if found["published"] != found["published_file"]:
        lines.append("the published file is not what its manifest says")
    if found["lake"] != found["promised"]:
        lines.append("a live file of the lake is not what the registry says")
    left, right = ({json.dumps(r, sort_keys=True) for r in one["registry"]} for one in (found, undisturbed))
    lines += [f"registry has {row}" for row in sorted(left - right)[:5]]
    lines += [f"registry lacks {row}" for row in sorted(right - left)[:5]]
    return lines + found["half"]


def path_free(state: dict[str, Any], home: Path) -> dict[str, Any]:
    """The state without the place of the home."""
    plain: dict[str, Any] = json.loads(json.dumps(state).replace(str(home), "HOME"))
    return plain
