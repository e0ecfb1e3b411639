"""Keeps the offline pages in step with what is published; where they fail, what is published stands all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from publishing.dashboard.pages import Pages, publish_pages
from xushi.home import Home
from xushi.stages import line_of

#: Pages of others that ours lead to, by the name that they are served under.
_BESIDE: Final = ("checks", "models")


def write(home: Home) -> Pages:
    """Make the pages of the current version current, one writer at a time.

    Raises NotPublishedError, ChartLibraryMissingError; the pages that were current stay current.
    """
    home.published.mkdir(parents=True, exist_ok=True)
    with FileLock(home.published / ".dashboard.lock"):
        return publish_pages(home.published, home.maps, links=frozenset(n for n in _BESIDE if _page(home, n).is_file()))


def _page(home: Home, name: str) -> Path:
    return (home.data_docs if name == "checks" else home.model_docs) / "index.html"


def step(home: Home) -> dict[str, Any]:
    """The step after a publication: `dashboard` is what to open, `dashboard_error` why there is nothing new."""
    if not home.published_database.is_symlink():
        return {}  # nothing has been published yet
    try:
        pages = write(home)
    except Exception as error:  # noqa: BLE001 (whatever it is, the summary says it)
        return {"dashboard_error": line_of(error)}
    return {"dashboard": pages.index.as_uri(), "dashboard_problems": list(pages.problems)}
