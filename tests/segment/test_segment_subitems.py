"""Cells cut at the numbers of their sub-items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.segment.folding import fold
from ingestion.segment.subitems import split_subitems

Pieces = list[tuple[str | None, str]]


def cut(text: str) -> Pieces:
    found = split_subitems(text, 7)
    assert all(text[piece.start - 7 : piece.start - 7 + len(piece.text)] == piece.text for piece in found)
    return [(piece.number, piece.text) for piece in found]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("2023年12月10日前完成。", [(None, "2023年12月10日前完成。")]),
        ("（1）甲。\n\n（2）乙。", [("(1)", "甲。"), ("(2)", "乙。")]),
        ("(1)甲。\n( 2 )乙。", [("(1)", "甲。"), ("(2)", "乙。")]),
        ("1）甲\n2）乙", [("(1)", "甲"), ("(2)", "乙")]),
        ("（一）甲。\n（二）乙。", [("(1)", "甲。"), ("(2)", "乙。")]),
        ("1、甲。\n2. 乙。\n3．丙。", [("1", "甲。"), ("2", "乙。"), ("3", "丙。")]),
        ("一、甲。\n十二、乙。", [("1", "甲。"), ("12", "乙。")]),
        ("①甲；②乙；③丙", [("(1)", "甲；"), ("(2)", "乙；"), ("(3)", "丙")]),
        ("（1）甲；（2）乙。（3）丙", [("(1)", "甲；"), ("(2)", "乙。"), ("(3)", "丙")]),
        (
            "未按进度完成。\n（1）甲。\n续甲。\n（2）乙。",
            [(None, "未按进度完成。"), ("(1)", "甲。\n续甲。"), ("(2)", "乙。")],
        ),
        ("（1）甲。\n1.甲一。\n2.甲二。\n（2）乙。", [("(1)", "甲。\n1.甲一。\n2.甲二。"), ("(2)", "乙。")]),
        ("1.甲。\n（1）细。\n2.乙。", [("1", "甲。\n（1）细。"), ("2", "乙。")]),
        ("（1）（2）按进度推进。\n（3）滞后。", [("(1)", "按进度推进。"), ("(2)", "按进度推进。"), ("(3)", "滞后。")]),
        ("（1）-（3）已完成。", [("(1)", "已完成。"), ("(2)", "已完成。"), ("(3)", "已完成。")]),
        ("（1）、（2）已完成。", [("(1)", "已完成。"), ("(2)", "已完成。")]),
        ("**已完成。**<br>（1）甲。<br>（2）乙。", [(None, "已完成。"), ("(1)", "甲。"), ("(2)", "乙。")]),
        ("甲。<br>乙。", [(None, "甲。"), (None, "乙。")]),
        ("完成3项（见附件（2）所列）。", [(None, "完成3项（见附件（2）所列）。")]),
        ("完成率26.15%，投资1.5亿元。", [(None, "完成率26.15%，投资1.5亿元。")]),
        ("2.5公里已完成。", [(None, "2.5公里已完成。")]),
        ("1.2020年6月底前动工。\n2.2020年底完成。", [("1", "2020年6月底前动工。"), ("2", "2020年底完成。")]),
        ("（5分）甲。", [(None, "（5分）甲。")]),
        ("（2）乙。", [("(2)", "乙。")]),
        ("甲。（1）乙。", [(None, "甲。（1）乙。")]),
        ("\n \n", []),
        ("", []),
    ],
)
def test_sub_items(text: str, pieces: Pieces) -> None:
    assert cut(text) == pieces


NUMBERS = st.lists(st.text(alphabet="甲乙丙完成公里。，", max_size=10).map("治{}".format), min_size=1, max_size=6)


@given(
    texts=NUMBERS,
    form=st.sampled_from(["（{}）{}", "({}){}", "{}、{}", "{}. {}"]),
    gap=st.sampled_from(["\n", "\n\n", "\r\n"]),
)
def test_numbered_lines_read_back(texts: list[str], form: str, gap: str) -> None:
    written = gap.join(form.format(n, text) for n, text in enumerate(texts, 1))
    bracketed = form.startswith(("（", "("))
    assert cut(written) == [(f"({n})" if bracketed else str(n), text) for n, text in enumerate(texts, 1)]


@given(st.text(alphabet="（）()1230一二、.．。；\n ①<br>*甲乙至-和", max_size=60))
def test_no_word_is_lost_or_told_twice_out_of_order(text: str) -> None:
    found = split_subitems(text)
    starts = [piece.start for piece in found]
    assert starts == sorted(starts)
    assert all(text[p.start : p.start + len(p.text)] == p.text for p in found)
    told = "".join(text[a:b] for a, b in sorted({(p.start, p.start + len(p.text)) for p in found}))
    assert told.count("甲") == text.count("甲")


@given(st.text(max_size=100))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("完成情況", "完成情况"),
        ("１－９月", "1-9月"),
        ("（一）", "(一)"),
        ("①Ⅲ類㎡³", "①Ⅲ类㎡³"),
        ("PM2.5：３１", "PM2.5:31"),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded
