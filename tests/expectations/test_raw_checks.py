"""Each raw check on hand-built facts: what is wrong is found with its arithmetic, what is right stays silent."""

from __future__ import annotations

from datetime import date

from .conftest import fact, item, requirement, submission


def area(done: str, percent: str):
    """亩 done of a target of 1.35万亩."""
    return [
        requirement(target_value="1.35", target_unit="万亩", canonical_unit="亩", canonical_target_value=13500),
        fact("p1", actual_value=done, unit="亩", percent=percent, percent_kind="completion", count_role="done"),
    ]


def test_percent_is_held_against_done_and_target_on_either_reading(judge) -> None:
    (found,) = judge("percent_against_counts", facts=area("285", "2.71"))
    assert found["record_key"] == "p1"
    assert (found["expected"], found["observed"]) == ("2.11%", "2.71%")
    assert "1.05万亩" in found["message_zh"] and "365.9亩" in found["message_zh"]
    assert found["severity"] == "error"
    assert found["source_quote"] == "原文p1"
    assert (found["submission_id"], found["item_key"], found["region_code"], found["period"]) == (
        "s1",
        "i1",
        "440783",
        "2023-09",
    )


def done_of(done: str, percent: str, target: str, **more):
    return [
        requirement(target_value=target, target_unit="台"),
        fact("p1", actual_value=done, unit="台", percent=percent, percent_kind="completion", count_role="done", **more),
    ]


def test_rounding_cutting_and_hedges_are_allowed(judge_cases) -> None:
    cases = [
        done_of("4", "26.6", "15"),  # cut
        done_of("4", "26.67", "15"),  # rounded
        done_of("4", "26.7", "15"),
        done_of("4", "27", "15"),
        done_of("4", "26", "15"),
        done_of("4.1", "102.5", "4"),
        done_of("9", "60", "16", is_approximate=True),  # 近60%
        done_of("100", "80", "120", actual_comparator=">="),
    ]
    assert judge_cases(("percent_against_counts",), cases) == [[] for _ in cases]


def test_a_percentage_outside_both_intervals_is_found(judge_cases) -> None:
    cases = [done_of("4", percent, "15") for percent in ("26.5", "26.8", "28", "25", "2.67")]
    assert judge_cases(("percent_against_counts",), cases) == [["percent_against_counts"] for _ in cases]


def test_a_percentage_of_another_figure_of_its_sentence_is_explained(judge_cases) -> None:
    """总投资7206.7亿元，年度计划853.8亿元；完成622.2亿元，占年度计划的73%: the plan is the whole, not the total."""
    figure = {"unit": "亿元", "kind": "indicator", "quote": "总投资，年度计划，完成"}
    done = fact("p1", actual_value="622.2", percent="73", percent_kind="completion", target_value="7206.7", **figure)
    plan = fact("p2", target_value="853.8", **figure)
    wrong = ["percent_against_counts"]
    assert judge_cases(("percent_against_counts",), [[done], [done, plan]]) == [wrong, []]


def test_the_sum_of_instalments_or_of_a_sub_item_explains_a_percentage(judge) -> None:
    instalments = [
        requirement("r1", target_value="15", target_unit="台", requirement_no=1, sub_item="(1)"),
        requirement("r2", target_value="4", target_unit="台", requirement_no=2, sub_item="(1)"),
        fact(
            "p1",
            actual_value="5",
            unit="台",
            percent="26",
            percent_kind="completion",
            count_role="done",
            sub_item="(1)",
        ),
    ]
    assert judge("percent_against_counts", facts=instalments) == []


def test_a_percentage_of_an_unknown_whole_accuses_nobody(judge) -> None:
    facts = [
        requirement("r1", target_value="20", target_unit="台", requirement_no=1),
        requirement("r2", target_value="30", target_unit="台", requirement_no=2),
        fact("p1", actual_value="4", unit="台", percent="26.6", percent_kind="completion", requirement_no=None),
        fact("p2", actual_value="4", unit="公里", percent="26.6", percent_kind="completion"),
    ]
    assert judge("percent_against_counts", facts=facts) == []


def test_shares_lie_within_bounds_and_completions_need_not(judge) -> None:
    facts = [
        fact("p1", percent="100.1", percent_kind="share"),
        fact("p2", percent="-0.5", percent_kind="share"),
        fact("p3", percent="100", percent_kind="share"),
        fact("p4", percent="102.5", percent_kind="completion"),
        fact("p5", percent="123", percent_kind="change"),
    ]
    assert [f["record_key"] for f in judge("share_within_bounds", facts=facts)] == ["p1", "p2"]


def test_every_failing_row_is_written_whatever_great_expectations_cuts(judge) -> None:
    shares = [fact(f"p{i}", percent="150", percent_kind="share") for i in range(450)]
    early = [requirement(f"r{i}", deadline=date(2022, 9, 30)) for i in range(450)]
    found = judge("share_within_bounds", "deadline_before_campaign", facts=shares + early)
    assert len(found) == 900
    assert len({f["record_key"] for f in found}) == 900


def test_a_deadline_before_the_campaign_is_an_error_a_later_one_is_not(judge) -> None:
    facts = [
        requirement("r1", deadline=date(2022, 9, 30)),
        requirement("r2", deadline=date(2023, 1, 1)),
        requirement("r3", deadline=date(2025, 12, 31)),
    ]
    assert [f["record_key"] for f in judge("deadline_before_campaign", facts=facts)] == ["r1"]


def rung(fact_id: str, month: int, target: str, **changes):
    more = {"indicator": "执行率", "target_unit": "%", "target_comparator": ">=", "deadline": date(2023, month, 28)}
    return requirement(fact_id, target_value=target, **(more | changes))


def test_a_ladder_rises_with_its_dates(judge) -> None:
    falling = [rung("r1", 6, "60"), rung("r2", 9, "50"), rung("r3", 12, "80")]
    (found,) = judge("ladder_not_rising", facts=falling)
    assert found["record_key"] == "r2"
    assert "60%" in found["arithmetic"] and "50%" in found["arithmetic"]


def test_ladders_of_other_funds_ceilings_and_instalments_are_no_contradiction(judge) -> None:
    facts = [
        rung("r1", 6, "100", indicator="2022年度执行率"),
        rung("r2", 9, "60", indicator="2023年度执行率"),
        rung("r3", 9, "75", scope="city"),
        rung("r4", 12, "70", scope="province"),
        rung("r5", 6, "30", indicator="超标率", target_comparator="<="),
        rung("r6", 12, "20", indicator="超标率", target_comparator="<="),
        rung("r7", 6, "15", indicator="锅炉", target_unit="台"),
        rung("r8", 12, "4", indicator="锅炉", target_unit="台"),
    ]
    assert judge("ladder_not_rising", facts=facts) == []


def test_a_period_of_figures_beyond_the_document_is_an_error_an_event_is_information(judge) -> None:
    items = [
        item("i1", progress_text="第二季度均值为1.24，第四季度均值为1.05。"),
        item("i2", progress_text="10月8日完成招标。"),
        item(
            "i3",
            progress_text="预计10月并网，12月10日前完成。第三季度均值为1.1，截至9月底完成5台。2022年第四季度均值为1.2。",
        ),
    ]
    found = judge("period_outside_document", "event_after_period", items=items)
    assert [(f["check_id"], f["record_key"], f["severity"]) for f in found] == [
        ("event_after_period", "i2", "info"),
        ("period_outside_document", "i1", "error"),
    ]
    assert found[1]["observed"] == "第四季度"
    assert found[1]["source_locator"] == "table 1/row 2/cell 5"


def test_a_doubled_unit_is_found_once_and_said(judge) -> None:
    items = [
        item("i1", task="完成面积1.35万亩万亩。", requirement_text="完成面积1.35万亩万亩。"),
        item("i2", task="2022年年均值2万亩"),
    ]
    (found,) = judge("unit_doubled", items=items)
    assert (found["record_key"], found["observed"], found["expected"]) == ("i1", "1.35万亩万亩", "1.35万亩")


def test_a_target_named_twice_with_two_values(judge) -> None:
    items = [
        item("i1", content="完成56条建筑陶瓷生产线改造。", requirement_text="9月底前，完成55条建筑陶瓷生产线改造。"),
        item(
            "i2",
            content="完成19台10-35蒸吨锅炉改造。",
            requirement_text="完成15台10-35蒸吨锅炉改造；4台10-35蒸吨锅炉集中供热。",
        ),
        item(
            "i3",
            content="完成8家县级重点监管企业和43家新增重点企业整治。",
            requirement_text="完成43家新增重点企业整治。",
        ),
    ]
    (found,) = judge("target_named_twice", items=items)
    assert (found["record_key"], found["expected"], found["observed"]) == ("i1", "56条", "55条")


def test_another_thing_reported_than_the_thing_asked(judge) -> None:
    items = [
        item("i1", requirement_text="完成15台锅炉清洁能源改造。\n完成12台锅炉超低排放改造。"),
        item("i2", requirement_text="推出環基債，用好“環保貸”。", progress_text="推出“環基貸”，“環保貸”入庫143個。"),
        item("i3", requirement_text="完成61条自然村治理。"),
    ]
    facts = [
        requirement("r1", key="i1", sub_item="(1)", requirement_no=1, quote="完成15台锅炉清洁能源改造。"),
        requirement("r2", key="i1", sub_item="(2)", requirement_no=2, quote="完成12台锅炉超低排放改造。"),
        fact("p1", key="i1", sub_item="(1)", requirement_no=1, quote="5台锅炉已完成超低排放改造。"),
        fact("p2", key="i1", sub_item="(2)", requirement_no=2, quote="6台已完成超低排放改造。"),
        fact("p3", key="i3", quote="已完成20条自然村治理，涉及3个行政村。"),
    ]
    found = judge("other_thing_reported", items=items, facts=facts)
    assert [(f["item_key"], f["expected"], f["observed"]) for f in found] == [
        ("i1", "清洁能源改造", "超低排放改造"),
        ("i2", "環基債", "環基貸"),
    ]
    assert found[0]["source_quote"] == "5台锅炉已完成超低排放改造。"
    assert {f["severity"] for f in found} == {"warning"}


def test_two_stations_asked_one_reported(judge) -> None:
    asked = "江海区富民南路以及第十一中学空气质量自动监测子站综合指数不高于1.05。"
    items = [
        item("i1", requirement_text=asked, progress_text="江海区富民南路子站综合指数为1.24。"),
        item("i2", requirement_text=asked, progress_text="富民南路为1.24，第十一中学为1.02。"),
        item("i3", requirement_text=asked, progress_text="进展顺利。"),
    ]
    (found,) = judge("station_not_reported", items=items)
    assert (found["record_key"], found["observed"]) == ("i1", "缺第十一中学")


def test_an_unresolved_region_of_a_row_blocks_once_a_wording(judge) -> None:
    rows = [item("i1", region="某某区"), item("i2", region="某某区"), item("i3"), item("i4", region=None)]
    facts = [fact("p1", region="第三季度市"), fact("p2", kind="indicator", region="城郊镇")]
    found = judge("region_unresolved", "statement_region_unresolved", items=rows, facts=facts)
    assert [(f["check_id"], f["record_key"], f["severity"]) for f in found] == [
        ("region_unresolved", "s1/某某区", "blocker"),
        ("statement_region_unresolved", "s1/text/城郊镇", "info"),
    ]
    assert (found[0]["region_code"], found[0]["period"], found[0]["submission_id"]) == ("UNKNOWN", "2023-09", "s1")
    assert "2条记录" in found[0]["message_zh"]


def test_a_sender_that_nobody_knows_is_one_finding_whatever_its_text_names(judge) -> None:
    rows = [submission(region_code="UNKNOWN", region_context="")]
    facts = [
        fact("p1", kind="indicator", region="XX市"),
        fact("p2", kind="indicator", region="XX市"),
        fact("p3", kind="indicator", region="全市"),
    ]
    (found,) = judge("region_unresolved", "statement_region_unresolved", facts=facts, submissions=rows)
    assert found["record_key"] == "s1/XX市"
    assert "3条记录" in found["message_zh"]
    (found,) = judge("region_unresolved", items=[item("i1", region=None)], submissions=rows)
    assert found["record_key"] == "s1/"


def test_one_file_that_stands_twice_in_a_period_blocks_the_later(judge) -> None:
    from datetime import UTC, datetime

    same = "ab" * 32
    later = datetime(2023, 10, 6, tzinfo=UTC)
    rows = [
        submission("s1", sha256=same),
        submission("s2", sha256=same, received_at=later),
        submission("s3", sha256=same, period="2023-08"),
        submission("s4", sha256=same, received_at=later, superseded_by="s2"),
    ]
    assert [f["record_key"] for f in judge("duplicate_submission", submissions=rows)] == ["s2"]


def test_an_altered_and_a_lost_original_block_their_submission(judge, make_lake, tmp_path) -> None:
    from expectations.catalogue import catalogue
    from expectations.runner import read_findings, run_gate

    lake = make_lake(submissions=[submission("s1"), submission("s2"), submission("s3")])
    assert judge("original_altered", submissions=[submission("s1"), submission("s2"), submission("s3")]) == []
    kept = sorted(p for p in (lake / "originals").rglob("*") if p.is_file())
    kept[0].write_bytes(b"altered")
    kept[1].unlink()
    chosen = [c for c in catalogue() if c.id == "original_altered"]
    result = run_gate("raw", lake, None, tmp_path / "out.parquet", checks=chosen)
    assert result.counts == {"blocker": 2}
    assert len(result.blockers) == 2
    assert {f.check_id for f in read_findings(tmp_path / "out.parquet")} == {"original_altered"}


def test_superseded_submissions_and_replaced_rows_are_not_judged(judge) -> None:
    rows = [
        submission("s1", superseded_by="s2"),
        submission("s2", scope="a"),
        submission("s3", scope="a", revision=1, replaces="rows"),
    ]
    wrong = {"requirement_text": "完成面积2万亩万亩"}
    items = [
        item("i1", "s1", **wrong),
        item("i2", "s2", task="甲", **wrong),
        item("i3", "s2", task="乙", **wrong),
        item("i4", "s3", task="甲", requirement_text="完成面积2万亩"),
    ]
    assert [f["record_key"] for f in judge("unit_doubled", items=items, submissions=rows)] == ["i3"]


def count(fact_id: str, value: str, role: str, whole: str = "43", **changes):
    more = {"quote": "43家中", "char_start": int(fact_id[1:]), "base_value": whole, "base_unit": "家"}
    return fact(fact_id, actual_value=value, unit="家", count_role=role, **(more | changes))


def test_counts_against_their_whole(judge_cases) -> None:
    cases: list[tuple[list[str], str | None]] = [
        (["4 closed", "1 stage", "36 stage", "2 stage"], None),
        (["4 closed", "1 stage", "36 stage"], "counts_against_whole"),
        (["4 closed", "1 stage", "39 stage"], "counts_against_whole"),
        (["4 closed", "5 stage"], None),  # some are listed
        (["4 closed", "43 stage", "30 stage"], None),  # stages that overlap
        (["20 done", "23 closed"], None),
        (["20 done", "3 closed"], None),  # what is left need not be said
        (["20 done", "24 closed"], "part_exceeds_whole"),
        (["16 remaining"], None),
        (["44 remaining"], "part_exceeds_whole"),
        (["27 done", "16 remaining"], None),
        (["27 done", "15 remaining"], "counts_against_whole"),
        (["30 part", "20 part"], None),  # 其中 need only not exceed
        (["44 part"], "part_exceeds_whole"),
    ]
    facts = [[count(f"p{i}", *given.split()) for i, given in enumerate(counts)] for counts, _ in cases]
    expected = [[check_id] if check_id else [] for _, check_id in cases]
    assert judge_cases(("part_exceeds_whole", "counts_against_whole"), facts) == expected


def test_counts_show_their_sum(judge) -> None:
    facts = [count("p0", "15", "done", "22"), count("p1", "8", "closed", "22")]
    (found,) = judge("part_exceeds_whole", facts=facts)
    assert found["arithmetic"] == "15 + 8 = 23 > 22"
    facts = [count("p0", "4", "closed"), count("p1", "1", "stage"), count("p2", "37", "stage")]
    (found,) = judge("counts_against_whole", facts=facts)
    assert found["arithmetic"] == "4 + 1 + 37 = 42 ≠ 43"
    assert "相差1家" in found["message_zh"]


def asked_and_total(total: str, *targets: str, comparator: str = "="):
    asked = [
        requirement(f"r{i}", requirement_no=i, target_value=t, target_unit="个", target_comparator=comparator)
        for i, t in enumerate(targets, 1)
    ]
    return [*asked, fact("p1", target_value=total, target_unit="个", count_role="total")]


def test_the_whole_of_the_progress_is_the_target(judge_cases) -> None:
    cases = [
        (asked_and_total("26", "24"), True),
        (asked_and_total("24", "24"), False),
        (asked_and_total("55", "56", "55"), False),
        (asked_and_total("19", "15", "4"), False),
        (asked_and_total("26", "24", comparator=">="), False),
    ]
    expected = [["total_against_target"] if wrong else [] for _, wrong in cases]
    assert judge_cases(("total_against_target",), [facts for facts, _ in cases]) == expected


def rates(whole: str, *parts: str | None):
    """A rate of all levels beside the rates of two levels of 2022; None is a stated zero."""
    quote = "2022年执行率（市级，省级）"
    facts = [fact("p0", actual_value=whole, unit="%", scope="2022 all", quote=quote, indicator="执行率")]
    for i, (level, rate) in enumerate(zip(["city", "province"], parts, strict=False), 1):
        more = {"actual_value": rate, "unit": "%"} if rate else {"is_stated_zero": True}
        facts.append(fact(f"p{i}", scope=f"2022 {level}", quote=quote, indicator=level, char_start=i, **more))
    return facts


def test_parts_bound_the_whole_rate(judge_cases) -> None:
    cases = [
        (rates("46.41", "84.66", "42.27"), False),
        (rates("42.2", "84.66", "42.27"), False),  # rounded
        (rates("41.9", "84.66", "42.27"), True),
        (rates("85", "84.66", "42.27"), False),
        (rates("86", "84.66", "42.27"), True),
        (rates("22.8", None, "26.52"), False),
        (rates("90", "84.66"), False),  # one level bounds nothing
    ]
    expected = [["rate_outside_parts"] if wrong else [] for _, wrong in cases]
    assert judge_cases(("rate_outside_parts",), [facts for facts, _ in cases]) == expected


def change(value: str, unit: str, yoy: str, yoy_unit: str, previous: str | None = None, bracket: str | None = None):
    facts = [
        fact(
            "p1",
            kind="indicator",
            actual_value=value,
            unit=unit,
            yoy_change=yoy,
            yoy_unit=yoy_unit,
            previous_value=previous,
            indicator="浓度",
        )
    ]
    if bracket:
        facts.append(
            fact("p2", kind="indicator", yoy_change=bracket, yoy_unit="%", indicator="浓度", quote=facts[0]["quote"])
        )
    return facts


def test_a_change_follows_from_its_figures(judge_cases) -> None:
    cases = [
        (change("35.5", "微克", "-4.2", "微克", bracket="-10.7"), None),  # both figures are rounded
        (change("35.5", "微克", "-4.2", "微克", bracket="-12.7"), "change_against_base"),
        (change("31.3", "微克", "-2.8", "%", previous="32.2"), None),
        (change("31.3", "微克", "-2.8", "%", previous="30.4"), "change_against_base"),
        (change("31.3", "微克", "-5", "%", previous="32.2"), "change_against_base"),
        (change("65.3", "%", "3.8", "个百分点", previous="61.5"), None),
        (change("65.3", "%", "4.8", "个百分点", previous="61.5"), "change_against_base"),
        (change("65.3", "%", "3.8", "%", previous="61.5"), "percent_for_points"),
        (change("65.3", "%", "6.2", "%", previous="61.5"), None),
        (change("47", "人", "123", "%"), None),  # nothing to hold it against
    ]
    expected = [[check_id] if check_id else [] for _, check_id in cases]
    found = judge_cases(("change_against_base", "percent_for_points"), [facts for facts, _ in cases])
    assert found == expected


def pipes(*targets: str, quote: str = "两类管网共完成26公里", figures: int = 1, deadlines: int = 1):
    asked = [
        requirement(
            f"r{i}",
            requirement_no=i,
            sub_item="(2)",
            target_value=t,
            target_unit="公里",
            deadline=date(2023, 12 - (i if deadlines > 1 else 0), 1),
        )
        for i, t in enumerate(targets, 1)
    ]
    told = [
        fact(f"p{i}", sub_item="(2)", actual_value="26", unit="公里", count_role="done", quote=quote)
        for i in range(figures)
    ]
    return [*asked, *told]


def test_one_figure_for_two_targets(judge_cases) -> None:
    cases = [
        (pipes("74", "21"), True),
        (pipes("74"), False),
        (pipes("74", "21", figures=2), False),
        (pipes("74", "21", quote="完成26公里"), False),
        (pipes("74", "21", deadlines=2), False),  # instalments of one thing
    ]
    expected = [["targets_reported_as_one"] if wrong else [] for _, wrong in cases]
    assert judge_cases(("targets_reported_as_one",), [facts for facts, _ in cases]) == expected


def measured(target_unit: str, unit: str, **changes):
    return [
        requirement(target_value="18", target_unit=target_unit),
        fact("p1", actual_value="10", unit=unit, **changes),
    ]


def test_a_figure_in_another_measure_than_its_target(judge_cases) -> None:
    cases = [
        (measured("公里", "平方米"), True),
        (measured("亩", "公里"), True),
        (measured("%", "个百分点"), True),
        (measured("亩", "亩"), False),
        (measured("公里", "米"), False),
        (measured("公里", "%"), False),  # physical progress
        (measured("公里", "家"), False),  # a count beside it
        (measured("公里", "平方米", is_plan=True), False),
        ([*measured("公里", "平方米"), requirement("r2", requirement_no=2, target_value="3", target_unit="亩")], False),
    ]
    expected = [["unit_mismatch"] if wrong else [] for _, wrong in cases]
    assert judge_cases(("unit_mismatch",), [facts for facts, _ in cases]) == expected
