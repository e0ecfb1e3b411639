"""The pages of the checks open without a network and say what a person must know; a document's text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations import data_docs
from expectations.catalogue import catalogue
from expectations.findings import table_of, write_findings
from ingestion.lake import CHECK_RESULT_SCHEMA

from .conftest import Row

AT = datetime(2023, 10, 6, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script><img src=http://example.test/x onerror=alert(2)> $x **数** {y} 占比150%"


def finding(check_id: str, key: str, message: str = "占比150%超出0至100", **changes: str) -> Row:
    (severity,) = {c.severity for c in catalogue() if c.id == check_id}
    row: Row = dict.fromkeys(CHECK_RESULT_SCHEMA.names)
    row |= {"check_id": check_id, "severity": severity, "record_table": "facts", "record_key": key}
    return row | {"period": "2023-09", "message_zh": message, "message_en": "x"} | changes


class Page(HTMLParser):
    """Where a page leads, which elements it has, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.links, self.tags, self.text, self.handlers = path, [], [], "", []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        self.handlers += [name for name, value in attrs if name.startswith("on") or "url(" in (value or "")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("docs")
    many = [finding("share_within_bounds", f"p{n}", f"占比{n}%超出0至100") for n in range(101, 401)]
    write_findings(
        table_of([*many, finding("deadline_before_campaign", "f1", HOSTILE)]), root / "lake" / "checks" / "raw.parquet"
    )
    write_findings(
        table_of([finding("behind_though_met", "k1", "已达到目标")]), root / "lake" / "checks" / "mart.parquet"
    )
    return data_docs.build(root / "lake", root / "data_docs", run_name="run-1", at=AT).parent


def pages(site: Path) -> Iterator[Page]:
    return (Page(path) for path in sorted(site.rglob("*.html")))


def test_nothing_is_asked_of_anywhere_outside_the_folder(site: Path) -> None:
    for page in pages(site):
        assert "script" not in page.tags, page.path
        assert page.handlers == [], page.path
        for link in page.links:
            assert not link.lower().startswith(("http:", "https:", "//", "data:", "javascript:")), (page.path, link)
    assert "url(" not in (site / "static" / "checks.css").read_text("utf-8")


def test_every_link_leads_somewhere(site: Path) -> None:
    for page in pages(site):
        for link in page.links:
            target = link.partition("#")[0]
            assert not target or (page.path.parent / target).exists(), (page.path, link)


def test_the_index_names_every_check_and_counts_its_findings(site: Path) -> None:
    index = Page(site / "index.html")
    assert all(check.name_zh in index.text and check.id in index.text for check in catalogue())
    assert "300" in index.text
    assert "run-1" in index.text


def test_a_suites_page_says_what_must_hold_and_how_to_mend_it(site: Path) -> None:
    for check in catalogue():
        page = Page(site / "expectations" / check.stage / f"{check.table}.html")
        text = " ".join(page.text.split())
        assert check.name_zh in text
        assert all(" ".join(said.split()) in text for said in (check.how_to_mend, check.how_to_mend_en)), check.id


def test_a_results_page_shows_the_first_findings_and_says_how_many_there_are(site: Path) -> None:
    (result,) = (p for p in pages(site) if "validations" in p.path.parts and "facts" in p.path.parts)
    assert "2023-09 占比101%超出0至100" in result.text
    assert sum(f"占比{n}%" in result.text for n in range(101, 401)) == data_docs.SHOWN
    assert "共 300 条" in result.text


def test_the_text_of_a_document_is_text(site: Path) -> None:
    (result,) = (p for p in pages(site) if "validations" in p.path.parts and "facts" in p.path.parts)
    assert HOSTILE in result.text
    assert "img" not in result.tags


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    lake, folder = tmp_path / "lake", tmp_path / "data_docs"
    for stage in ("raw", "mart"):
        write_findings(table_of([]), lake / "checks" / f"{stage}.parquet")
    chosen = [c for c in catalogue() if c.id in ("share_within_bounds", "behind_though_met")]
    data_docs.build(lake, folder, run_name="one", at=AT, checks=chosen)
    (folder / "stale.html").touch()
    data_docs.build(lake, folder, run_name="two", at=AT, checks=chosen)
    assert not (folder / "stale.html").exists()
    assert "two" in Page(folder / "index.html").text
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
