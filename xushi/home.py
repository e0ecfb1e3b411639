"""The one folder that holds everything the system writes (`--home`, XUSHI_HOME; default ./var)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent

#: The setting that names another registry than the home's own SQLite.
REGISTRY_URL = "XUSHI_REGISTRY_URL"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below the home folder. Nothing else in the project spells one out."""

    root: Path

    @classmethod
    def find(cls, given: str | os.PathLike[str] | None = None) -> Home:
        """The given folder, else XUSHI_HOME, else ./var; always absolute."""
        return cls(Path(given or os.environ.get("XUSHI_HOME") or "var").expanduser().resolve())

    @property
    def lake(self) -> Path:
        """Originals, facts, checks and the registry's tables, as immutable files."""
        return self.root / "lake"

    @property
    def originals(self) -> Path:
        """Every file ever received, named by its sha256, unchanged for ever."""
        return self.lake / "originals"

    @property
    def registry_url(self) -> str:
        """SQLAlchemy URL of the registry: XUSHI_REGISTRY_URL, else SQLite in the home."""
        return os.environ.get(REGISTRY_URL) or f"sqlite:///{self.root / 'registry.sqlite'}"

    @property
    def build_database(self) -> Path:
        """The DuckDB file that only the pipeline opens."""
        return self.root / "build" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Versioned snapshots and the pointer to the current one."""
        return self.root / "published"

    @property
    def published_database(self) -> Path:
        """The current snapshot: a link that is swapped by an atomic rename."""
        return self.published / "warehouse.duckdb"

    @property
    def exports(self) -> Path:
        """Published versions as Parquet packages, a folder each."""
        return self.root / "exports"

    @property
    def documents(self) -> Path:
        """Drafts of a month's documents (`xushi documents`), a folder a period."""
        return self.root / "documents"

    @property
    def editions(self) -> Path:
        """Files of the monthly documents and proofs of objections, named by their sha256, unchanged for ever."""
        return self.root / "editions"

    @property
    def intake(self) -> Path:
        """What was handed in at the desk: batches that wait for a person, and those that were registered."""
        return self.root / "intake"

    @property
    def intake_accepted(self) -> Path:
        """The inbox of what was registered at the desk; every refresh reads it beside the inbox that it is given."""
        return self.intake / "accepted"

    @property
    def reports(self) -> Path:
        """Run summaries."""
        return self.root / "reports"

    @property
    def alerts(self) -> Path:
        """What people were told that could not wait for a summary, a line each."""
        return self.reports / "alerts.jsonl"

    @property
    def data_docs(self) -> Path:
        """The pages of the checks and of what they found in the last refresh."""
        return self.reports / "data_docs"

    @property
    def model_docs(self) -> Path:
        """The documentation of the models (`xushi docs`)."""
        return self.root / "docs"

    @property
    def dashboard(self) -> Path:
        """The offline pages of the current version: a link that is swapped by an atomic rename."""
        return self.published / "dashboard"

    @property
    def maps(self) -> Path:
        """Boundaries that a bureau puts here, `<code of the city>.geojson`, with the map's approval number."""
        return self.root / "maps"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME of the embedded Airflow."""
        return self.root / "airflow"

    @property
    def writer_lock(self) -> Path:
        """The lock file of the one writer of the build database."""
        return self.root / "build" / "writer.lock"

    @property
    def looked_at(self) -> Path:
        """Which files of the inbox the last looks saw; a lost one costs a refresh that nobody needed."""
        return self.root / "looked_at.json"
