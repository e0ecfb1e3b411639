"""One digest over everything that a transform reads: when it is the published one, nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from sqlalchemy import Engine

from ingestion.extract import EXTRACTOR_VERSION
from registry import incidents
from xushi.home import PROJECT_ROOT, Home

#: The registry's tables that models read and that do not merely record the refresh itself.
_INPUT_TABLES: Final = (
    "submissions", "expected_submissions", "crosswalk", "corrections", "amendments", "requirement_changes",
    "determinations",
)  # fmt: skip
#: What the content of a snapshot depends on; what is written beside it (pages, documents) follows it by itself.
_CODE: Final = ("dbt_project", "expectations", "publishing/copying.py", "publishing/digest.py")
_CODE_SUFFIXES: Final = frozenset({".sql", ".yml", ".yaml", ".csv", ".py"})
_CODE_LEFT_OUT: Final = frozenset({"target", "logs", "dbt_packages", "__pycache__"})


def input_digest(home: Home, engine: Engine) -> str:
    """sha256 over the live facts, the registry's inputs, stewards' decisions and the code; hexadecimal.

    The registry must have been exported: its Parquet files have the same bytes for the same rows.  The live facts
    stand in `extraction_runs` by their own sha256.  Incidents count only where a steward decided, since a gate's
    own findings follow from the rest.
    """
    digest = hashlib.sha256(f"{code_version()}\n".encode())
    for table in _INPUT_TABLES:
        digest.update((home.lake / "registry" / f"{table}.parquet").read_bytes())
    digest.update(_live_runs(home))
    for decided in sorted(incidents.decided(engine)):
        digest.update(f"{decided}\n".encode())
    return digest.hexdigest()


def _live_runs(home: Home) -> bytes:
    """The rows of the runs that count; what a replay proposes, or an older one left, changes nothing."""
    runs = pq.read_table(home.lake / "registry" / "extraction_runs.parquet", filters=[("is_live", "=", True)])
    return "\n".join(map(str, runs.sort_by("run_id").to_pylist())).encode()


def code_version() -> str:
    """The rules that read documents and the models that compute: what is new here computes everything anew."""
    return f"{EXTRACTOR_VERSION}/{model_version()}"


def model_version() -> str:
    """A short digest of the models, the checks and the copying code as they lie in the project."""
    return _version_of(*_CODE)


def check_version() -> str:
    """A short digest of the checks alone."""
    return _version_of("expectations")


def policy_version() -> str:
    """A short digest of the thresholds, shares of points, deductions and vocabularies that are rows of seeds."""
    return _version_of("dbt_project/seeds")


def _version_of(*places: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(_code_files(places)):
        digest.update(path.relative_to(PROJECT_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _code_files(places: Iterable[str]) -> Iterator[Path]:
    for place in map(PROJECT_ROOT.joinpath, places):
        for path in (place, *place.rglob("*")):
            if path.suffix in _CODE_SUFFIXES and not _CODE_LEFT_OUT.intersection(path.relative_to(PROJECT_ROOT).parts):
                yield path
