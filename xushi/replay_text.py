"""The words of a replay's report: Chinese Markdown for a person who decides; the names in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Names = Mapping[str, tuple[str, str]]

CLASS: Final[Names] = {
    "value": ("数值、单位", "value or unit"),
    "status": ("状态、阶段", "status or stage"),
    "region": ("区域", "region"),
    "date": ("日期、时限", "date or deadline"),
    "wording": ("文字、归属", "wording or pairing"),
    "position": ("仅出处位置", "place in the text only"),
    "rule": ("仅规则版本", "version of the rule only"),
}
KIND: Final[Names] = {"changed": ("改变", "changed"), "added": ("新增", "added"), "removed": ("不再读出", "removed")}
STATE: Final[Names] = {
    "reading": ("读取中", "reading"),
    "proposed": ("待决定", "waiting for a decision"),
    "accepted": ("已接受", "accepted"),
    "declined": ("未接受", "declined"),
    "superseded": ("已被取代", "superseded"),
}
COLUMN: Final[Names] = {
    "actual_value": ("完成数", "figure"),
    "target_value": ("目标值", "target"),
    "target_comparator": ("目标的比较", "comparator of the target"),
    "target_upper": ("目标上限", "upper target"),
    "target_unit": ("目标单位", "unit of the target"),
    "target_class": ("目标类别", "target class"),
    "actual_class": ("水质类别", "water class"),
    "actual_comparator": ("完成数的比较", "comparator of the figure"),
    "actual_upper": ("完成数上限", "upper figure"),
    "unit": ("单位", "unit"),
    "canonical_value": ("换算后完成数", "converted figure"),
    "canonical_unit": ("换算后单位", "converted unit"),
    "canonical_target_value": ("换算后目标值", "converted target"),
    "percent": ("百分比", "percentage"),
    "percent_kind": ("百分比的含义", "kind of percentage"),
    "yoy_change": ("同比", "change"),
    "yoy_unit": ("同比单位", "unit of the change"),
    "change_base": ("比较基期", "base of the change"),
    "base_value": ("总数", "whole"),
    "base_unit": ("总数单位", "unit of the whole"),
    "previous_value": ("上期数", "earlier figure"),
    "points": ("分值", "points"),
    "points_group": ("分值所属", "group of the points"),
    "count_role": ("数的含义", "role of the figure"),
    "indicator_type": ("指标类型", "type of indicator"),
    "is_stated_zero": ("明写为零", "stated zero"),
    "is_approximate": ("约数", "approximate"),
    "status": ("状态", "status"),
    "status_phrase": ("状态用语", "status phrase"),
    "stage": ("阶段", "stage"),
    "milestone_stage": ("要求的阶段", "stage asked for"),
    "region": ("区域", "region"),
    "region_code": ("区划代码", "region code"),
    "region_context": ("区划语境", "circle of names"),
    "deadline": ("时限", "deadline"),
    "as_of_date": ("截至日期", "as-of date"),
    "period_start": ("起始日期", "start"),
    "campaign_year": ("考核年度", "campaign year"),
    "fact": ("事实种类", "kind of fact"),
    "task": ("任务", "task"),
    "content": ("内容", "content"),
    "indicator": ("指标", "indicator"),
    "scope": ("范围", "scope"),
    "requirement": ("要求", "requirement"),
    "requirement_kind": ("要求种类", "kind of requirement"),
    "requirement_no": ("对应要求", "requirement answered"),
    "grading_text": ("分档文字", "bands"),
    "pairing": ("对应方式", "how it was paired"),
    "answers": ("合答要求", "requirements answered"),
    "sub_item": ("分项", "sub-item"),
    "ladder_id": ("节点组", "ladder"),
    "rung_no": ("节点序号", "rung"),
    "key_mark": ("重点标记", "key mark"),
    "is_plan": ("计划", "plan"),
    "section": ("章节", "section"),
    "lead_unit": ("牵头单位", "lead unit"),
    "joint_units": ("配合单位", "joint units"),
    "family": ("材料类型", "family"),
    "item_no": ("序号", "number"),
    "quote": ("引文", "quote"),
    "locator": ("位置", "place"),
    "char_start": ("起点", "start"),
    "char_end": ("终点", "end"),
    "item_seq": ("条次", "order"),
    "item_key": ("条目键", "item key"),
    "fact_id": ("事实编号", "fact id"),
    "rule_id": ("规则", "rule"),
    "rule_version": ("规则版本", "version of the rule"),
}

#: Columns that a person reads nothing in, or only what another column of the difference says.
_SAID_BY_OTHERS: Final = frozenset(
    {"fact_id", "item_key", "rule_id", "rule_version", "canonical_value", "canonical_target_value", "canonical_unit"}
)
#: Differences written out in the Markdown; the others are told by their number and lie in differences.jsonl.
_SHOWN: Final = 60
_LONGEST: Final = 80


def name(names: Names, code: str | None, language: str = "zh") -> str:
    """The name of a code; the code where it has none."""
    return "" if not code else names[code][language == "en"] if code in names else code


def is_harmless(totals: Mapping[str, Any]) -> bool:
    """Nothing that a reader of the published data would see."""
    graver = sum(n for of, n in totals["by_class"].items() if of not in ("position", "rule"))
    return not (graver or totals["refused"] or totals["decisions"])


def headline(totals: Mapping[str, Any]) -> str:
    """What would change, in one sentence."""
    if is_harmless(totals):
        only = totals["changed"] + totals["added"] + totals["removed"]
        note = f"（{only} 条只是出处位置或规则版本不同）" if only else ""
        return f"{totals['submissions']} 份报送重读后，数值、状态、区域、日期和文字均无变化{note}。"
    different = totals["changed"] + totals["added"] + totals["removed"]
    kinds = "，".join(f"{zh} {totals[kind]} 条" for kind, (zh, _) in KIND.items())
    of = totals["by_class"]
    return (
        f"{totals['submissions']} 份报送重读后，{different} 条事实不同（{kinds}），"
        f"其中涉及数值 {of['value']} 条、状态 {of['status']} 条、区域 {of['region']} 条、日期 {of['date']} 条；"
        f"{totals['same']} 条相同。"
    )


def render(report: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    return "\n".join(_lines(report))


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    totals = report["totals"]
    yield f"# 历史重读 {report['replay_id']}：新旧读取结果比对\n"
    yield headline(totals) + "\n"
    yield f"- 新规则：{report['extractor_version']}；旧规则：{'、'.join(report['old_versions'])}"
    yield f"- 期次：{report['period'] or '全部'}"
    numerals = totals["numerals"]
    for key, zh in (("in_fact", "入事实"), ("named_non_measure", "非计量"), ("rejected", "未读懂")):
        yield f"- 数字去向·{zh}：{numerals['old'][key]} → {numerals['new'][key]}"
    yield f"- 新规则读不懂而旧规则读得懂的文字 {totals['unread']} 处；新规则才读懂的 {totals['read']} 处"
    for one in report["refused"]:
        yield f"- **新规则读不了**：{one['file']}（{one['period']}，{one['reason']}），接受后仍用旧读取"
    for one in report["decisions"]:
        found = "所更正的事实不再读出" if one["is_gone"] else f"新规则读作 {one['found'] or '空'}"
        yield (
            f"- **更正将落空**：{one['file']} 的{name(COLUMN, one['column'])} "
            f"{one['expected'] or '空'} → {one['corrected'] or '空'}（{one['correction_id']}），{found}"
        )
    told = report["replay_id"]
    yield f"\n尚未生效。接受：`xushi replay accept {told} --by 姓名 --reason 理由`；"
    yield f"不接受：`xushi replay decline {told} --by 姓名 --reason 理由`。"
    yield from _table("按期次", report["by_period"])
    yield from _table("按区域", report["by_district"])
    yield from _table("按规则", report["by_rule"])
    yield from _differences(report["differences"], totals)
    yield from _texts("新规则读不懂的文字", report["unread"], totals["unread"])
    yield from _texts("新规则才读懂的文字", report["read"], totals["read"])


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not any(row["changed"] + row["added"] + row["removed"] for row in rows):
        return
    kinds, classes = [zh for zh, _ in KIND.values()], [zh for zh, _ in CLASS.values()]
    yield f"\n## {title}\n"
    yield f"| {title[1:]} | 相同 | {' | '.join(kinds)} | {' | '.join(classes)} |"
    yield "|---|" + "---:|" * (1 + len(kinds) + len(classes))
    for row in rows:
        figures = " | ".join(str(row[key]) for key in ("same", *KIND, *CLASS))
        yield f"| {_cell(row['key'] or '（未定）')} | {figures} |"


def _differences(rows: Sequence[Mapping[str, Any]], totals: Mapping[str, Any]) -> Iterator[str]:
    rows = [row for row in rows if row["class"] not in ("position", "rule")]
    if not rows:
        return
    all_of_them = sum(n for of, n in totals["by_class"].items() if of not in ("position", "rule"))
    yield f"\n## 逐条差异（影响大的在前，共 {all_of_them} 条）\n"
    yield "| 类别 | 期次 | 区域 | 文件与位置 | 旧 → 新 | 引文 |"
    yield "|---|---|---|---|---|---|"
    for row in rows[:_SHOWN]:
        kind = f"{name(CLASS, row['class'])}·{name(KIND, row['kind'])}"
        place = f"{row['file']} {row['locator']}"
        yield (
            "| "
            + " | ".join(
                _cell(text)
                for text in (kind, row["period"], row["district"], place, "；".join(changes(row)), quote(row))
            )
            + " |"
        )
    if all_of_them > _SHOWN:
        yield f"\n其余 {all_of_them - _SHOWN} 条见 differences.jsonl。"
    yield "\n只是出处位置或规则版本不同的未列出，见 differences.jsonl。"


def changes(row: Mapping[str, Any], language: str = "zh", *, most: int = 6) -> list[str]:
    """A difference column by column, the gravest first, with the rules that read it."""
    nothing = "—"
    told = [
        f"{name(COLUMN, c['name'], language)} {_short(c['old']) or nothing} → {_short(c['new']) or nothing}"
        for c in row["columns"]
        if c["name"] not in _SAID_BY_OTHERS
    ][:most]
    rules = [row["rule_old"], row["rule_new"]]
    if None not in rules and rules[0] != rules[1]:
        told.append(f"{name(COLUMN, 'rule_id', language)} {rules[0]} → {rules[1]}")
    return told or [f"{name(COLUMN, 'rule_id', language)} {rules[1] or rules[0]}"]


def quote(row: Mapping[str, Any]) -> str:
    """The words of the document: those of both readings where they differ."""
    old, new = row["quote_old"], row["quote_new"]
    if old and new and old != new:
        return f"{_short(old)} → {_short(new)}"
    return _short(new or old) or ""


def _texts(title: str, rows: Sequence[Mapping[str, Any]], total: int) -> Iterator[str]:
    if not rows:
        return
    yield f"\n## {title}（{total} 处）\n"
    for row in rows:
        yield f"- {row['file']} {row['locator']}：{_cell(_short(row['quote']) or '')}（{row['reason']}）"
    if total > len(rows):
        yield f"- 其余 {total - len(rows)} 处从略"


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _cell(text: str) -> str:
    """A text inside a Markdown table."""
    return text.replace("\n", " ").replace("|", "｜")
