"""The cell of an item's progress: whose words it carries, also where a text and its requirements number differently."""

from __future__ import annotations

import pytest

from publishing.documents.judging import progress
from tests.publishing.documents.made import item, line

BEHIND = {"determined": "behind_schedule", "is_lagging": True}


def test_a_verdict_on_the_whole_stands_before_a_text_that_numbered_itself() -> None:
    whole = line(reported_phrase="按进度完成", **BEHIND)
    text = "（1）按进度完成。已开工。\n（2）设备已到场。"
    said = progress(item(whole, progress=text), is_determined_only=True)
    assert said == "未按进度完成。\n（1）已开工。\n（2）设备已到场。"
    assert progress(item(whole, progress=text), is_determined_only=False) == text


def test_a_verdict_on_a_sub_item_that_the_text_leaves_out_is_said_under_its_number() -> None:
    lines = (line(sub_item="(1)", determined="completed"), line(sub_item="(2)"), line(sub_item="(3)", **BEHIND))
    said = progress(item(*lines, progress="（1）已完工。\n（2）正在施工。"), is_determined_only=True)
    assert said == "（1）按进度完成。已完工。\n（2）正在施工。\n（3）未按进度完成。"


@pytest.mark.parametrize("sub_item", [None, "(2)"])
def test_nothing_is_said_of_what_nobody_determined(sub_item: str | None) -> None:
    text = "（1）正在施工。"
    assert progress(item(line(sub_item=sub_item), progress=text), is_determined_only=True) == text


@pytest.mark.parametrize("text", [None, "", " \n"])
@pytest.mark.parametrize(
    ("publication", "said"),
    [
        ("published", "本期无文字说明。\n市局认定：未按进度完成。"),
        ("under_review", "数据待核，本期数字暂不列出。\n最近一次认定：未按进度完成。"),
        ("not_reported", "未报送。\n最近一次认定：未按进度完成。"),
    ],
)
def test_a_cell_without_a_text_says_why(publication: str, said: str, text: str | None) -> None:
    silent = item(line(publication=publication, **BEHIND), progress=text)
    assert progress(silent, is_determined_only=True) == said
    unjudged = item(line(publication=publication), progress=text)
    assert progress(unjudged, is_determined_only=False) == said.split("\n")[0]
