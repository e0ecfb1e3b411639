"""The facts of files by themselves, without lake and registry: what `xushi extract` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.errors import IngestionError, UnreadableFileError
from ingestion.workers import Workers

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LooseFile:
    """A file that is not registered; `region` and `as_of` stand where its text does not say."""

    path: Path
    region: str | None = None
    as_of: date | None = None

    @property
    def file_name(self) -> str:
        """The name without its folder."""
        return self.path.name

    @property
    def size_bytes(self) -> int:
        """The size on the disk; 0 for a file that is not there."""
        return self.path.stat().st_size if self.path.is_file() else 0


def facts_of(file: LooseFile) -> list[Row]:
    """The facts of one file as rows of the contract; IngestionError where it cannot be read."""
    from ingestion.extract import extract
    from ingestion.extract.jsonl import to_json
    from ingestion.read import read
    from ingestion.segment import segment

    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(file.file_name, f"无法打开 (cannot be opened): {error.strerror}") from error
    document = read(content, file.file_name)
    return [to_json(fact) for fact in extract(segment(document, region=file.region, as_of=file.as_of)).facts]


def facts_of_each(files: Iterable[LooseFile]) -> Iterator[list[Row] | IngestionError]:
    """The facts of files in their order, read side by side in worker processes; the error of each that failed."""
    with Workers() as workers:
        for done in workers.each(facts_of, files):
            if done is not None:
                yield done.error or done.get()
