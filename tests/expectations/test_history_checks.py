"""The mart checks that look at other months and other regions: falls, copies, outliers, silences, two verdicts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .test_mart_checks import Judge, Row, asked, judge, progress

__all__ = ["judge"]


def counted(key: str, value: str, movement: str, **changes: Any) -> Row:
    more = {"additive_value": value, "canonical_unit": "个", "movement_value": movement, "movement_months": 1}
    return progress(key, campaign_year=2020, **(more | changes))


def test_a_count_that_falls_is_an_error_and_shows_both_figures(judge: Judge) -> None:
    fall = {"is_count_falling": True}
    rows = [
        counted("a", "58", "-2", **fall),
        counted("two_months", "58", "-2", movement_months=2, **fall),
        counted("rises", "60", "2"),
        counted("rebaselined", "58", "-2", is_rebaselined=True, **fall),
        counted("corrected", "58", "-2", is_corrected=True, **fall),
        counted("old", "58", "-2", is_current=False, **fall),
        # 23 of a closed list of 22 was the mistake, and is part_exceeds_whole where it stood
        counted("mended", "22", "-1", requirement_key="q2", **fall),
        counted("within", "20", "-1", requirement_key="q2", **fall),
    ]
    closed = asked("q2", target_comparator="=", canonical_target_value="22")
    found = judge(rows, "count_falling", requirements=[closed])
    assert [f["record_key"] for f in found] == ["a", "two_months", "within"]
    assert found[0]["message_zh"] == "累计数由2020-05的60个减少为58个"
    assert (found[0]["severity"], found[0]["arithmetic"]) == ("error", "58 − 60 = -2")
    assert "2020-04" in found[1]["message_zh"]


def test_a_text_that_stands_still_is_loud_where_it_bears_a_figure(judge: Judge) -> None:
    stale = {"is_stale": True, "progress_text": "按进度推进。累计完成16家，完成率53%。"}
    rows = [
        progress("a", item_key="i1", requirement_no=1, **stale),
        progress("b", item_key="i1", requirement_no=2, actual_value=None, **stale),
        progress("words", item_key="i2", actual_value=None, **stale),
        progress("zero", item_key="i3", actual_value="0", is_stated_zero=True, **stale),
        progress("dated", item_key="i7", is_stale=True, progress_text="截至5月底完成16家。"),
        progress("few", item_key="i8", is_stale=True, progress_text="累计办理案件2宗。", actual_value="2", unit="宗"),
        progress("behind", item_key="i9", reported_status="behind_schedule", **stale),
        progress("done", item_key="i4", reported_status="completed", **stale),
        progress("moves", item_key="i5", progress_text="累计完成17家。"),
        progress("old", item_key="i6", is_current=False, **stale),
    ]
    found = judge(rows, "text_copied_forward", "text_unchanged")
    assert [(f["check_id"], f["record_key"], f["severity"]) for f in found] == [
        ("text_copied_forward", "a", "warning"),
        ("text_copied_forward", "dated", "warning"),
        ("text_unchanged", "behind", "info"),
        ("text_unchanged", "few", "info"),
        ("text_unchanged", "words", "info"),
        ("text_unchanged", "zero", "info"),
    ]
    assert "16家" in found[0]["message_zh"] and "2条" in found[0]["message_zh"]


def beside(*percents: str, **changes: Any) -> list[Row]:
    """One requirement of several regions, with the completion of each."""
    return [
        progress(f"r{i}", region_key=f"g{i}", requirement_id=f"id{i}", computed_completion_pct=pct, **changes)
        for i, pct in enumerate(percents)
    ]


SIZES = ("figure_of_wrong_size", "completion_unlike_others")


@pytest.mark.parametrize(
    ("percents", "found"),
    [
        # z = 0.6745 × (95 − 25) ÷ 2.5 = 18.9, and less than ten times the median
        (("20", "22", "25", "27", "28", "95"), [("completion_unlike_others", "r5")]),
        (("20", "22", "25", "27", "28", "280"), [("figure_of_wrong_size", "r5")]),
        # 万亩 for 亩, in a task where all regions stand at one value: the mean deviation takes the MAD's place
        (("30", "30", "30", "30", "30", "300000"), [("figure_of_wrong_size", "r5")]),
        (("40", "42", "45", "47", "0.0045"), [("figure_of_wrong_size", "r4")]),
        (("20", "22", "25", "95"), []),  # four values are too few
        (("100", "100", "100", "100", "100", "90"), []),  # all but one are done
        (("0", "0", "0", "2.1", "26.2", "40"), []),  # beside those who have not begun
        (("20", "21", "21.5", "22", "23", "36"), []),  # far by z, near by points
        (("2.3", "3.4", "6.2", "6.6", "13.1", "13.7", "30"), [("completion_unlike_others", "r6")]),
    ],
)
def test_completions_of_the_wrong_size_and_far_ones(judge: Judge, percents, found) -> None:
    assert [(f["check_id"], f["record_key"]) for f in judge(beside(*percents), *SIZES)] == found


def test_only_what_can_be_compared_is_compared(judge: Judge) -> None:
    rows = beside("20", "22", "25", "27", "28", "95")
    of_a_rate = [row | {"requirement_key": "q9"} for row in rows]
    of_two_deadlines = [row | {"requirement_key": "q1" if i % 2 else "q2"} for i, row in enumerate(rows)]
    late = asked("q2", judged_deadline_date=date(2020, 12, 31))
    for case in (of_a_rate, of_two_deadlines, rows[:4]):
        assert judge(case, *SIZES, requirements=[late]) == []
    behind = beside("80", "82", "85", "87", "88", "15", reported_status="behind_schedule")
    assert judge(behind, *SIZES) == []  # who admits it is no riddle


def test_ten_times_the_target_is_doubtful_by_itself(judge: Judge) -> None:
    rows = [
        progress("people", actual_value="64192", unit="人", computed_completion_pct="145890.9"),
        progress("many", actual_value="260", computed_completion_pct="866.7", region_key="g2"),
        progress(
            "meant", actual_value="330", computed_completion_pct="1100", reported_completion_pct="1100", region_key="g3"
        ),
        progress("other_check", computed_completion_pct="1100", reported_completion_pct="11", region_key="g4"),
    ]
    (found,) = judge(rows, *SIZES, requirements=[asked("q2", canonical_target_value="1")])
    assert (found["record_key"], found["severity"]) == ("people", "warning")
    assert "64192人" in found["message_zh"] and "1458.9倍" in found["message_zh"]
    assert "计量单位不同" in found["message_zh"] and "数量级" not in found["message_zh"]


def months(*movements: str, **changes: Any) -> list[Row]:
    """One record's year to date, month by month."""
    rows, total = [], 0.0
    for number, movement in enumerate(movements, 1):
        total += float(movement)
        more = {"period": f"2020-{number:02}", "period_key": f"o{number}", "requirement_id": "one"}
        rows.append(counted(f"m{number}", str(total), movement, **(more | changes)))
    return rows


@pytest.mark.parametrize(
    ("movements", "found"),
    [
        (("10", "12", "11", "9", "40"), [("movement_unlike_earlier", "m5")]),
        (("10", "12", "11", "9", "400"), [("figure_of_wrong_size", "m5")]),
        (("10", "10", "10", "10", "100"), [("figure_of_wrong_size", "m5")]),  # no spread at all
        (("10", "10", "10", "10", "14"), []),
        (("10", "12", "11", "400"), []),  # three earlier months are too few
        (("1", "1.2", "1.1", "0.9", "4"), []),  # far by z, small beside the target of 30
        (("0", "0", "0", "0", "12"), []),  # it begins
    ],
)
def test_a_month_far_from_the_records_own_months(judge: Judge, movements, found) -> None:
    told = judge(months(*movements), "figure_of_wrong_size", "movement_unlike_earlier")
    assert [(f["check_id"], f["record_key"]) for f in told] == found


def test_a_changed_target_begins_anew(judge: Judge) -> None:
    rows = months("10", "12", "11", "9", "400")
    rows[-1]["is_rebaselined"] = True
    assert judge(rows, "figure_of_wrong_size", "movement_unlike_earlier") == []


SILENT = ("due_requirement_without_progress", "requirement_not_yet_spoken_of")
ASKED = [
    asked("q1", "2020年6月底前，完成渗滤液处置能力提量改造。"),
    asked("q2", "2020年12月底前完成地下水整治工程。", judged_deadline_date=date(2020, 12, 31)),
    asked("q3", "调节池液位保持在警戒线以下。", indicator_type="standing", judged_deadline_date=None),
    asked("q4", "2020年12月底前建成，通水试运行。", judged_deadline_date=date(2020, 12, 31)),
    asked("q5", "加强专项资金项目库储备。", judged_deadline_date=None),
    asked("q6", "2020年6月底前印发农贸市场整治方案。"),
]


def quiet(key: str, requirement: str, text: str, **changes: Any) -> Row:
    more = {"actual_value": None, "unit": None, "computed_status": "not_due", "item_key": "i1"}
    return progress(key, requirement_key=requirement, progress_text=text, **(more | changes))


def test_what_the_progress_says_nothing_of_is_one_finding_an_item(judge: Judge) -> None:
    text = "渗滤液处理设施升级改造工程未能按期建成。"
    due = {"is_due": True, "computed_status": "insufficient_data"}
    rows = [
        quiet("a", "q1", text, requirement_no=1, **due),  # 渗滤液 is spoken of
        quiet("b", "q2", text, requirement_no=2),
        quiet("c", "q3", text, requirement_no=3, computed_status="insufficient_data"),
        quiet("d", "q4", text, requirement_no=4),  # names a state, no thing
        quiet("e", "q5", text, requirement_no=5, computed_status="not_assessed"),  # neither due nor dated
        quiet("f", "q6", text, requirement_no=6, **due),
        quiet("g", "q2", "地下水整治已完成勘察。", item_key="i2"),
        quiet("h", "q6", "", item_key="i3", **due),
        quiet("i", "q6", text, item_key="i4", reported_status="behind_schedule", **due),
        quiet("j", "q9", text, item_key="i5", **due),  # a rate is another check's
        quiet("k", "q6", text, item_key="i6", publication_status="not_reported", **due),
    ]
    found = judge(rows, *SILENT, requirements=ASKED)
    assert [(f["check_id"], f["record_key"], f["severity"]) for f in found] == [
        ("due_requirement_without_progress", "f", "warning"),
        ("due_requirement_without_progress", "h", "warning"),
        ("requirement_not_yet_spoken_of", "b", "info"),
    ]
    assert "地下水" in found[2]["message_zh"] and "液位" in found[2]["message_zh"]


def test_two_works_asked_and_one_spoken_of(judge: Judge) -> None:
    works = asked("q1", "年底前完成公仔河、仙人河等河涌水环境整治工程以及江边街暗渠排污口截污工程。")
    stations = asked("q2", "富民南路片区空气质量子站以及第十一中学自动监测子站指数不高于1.05。")
    texts = {
        "a": ("q1", "江边街暗渠排污口截污工程正在办理施工图审查。"),
        "b": ("q1", "江边街暗渠截污正在审图，公仔河、仙人河水环境整治已开工。"),
        "c": ("q1", "正在办理前期手续。"),  # neither: another check's
        "d": ("q2", "富民南路片区空气质量指数为1.02。"),
    }
    rows = [progress(key, requirement_key=q, progress_text=words) for key, (q, words) in texts.items()]
    (found,) = judge(rows, "half_of_requirement_told", requirements=[works, stations])
    assert (found["record_key"], found["severity"]) == ("a", "info")
    assert "公仔河" in found["message_zh"]


def test_words_of_being_overdue_before_anything_is_due(judge: Judge) -> None:
    texts = {
        "a": "该项目已逾期，正在办理手续。",
        "b": "进度滞后，尚未开工。",
        "c": "如逾期未完成，将予以通报。",
        "d": "避免逾期。",
        "e": "截至9月底逾期30天。",
    }
    rows = [progress(key, progress_text=text) for key, text in texts.items()]
    rows += [
        progress("due", item_key="i9", progress_text="已逾期。", is_due=True),
        progress("not_due", item_key="i9", progress_text="已逾期。"),
    ]
    found = judge(rows, "overdue_words_before_due")
    assert [(f["record_key"], f["observed"]) for f in found] == [("a", "已逾期"), ("e", "逾期30天")]
    assert {f["severity"] for f in found} == {"info"}


def test_flags_of_being_overdue_follow_from_the_deadline(judge: Judge) -> None:
    rows = [
        progress("a", days_overdue=3),
        progress("b", is_due=True, is_overdue=True, days_overdue=3, computed_status="completed_late"),
        progress("c", is_due=True, is_overdue=True, days_overdue=3, computed_status="unmet"),
        progress("d", is_due=True, days_overdue=0, computed_status="unmet"),
    ]
    assert [f["record_key"] for f in judge(rows, "overdue_before_due")] == ["a", "b"]


STATE = "已开工，完成土地平整，正在进行桩基施工"


def stated(key: str, region: str, status: str, text: str = STATE, **changes: Any) -> Row:
    more = {"actual_value": None, "stage": "started", "progress_text": text, "region_key": f"g{region}"}
    phrase = {"behind_schedule": "进度滞后", "on_schedule": "按进度推进", "completed": "按进度完成"}[status]
    return progress(key, reported_status=status, reported_status_phrase=phrase, **(more | changes))


def test_one_state_called_two_things_is_one_finding(judge: Judge) -> None:
    rows = [
        stated("a", "1", "on_schedule", f"按进度推进。截至6月底，区1{STATE}。"),
        stated("b", "2", "behind_schedule", f"进度滞后。截至6月底，区2{STATE}。"),
        stated("c", "3", "behind_schedule"),
    ]
    (found,) = judge(rows, "same_state_two_verdicts")
    assert (found["record_key"], found["severity"]) == ("b", "warning")
    assert "区1为“按进度推进”" in found["message_zh"] and "区3为“进度滞后”" in found["message_zh"]


@pytest.mark.parametrize(
    "changes",
    [
        {"reported_status": "on_schedule"},  # one verdict
        {"progress_text": "尚未取得用地批复，正在协调"},  # another state
        {"stage": "preparing"},
        {"requirement_key": "q2"},  # another deadline
        {"task_key": "t2"},
        {"is_due": True},
        {"computed_completion_pct": "20"},
        {"computed_status": "completed"},  # behind_though_met says so
        {"period": "2020-07", "period_key": "o2"},
    ],
)
def test_states_that_are_not_the_same_are_no_contradiction(judge: Judge, changes) -> None:
    rows = [stated("a", "1", "on_schedule"), stated("b", "2", "behind_schedule") | changes]
    late = asked("q2", judged_deadline_date=date(2020, 12, 31))
    assert judge(rows, "same_state_two_verdicts", requirements=[late]) == []
    assert len(judge([rows[0], stated("b", "2", "behind_schedule")], "same_state_two_verdicts")) == 1
