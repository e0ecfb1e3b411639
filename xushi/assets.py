"""What the DAGs are connected by, as Airflow's assets: inbox → lake → published version.

The inbox is named by `late_submissions` alone, with its watcher: an asset that one DAG names with a watcher and another
without would have the watcher taken away and given back at every parsing.
"""

from __future__ import annotations

from typing import Any, Final

from airflow.sdk import Asset, get_current_context

LAKE: Final = Asset(name="进展事实湖 lake", uri="xushi://lake/facts", group="xushi")
PUBLISHED: Final = Asset(name="发布版 published version", uri="xushi://published/warehouse", group="xushi")


def tell(asset: Asset, extra: dict[str, Any]) -> None:
    """Say with the running task's asset event what it brought; what is None is left out."""
    told = {name: value for name, value in extra.items() if value is not None}
    get_current_context()["outlet_events"][asset].extra = told
