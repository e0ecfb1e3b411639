"""What disks, hands and power cuts do to files."""

from __future__ import annotations

import os
from pathlib import Path


def flip(path: Path, place: float = 0.5) -> None:
    """Flip every bit of one byte, at a share of the file's length; the file's times stay as they were."""
    before = path.stat()
    mode = before.st_mode
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    path.write_bytes(content)
    path.chmod(mode)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def tear(path: Path) -> None:
    """Keep the first half, as a full disk would."""
    mode = path.stat().st_mode
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    path.chmod(mode)
