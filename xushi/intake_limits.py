"""What may be handed in at the desk at once: numbers in one place, each with its variable and one clear line."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Final

from ingestion.limits import whole
from ingestion.read import MAX_FILE_BYTES, readers

FILES_VARIABLE: Final = "XUSHI_INTAKE_FILES"
FILE_MEGABYTES_VARIABLE: Final = "XUSHI_INTAKE_FILE_MEGABYTES"
MEGABYTES_VARIABLE: Final = "XUSHI_INTAKE_MEGABYTES"
FORMATS_VARIABLE: Final = "XUSHI_INTAKE_FORMATS"
DAYS_VARIABLE: Final = "XUSHI_INTAKE_DAYS"

MEGABYTE: Final = 1024 * 1024
_EXTENSION: Final = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Files in one batch, bytes of a file and of the batch, extensions that are taken, days that a batch waits."""

    files: int = 20
    file_bytes: int = 50 * MEGABYTE
    batch_bytes: int = 200 * MEGABYTE
    formats: frozenset[str] = field(default_factory=frozenset)
    days: int = 7

    @classmethod
    def from_environment(cls) -> IntakeLimits:
        """The limits as the variables say; ValueError with one line for a variable that is not valid.

        A file that the readers would refuse for its size is refused here.
        """
        return cls(
            files=whole(FILES_VARIABLE, 20),
            file_bytes=min(whole(FILE_MEGABYTES_VARIABLE, 50) * MEGABYTE, MAX_FILE_BYTES),
            batch_bytes=whole(MEGABYTES_VARIABLE, 200) * MEGABYTE,
            formats=_formats(),
            days=whole(DAYS_VARIABLE, 7),
        )


def readable() -> frozenset[str]:
    """The extensions, without dot, of everything that a reader takes, and zip."""
    return frozenset(e.removeprefix(".") for reader in readers() for e in reader.EXTENSIONS) | {"zip"}


def _formats() -> frozenset[str]:
    given = os.environ.get(FORMATS_VARIABLE, "")
    named = frozenset(
        part.strip().lower().removeprefix(".") for part in re.split(r"[,，;；\s]+", given) if part.strip()
    )
    wrong = sorted(name for name in named if not _EXTENSION.fullmatch(name) or name not in readable())
    if wrong:
        raise ValueError(
            f"环境变量 {FORMATS_VARIABLE} 中的 {'、'.join(wrong)} 不是可读取的文件类型，"
            f"可选 {'、'.join(sorted(readable()))} (no kind that is read)"
        )
    return named or readable()
