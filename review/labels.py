"""Codes as people read them; what the warehouse names too is read from its seeds."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from typing import Final

from expectations.catalogue import Check, catalogue
from ingestion.extract.extractor import reasons
from ingestion.land import TOO_LARGE
from ingestion.regions import is_known, region
from review.texts import Language
from xushi.home import PROJECT_ROOT

Names = Mapping[str, tuple[str, str]]

_SEEDS: Final = PROJECT_ROOT / "dbt_project" / "seeds"

SEVERITY: Final[Names] = {
    "blocker": ("阻断", "blocker"),
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "information"),
}
STATE: Final[Names] = {
    "open": ("未办结", "open"),
    "new": ("新发现", "new"),
    "acknowledged": ("已收到", "acknowledged"),
    "assigned": ("办理中", "in hand"),
    "resolved": ("已办结", "resolved"),
}
RESOLUTION: Final[Names] = {
    "agreed": ("已一致，自动办结", "agrees, closed by itself"),
    "accepted": ("认可原报", "accepted as it is"),
    "determined": ("已认定", "determined"),
}
#: Why something is right as it stands; the steward adds the particulars.
REASON: Final[Names] = {
    "verified": ("已核对佐证材料", "checked against evidence"),
    "wording": ("表述差异，数字无误", "wording only, the figures are right"),
    "scope": ("统计口径不同，不应比较", "another scope, not comparable"),
    "approved": ("已有批复或调整依据", "an approval covers it"),
    "false_alarm": ("规则误报", "false alarm of the check"),
    "other": ("其他", "other"),
}
ACTION: Final[Names] = {
    "acknowledge": ("确认收到", "acknowledged"),
    "assign": ("交办", "assigned"),
    "hand_back": ("退回报送单位", "returned to the unit"),
    "accepted": ("认可原报", "accepted as it is"),
    "determined": ("以认定办结", "settled by a verdict"),
    "determine": ("市局认定", "verdict of the bureau"),
    "correct": ("更正数值", "value corrected"),
    "withdraw": ("撤回", "withdrawn"),
    "place": ("认定区域", "division named"),
    "supplement": ("收到盖章补件", "stamped supplement received"),
    "reopen": ("重新打开", "reopened"),
    "reopened": ("再次出现，自动重新打开", "found again, reopened by itself"),
    "agreed": ("记录已一致，自动办结", "agrees, closed by itself"),
    "keep_user": ("用户设置", "user kept"),
    "log_in": ("登录", "logged in"),
    "log_in_refused": ("登录未通过", "login refused"),
    "draft": ("起草函件", "letter drafted"),
    "issue": ("签发函件", "letter issued"),
    "reply": ("登记回复", "reply recorded"),
    "close": ("销号", "closed"),
    "escalate": ("升级", "escalated"),
    "intake_register": ("收文登记", "handed in and registered"),
    "intake_drop": ("放弃收文", "handed in and dropped"),
    "roll_back": ("回退发布版本", "published version rolled back"),
    "replay_accepted": ("接受历史重读", "replay accepted"),
    "replay_declined": ("不接受历史重读", "replay declined"),
    "edition_draft": ("起草征求意见稿", "consultation drafted"),
    "edition_redraft": ("起草新一轮", "next round drafted"),
    "edition_answer": ("登记区县答复", "answer recorded"),
    "edition_settle": ("处理异议", "objection settled"),
    "edition_silence": ("按逾期未复处理", "silence taken as acceptance"),
    "edition_submit": ("送审", "submitted for review"),
    "edition_review": ("核稿通过", "reviewed"),
    "edition_send_back": ("退回修改", "sent back"),
    "edition_issue": ("签发", "issued"),
    "edition_withdraw": ("撤回", "withdrawn"),
}
SOURCE: Final[Names] = {
    "register": ("登记所填", "as registered"),
    "name": ("取自文件名", "from the file name"),
    "text": ("取自正文", "from the text"),
}
FAMILY: Final[Names] = {
    "lag_table": ("进度滞后情况表", "lag table"),
    "assessment_table": ("考核任务完成情况表", "assessment table"),
    "completion_list": ("任务完成情况清单", "completion list"),
    "narrative": ("文字报告", "narrative report"),
    "workbook": ("系统填报表", "issued workbook"),
}
FACT: Final[Names] = {
    "requirement": ("要求", "requirement"),
    "progress": ("进展", "progress"),
    "indicator": ("指标", "indicator"),
}
#: How much a sentence about a file that is to be registered weighs.
NOTICE: Final[Names] = {"stop": ("退回", "stop"), "look": ("请核对", "check"), "fine": ("正常", "fine")}
NOTICE_KIND: Final[Names] = {
    "reminder": ("提醒函", "reminder"),
    "supervision": ("督办单", "supervision notice"),
    "interview": ("约谈通知书", "summons to an interview"),
}
NOTICE_STATE: Final[Names] = {
    "draft": ("草稿", "draft"),
    "issued": ("已发出", "issued"),
    "replied": ("已回复", "answered"),
    "closed": ("已销号", "closed"),
    "withdrawn": ("已撤回", "withdrawn"),
}
EDITION_STATE: Final[Names] = {
    "consultation": ("征求意见", "in consultation"),
    "submitted": ("已送审", "submitted"),
    "reviewed": ("已核稿", "reviewed"),
    "issued": ("已签发", "issued"),
    "withdrawn": ("已撤回", "withdrawn"),
}
#: The steps of an edition's way, by the state in which each is taken.
EDITION_STEP: Final[Names] = {
    "consultation": ("征求意见", "consultation"),
    "submitted": ("送审、核稿", "review"),
    "reviewed": ("待签发", "to be issued"),
    "issued": ("已签发", "issued"),
}
EDITION_STAGE: Final[Names] = {
    "consultation": ("征求意见稿", "consultation draft"),
    "review": ("送审稿", "text for review"),
    "issued": ("正式文件", "issued documents"),
    "correction": ("更正文件", "correction"),
}
DOCUMENT_KIND: Final[Names] = {
    "bulletin": ("通报", "bulletin"),
    "lag_table": ("进度滞后情况表", "lag table"),
    "completion_table": ("完成情况表", "completion table"),
    "district_sheet": ("区县情况单", "district sheet"),
}
ANSWER_STATE: Final[Names] = {
    "awaiting": ("未答复", "no answer yet"),
    "accepted": ("无意见", "accepted"),
    "objected": ("有异议", "objected"),
    "silent": ("逾期未复", "silent after the day"),
}
#: What keeps an edition from being submitted.
OBSTACLE: Final[Names] = {
    "awaiting": ("区县未答复", "districts that have not answered"),
    "unsettled": ("异议待处理", "objections to be settled"),
    "upheld": ("异议已采纳，待重新起草", "objections upheld, to be drafted anew"),
    "undetermined": ("疑似滞后待认定", "lagging candidates without a verdict"),
}
SETTLEMENT: Final[Names] = {"upheld": ("采纳", "upheld"), "rejected": ("不采纳", "rejected")}
CHANNEL: Final[Names] = {
    "letter": ("来函", "by letter"),
    "telephone": ("来电", "by telephone"),
    "desk": ("当面", "in person"),
}
ROLE: Final[Names] = {
    "viewer": ("查看", "viewer"),
    "steward": ("数据专员", "steward"),
    "publisher": ("签发", "publisher"),
    "admin": ("管理员", "admin"),
    "system": ("系统", "system"),
    "command": ("命令行", "command line"),
}
#: The columns that a trial tells of.
COLUMN: Final[Names] = {
    "publication_status": ("公布状态", "publication"),
    "actual_value": ("完成数", "figure"),
    "unit": ("单位", "unit"),
    "target_value": ("目标值", "target"),
    "actual_class": ("水质类别", "water class"),
    "reported_completion_pct": ("所报百分比（%）", "reported percentage (%)"),
    "determination_reason": ("认定理由", "reason of the verdict"),
    "schedule_variance_pp": ("与序时相差（百分点）", "variance (points)"),
    "is_count_falling": ("累计数下降", "count falling"),
    "footnote_zh": ("脚注", "footnote"),
    "computed_completion_pct": ("测算完成率（%）", "computed completion (%)"),
    "stage": ("阶段", "stage"),
    "reported_status": ("区县自评", "reported"),
    "determined_status": ("市局认定", "determined"),
    "computed_status": ("系统测算", "computed"),
    "is_due": ("已到期", "due"),
    "days_overdue": ("逾期天数", "days overdue"),
    "pace_class": ("序时", "pace"),
    "is_behind_schedule": ("未达序时", "behind the plan"),
    "is_lagging": ("列入滞后表", "in the lag table"),
    "is_status_contradicted": ("状态与数字矛盾", "status contradicted"),
    "lag_streak_months": ("连续滞后月数", "months in a row"),
    "lag_reason_zh": ("滞后说明", "reason"),
}
_VALUE: Final[Names] = {
    "True": ("是", "yes"),
    "False": ("否", "no"),
    "published": ("公布", "published"),
    "under_review": ("数据待核", "under review"),
    "not_reported": ("未报送", "not reported"),
    "ahead": ("超序时", "ahead"),
    "on_pace": ("达到序时", "on pace"),
    "near_pace": ("基本达到序时", "near pace"),
    "behind_pace": ("未达序时", "behind pace"),
}
UNKNOWN_REGION: Final = ("未知区域", "unknown region")


def name(names: Names, code: str | None, language: Language) -> str:
    """The code in a language; the code itself where it has no name."""
    if not code:
        return ""
    return names[code][language == "en"] if code in names else code


def value(code: str | None, language: Language) -> str:
    """A value of a row: a code, a yes or no, or what it says itself."""
    return name({**_VALUE, **statuses(), **stages()}, code, language)


def check(check_id: str, language: Language) -> str:
    """The name of a check; its id where the catalogue no longer has it."""
    found = checks().get(check_id)
    return check_id if found is None else found.name_en if language == "en" else found.name_zh


def region_name(code: str | None, language: Language = "zh") -> str:
    """The short name of a division."""
    if not code:
        return ""
    return region(code).name if is_known(code) else UNKNOWN_REGION[language == "en"] if code == "UNKNOWN" else code


@cache
def checks() -> Mapping[str, Check]:
    """The catalogue by id."""
    return {found.id: found for found in catalogue()}


@cache
def statuses() -> dict[str, tuple[str, str]]:
    """The warehouse's statuses."""
    return _seed("status", "code")


@cache
def stages() -> dict[str, tuple[str, str]]:
    """The warehouse's stages."""
    return _seed("stages", "stage")


@cache
def unread() -> dict[str, tuple[str, str]]:
    """Why a piece of text was not read."""
    return {code: (words["zh"], words["en"]) for code, words in reasons().items()} | {
        TOO_LARGE: ("数值位数超出范围，未采用", "A figure with more digits than are kept, not used")
    }


@cache
def correctable() -> dict[str, tuple[str, str]]:
    """The values that a steward may correct."""
    return _seed("correctable_columns", "column_name")


def _seed(file: str, key: str) -> dict[str, tuple[str, str]]:
    with (_SEEDS / f"{file}.csv").open(encoding="utf-8", newline="") as stream:
        return {row[key]: (row["name_zh"], row["name_en"]) for row in csv.DictReader(stream)}
