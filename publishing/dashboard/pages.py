"""Writes the pages of the current version into a folder of their own and swaps the link to them.

A folder is written under a hidden name, renamed, then the link is swapped by one atomic rename: a reader sees the old
pages or the new ones.  Pages are written anew when the version, the generator, the chart library or a map changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from publishing.dashboard.contents import AREAS_SETTING, Limits, write_contents
from publishing.dashboard.errors import BoundaryError as BoundaryError
from publishing.dashboard.library import ChartLibrary, find
from publishing.dashboard.texts import texts_script
from publishing.errors import NotPublishedError
from publishing.manifest import DATABASE, Manifest
from publishing.query import opened
from publishing.snapshot import current

LINK: Final = "dashboard"
INDEX: Final = "index.html"
_FOLDERS: Final = "dashboards"
#: What was wrong with maps, a line each; told again as long as these pages are the current ones.
_PROBLEMS: Final = "problems.txt"
_PART: Final = ".part-"
_SITE: Final = Path(__file__).with_name("site")
#: Sets of pages that stay, so that whoever has an older one open can go on reading.
KEPT: Final = 3


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of the current version: the file to open, whether it is new, and what was wrong with maps."""

    index: Path
    version: int
    is_new: bool
    problems: tuple[str, ...] = ()


def publish_pages(
    published: Path, maps: Path, limits: Limits | None = None, *, links: frozenset[str] = frozenset()
) -> Pages:
    """Make the pages of the current version current, unless they already are.  `maps` may not exist.

    `links` names the pages of others that are there to lead to: `checks`, `models`.  One writer at a time.

    Raises NotPublishedError where nothing has been published, ChartLibraryMissingError where the library is absent;
    the pages that were current stay current.
    """
    manifest = current(published)
    if manifest is None:
        raise NotPublishedError(f"还没有已发布的数据：{published} / nothing has been published yet")
    limits, library = limits or Limits(), find()
    build = f"{manifest.version:06d}-{_digest(maps, library, limits, links, manifest.content_digest)}"
    folders = published / _FOLDERS
    folders.mkdir(parents=True, exist_ok=True)
    for left in folders.glob(f"{_PART}*"):
        shutil.rmtree(left, ignore_errors=True)
    is_new = not (folders / build / INDEX).is_file()
    if is_new:
        _write(published, folders / build, maps, limits, manifest, _about(manifest, build, library, links))
    link = published / LINK
    if not link.is_symlink() or link.readlink() != Path(_FOLDERS) / build:
        _point_to(link, Path(_FOLDERS) / build)
    _retire(folders, build)
    problems = (folders / build / _PROBLEMS).read_text("utf-8").splitlines()
    return Pages(link / INDEX, manifest.version, is_new, tuple(problems))


def _write(
    published: Path, target: Path, maps: Path, limits: Limits, manifest: Manifest, about: dict[str, Any]
) -> None:
    """Write a folder of pages under a hidden name, then give it its own."""
    hidden = Path(tempfile.mkdtemp(dir=target.parent, prefix=_PART))
    try:
        shutil.copytree(_SITE, hidden, dirs_exist_ok=True)
        vendor = hidden / "vendor"
        vendor.mkdir()
        shutil.copyfile(find().path, vendor / "echarts.min.js")
        (hidden / "data").mkdir()
        (hidden / "data" / "texts.js").write_text(texts_script(target.name), "utf-8")
        # one version from its own folder: the pointer may move meanwhile
        database = published / "versions" / f"{manifest.version:06d}" / DATABASE
        with opened(database) as ask:
            contents = write_contents(ask, hidden, maps, about, limits)
        (hidden / _PROBLEMS).write_text("\n".join(contents.problems), "utf-8")
        hidden.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        hidden.rename(target)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise


def _about(manifest: Manifest, build: str, library: ChartLibrary, links: frozenset[str]) -> dict[str, Any]:
    return {
        "build": build,
        "version": manifest.version,
        "published_at": manifest.published_at,
        "content_digest": manifest.content_digest,
        "links": sorted(links),
        "versions": dict(manifest.versions) | {"echarts": library.version},
    }


def _digest(maps: Path, library: ChartLibrary, limits: Limits, links: frozenset[str], content: str) -> str:
    """Eight digits over all that the pages are made of."""
    chosen = f"{limits} {sorted(links)} {os.environ.get(AREAS_SETTING)}"
    made_of = hashlib.sha256(f"{content} {library.version} {chosen}".encode())
    for path in _sources(maps):
        made_of.update(path.name.encode() + b"\0" + path.read_bytes())
    return made_of.hexdigest()[:8]


def _sources(maps: Path) -> Iterator[Path]:
    here = Path(__file__).parent
    yield from sorted(path for path in here.rglob("*") if path.is_file() and path.suffix != ".pyc")
    yield from sorted(maps.glob("*.geojson"))


def _point_to(link: Path, target: Path) -> None:
    """Swap the link: a new one beside it, renamed over it."""
    fresh = link.with_name(f".link-{LINK}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _retire(folders: Path, build: str) -> None:
    """Remove the oldest sets of pages but the newest few; the current one never goes."""
    others = sorted((path for path in folders.iterdir() if path.name != build), key=lambda path: path.stat().st_mtime)
    for folder in others[: -(KEPT - 1)]:
        shutil.rmtree(folder, ignore_errors=True)
