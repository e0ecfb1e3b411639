"""The sample submissions turned by LibreOffice into other formats hold the same task items as the originals."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ingestion.read import read
from ingestion.segment import segment
from tests.read.checks import assert_spans

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")

INBOX = Path(__file__).parents[2] / "samples" / "inbox"
UTF8_VALUES = "csv:Text - txt - csv (StarCalc):44,34,76"

#: How the samples reach a format: kinds of originals, the formats on the way, and the last one's extension.
#: A document reaches doc over odt: written from docx directly, LibreOffice 7.4 leaves tables out.
WAYS = {
    "pdf": (("docx", "html", "xlsx"), ("pdf",)),
    "xls": (("xlsx",), ("xls",)),
    "csv": (("xlsx",), (UTF8_VALUES,)),
    "doc": (("docx",), ("odt", "doc")),
}

Item = tuple[str | None, str | None, tuple[tuple[str, str | None, str], ...]]


def items(path: Path) -> list[Item]:
    """A file's task items, blanks apart: a wrapped line of a page leaves none."""
    document = read(path.read_bytes(), path.name)
    assert_spans(document)
    found = segment(document).items
    return [(i.item_no, i.region, tuple((p.role, p.sub_item, "".join(p.text.split())) for p in i.parts)) for i in found]


def converted(folder: Path, to: str) -> list[tuple[Path, Path]]:
    """Pairs of an original and what LibreOffice made of it."""
    kinds, steps = WAYS[to]
    originals = [p for p in sorted(INBOX.iterdir()) if p.suffix.removeprefix(".") in kinds and "8月" not in p.name]
    files = originals
    for step in steps:
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", step, "--outdir", str(folder)]
        subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=240)
        files = [folder / f"{p.stem}.{step.partition(':')[0]}" for p in originals]
    return list(zip(originals, files, strict=True))


@pytest.mark.parametrize("to", sorted(WAYS))
def test_a_converted_sample_holds_the_same_items(to: str, tmp_path: Path) -> None:
    pairs = converted(tmp_path, to)
    assert len(pairs) >= 3
    for original, made in pairs:
        expected = items(original)
        assert len(expected) >= 5
        assert items(made) == expected, original.name
