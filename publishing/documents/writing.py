"""The documents of a month, from a published version to bytes: the one way in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, Literal

from publishing.documents import bulletin, district_sheet, fonts, table_docx, table_xlsx, tables
from publishing.documents.checking import EVIDENCE_PAGE
from publishing.documents.edition import Document, Edition
from publishing.documents.records import Report
from publishing.documents.report import read
from publishing.documents.selection import candidates, lagging, reported
from publishing.documents.wording import (
    BULLETIN,
    COMPLETION_TABLE,
    DISTRICT_SHEET,
    LAG_TABLE,
    SUBJECT,
    draft_mark,
    file_name,
    mark,
    table_title,
)
from publishing.query import Ask

KINDS: Final = ("lag_table", "completion_table", "bulletin", "district_sheet")


def write(
    ask: Ask,
    period: str,
    edition: Edition,
    *,
    version: str | None = None,
    city: str | None = None,
    order: Sequence[str] = (),
    subject: str = SUBJECT,
    dashboard: str = EVIDENCE_PAGE,
    kinds: Collection[str] = KINDS,
    say: Callable[[str], None] | None = None,
) -> tuple[Document, ...]:
    """The documents of a period in an edition: lag table, completion table, bulletin, a sheet for each district.

    `version` names the published version, `order` the districts as the bureau lists them, `subject` the tasks that the
    titles speak of, `dashboard` the page that links of the checking edition lead to, relative to the documents.  `say`
    hears of each document as it is written, and of what a signed one leaves out because it waits for a verdict
    (`undetermined` returns the same).  A table without a row is not written.  Without a Chinese font a draft's bulletin
    has no chart, and `say` and `left_out` tell it; what is numbered is not written then (FontMissingError).  Raises
    NothingToReportError and SeveralCitiesError as `report.read` does.
    """
    report = read(ask, period, city=city, order=order)
    written = []
    notice = fonts.missing() if "bulletin" in kinds else None
    if notice and say:
        say(notice)
    waiting = candidates(report) if edition.is_determined_only else ()
    if waiting and say:
        say(f"待市局认定、未列入 {len(waiting)} 条 lags without a verdict, left out：")
        for candidate in waiting:
            say(f"  {candidate}")
    for document in _documents(report, edition, version, subject, dashboard, kinds):
        if say:
            say(document.file_name)
        written.append(document)
    return tuple(written)


def _documents(
    report: Report, edition: Edition, version: str | None, subject: str, dashboard: str, kinds: Collection[str]
) -> Iterator[Document]:
    above = mark(edition, version)
    if "lag_table" in kinds:
        table = tables.lag_table(report, edition, dashboard, subject)
        yield from _table_documents("lag_table", LAG_TABLE, table, report, edition, above)
    if "completion_table" in kinds:
        table = tables.completion_table(report, edition, dashboard, subject)
        yield from _table_documents("completion_table", COMPLETION_TABLE, table, report, edition, above)
    if "bulletin" in kinds:
        annexes = tuple(title for title in _annexes(report, edition, subject))
        is_draft = edition.stage in ("consultation", "review")
        has_chart = not (is_draft and fonts.missing())
        content = bulletin.write(
            report, edition, draft_mark(edition, version), annexes, subject, has_chart=has_chart, dashboard=dashboard
        )
        yield Document("bulletin", file_name(report, BULLETIN, edition, "docx"), None, content)
    if "district_sheet" in kinds:
        for district in report.districts:
            content = district_sheet.write(report, district, edition, above, dashboard, subject)
            name = file_name(report, DISTRICT_SHEET, edition, "docx", district.name)
            yield Document("district_sheet", name, district.code, content)


def _annexes(report: Report, edition: Edition, subject: str) -> Iterator[str]:
    if lagging(report, edition):
        yield table_title(report, LAG_TABLE, subject)
    if reported(report):
        yield table_title(report, COMPLETION_TABLE, subject)


def _table_documents(
    kind: Literal["lag_table", "completion_table"],
    name: str,
    table: tables.Table,
    report: Report,
    edition: Edition,
    above: str,
) -> Iterator[Document]:
    if not table.rows:
        return
    for suffix, writer in (("docx", table_docx.write), ("xlsx", table_xlsx.write)):
        yield Document(kind, file_name(report, name, edition, suffix), None, writer(table, edition, above))


def left_out(ask: Ask, period: str, edition: Edition, *, city: str | None = None) -> tuple[str, ...]:
    """Why a table of an edition is not written, a line each; nothing where all are."""
    report = read(ask, period, city=city)
    reasons = []
    if not lagging(report, edition):
        waiting = len(candidates(report))
        reasons.append(
            f"{LAG_TABLE}：{f'{waiting} 条滞后均未经市局认定' if waiting else '本期没有滞后任务'} nothing to list"
        )
    if not reported(report):
        reasons.append(
            f"{COMPLETION_TABLE}：本期只有滞后情况表，未列入的任务情况不明 a lag table lists exceptions only"
        )
    notice = fonts.missing()
    return (*reasons, notice) if notice else tuple(reasons)
