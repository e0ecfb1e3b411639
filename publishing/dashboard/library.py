"""Finds Apache ECharts where the set-up put it: inside an installed package, never in this repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from publishing.dashboard.errors import ChartLibraryMissingError

#: The package whose wheel carries the plain distribution file; requirements-assets.in says why it is this one.
PACKAGE: Final = "panel"
_FILE: Final = re.compile(r"echarts/echarts@(?P<version>\d+\.\d+\.\d+)/dist/echarts\.min\.js")


@dataclass(frozen=True, slots=True)
class ChartLibrary:
    """The library's one file and its version."""

    path: Path
    version: str


def find(package: str = PACKAGE) -> ChartLibrary:
    """The newest ECharts of the package.  Raises ChartLibraryMissingError where there is none."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        files = []
    found = [
        ChartLibrary(Path(str(file.locate())), match["version"])
        for file in files
        if (match := _FILE.search(file.as_posix()))
    ]
    present = [library for library in found if library.path.is_file()]
    if not present:
        raise ChartLibraryMissingError(
            f"图表库 ECharts 未安装（应在 {package} 包内），请运行 make setup "
            f"(the chart library is not installed; it comes inside the package {package}: run make setup)"
        )
    return max(present, key=lambda library: tuple(int(part) for part in library.version.split(".")))
