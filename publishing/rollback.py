"""Going back to an earlier version: the pointer moves, no file changes, and nobody undoes it by accident.

The content that was left is held back: a refresh that computes it once more publishes nothing.  It is published again
when somebody moves the pointer to it, and other content is published as ever.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from publishing.errors import DamagedVersionError, NotPublishedError, VersionNotKeptError
from publishing.manifest import Manifest
from publishing.versions import alone, current_number, flush, point_to, sweep, verify, versions

_HELD_BACK: Final = "rolled_back.json"


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A version that was left for an older one, and whose content therefore is not published again by itself."""

    version: int
    content_digest: str
    at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """What a rollback did; `was_damaged` says that the version that was left is no longer what was published."""

    left: int
    manifest: Manifest
    was_damaged: bool

    @property
    def is_new(self) -> bool:
        """Whether the pointer moved at all."""
        return self.left != self.manifest.version


def roll_back(published: Path, version: int | None, *, at: datetime, by: str, reason: str) -> Move:
    """Make an earlier version (None: the one before the current) the current one again; a later one just as well.

    Its bytes are compared with its manifest first.  Raises NotPublishedError, VersionNotKeptError or
    DamagedVersionError; what was current then stays current.
    """
    with alone(published):
        sweep(published)
        left = current_number(published)
        if left is None:
            raise NotPublishedError(f"还没有已发布的数据：{published} / nothing has been published yet")
        target = verify(published, _before(published, left) if version is None else version)
        if target.version == left:
            return Move(left, target, was_damaged=False)
        held = held_back(published)
        digest = _digest_if_whole(published, left)
        if digest is not None and target.version < left:
            held = (*held, RolledBack(left, digest, at.isoformat(), by, reason))
        _keep(published, held)  # before the pointer moves: a crash in between holds back what is current, so nothing
        point_to(published, target.version)
    return Move(left, target, was_damaged=digest is None)


def held_back(published: Path) -> tuple[RolledBack, ...]:
    """What was rolled back and still is: a publication or a move to a later version ends it."""
    path = published / _HELD_BACK
    if not path.exists():
        return ()
    entries = (RolledBack(**entry) for entry in json.loads(path.read_text("utf-8")))
    now = current_number(published) or 0
    return tuple(entry for entry in entries if entry.version > now)


def _before(published: Path, left: int) -> int:
    earlier = [number for number in versions(published) if number < left]
    if not earlier:
        raise VersionNotKeptError(f"第 {left} 版之前没有留存的版本 / no version before {left} is kept")
    return earlier[-1]


def _digest_if_whole(published: Path, version: int) -> str | None:
    """The content of the version that is left; None where its files were damaged: its content is not to blame."""
    try:
        return verify(published, version).content_digest
    except (DamagedVersionError, VersionNotKeptError):
        return None


def _keep(published: Path, held: tuple[RolledBack, ...]) -> None:
    """Written by atomic rename."""
    part = published / f"{_HELD_BACK}.part"
    part.write_text(json.dumps([asdict(one) for one in held], ensure_ascii=False, indent=2) + "\n", "utf-8")
    flush(part)
    part.replace(published / _HELD_BACK)
