"""The page of a run: what it did, what is to be done about it, and how long its stages took.

One HTML file without anything from outside, beside summary.md; the desk shows the same page with links of its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from registry.run_history import by_stage
from xushi.run_words import STAGE_ZH, STATUS_ZH, duration, moment
from xushi.summary_text import SEVERITIES, headline

_FOLDER: Final = Path(__file__).with_name("pages")
#: Rows of one table that a page shows well.
_ROWS: Final = 200
_BAR: Final = 430

_SEVERITY_ZH: Final = {"blocker": "阻断", "error": "错误", "warning": "警告", "info": "提示"}
_TONES: Final = {
    "published": "",
    "published_with_withheld": "remarks",
    "unchanged": "quiet",
    "stopped": "quiet",
    "failed": "failed",
}
_N: Final = "n"
_FILE: Final = "file"

#: Title in both languages, the column heads with their kind, and what each row shows of an entry of the summary.
_TABLES: Final[tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...]] = (
    ("rejected", "退回的文件", "rejected", (("文件", _FILE, "file"), ("原因", "", "detail"))),
    ("missing", "未报送", "missing", (("单位", "", "region"), ("期次", "", "period"), ("应报日期", "", "due_date"))),
    ("late", "迟报", "late", (("文件", _FILE, "file_name"), ("应报日期", "", "due_date"), ("收到", "", "received_at"))),
    ("withheld", "数据待核（暂不公布）", "withheld",
     (("区域", "", "region"), ("序号", "", "item_no"), ("任务", "", "task"), ("记录", _FILE, "record_key"))),
    ("superseded", "已由补报替代", "superseded", (("文件", _FILE, "file_name"), ("收到", "", "received_at"))),
    ("districts", "各地最近一期的任务要求", "requirements by region",
     (("区域", "", "name"), ("截至", "", "as_of_date"), ("要求", _N, "requirements"), ("已到期", _N, "due"),
      ("滞后", _N, "lagging"), ("序时提示", _N, "behind"), ("上报与数字矛盾", _N, "contradicted"),
      ("未公布", _N, "not_shown"))),
)  # fmt: skip


def page(report: Mapping[str, Any], links: Sequence[tuple[str, str]], *, log_file: str) -> str:
    """The page as HTML; `report` is the summary of a run, or what is recorded of one that failed."""
    return _template().render(run=_told(report, links, log_file), css=css())


def css() -> str:
    """The page's style sheet."""
    return (_FOLDER / "run.css").read_text(encoding="utf-8")


def css_source() -> str:
    """The style sheet as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(css().encode()).digest()).decode()}'"


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("run.html")


def _told(report: Mapping[str, Any], links: Sequence[tuple[str, str]], log_file: str) -> dict[str, Any]:
    status = str(report.get("status") or "failed")
    stage = str(report.get("stage") or "")
    began, ended = _instant(report.get("started_at")), _instant(report.get("finished_at"))
    return {
        "run_id": report["run_id"],
        "began": moment(began),
        "ended": moment(ended),
        "took": duration((ended - began).total_seconds()) if began and ended else "",
        "period": report.get("period"),
        "tone": _TONES.get(status, "quiet"),
        "status_zh": {**STATUS_ZH, "stopped": "已停止"}.get(status, status),
        "headline": headline(report) if "received" in report else "",
        "error": report.get("error"),
        "stage": stage,
        "stage_zh": STAGE_ZH.get(stage, stage),
        "log_file": log_file,
        "tiles": _tiles(report) if "received" in report else [],
        "todo": to_do(report),
        "links": links,
        "tables": list(_tables(report)),
        "bars": _bars(report.get("seconds", {}), stage if status == "failed" else None),
        "footer": "本页为单个文件，不连网即可打开、打印；数字出自 summary.json 与已发布的数据仓库。"
        " One file, offline; its figures are those of summary.json.",
    }


def to_do(report: Mapping[str, Any]) -> list[str]:
    """What a person is to do about a run, one line each, the most pressing first."""
    findings = report.get("findings") or {}
    lines = []
    if blockers := findings.get("blocker"):
        lines.append(f"阻断问题 {blockers} 个：到审核台“待办队列”办理，办结前有关记录不公布")
    if rejected := report.get("rejected"):
        lines.append(f"退回文件 {len(rejected)} 份：请报送单位按原因改正后重报")
    if missing := report.get("missing"):
        who = _some(f"{one['region']} {one['period'] or ''}".strip() for one in missing)
        lines.append(f"未报送 {len(missing)} 份：{who}")
    if errors := findings.get("error"):
        lines.append(f"错误类发现 {errors} 个：到审核台核对原文，更正、退回或认可")
    lines += [f"登记表有误：{problem}" for problem in report.get("problems") or ()]
    if (serving := report.get("serving")) and serving["error"]:
        lines.append(f"查询服务 PostgreSQL 未跟上（{serving['error']}）：恢复后运行 xushi load")
    for name, what in (("dashboard_error", "总览页"), ("data_docs_error", "核查说明页")):
        if report.get(name):
            lines.append(f"{what}未能生成：{report[name]}")
    lines += [f"通知未送达：{line}" for line in report.get("notification_failures") or ()]
    return lines


def _some(names: Iterable[str], most: int = 5) -> str:
    listed = list(names)
    return "、".join(listed[:most]) + (f" 等 {len(listed)} 份" if len(listed) > most else "")


def _tiles(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    findings = report["findings"]
    tiles = [
        _tile("收件", "received", report["received"], note=f"新收 {report['new']}"),
        _tile("读取", "extracted", report["extracted"], note=f"事实 {report['facts']} 条"),
        _tile("未报送", "missing", len(report["missing"]), tone="warn"),
        _tile("退回", "rejected", len(report["rejected"]), tone="bad"),
        *(
            _tile(_SEVERITY_ZH[s], s, findings.get(s, 0), tone="bad" if s in ("blocker", "error") else "warn")
            for s in SEVERITIES
        ),
        _tile("待核", "withheld", len(report["withheld"]), tone="warn", note="条暂不公布"),
    ]
    version = report["version"]
    tiles.append(
        {"name": "发布", "english": "published", "value": "—" if version is None else f"第 {version} 版",
         "note": "新版" if report["is_new"] else "未另出新版", "tone": "good"}
    )  # fmt: skip
    return tiles


def _tile(name: str, english: str, value: int, *, tone: str = "", note: str = "") -> dict[str, Any]:
    """A figure; what is bad when there is some of it is quiet when there is none."""
    return {"name": name, "english": english, "value": value, "note": note, "tone": tone if value else ""}


def _tables(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key, title, english, columns in _TABLES:
        entries = report.get(key) or []
        if entries:
            yield {
                "title": title,
                "english": english,
                "heads": [(name, kind) for name, kind, _ in columns],
                "rows": [[_cell(entry.get(field), field) for _, _, field in columns] for entry in entries[:_ROWS]],
                "left_out": max(0, len(entries) - _ROWS),
            }


def _cell(value: object, field: str) -> str:
    if value is None:
        return ""
    if field.endswith("_at"):  # the warehouse's instants are UTC without saying so
        return moment(datetime.fromisoformat(str(value)).replace(tzinfo=UTC))
    return str(value)


def _bars(seconds: Mapping[str, float], failed: str | None) -> list[dict[str, Any]]:
    took = by_stage(seconds)
    longest = max(took.values(), default=0.0)
    order = {name: number for number, name in enumerate(STAGE_ZH)}
    return [
        {"name": STAGE_ZH.get(name, name), "took": duration(value), "failed": name == failed,
         "width": max(2, round(_BAR * value / longest))}
        for name, value in sorted(took.items(), key=lambda one: order.get(one[0], len(order)))
    ]  # fmt: skip


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None
