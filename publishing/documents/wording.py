"""Titles and marks of the documents: what stands above a text, whatever its form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from publishing.documents.edition import Edition
from publishing.documents.records import Report
from publishing.office.words import day_name

LAG_TABLE: Final = "进度滞后情况表"
COMPLETION_TABLE: Final = "完成情况表"
BULLETIN: Final = "进展情况通报"
DISTRICT_SHEET: Final = "情况单"
SUBJECT: Final = "生态环境重点任务"
_MARKS: Final = {"consultation": "征求意见稿", "review": "送审稿", "issued": "", "correction": "更正"}
#: Signs that no file name bears on every system.
_UNFIT: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_FAMILIES: Final = {LAG_TABLE: "lag_table", COMPLETION_TABLE: "assessment_table"}


def table_title(report: Report, table: str, subject: str = SUBJECT) -> str:
    """The title of a table: the one under which the city itself issued it, else year, city, subject and months."""
    issued = report.titles.get(_FAMILIES[table])
    if issued and table in issued:
        return issued
    return f"{report.as_of.year}年{report.city}{subject}{table}（{months(report)}）"


def months(report: Report) -> str:
    """The part of the year that is reported: 1-9月."""
    return f"1-{report.as_of.month}月" if report.as_of.month > 1 else "1月"


def mark(edition: Edition, version: str | None) -> str:
    """What stands above every page: the stage of a draft, number and signatory of what is issued, the version."""
    words = [_MARKS[edition.stage]]
    if edition.form == "checking":
        words.append("核对版")
        words += [f"数据版本 {version}"] if version else []
    if edition.stage == "correction" and edition.corrects:
        words.append(f"替代{edition.corrects}")
    if edition.stage in ("issued", "correction"):
        words += [edition.number] if edition.number else []
        words += [f"签发人：{edition.signatory}"] if edition.signatory else []
    elif edition.reply_due:
        words.append(f"请于{day_name(edition.reply_due)}前反馈")
    return "　　".join(word for word in words if word)


def draft_mark(edition: Edition, version: str | None) -> str:
    """As `mark`, for a paper that has number and signatory in its letterhead."""
    return mark(replace(edition, number=None, signatory=None), version)


def place_words(report: Report) -> tuple[str, str]:
    """The whole and its parts: 全市 and 县（市、区） of a city, 全省 and 市（州） of a province."""
    name = report.city
    if name.endswith(("省", "自治区")):
        return ("全省" if name.endswith("省") else "全区"), "市（州、盟）"
    return f"全{name[-1]}", "县（市、区）" if name.endswith(("市", "州", "盟")) else "乡镇（街道）"


def file_name(report: Report, table: str, edition: Edition, suffix: str, region: str = "") -> str:
    """A name that sorts by period and tells table, form and stage."""
    form = "核对版" if edition.form == "checking" else "报送版"
    stage = _MARKS[edition.stage] or "正式"
    return f"{report.period}{_UNFIT.sub('-', region)}{table}（{form}·{stage}）.{suffix}"
