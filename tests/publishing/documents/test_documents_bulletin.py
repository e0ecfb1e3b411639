"""The bulletin and the district sheets: only what the data carry, in figures, points short, days overdue."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from PIL import Image

from publishing.documents import charts, fonts, report, tally
from publishing.documents.errors import FontMissingError
from publishing.documents.writing import left_out
from publishing.query import Ask
from tests.publishing.documents.conftest import PERIOD
from tests.publishing.documents.papers import above, edition, rows_of, text_of, written

pytestmark = pytest.mark.xdist_group("documents_bulletin")
ANALYSTS = re.compile(r"SPI|SV\b|挣值|指数值|预测完成")


@pytest.fixture
def draft(samples: Ask) -> bytes:
    return written(samples, PERIOD, edition(), "bulletin")["docx"].content


def test_the_figures_are_those_of_the_warehouse(samples: Ask, draft: bytes) -> None:
    ((tasks, asked, due, lagging, overdue, longest),) = samples(
        "select count(distinct item_key), count(*), sum(is_due::int), sum(is_lagging::int),"
        " sum((is_lagging and days_overdue > 0)::int), max(days_overdue) from fct_task_progress"
        " where period = ? and is_current", (PERIOD,),
    ).rows  # fmt: skip
    text = text_of(draft)
    assert f"全市7个县（市、区）共{tasks}项任务、{asked}条要求。截至2023年9月30日，到期{due}条" in text
    assert f"拟列入滞后{lagging}条" in text
    assert f"逾期{overdue}条，最长逾期{longest}天" in text
    table = rows_of(draft)
    assert sum(int(row[5]) for row in table[1:]) == lagging


def test_reporting_rates_come_from_what_was_expected(samples: Ask, draft: bytes) -> None:
    assert "应报送7份，已报送7份，报送率100%；按时报送7份，及时率100%。" in text_of(draft)
    august = text_of(written(samples, "2023-08", edition(), "bulletin")["docx"].content)
    assert "应报送7份，已报送6份，报送率85.7%；按时报送5份，及时率71.4%。未报送：新会区。迟报：台山市。" in august
    assert "未报送14条，本期数字不列出、不计为零；涉及：新会区（全部14条）。" in august


def test_the_bulletin_speaks_the_language_of_first_pages(draft: bytes) -> None:
    text = text_of(draft)
    assert "差88.56个百分点" in text
    assert "差9家" in text
    assert "92天" in text
    assert not ANALYSTS.search(text)
    headings = ("总体情况", "各县（市、区）情况", "主要滞后任务", "连续滞后", "已转正常", "下一步")
    for numeral, heading in zip("一二三四五六", headings, strict=True):
        assert f"{numeral}、{heading}\n" in text
    assert "10月到期的要求3条。10月31日前：" in text


def test_the_gravest_lag_comes_first(draft: bytes) -> None:
    rows = rows_of(draft, 1)
    assert rows[0] == ["区域", "任务", "时限", "目标", "目前", "差距", "逾期"]
    days = [int(row[6].rstrip("天")) for row in rows[1:] if row[6].endswith("天")]
    assert days == sorted(days, reverse=True)
    assert rows[1] == ["蓬江区", "2022年度专项资金执行率", "6月30日", "不低于100%", "11.44%", "差88.56个百分点", "92天"]


def test_no_rate_and_no_rank_come_from_a_lag_table(seeds: Ask) -> None:
    text = text_of(written(seeds, PERIOD, edition(stage="issued"), "bulletin")["docx"].content)
    assert "本期列入进度滞后情况表的任务24项，涉及7个县（市、区），滞后要求35条" in text
    assert "未列入的任务不在本通报统计之内" in text
    body = text.replace("执行率", "")
    for word in ("报送率", "及时率", "完成率", "到期完成", "排名", "第一", "正常"):
        assert word not in body


def test_what_is_signed_counts_what_was_determined(judged: Ask) -> None:
    text = text_of(written(judged, PERIOD, edition(stage="issued"), "bulletin")["docx"].content)
    read = report.read(judged, PERIOD)
    behind = sum(line.determined == "behind_schedule" and line.is_lagging for line in read.lines)
    known = sum(line.determined is not None for line in read.lines)
    assert f"经认定滞后{behind}条" in text
    assert f"已作认定{known}条" in text
    assert f"其余{len(read.lines) - known}条未作认定" in text
    assert "测算" not in text
    assert "自评" not in text
    assert "数据待核" in text


def test_number_signatory_and_day_stand_where_they_belong(judged: Ask) -> None:
    issued = written(judged, PERIOD, edition(stage="issued"), "bulletin")["docx"].content
    assert "　江环函〔2023〕12号\t签发人：李四" in open_docx(io.BytesIO(issued)).paragraphs[2].text
    assert text_of(issued).rstrip().endswith("江门市生态环境局\n2023年10月20日")
    assert above(issued) == {""}


def test_a_correction_says_what_it_replaces(judged: Ask) -> None:
    which = edition(stage="correction", corrects="江环函〔2023〕10号", correction_note="第8项“87.2%”更正为“87.25%”")
    text = text_of(written(judged, PERIOD, which, "bulletin")["docx"].content)
    assert "关于更正江环函〔2023〕10号的通知" in text
    assert "江环函〔2023〕10号作如下更正：第8项“87.2%”更正为“87.25%”。" in text


def test_the_chart_is_fit_for_print_and_can_be_heard(samples: Ask, draft: bytes) -> None:
    word = open_docx(io.BytesIO(draft))
    (shape,) = word.inline_shapes
    (picture,) = [rel.target_part.blob for rel in word.part.rels.values() if "image" in rel.reltype]
    with Image.open(io.BytesIO(picture)) as image:
        assert image.width / (shape.width.inches) >= 299
    (properties,) = word.element.body.iter(qn("wp:docPr"))
    told = properties.get("descr")
    for counts in tally.by_district(report.read(samples, PERIOD), edition()):
        assert f"{counts.name}滞后，已到期{counts.due_lagging}条" in told


def test_the_parts_of_a_bar_add_up(samples: Ask, judged: Ask) -> None:
    for ask, stage in ((samples, "consultation"), (judged, "issued")):
        tallies = tally.by_district(report.read(ask, PERIOD), edition(stage=stage))
        parts = charts.parts_of(tallies, is_exceptions_only=False)
        for number, counts in enumerate(tallies):
            assert sum(part.counts[number] for part in parts) == counts.lines
            assert min(part.counts[number] for part in parts) >= 0


def test_without_a_chinese_font_the_miss_is_told_and_no_box_is_drawn(
    samples: Ask, judged: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FontMissingError, match="fonts-noto-cjk"):
        fonts.chinese_font(installed=())
    monkeypatch.setattr(fonts, "NAMES", ("No Such Font",))
    heard: list[str] = []
    content = written(samples, PERIOD, edition(), "bulletin", say=heard.append)["docx"].content
    assert not open_docx(io.BytesIO(content)).inline_shapes
    assert any("fonts-noto-cjk" in line for line in heard)
    assert any("fonts-noto-cjk" in line for line in left_out(samples, PERIOD, edition()))
    with pytest.raises(FontMissingError):
        written(judged, PERIOD, edition(stage="issued"), "bulletin")


def test_a_sheet_for_each_district_shows_three_verdicts_in_a_draft(samples: Ask) -> None:
    sheets = written(samples, PERIOD, edition(reply_due=edition().day), "district_sheet")
    assert len(sheets) == 7
    content = sheets["440703"].content
    assert rows_of(content)[0][-3:] == ["区县自评", "系统测算", "市局认定"]
    text = text_of(content)
    assert "你区5项任务、11条要求，到期6条，拟列入滞后6条，其中逾期2条。" in text
    assert "□ 无异议" in text
    assert "江海区" not in text
    (vocs,) = [row for row in rows_of(content) if "35家" in row[2]]
    assert vocs[3:] == ["35家", "26家", "差9家", "30天", "按进度推进", "已到期未完成", "待认定"]


def test_a_signed_sheet_shows_the_bureaus_verdict_alone(judged: Ask) -> None:
    content = written(judged, PERIOD, edition(stage="issued"), "district_sheet")["440784"].content
    header, *rows = rows_of(content)
    assert header[-1] == "市局认定"
    assert "区县自评" not in header
    assert "系统测算" not in header
    assert rows[0][-1] == "未按进度完成（最近一次）"
    assert "反馈意见" not in text_of(content)
