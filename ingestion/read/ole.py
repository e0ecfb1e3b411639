"""The container of the office formats before 2007: what lies in one is told by the names of its streams."""

from __future__ import annotations

from typing import Final, Literal

MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Content = Literal["workbook", "text", "encrypted"]

#: Stream names as the directory holds them; a text document may embed a workbook and the other way round.
_STREAMS: Final[tuple[tuple[bytes, Content], ...]] = (
    ("Workbook\0".encode("utf-16-le"), "workbook"),
    ("Book\0".encode("utf-16-le"), "workbook"),  # before Excel 97
    ("WordDocument\0".encode("utf-16-le"), "text"),
    ("EncryptedPackage".encode("utf-16-le"), "encrypted"),
)


def content(data: bytes) -> Content | None:
    """What a container holds: the stream that its directory names first; None for other kinds and other files."""
    if not data.startswith(MARK):
        return None
    places = [(place, kind) for name, kind in _STREAMS if (place := data.find(name)) >= 0]
    return min(places)[1] if places else None
