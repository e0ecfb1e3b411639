"""A stamped scan against the editable file of the same revision: what differs is found with both quotes, silence is not
taken for agreement, and what is the same says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from expectations.catalogue import catalogue
from expectations.runner import run_gate
from xushi.home import Home

from .conftest import fact, item, requirement, submission
from .landed import land

#: A rate as the editable file has it, and as the scan.
ONE_FIGURE = ("0.71%", "1.71%")
BOTH = ("stamped_copy_differs", "stamped_copy_not_compared")
FIGURE = {"actual_value": "21", "unit": "个", "count_role": "done"}


def pair(**scan):
    """A scan that stands, and the editable file as its copy."""
    return [
        submission("copy", is_stamped=False, superseded_by="scan", file_name="进展.docx", scope="x"),
        submission("scan", **({"is_stamped": True, "format": "pdf", "file_name": "盖章件.pdf", "scope": "x"} | scan)),
    ]


def rows(submission_id: str, *facts, task: str = "推进污水治理", key: str | None = None, **more):
    """An item of a submission with its facts; its keys are its own, as in two documents."""
    own = key or f"{submission_id}-i1"
    return [item(own, submission_id, task=task, **more)], [
        f | {"submission_id": submission_id, "item_key": own, "fact_id": f"{submission_id}-{f['fact_id']}"}
        for f in facts
    ]


def told(judge, scan, copy, submissions=None):
    return judge(*BOTH, items=[*scan[0], *copy[0]], facts=[*scan[1], *copy[1]], submissions=submissions or pair())


def test_the_same_facts_say_nothing_however_they_are_written(judge) -> None:
    scan = rows("scan", fact("p1", actual_value="1.05", unit="万亩", canonical_value=10500, canonical_unit="亩"))
    copy = rows("copy", fact("p1", actual_value="10500", unit="亩", canonical_value=10500, canonical_unit="亩"))
    assert told(judge, scan, copy) == []


def test_a_figure_that_differs_is_an_error_with_both_quotes(judge) -> None:
    scan = rows("scan", fact("p1", quote="完成治理21个", **FIGURE))
    copy = rows("copy", fact("p1", quote="完成治理12个", **(FIGURE | {"actual_value": "12"})))
    (found,) = told(judge, scan, copy)
    assert (found["check_id"], found["severity"], found["record_table"]) == ("stamped_copy_differs", "error", "items")
    assert (found["expected"], found["observed"], found["arithmetic"]) == ("21个", "12个", "21个 ≠ 12个")
    assert found["message_zh"] == (
        "盖章件“盖章件.pdf”为21个（“完成治理21个”），电子版“进展.docx”为12个（“完成治理12个”），以盖章件为准"
    )
    assert (found["submission_id"], found["record_key"], found["source_quote"]) == ("scan", "scan-i1", "完成治理21个")


def test_percent_target_deadline_and_status_are_compared_too(judge) -> None:
    def both(**other):
        first = [
            requirement("r1", target_value="30", target_unit="个", deadline=date(2023, 9, 30)),
            fact("p1", percent="70", percent_kind="completion", status="on_schedule", status_phrase="达到序时进度"),
        ]
        second = [dict(f) for f in first]
        for f in second:
            f |= {name: value for name, value in other.items() if f[name] is not None}
        return told(judge, rows("scan", *first), rows("copy", *second))

    assert both() == []
    cases = {
        "percent": 80, "target_value": 33, "deadline": date(2023, 12, 31), "status": "behind_schedule",
    }  # fmt: skip
    for name, value in cases.items():
        more = {"canonical_target_value": value} if name == "target_value" else {}
        (found,) = both(**{name: value}, **more)
        assert found["check_id"] == "stamped_copy_differs", name
    (found,) = both(status="behind_schedule", status_phrase="进度滞后")
    assert found["arithmetic"] == "达到序时进度 ≠ 进度滞后"


def test_items_are_paired_by_their_words_then_by_their_number(judge) -> None:
    scan = rows("scan", fact("p1", **FIGURE), task="推进污水治理。")
    copy = rows("copy", fact("p1", **FIGURE), task="推进 污水治理", item_no="9")
    assert told(judge, scan, copy) == []
    other = rows("copy", fact("p1", **FIGURE), task="推进汚水冶理")  # as a picture may be read
    assert told(judge, scan, other) == []


def test_an_item_that_one_of_them_lacks_is_an_error(judge) -> None:
    scan = rows("scan", fact("p1", **FIGURE))
    copy = rows("copy", fact("p1", **FIGURE))
    more = rows("copy", fact("p2", **FIGURE), key="copy-i2", task="清理河道", item_no="2")
    (found,) = told(judge, scan, (copy[0] + more[0], copy[1] + more[1]))
    assert (found["expected"], found["observed"], found["record_table"]) == ("没有这一项", "清理河道", "submissions")
    extra = rows("scan", fact("p2", **FIGURE), key="scan-i2", task="清理河道", item_no="2")
    (found,) = told(judge, (scan[0] + extra[0], scan[1] + extra[1]), copy)
    assert (found["expected"], found["observed"], found["record_key"]) == ("清理河道", "没有这一项", "scan-i2")


def test_statements_without_items_are_compared_by_their_indicator(judge) -> None:
    def statement(submission_id: str, value: str):
        key = {"key": f"{submission_id}-s", "submission_id": submission_id, "indicator": "优良天数比例"}
        return fact(f"{submission_id}-p1", "indicator", actual_value=value, unit="%", **key)

    assert judge(*BOTH, facts=[statement("scan", "95"), statement("copy", "95")], submissions=pair()) == []
    (found,) = judge(*BOTH, facts=[statement("scan", "95"), statement("copy", "96")], submissions=pair())
    assert (found["record_table"], found["record_key"], found["arithmetic"]) == ("facts", "scan-p1", "95% ≠ 96%")


def test_what_a_picture_does_not_show_is_not_taken_for_agreement(judge) -> None:
    scan = rows("scan", fact("p1", percent="70", percent_kind="completion"))
    copy = rows("copy", fact("p1", percent="70", percent_kind="completion", **FIGURE))
    (found,) = told(judge, scan, copy, pair(format="ocr"))
    assert (found["check_id"], found["severity"], found["observed"]) == (
        "stamped_copy_not_compared", "warning", "未能核对",
    )  # fmt: skip
    assert "有1项没有把握或没有读出" in found["message_zh"]
    (found,) = told(judge, scan, copy)
    assert found["check_id"] == "stamped_copy_differs", "a text that says nothing says something else"
    other = rows("scan", fact("p1", **(FIGURE | {"actual_value": "12"})))
    (found,) = told(judge, other, rows("copy", fact("p1", **FIGURE)), pair(format="ocr"))
    assert found["check_id"] == "stamped_copy_differs", "what it says otherwise is a difference all the same"


def test_a_scan_that_cannot_be_read_is_told_where_an_editable_file_stands(judge) -> None:
    rejected = {"status": "rejected", "rejection_reason": "missing_tool", "rejection_detail": "没有安装图像识别"}
    scan = submission("scan", is_stamped=True, family=None, scope=None, file_name="盖章件.png", **rejected)
    copy = submission("copy", file_name="进展.docx")
    other = submission("other", reporting_unit="开平市", region_code="440783")
    unit = {"issued_by_city": False}
    (found,) = judge(*BOTH, submissions=[scan | unit, copy | unit, other | unit])
    assert found["message_zh"] == (
        "盖章件“盖章件.png”与电子版“进展.docx”未能核对：盖章件未能读取：没有安装图像识别，须人工核对"
    )
    assert judge(*BOTH, submissions=[scan | unit, other | unit]) == []
    kinds = [scan | unit | {"status": "extracted", "family": "narrative"}, copy | unit]
    (found,) = judge(*BOTH, submissions=kinds)
    assert "两份读成不同的类别" in found["message_zh"]


def test_two_editable_files_and_an_older_revision_are_not_compared(judge) -> None:
    scan = rows("scan", fact("p1", **FIGURE))
    copy = rows("copy", fact("p1", **(FIGURE | {"actual_value": "12"})))
    assert told(judge, scan, copy, pair(is_stamped=False)) == []
    assert told(judge, scan, copy, pair(revision=1)) == [], "a revision replaces, it is no copy"


def test_two_real_files_are_paired_and_compared_on_their_way_through_the_lake(tmp_path: Path) -> None:
    """The scan comes first or last; one figure of it is another, and that alone is found, in the scan's name."""
    sample = Path(__file__).parents[2] / "samples" / "inbox" / "鹤山市-2023年9月-污染防治重点工作进度.txt"
    text = sample.read_text("utf-8")
    for number, days in enumerate((("05", "06"), ("06", "05"))):
        inbox, home = tmp_path / f"inbox{number}", Home(tmp_path / f"home{number}")
        inbox.mkdir()
        (inbox / "电子版.txt").write_text(text, "utf-8")
        (inbox / "盖章件.txt").write_text(text.replace(*ONE_FIGURE, 1), "utf-8")
        (inbox / "submissions.csv").write_text(
            "file,reporting_unit,period,received_at,stamped\n"
            f"电子版.txt,鹤山市,2023-09,2023-10-{days[0]},no\n盖章件.txt,鹤山市,2023-09,2023-10-{days[1]},yes\n",
            "utf-8",
        )
        land(inbox, home)
        out = home.lake / "checks" / "raw.parquet"
        run_gate("raw", home.lake, None, out, checks=[c for c in catalogue() if c.id in BOTH])
        (found,) = pq.read_table(out).to_pylist()
        assert (found["check_id"], found["record_table"], found["period"]) == (
            "stamped_copy_differs", "items", "2023-09",
        )  # fmt: skip
        assert ONE_FIGURE[1] in found["expected"] and ONE_FIGURE[0] in found["observed"]
        assert "盖章件“盖章件.txt”" in found["message_zh"] and found["source_locator"]
