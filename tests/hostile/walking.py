"""The way of a hostile file in a worker: how it ends, in one word, and the line that a person gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ingestion.limits import Limits
from ingestion.workers import Workers
from tests.hostile.cases import READ, SAID

#: Tighter than the product's, so that what never ends ends soon.
LIMITS = Limits(seconds=30, megabytes=768, workers=2)


@dataclass(frozen=True)
class Bytes:
    """A file that never was on a disk."""

    file_name: str
    content: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class End:
    """`how` is `read` or the reason of the rejection; `line` is the rejection's words."""

    file_name: str
    how: str
    line: str = ""


def walk(file: Bytes) -> bool:
    """Read, segment and extract; True when the figure of the sentence in it was found, or it has no such sentence."""
    from ingestion.extract import extract
    from ingestion.read import read
    from ingestion.segment import segment

    document = read(file.content, file.file_name)
    facts = extract(segment(document)).facts
    return SAID not in document.text or any(fact.actual_value == Decimal(8) for fact in facts)


def ends(files: Iterable[Bytes], limits: Limits = LIMITS) -> list[End]:
    """How each file's way ended, in their order; a fault of the program is raised."""
    found = []
    names: list[str] = []

    def noted() -> Iterable[Bytes]:
        for file in files:
            names.append(file.file_name)
            yield file

    with Workers(limits) as workers:
        for number, done in enumerate(workers.each(walk, noted())):
            assert done is not None
            if done.error is not None:
                found.append(End(names[number], done.error.reason, str(done.error)))
            else:
                assert done.get(), f"{names[number]}: the figure of its sentence is missing"
                found.append(End(names[number], READ))
    return found


def is_one_clear_line(end: End) -> bool:
    """The line names the file, is one line, shows every sign, and has words in Chinese."""
    return (
        end.line.startswith(f"{end.file_name}: ")
        and end.line.isprintable()
        and len(end.line) < 400
        and any("一" <= sign <= "鿿" for sign in end.line[len(end.file_name) :])
    )
