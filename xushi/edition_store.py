"""The files of editions in a home: under the hash of their bytes, read-only, checked whenever they are read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ingestion.originals import AlteredOriginalError, Original, keep_original, read_original
from xushi.home import Home


def keep(home: Home, content: bytes, name: str) -> Original:
    """Keep bytes for ever; the same bytes are kept once.  Raises AlteredOriginalError where those kept were changed."""
    home.editions.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=home.editions, prefix=".", suffix=".in") as stream:
        stream.write(content)
        stream.flush()
        return keep_original(Path(stream.name), home.editions, name)


def read(home: Home, sha256: str, name: str) -> bytes:
    """The bytes as they were kept.  Raises AlteredOriginalError where they are gone or changed."""
    return read_original(home.editions, sha256, name)


def is_intact(home: Home, sha256: str, name: str) -> bool:
    """Whether the bytes are there and what they were."""
    try:
        read(home, sha256, name)
    except AlteredOriginalError:
        return False
    return True
