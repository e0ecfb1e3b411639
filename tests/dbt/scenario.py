"""One small city over three months: everything that the marts must show, in one lake.

Every item is named for what it shows; the tests ask for it by that name.
"""

from __future__ import annotations

from datetime import date

from tests.dbt.lake_builder import LakeBuilder, at, indicator, item, progress, requirement

PERIODS = ("2023-07", "2023-08", "2023-09")
RECEIVED = {"2023-07": "2023-08-03", "2023-08": "2023-09-04", "2023-09": "2023-10-08"}
AS_OF = {"2023-07": date(2023, 7, 31), "2023-08": date(2023, 8, 31), "2023-09": date(2023, 9, 30)}


def percent_of(no, value, **values):
    return progress(no, f"{value}%", actual_value=value, unit="%", percent=value, percent_kind="completion", **values)


def fund(no, sub, scope, asked, deadline, year=2023):
    return requirement(
        no,
        f"{scope}执行率达到{asked}%",
        sub_item=sub,
        indicator=f"{year}年{scope}资金执行率",
        scope=scope,
        indicator_type="fund_execution",
        target_value=asked,
        target_unit="%",
        target_comparator=">=",
        deadline=deadline,
    )


def funds():
    return (
        fund(1, "(1)", "各级", 100, "2023-06-30", 2022),
        fund(2, "(2)", "省级以上", 60, "2023-09-30"),
        fund(3, "(2)", "市级", 75, "2023-09-30"),
        fund(4, "(3)", "省级以上", 80, "2023-12-10"),
        fund(5, "(3)", "市级", 90, "2023-12-10"),
        requirement(6, "加强项目库储备", sub_item="(4)", indicator_type="qualitative"),
    )


def count(no, target, unit="个", deadline="2023-12-10", name="数量", **values):
    return requirement(
        no,
        f"完成{target}{unit}",
        indicator=name,
        indicator_type=values.pop("indicator_type", "cumulative"),
        target_value=target,
        target_unit=unit,
        target_comparator="=",
        deadline=deadline,
        **values,
    )


def done(no, value, unit="个", role="done", **values):
    return progress(no, f"已完成{value}{unit}", actual_value=value, unit=unit, count_role=role, **values)


def says(status, phrase, no=None, **values):
    return progress(no, phrase, status=status, status_phrase=phrase, **values)


TWO_FIGURES = "新增10公里，完成率55.6%，修复4.1公里，完成率102.5%"
BEHIND = ("behind_schedule", "进度滞后")
NOT_BY_PLAN = ("behind_schedule", "未按进度完成")
GRADING = "达到或优于考核目标值的为完成；高于目标值但不高于2022年年均值的为基本完成；高于2022年年均值的为未完成"


def city_lag_table(b: LakeBuilder) -> str:
    """The city's own table of September: exceptions with the city's word on them."""
    items = [
        item(
            "新会区",
            "市表资金",
            *funds(),
            says(*NOT_BY_PLAN),
            percent_of(1, 70.05),
            percent_of(2, 2.48),
            percent_of(3, 80.36),
        ),
        item(
            "台山市",
            "市表资金分级",
            *funds(),
            says(*NOT_BY_PLAN),
            percent_of(1, 87.2),
            percent_of(2, 10.36, count_role="part", scope="中央"),
            percent_of(2, 12.81, count_role="part", scope="省级"),
            percent_of(3, 74.29),
        ),
        item(
            "蓬江区",
            "市表资金未支出",
            *funds(),
            says(*NOT_BY_PLAN),
            percent_of(1, 11.44),
            progress(2, "资金暂未支出", is_stated_zero=True),
            progress(3, "资金暂未支出", is_stated_zero=True),
        ),
        item(
            "台山市",
            "市表池塘",
            requirement(
                1,
                "完成2.45万亩",
                indicator="池塘面积",
                indicator_type="cumulative",
                target_value=2.45,
                target_unit="万亩",
                canonical_target_value=24500,
                canonical_unit="亩",
                deadline="2023-12-10",
            ),
            says(*BEHIND),
            progress(
                1,
                "已完成9800亩，完成率40%",
                actual_value=9800,
                unit="亩",
                canonical_value=9800,
                canonical_unit="亩",
                percent=40,
                percent_kind="completion",
                count_role="done",
            ),
        ),
        item(
            "恩平市",
            "市表排污口",
            count(1, 24, name="排污口"),
            says(*BEHIND),
            done(1, 16, role="remaining"),
            progress(1, "24个排污口", actual_value=24, unit="个", count_role="total"),
        ),
        item(
            "开平市",
            "市表污水厂",
            requirement(
                1,
                "6月底前完成工程量60%",
                sub_item="(1)",
                indicator_type="physical_progress",
                target_value=60,
                target_unit="%",
                deadline="2023-06-30",
                key_mark=True,
            ),
            requirement(
                2,
                "完成建设并通水",
                sub_item="(2)",
                requirement_kind="milestone",
                indicator_type="milestone",
                milestone_stage="trial_operation",
                deadline="2023-12-10",
            ),
            says(*NOT_BY_PLAN),
            percent_of(1, 40),
            progress(1, "桩基础", stage="started"),
        ),
        item(
            "鹤山市",
            "市表扩建",
            requirement(
                1,
                "9月底前动工",
                sub_item="(1)",
                requirement_kind="milestone",
                indicator_type="milestone",
                milestone_stage="started",
                deadline="2023-09-30",
            ),
            requirement(
                2,
                "完成土建工程30%",
                sub_item="(2)",
                indicator_type="physical_progress",
                target_value=30,
                target_unit="%",
                deadline="2023-12-10",
            ),
            says(*NOT_BY_PLAN),
            progress(None, "正在勘察、招标", stage="preparing"),
        ),
        item(
            "江海区",
            "市表空气",
            requirement(
                1,
                "NO2不高于22",
                indicator="NO2",
                scope="NO2",
                indicator_type="concentration",
                target_value=22,
                target_unit="微克/立方米",
                target_comparator="<=",
            ),
            requirement(
                2,
                "PM10不高于39",
                indicator="PM10",
                scope="PM10",
                indicator_type="concentration",
                target_value=39,
                target_unit="微克/立方米",
                target_comparator="<=",
                grading_text=GRADING,
            ),
            progress(1, "NO2为16", actual_value=16, unit="微克/立方米"),
            says("completed", "达到任务要求", 1),
            progress(2, "PM10为41", actual_value=41, unit="微克/立方米"),
            says("basically_on_schedule", "基本完成任务要求", 2),
        ),
        item(
            "恩平市",
            "市表全年抽查",
            requirement(1, "全年开展", indicator_type="recurring", deadline="2023-12-31"),
            says(*BEHIND),
            progress(1, "尚未开展", is_stated_zero=True, stage="not_started"),
        ),
        item("鹤山市", "未报而市局认定", count(1, 10, deadline="2023-08-31", name="整治"), says(*BEHIND), done(1, 4)),
    ]
    return b.submission(
        "江门市",
        "2023-09",
        family="lag_table",
        issued_by_city=True,
        as_of=AS_OF["2023-09"],
        received_at=at("2023-10-12"),
        items=items,
    )


def earlier_lag_table(b: LakeBuilder) -> None:
    """August's table says 鹤山市 is behind; in September 鹤山市 sends nothing."""
    b.submission(
        "江门市",
        "2023-08",
        family="lag_table",
        issued_by_city=True,
        as_of=AS_OF["2023-08"],
        received_at=at("2023-09-12"),
        items=[item("鹤山市", "上期认定", count(1, 12, deadline="2023-08-31", name="改造"), says(*BEHIND), done(1, 5))],
    )


def half_year_table(b: LakeBuilder) -> str:
    """The city's table of June 2020: every task with the city's word, points, and stages that are not done."""
    villages = (
        requirement(
            1,
            "9月底前开工",
            sub_item="(1)",
            requirement_kind="milestone",
            indicator_type="milestone",
            milestone_stage="started",
            deadline="2020-09-30",
            points=3,
            points_group="content-1",
        ),
        requirement(
            2,
            "新增122个",
            sub_item="(2)",
            indicator="自然村",
            indicator_type="count_with_start",
            target_value=122,
            target_unit="个",
            deadline="2020-12-31",
            points=3,
            points_group="content-1",
        ),
    )
    items = [
        item(
            "蓬江区",
            "半年村庄",
            *villages,
            says("on_schedule", "按进度推进"),
            done(2, 16, percent=13.1, percent_kind="completion"),
        ),
        item(
            "蓬江区",
            "半年一企一策",
            count(
                1,
                30,
                "家",
                "2020-06-30",
                "重点企业",
                sub_item="(1)",
                indicator_type="process_stage",
                points=5,
                points_group="content-2",
            ),
            count(
                2,
                35,
                "家",
                "2020-09-30",
                "新增企业",
                sub_item="(2)",
                indicator_type="process_stage",
                points=5,
                points_group="content-2",
            ),
            says("completed", "按进度完成", 1),
            done(1, 16, "家"),
            done(1, 14, "家", "closed"),
            says("on_schedule", "按进度推进", 2),
            done(2, 4, "家", "closed"),
            progress(2, "方案编制31家", actual_value=31, unit="家", count_role="stage", stage="preparing"),
        ),
        item(
            "恩平市",
            "半年水质",
            requirement(
                1,
                "达到Ⅲ类",
                indicator="水质",
                indicator_type="water_class",
                target_class="Ⅲ类",
                target_comparator="<=",
                deadline="2020-12-31",
                points=2,
            ),
            progress(1, "均值为Ⅳ类", actual_class="Ⅳ类"),
            says("behind_schedule", "未完成任务要求", 1),
        ),
        item(
            "鹤山市",
            "半年管网检测",
            count(1, 74, "公里", "2020-12-31", "合流管网检测", sub_item="(2)"),
            count(2, 21, "公里", "2020-12-31", "污水管网检测", sub_item="(2)"),
            says("basically_on_schedule", "基本按进度推进", None, sub_item="(2)"),
            done(None, 26, "公里", sub_item="(2)"),
        ),
        item(
            "鹤山市",
            "半年一句两数",
            count(1, 18, "公里", "2020-12-31", "新增管网", sub_item="(1)"),
            count(2, 4, "公里", "2020-12-31", "修复管网", sub_item="(1)"),
            progress(1, TWO_FIGURES, char_start=90_000, actual_value=10, unit="公里", indicator="新增", percent=55.6),
            progress(2, TWO_FIGURES, char_start=90_000, actual_value=4.1, unit="公里", indicator="修复", percent=102.5),
        ),
        item(
            "鹤山市",
            "半年一数两写",
            count(1, 74, "公里", "2020-12-31", "合流检测"),
            count(2, 21, "公里", "2020-12-31", "污水检测"),
            progress(1, "共检测26公里", char_start=91_000, actual_value=26, unit="公里", indicator="检测"),
            progress(2, "共检测26公里", char_start=91_000, actual_value=26, unit="公里", indicator="检测"),
        ),
        item(
            "新会区",
            "半年锅炉",
            count(1, 15, "台", "2020-08-31", "锅炉", sub_item="(1)"),
            count(2, 4, "台", "2020-12-31", "锅炉", sub_item="(1)"),
            says("basically_on_schedule", "基本按进度推进", 1),
            done(1, 5, "台"),
        ),
        item(
            "江海区",
            "半年说好实未完成",
            count(1, 22, "家", "2020-06-30", "企业"),
            says("completed", "按进度完成"),
            done(1, 15, "家"),
        ),
    ]
    return b.submission(
        "江门市",
        "2020-06",
        family="assessment_table",
        issued_by_city=True,
        as_of=date(2020, 6, 30),
        received_at=at("2020-07-08"),
        items=items,
    )


def districts(b: LakeBuilder) -> dict[str, str]:
    """What the districts send each month."""
    sent: dict[str, str] = {}
    for number, period in enumerate(PERIODS):
        got = {"as_of": AS_OF[period], "received_at": at(RECEIVED[period])}
        b.submission(
            "恩平市",
            period,
            **got,
            items=[
                item(
                    "恩平市",
                    "连续滞后",
                    count(1, 68, deadline="2023-06-30", name="村"),
                    says(*BEHIND),
                    done(1, 20 + number),
                ),
                item(
                    "恩平市", "说好实未到期", count(1, 100, name="口"), says("on_schedule", "按进度推进"), done(1, 10)
                ),
            ],
        )
        b.submission(
            "江海区",
            period,
            **got,
            items=[
                item(
                    "江海区",
                    "逾期后完成",
                    count(1, 10, deadline="2023-07-31", name="处"),
                    says("on_schedule", "按进度推进"),
                    done(1, 10 if period == "2023-09" else 6),
                ),
                item("江海区、新会区（配合）", "共同任务", count(1, 20, name="段"), done(1, 5 + number)),
                item(
                    "江海区",
                    "目标调低",
                    count(1, 100 if period == "2023-07" else 80, name="公里"),
                    done(1, 50 + number),
                ),
                item("江海区", "文字未变", count(1, 50, name="座"), done(1, 5), progress_text="仍在推进。"),
            ],
        )
        both = [item("蓬江区", "一直都报", count(1, 40, name="项"), done(1, 36))]
        dropped = [item("蓬江区", "后来不提", count(1, 40, name="件"), done(1, 30))]
        b.submission("蓬江区", period, **got, items=both + (dropped if period == "2023-07" else []))
    b.submission(
        "鹤山市",
        "2023-07",
        as_of=AS_OF["2023-07"],
        received_at=at(RECEIVED["2023-07"]),
        items=[
            item("鹤山市", "上期认定", count(1, 12, deadline="2023-08-31", name="改造"), done(1, 3)),
            item("鹤山市", "未再报送", count(1, 12, name="栋"), done(1, 9)),
        ],
    )
    b.submission(
        "鹤山市",
        "2023-08",
        as_of=AS_OF["2023-08"],
        received_at=at("2023-09-08"),
        items=[item("鹤山市", "未再报送", count(1, 12, name="栋"), done(1, 10))],
    )
    for unit, period in (("鹤山市", "2023-07"), ("鹤山市", "2023-08"), ("鹤山市", "2023-09"), ("蓬江区", "2023-09")):
        b.expected(unit, period, {"2023-07": "2023-08-05", "2023-08": "2023-09-05", "2023-09": "2023-10-08"}[period])
    tasks = [
        item(
            "开平市",
            "补报",
            count(1, 14, "台", "2023-08-31", "锅炉台"),
            says("on_schedule", "按进度推进"),
            done(1, done_now, "台"),
        )
        for done_now in (3, 14)
    ]
    sent["first"] = b.submission(
        "开平市", "2023-09", items=tasks[:1], as_of=AS_OF["2023-09"], received_at=at("2023-10-05")
    )
    sent["second"] = b.submission(
        "开平市",
        "2023-09",
        items=tasks[1:],
        as_of=AS_OF["2023-09"],
        revision=1,
        supersedes=sent["first"],
        received_at=at("2023-10-09", "03:00"),
    )
    return sent


def odd_ones(b: LakeBuilder) -> dict[str, str]:
    """What cannot be placed, cannot be read, or is held back."""
    sent = {
        "masked": b.submission(
            "XX市",
            "2023-09",
            family="assessment_table",
            as_of=AS_OF["2023-09"],
            items=[item("XX市", "隐名任务", count(1, 10, deadline="2023-06-30", name="匿"), says(*BEHIND), done(1, 2))],
        ),
        "broken": b.submission("新会区", None, status="rejected", rejection_reason="unreadable", family="workbook"),
        "withheld": b.submission(
            "新会区",
            "2023-09",
            as_of=AS_OF["2023-09"],
            items=[
                item("新会区", "扣发", count(1, 10, deadline="2023-06-30", name="扣"), says(*BEHIND), done(1, 2)),
                item("新会区", "照发", count(1, 10, name="照"), done(1, 9)),
            ],
        ),
        "narrative": b.submission(
            "台山市",
            "2023-06",
            family="narrative",
            as_of=date(2023, 6, 30),
            rejections=2,
            statements=[
                indicator(
                    "PM2.5浓度",
                    actual_value=35.5,
                    unit="微克/立方米",
                    canonical_value=35.5,
                    target_value=31,
                    canonical_unit="微克/立方米",
                    yoy_change=-4.2,
                    yoy_unit="微克/立方米",
                    as_of_date=date(2023, 6, 30),
                ),
                indicator("立案案件", is_stated_zero=True, unit="件", as_of_date=date(2023, 6, 30)),
                indicator(
                    "达标率",
                    actual_value=60,
                    actual_comparator="<=",
                    unit="%",
                    percent=60,
                    is_approximate=True,
                    as_of_date=date(2023, 10, 31),
                ),
            ],
        ),
    }
    held = next(t for (kind, _, run), t in b.kinds.items() if kind == "items" and run.startswith(sent["withheld"]))
    b.finding(
        "raw",
        "region_unresolved",
        "blocker",
        "k1",
        submission_id=sent["withheld"],
        period="2023-09",
        item_key=held["item_key"][0].as_py(),
        region_code="440705",
    )
    b.finding(
        "raw",
        "percent_against_counts",
        "error",
        "k2",
        submission_id=sent["withheld"],
        period="2023-09",
        item_key=held["item_key"][1].as_py(),
        arithmetic="9 ÷ 10 × 100 = 90",
    )
    return sent


def build() -> tuple[LakeBuilder, dict[str, str]]:
    """The whole scenario and the ids of the submissions that tests speak of."""
    b = LakeBuilder()
    sent = {"lag_table": city_lag_table(b), "half_year": half_year_table(b)}
    earlier_lag_table(b)
    sent |= districts(b) | odd_ones(b)
    return b, sent
