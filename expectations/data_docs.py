"""Great Expectations' own site of both gates: suites, checks and what they found, as pages that open offline.

    build(home.lake, home.data_docs, run_name="2023-10-06", at=now)

The site builder writes the pages; what its templates fetch from elsewhere (styles, scripts, fonts, pictures) is taken
out, and one small style sheet of ours stands beside them.  Its index page is empty without those scripts, so the index
is written here.  The pages tell what stands in the gates' files, at most 200 findings a check: `fct_check_result` has
all.
"""

from __future__ import annotations

import html
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import quote

import pyarrow as pa

from expectations import adapter
from expectations.catalogue import Check, Severity, Stage, catalogue
from expectations.findings import Row, of_checks, read_findings_table
from expectations.runner import expectation_of

#: Findings of one check that a page shows.
SHOWN: Final = 200

_STYLES: Final = Path(__file__).with_name("data_docs.css")
_STAGES: Final[Mapping[Stage, str]] = {"raw": "原始数据关口 raw gate", "mart": "数据集市关口 mart gate"}
_SEVERITIES: Final[Mapping[Severity, str]] = {
    "blocker": "阻断 blocker", "error": "错误 error", "warning": "警告 warning", "info": "提示 info",
}  # fmt: skip

#: What leads outside, or does nothing without what was fetched from there.
_SCRIPT: Final = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_STYLE: Final = re.compile(r"<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE)
_FOOTER: Final = re.compile(r"<footer\b.*?</footer\s*>", re.DOTALL | re.IGNORECASE)
_SWITCH: Final = re.compile(r"<(button|label)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_LINK: Final = re.compile(r"<(?:link|img)\b[^>]*>", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"<a\b[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//[^>]*>(.*?)</a\s*>", re.DOTALL | re.IGNORECASE)
_HOME: Final = re.compile(r"(<a href=\"(?:\.\./)*index\.html\">)\s*(</a>)")


@dataclass(frozen=True, slots=True)
class _Page:
    """A suite of the site: its checks with the number of their findings, and where its pages are."""

    stage: Stage
    table: str
    checks: Sequence[tuple[Check, int]]
    suite_page: str
    result_page: str


def build(lake: Path, folder: Path, *, run_name: str, at: datetime, checks: Sequence[Check] | None = None) -> Path:
    """Write the site of what stands in the gates' files; it takes the folder's place at once.  Returns its index."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        site = Path(scratch) / "site"
        pages = _write_pages(lake, site, catalogue() if checks is None else checks, run_name, at)
        _make_offline(site)
        (site / "index.html").write_text(_index(pages, run_name, at), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(scratch) / "former")
        site.rename(folder)
    return folder / "index.html"


def _write_pages(lake: Path, site: Path, checks: Iterable[Check], run_name: str, at: datetime) -> list[_Page]:
    gx = adapter.load()
    context = gx.get_context(mode="ephemeral")
    found = {stage: read_findings_table(lake / "checks" / f"{stage}.parquet") for stage in get_args(Stage)}
    pages = []
    for (stage, table), suite in groupby(sorted(checks, key=_place), key=lambda c: (c.stage, c.table)):
        members = list(suite)
        rows = {c.id: of_checks(found[stage], [c.id]) for c in members}
        pages.append(
            _Page(
                stage=stage,
                table=table,
                checks=[(c, rows[c.id].num_rows) for c in members],
                suite_page=f"expectations/{stage}/{table}.html",
                result_page=_keep_suite(gx, context, stage, table, members, rows, run_name, at),
            )
        )
    adapter.build_site(context, site)
    return pages


def _place(check: Check) -> tuple[bool, str, str]:
    return check.stage != "raw", check.table, check.id


def _keep_suite(
    gx: Any,
    context: Any,
    stage: Stage,
    table: str,
    checks: Sequence[Check],
    rows: Mapping[str, pa.Table],
    run_name: str,
    at: datetime,
) -> str:
    """One suite with what its checks found; the page of its result."""
    suite = context.suites.add(gx.ExpectationSuite(f"{stage}.{table}", notes=_STAGES[stage]))
    results = []
    for check in checks:
        expectation = expectation_of(gx, check)
        expectation.description = f"{check.name_zh} {check.name_en} ({check.id}, {_SEVERITIES[check.severity]})"
        expectation.notes = _notes(check)
        results.append((suite.add_expectation(expectation), rows[check.id].num_rows == 0, _told(rows[check.id])))
    meta = {"batch_kwargs": {"data_asset_name": table}, "stage": _STAGES[stage]}
    return adapter.keep_result(context, suite, results, run_name=run_name, at=at, meta=meta)


def _notes(check: Check) -> list[str]:
    """What a person must know of a check, as Markdown."""
    return [
        f"**须成立 formula**：{check.formula}",
        f"**处理办法 how to mend**：{check.how_to_mend} — {check.how_to_mend_en}",
        f"**例 example**：{check.example}",
        f"```\n{check.query}\n```",
    ]


def _told(rows: pa.Table) -> dict[str, Any]:
    """The number of findings and the newest of them in words, which the templates would put into the page as code."""
    newest = rows.sort_by([("period", "descending"), ("message_zh", "ascending")]).slice(0, SHOWN).to_pylist()
    shown = list(dict.fromkeys(html.escape(_line(row), quote=False) for row in newest))
    more = [f"…… 共 {rows.num_rows} 条，此处列出 {SHOWN} 条；全部见 fct_check_result"] if rows.num_rows > SHOWN else []
    return {
        "observed_value": f"{rows.num_rows} 条 findings",
        "unexpected_count": 0,  # a statement of percentages of rows, which a list of findings does not have
        "partial_unexpected_list": [*shown, *more],
    }


def _line(row: Row) -> str:
    where = " ".join(str(row[name]) for name in ("period", "region_code") if row[name])
    source = f"（{row['source_locator']}）" if row["source_locator"] else ""
    return f"{where} {row['message_zh']}{source}".strip()


def _make_offline(site: Path) -> None:
    """Leave nothing in the pages that asks for anything outside of the folder."""
    shutil.rmtree(site / "static", ignore_errors=True)
    (site / "static").mkdir()
    shutil.copyfile(_STYLES, site / "static" / "checks.css")
    for page in site.rglob("*.html"):
        up = "../" * (len(page.relative_to(site).parts) - 1)
        page.write_text(offline(page.read_text(encoding="utf-8"), up), encoding="utf-8")


def offline(page: str, up: str) -> str:
    """A page of the site builder without scripts and without links to the outside; `up` leads to the site's folder."""
    for pattern in (_SCRIPT, _STYLE, _FOOTER, _SWITCH, _LINK):
        page = pattern.sub("", page)
    page = _HOME.sub(r"\1序时 数据核查\2", _OUTSIDE.sub(r"\1", page))
    return page.replace("</head>", f'<link rel="stylesheet" href="{up}static/checks.css">\n</head>', 1)


def _index(pages: Iterable[_Page], run_name: str, at: datetime) -> str:
    sections = []
    for stage, of_stage in groupby(pages, key=lambda page: page.stage):
        rows = "\n".join(_index_row(page, check, count) for page in of_stage for check, count in page.checks)
        sections.append(
            f"<h2>{_STAGES[stage]}</h2>\n<table class='table'>\n<thead><tr><th>核查 check</th><th>级别 severity</th>"
            "<th>未通过 findings</th><th>对象 table</th><th>须成立 formula</th></tr></thead>\n"
            f"<tbody>\n{rows}\n</tbody>\n</table>"
        )
    return (
        "<!DOCTYPE html>\n<html lang='zh'>\n<head>\n<meta charset='UTF-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1.0'>\n<title>序时 数据核查</title>\n"
        "<link rel='stylesheet' href='static/checks.css'>\n</head>\n<body>\n<h1>序时 数据核查 data checks</h1>\n"
        f"<p>{html.escape(run_name)} · {at:%Y-%m-%d %H:%M %Z}</p>\n" + "\n".join(sections) + "\n</body>\n</html>\n"
    )


def _index_row(page: _Page, check: Check, count: int) -> str:
    result, suite = quote(page.result_page), quote(page.suite_page)
    failed = " class='failed'" if count else ""
    return (
        f"<tr{failed}><td><a href='{suite}'>{html.escape(check.name_zh)}</a><br><small>{html.escape(check.name_en)}"
        f" · {check.id}</small></td><td>{_SEVERITIES[check.severity]}</td>"
        f"<td><a href='{result}'>{count or '通过 none'}</a></td><td>{page.table}</td>"
        f"<td>{html.escape(check.formula)}</td></tr>"
    )
