"""The watcher of the inbox, run by Airflow's triggerer: one event for each batch of files that arrived and settled.

Airflow's own file triggers delete the file that they wait for; this one only looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from ingestion.inbox import shown_name
from xushi.arrivals import Watch, look, remembered
from xushi.home import Home

#: Names that an event carries; the refresh looks into the whole inbox by itself.
_NAMES: Final = 20


class InboxTrigger(BaseEventTrigger):
    """Looks into `folders` every `seconds`; `home` holds what refreshes have seen."""

    def __init__(self, *, home: str, folders: Sequence[str], seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.home, self.folders, self.seconds = home, list(folders), seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What another process makes this watcher anew from."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"home": self.home, "folders": self.folders, "seconds": self.seconds},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look for ever; what goes wrong with one look is logged and the next one is taken."""
        watch, home, folders = Watch(), Home(Path(self.home)), [Path(folder) for folder in self.folders]
        while True:
            try:
                now, seen = await asyncio.to_thread(lambda: (look(folders), remembered(home)))
            except OSError as error:
                self.log.warning("收件箱暂时无法查看，下次再看 the inbox could not be looked into: %s", error)
            else:
                if arrived := watch.step(now, seen):
                    names = [shown_name(Path(path)) for path in arrived]
                    self.log.info("收件箱有 %d 份新到或变更的文件 arrived: %s", len(names), "、".join(names[:_NAMES]))
                    yield TriggerEvent({"count": len(names), "files": names[:_NAMES]})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.seconds)
