"""Documents that LibreOffice turns into docx: where it is installed, where it is not, and where it fails."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook

from ingestion.errors import UnreadableFileError, UnsupportedFormatError
from ingestion.read import office, ole, read
from tests.read.checks import assert_spans, only_table, texts, told
from tests.read.render import zipped

needs_office = pytest.mark.skipif(
    not any(map(shutil.which, ("soffice", "libreoffice"))), reason="LibreOffice (soffice) is not installed"
)
RTF = rb"{\rtf1\ansi\ansicpg936 abc\par def\par}"
OLD = ole.MARK + b"\0" * 504 + "WordDocument\0".encode("utf-16-le") + b"\0" * 512
GRID = [["区域", "任务"], ["甲区", "治河"], ["甲区", "修路\n已完成85%"]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One document as LibreOffice writes it in each of the formats.

    The old format is written from odt: written from docx directly, LibreOffice 7.4 leaves the table out.
    """
    folder = tmp_path_factory.mktemp("office")
    source = docx.Document()
    source.add_paragraph("年度工作总结")
    table = source.add_table(len(GRID), len(GRID[0]))
    for r, row in enumerate(GRID):
        for c, text in enumerate(row):
            table.cell(r, c).text = "" if (r, c) == (2, 0) else text
    table.cell(1, 0).merge(table.cell(2, 0))
    source.save(str(folder / "a.docx"))
    for given, extension in (("docx", "odt"), ("docx", "rtf"), ("odt", "doc")):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", extension, "--outdir", str(folder)]
        subprocess.run([*command, str(folder / f"a.{given}")], check=True, capture_output=True, timeout=120)
    return {e: (folder / f"a.{e}").read_bytes() for e in ("doc", "rtf", "odt")}


@needs_office
@pytest.mark.parametrize(
    ("extension", "name"), [("doc", "报表.doc"), ("doc", "报表.wps"), ("rtf", "报表.rtf"), ("odt", "报表.odt")]
)
def test_a_grid_with_merged_cells_reads_back(written: dict[str, bytes], extension: str, name: str) -> None:
    document = read(written[extension], name)
    assert_spans(document)
    assert document.format == "doc"
    assert [p.text for p in document.paragraphs] == ["年度工作总结"]
    table = only_table(document)
    assert texts(table) == GRID
    assert table.rows[2][0].origin == (2, 1)


@needs_office
def test_a_broken_document_is_unreadable_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(UnreadableFileError, match=r"^a\.doc: LibreOffice 无法打开[^\n]*$"):
        read(OLD, "a.doc")
    assert not list(tmp_path.iterdir())


def test_without_libreoffice_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda name: None)
    for data, name in ((OLD, "a.wps"), (RTF, "a.rtf")):
        with pytest.raises(UnsupportedFormatError, match=r"^a\.\w+: [^\n]*LibreOffice[^\n]*另存为 docx[^\n]*$"):
            read(data, name)


def program(folder: Path, script: str) -> None:
    """A program of LibreOffice's name."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_conversion_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    program(tmp_path, f"/bin/sleep 300 & echo $! > {started}; wait")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "MAX_SECONDS", 1)
    with pytest.raises(UnreadableFileError, match="超过 1 秒上限"):
        read(RTF, "a.rtf")
    status = Path(f"/proc/{started.read_text().strip()}/stat")
    assert not status.exists() or status.read_text().split()[2] in "ZX"


def test_the_profile_forbids_macros_and_is_the_only_one_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    program(tmp_path, f'for a; do case $a in -env:*) /bin/cp -r "${{a#*=file://}}" {kept};; esac; done')
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableFileError, match="无法打开"):
        read(RTF, "a.rtf")
    settings = (kept / "user" / "registrymodifications.xcu").read_text(encoding="utf-8")
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true<' in settings
    assert '"MacroSecurityLevel" oor:op="fuse"><value>3<' in settings


def test_text_under_an_old_name_is_not_what_it_promises() -> None:
    with pytest.raises(UnreadableFileError, match=r"内容不是 \.wps 应有的格式"):
        read("年度总结".encode(), "a.wps")


@needs_office
def test_an_open_spreadsheet_reads_as_the_workbook_that_it_was(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["区域", "进度"], ["甲区", 0.0271], [None, 0.5], ["乙区", 1]):
        page.append(row)
    page.merge_cells("A2:A3")
    page.row_dimensions[4].hidden = True
    for cell in page["B"]:
        cell.number_format = "0.00%"
    book.save(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=120)
    document = read((tmp_path / "a.ods").read_bytes(), "报表.ods")
    assert_spans(document)
    assert document.format == "ods"
    assert texts(only_table(document)) == [["区域", "进度"], ["甲区", "2.71%"], ["甲区", "50.00%"], ["乙区", "100.00%"]]
    assert told(document, "hidden_row") == [("乙区\t100.00%", "table 1/row 4")]


def test_without_libreoffice_a_spreadsheet_is_asked_for_as_xlsx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda name: None)
    data = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, packed=False)
    for content, name in ((data, "a.ods"), (zipped({"xl/workbook.bin": b"x"}), "a.xlsb")):
        with pytest.raises(UnsupportedFormatError, match=r"^a\.\w+: [^\n]*LibreOffice[^\n]*另存为 xlsx[^\n]*$"):
            read(content, name)
