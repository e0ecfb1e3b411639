"""The chart library comes from the package that the set-up installed, or a clear line says how to get it."""

from __future__ import annotations

import pytest

from publishing.dashboard.errors import ChartLibraryMissingError
from publishing.dashboard.library import find


def test_the_library_is_the_plain_distribution_file() -> None:
    library = find()
    text = library.path.read_text("utf-8")
    assert "Apache License" in text[:800], "its notice goes along"
    assert f'version="{library.version}"' in text
    assert "echarts={}" in text[:2000], "a plain script that a page from disk can load, no module"


@pytest.mark.parametrize("package", ["no-such-package", "pytest"])
def test_without_it_one_line_says_what_to_run(package: str) -> None:
    with pytest.raises(ChartLibraryMissingError, match="make setup") as error:
        find(package)
    assert "\n" not in str(error.value)
