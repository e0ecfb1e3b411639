"""What the DAGs are connected by, as Airflow's assets: inbox → lake → published version.

The inbox is named by `late_submissions` alone, with its watcher: an asset that one DAG names with a watcher and another
without would have the watcher taken away and given back at every parsing.
"""

from __future__ import annotations

from typing import Any, Final

from airflow.sdk import Asset, AssetWatcher, get_current_context

from xushi import refresh
from xushi.arrivals import folders_of
from xushi.home import Home
from xushi.inbox_trigger import InboxTrigger

LAKE: Final = Asset(name="进展事实湖 lake", uri="xushi://lake/facts", group="xushi")
PUBLISHED: Final = Asset(name="发布版 published version", uri="xushi://published/warehouse", group="xushi")


def inbox(seconds: float) -> Asset:
    """The inbox of the settings, looked into every so many seconds."""
    home = Home.find()
    folders = [str(folder) for folder in folders_of(home, refresh.inbox_of(home))]
    watching = InboxTrigger(home=str(home.root), folders=folders, seconds=seconds)
    watcher = AssetWatcher(name="收件箱守望 inbox watch", trigger=watching)
    return Asset(name="收件箱 inbox", uri="xushi://inbox", group="xushi", watchers=[watcher])


def tell(asset: Asset, extra: dict[str, Any]) -> None:
    """Say with the running task's asset event what it brought; what is None is left out."""
    told = {name: value for name, value in extra.items() if value is not None}
    get_current_context()["outlet_events"][asset].extra = told
