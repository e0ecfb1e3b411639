"""What lies in an inbox: the files that were sent, and the registers beside them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ingestion.declarations import EXPECTED, SUBMISSIONS, Declaration, Declared, read_declarations
from ingestion.errors import IngestionError
from ingestion.packed import Unpacked, is_packed, unpack

#: What spreadsheet programs and file managers leave in a folder.
_LEFTOVERS: Final = re.compile(r"\.|~\$|(?:thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_REGISTERS: Final = frozenset({SUBMISSIONS, EXPECTED})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that lies in the inbox; `name` is how it is shown, `problem` a register line that names it wrongly."""

    path: Path
    name: str
    declared: Declaration = field(default_factory=Declaration)
    problem: IngestionError | None = None
    unpacked: Unpacked | None = field(default=None, repr=False, compare=False)  # keeps what a zip held on the disk


@dataclass(frozen=True, slots=True)
class Inbox:
    """The files of an inbox in the order of their names, and what is wrong with its registers."""

    arrivals: tuple[Arrival, ...]
    problems: tuple[IngestionError, ...]
    expected_registers: tuple[Path, ...]


def look_into(inbox: Path) -> Inbox:
    """List an inbox, its subfolders too, and read its registers.  NotADirectoryError when it is none.

    A zip stands for the files in it; what a register says of the zip holds for those that nothing else is said of.
    """
    if not inbox.is_dir():
        raise NotADirectoryError(f"收件箱 {inbox} 不是文件夹 (the inbox is no folder)")
    packed = _Packed()
    paths = [path for found in files_below(inbox) for path in packed.files(found)]
    declared = _declarations([p for p in paths if p.name == SUBMISSIONS])
    # a register writes a file's name as it is shown, whatever bytes the file system has for it
    documents = {p: p.with_name(shown_name(p)) for p in paths if p.name not in _REGISTERS}
    outer = {p: z.with_name(shown_name(z)) for p, z in packed.of.items()}
    absent = sorted(set(declared.rows) - {*documents.values(), *outer.values()})

    def arrival(path: Path, shown: Path) -> Arrival:
        named = next((n for n in (shown, outer.get(path)) if n in declared.rows or n in declared.broken), shown)
        return Arrival(
            path,
            shown.name,
            declared.rows.get(named, Declaration()),
            declared.broken.get(named) or packed.problems.get(path),
            packed.unpacked if path in packed.of else None,
        )

    return Inbox(
        arrivals=tuple(arrival(path, shown) for path, shown in documents.items()),
        problems=(*declared.problems, *map(_absent, absent)),
        expected_registers=tuple(p for p in paths if p.name == EXPECTED and p not in packed.of),
    )


class _Packed:
    """The files that the zips of an inbox hold; `of` names each one's zip, `problems` the zips that do not open."""

    def __init__(self) -> None:
        self.unpacked: Unpacked | None = None
        self.of: dict[Path, Path] = {}
        self.problems: dict[Path, IngestionError] = {}

    def files(self, path: Path) -> list[Path]:
        """The files that a path stands for: itself, or those in it."""
        if not is_packed(path):
            return [path]
        self.unpacked = self.unpacked or Unpacked()
        try:
            inside = [p for p in unpack(path, shown_name(path), self.unpacked.folder) if not is_leftover(p.name)]
        except IngestionError as error:
            self.problems[path] = error
            return [path]
        self.of.update(dict.fromkeys(inside, path))
        return inside


def is_leftover(name: str) -> bool:
    """True for a file that a program or a file manager left; it is no submission."""
    return bool(_LEFTOVERS.match(name))


def shown_name(path: Path) -> str:
    """A file's name as text: names in another encoding are decoded, what is no character becomes U+FFFD."""
    raw = os.fsencode(path.name)
    for encoding in ("utf-8", "gb18030"):
        try:
            name = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        name = raw.decode("utf-8", "replace")
    name = unicodedata.normalize("NFC", name)
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in name)


def files_below(inbox: Path) -> Iterator[Path]:
    """Regular files below the inbox, in the order of their paths; links that lead out of it are passed over."""
    root = inbox.resolve()
    for folder, folders, names in os.walk(inbox):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not is_leftover(name) and path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _declarations(registers: list[Path]) -> Declared:
    merged = Declared()
    for register in registers:
        found = read_declarations(register)
        merged.rows.update(found.rows)
        merged.broken.update(found.broken)
        merged.problems.extend(found.problems)
    return merged


def _absent(path: Path) -> IngestionError:
    return IngestionError(SUBMISSIONS, f"登记了 {path.name}，但收件箱中没有该文件 (declared, but not in the inbox)")
