"""A zip in the inbox stands for the files in it: they are unpacked beside each other, under names that lead nowhere.

What is unpacked is needed until it is kept as originals; its folder goes when nothing names it any more.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingestion.errors import UnreadableFileError
from ingestion.read import MAX_FILE_BYTES
from ingestion.read.archive import ZIP_MARK, Archive, member_names

MAX_FILES: Final = 2000
_LONGEST_NAME: Final = 80  # characters; a Chinese one has three bytes of the 255 that file systems take
#: Members that make a zip a document of its own kind.
_DOCUMENT_MARKS: Final = frozenset({"[Content_Types].xml", "mimetype", "OFD.xml"})
_NOT_IN_NAMES: Final = re.compile(r'[:*?"<>|\\]')


class Unpacked:
    """A folder of unpacked files that lives as long as this object."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xushi-inbox-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def is_packed(path: Path) -> bool:
    """True for a zip by name and by content that is no document itself."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        with path.open("rb") as stream:
            if stream.read(len(ZIP_MARK)) != ZIP_MARK:
                return False
        too_large = path.stat().st_size > MAX_FILE_BYTES
        return too_large or not _DOCUMENT_MARKS & member_names(path.read_bytes())
    except OSError:
        return False


def unpack(path: Path, name: str, into: Path) -> list[Path]:
    """Unpack a zip below a folder of its own; the files in the order of their names.

    Archives in it are unpacked no further.  UnreadableFileError for a zip that is broken, encrypted, too large or a
    bomb, and for one without files.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise UnreadableFileError(name, f"压缩包超过上限 {MAX_FILE_BYTES} 字节 (archive too large)")
    archive = Archive(path.read_bytes(), name)
    members = sorted((_parts(member), member) for member in archive.names if not member.endswith(("/", "\\")))
    members = [(parts, member) for parts, member in members if parts]
    if not members or len(members) > MAX_FILES:
        raise UnreadableFileError(name, f"压缩包内有 {len(members)} 个文件，应为 1 至 {MAX_FILES} 个 (number of files)")
    folder = Path(tempfile.mkdtemp(dir=into))
    return [_written(folder, parts, archive.read(member)) for parts, member in members]


def _written(folder: Path, parts: tuple[str, ...], content: bytes) -> Path:
    """Write a file; a name that is taken goes into a folder of its own."""
    path = folder.joinpath(*parts)
    while path.exists() or any(parent.is_file() for parent in path.parents):
        path = Path(tempfile.mkdtemp(dir=folder)) / parts[-1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _parts(member: str) -> tuple[str, ...]:
    """The folders and the name of a member as they are safe on this machine; empty for what file managers leave."""
    pieces = [piece.strip() for piece in re.split(r"[/\\]", _decoded(member))]
    pieces = [safe_name(piece) for piece in pieces if piece not in ("", ".", "..")]
    return () if any(piece.startswith(".") or piece == "__MACOSX" for piece in pieces) else tuple(pieces[-4:])


def safe_name(piece: str) -> str:
    """A name without signs that show nothing or mean something to a file system, its extension kept."""
    shown = "".join("\ufffd" if unicodedata.category(c)[0] in "CZ" and c not in " \u3000" else c for c in piece)
    shown = unicodedata.normalize("NFC", _NOT_IN_NAMES.sub("_", shown))
    stem, dot, extension = shown.rpartition(".")
    if len(shown) <= _LONGEST_NAME:
        return shown
    return stem[: _LONGEST_NAME - 6] + dot + extension[:5] if dot else shown[:_LONGEST_NAME]


def _decoded(member: str) -> str:
    """A member's name: old programs write it in the system's encoding, which zipfile takes for code page 437."""
    try:
        raw = member.encode("cp437")
    except UnicodeEncodeError:  # marked as UTF-8 by the program that wrote it
        return member
    return next(_attempts(raw), member)


def _attempts(raw: bytes) -> Iterator[str]:
    for encoding in ("utf-8", "gb18030"):
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError:
            continue
