"""What is new in the inbox: looks at its files from outside, never opening, moving or deleting one.

A file is new while its stamp (size, time of change) is not the one that a refresh last saw.  Who refreshes remembers
what it saw, before it reads; so a lost memory, a restart or a death in between costs a refresh that nobody needed,
never an arrival.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ingestion.inbox import files_below
from xushi.build_state import write_json
from xushi.home import Home

#: Size in bytes, and when content and inode were last changed (ns): a copy that keeps its old time is seen too.
Stamp = tuple[int, int, int]
Look = dict[str, Stamp]

#: Looks that settled files wait for those that are still being written.
_PATIENCE: Final = 30


def folders_of(home: Home, inbox: Path) -> list[Path]:
    """The folders in which submissions of a home arrive: its inbox, and what clerks handed in at the desk."""
    return [inbox, home.intake_accepted]


def look(folders: Iterable[Path]) -> Look:
    """Every file of the folders with its stamp, registers too; a folder that is not there holds none."""
    seen: Look = {}
    for folder in folders:
        for path in files_below(folder) if folder.is_dir() else ():
            try:
                now = path.stat()
            except OSError:
                continue  # gone meanwhile
            # as text, whatever bytes the file system has for a name: the memory is JSON
            seen[os.fsencode(path).decode("utf-8", "backslashreplace")] = (
                now.st_size,
                now.st_mtime_ns,
                now.st_ctime_ns,
            )
    return seen


def remembered(home: Home) -> Look:
    """What refreshes have seen; nothing where the memory is lost or unreadable."""
    try:
        kept = json.loads(home.looked_at.read_text(encoding="utf-8"))
        return {str(path): (int(stamp[0]), int(stamp[1]), int(stamp[2])) for path, stamp in kept["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {}


def remember(home: Home, folders: Iterable[Path], seen: Look) -> None:
    """Keep what a refresh saw in these folders, in place of what was seen there before."""
    roots = tuple(f"{folder}{os.sep}" for folder in folders)
    others = {path: stamp for path, stamp in remembered(home).items() if not path.startswith(roots)}
    write_json(home.looked_at, {"files": {**others, **seen}})


@dataclass(slots=True)
class Watch:
    """One watcher: what it has announced itself, and what its last look saw."""

    announced: Look = field(default_factory=dict)
    _before: Look = field(default_factory=dict)
    _waited: int = 0

    def step(self, now: Look, seen: Mapping[str, Stamp]) -> tuple[str, ...]:
        """The files that arrived and have settled (the same at two looks), each announced once, all at once.

        Files that are still being written are waited for, but not for ever: who settled is announced then.
        """
        new = {p: s for p, s in now.items() if s not in (seen.get(p), self.announced.get(p))}
        settled = {p: s for p, s in new.items() if self._before.get(p) == s}
        self._before = now
        self.announced = {p: s for p, s in self.announced.items() if p in now}
        is_waiting = len(settled) < len(new) and self._waited < _PATIENCE
        self._waited = self._waited + 1 if settled and is_waiting else 0
        if is_waiting:
            return ()
        self.announced |= settled
        return tuple(sorted(settled))
