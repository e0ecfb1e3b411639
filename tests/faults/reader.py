"""A reader that looks at the published warehouse all the time, as a BI server does, and keeps what it saw."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import duckdb

_TABLES: Final = ("fct_task_progress", "fct_submission", "fct_check_result", "dim_requirement", "dim_document")


def look(published: Path) -> dict[str, Any] | None:
    """One look: the version that the pointer names, its counts and its manifest's; None before the first."""
    pointer = published / "warehouse.duckdb"
    if not pointer.is_symlink():
        return None
    database = pointer.resolve(strict=True)
    manifest = json.loads((database.parent / "manifest.json").read_text("utf-8"))
    with duckdb.connect(str(database), read_only=True) as connection:
        counts = {name: connection.execute(f"select count(*) from marts.{name}").fetchone() for name in _TABLES}
    wrong = {n: (c, manifest["row_counts"][n]) for n, c in counts.items() if c and c[0] != manifest["row_counts"][n]}
    return {"version": manifest["version"], "wrong": wrong}


def main(published: Path, until: Path, out: Path) -> None:
    """Look until a file appears, then write how often, which versions in which order, and what was wrong."""
    os.nice(19)  # it looks whenever nobody else works
    looks, seen, wrong = 0, list[int](), list[str]()
    while not until.exists():
        try:
            found = look(published)
        except Exception as error:  # noqa: BLE001 (a reader that fails is what the test is about)
            wrong.append(f"{type(error).__name__}: {error}")
            continue
        looks += 1
        if found and (not seen or seen[-1] != found["version"]):
            seen.append(found["version"])
        if found and found["wrong"]:
            wrong.append(str(found["wrong"]))
    out.write_text(json.dumps({"looks": looks, "versions": seen, "wrong": wrong}), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
