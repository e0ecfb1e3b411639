"""Web pages: data tables, layout tables, furniture, charsets."""

from __future__ import annotations

import pytest

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.records import Document
from tests.read.checks import assert_spans, only_table, texts, told
from tests.read.render import web

GRID = [["序号", "区域", "进展"], ["1", "甲区", "完成3个"], ["2", "甲区", "未完成\n原因"]]


def read_page(body: str) -> Document:
    document = read(f"<html><body>{body}</body></html>".encode(), "a.html")
    assert_spans(document)
    return document


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb2312"])
def test_merged_cells_in_each_charset(charset: str) -> None:
    document = read(web(GRID, [(2, 2, 3, 2)], above="甲市进展情况", charset=charset), "a.html")
    assert_spans(document)
    assert texts(only_table(document)) == GRID
    assert [(p.text, p.level) for p in document.paragraphs] == [("甲市进展情况", 1)]


def test_big5_by_its_meta() -> None:
    page = '<html><head><meta charset="big5"></head><body><p>前三季度民生實事加快推進</p></body></html>'
    assert read(page.encode("big5"), "a.html").text == "前三季度民生實事加快推進"


def test_a_gbk_page_that_declares_nothing() -> None:
    page = "<html><body><p>截至九月底，全市已完成整治任务的百分之八十。</p></body></html>"
    assert read(page.encode("gbk"), "a.html").text == "截至九月底，全市已完成整治任务的百分之八十。"


def test_scripts_styles_menus_and_hidden_text_are_furniture() -> None:
    body = (
        "<style>p{}</style><script>var a='<p>x</p>'</script><nav>导航</nav><ul><li><a href='#'>首页</a></li></ul>"
        "<p style='display:none'>暗</p><select><option>2023</option></select>"
        "<p>正文见<a>附件</a>。</p><footer>版权</footer>"
    )
    assert read_page(body).text == "正文见附件。"


def test_blocks_and_line_breaks_are_paragraphs_and_source_lines_are_not() -> None:
    document = read_page("<div>一、大\n  气。<br>二、水。</div><p>三、\n土。</p>")
    assert [p.text for p in document.paragraphs] == ["一、大气。", "二、水。", "三、土。"]


def test_numbered_lists_show_their_numbers() -> None:
    document = read_page("<ol start='3'><li>治河</li><li><p>修路</p></li></ol>")
    assert [p.text for p in document.paragraphs] == ["3.治河", "4.", "修路"]


def test_a_table_around_a_page_is_a_frame() -> None:
    inner = "<table><tr><td>任务</td><td>进展</td></tr><tr><td>甲</td><td>完成</td></tr></table>"
    document = read_page(f"<table><tr><td>菜单</td><td><p>题</p>{inner}</td></tr></table>")
    assert [p.text for p in document.paragraphs] == ["菜单", "题"]
    assert texts(only_table(document)) == [["任务", "进展"], ["甲", "完成"]]


def test_a_table_of_one_column_is_paragraphs() -> None:
    document = read_page("<table><tr><td>甲。</td></tr><tr><td>乙。</td></tr></table>")
    assert [p.text for p in document.paragraphs] == ["甲。", "乙。"]


def test_rowspan_zero_reaches_to_the_end_and_spans_are_cut() -> None:
    body = (
        "<table><tr><td>a</td><td>b</td></tr><tr><td rowspan=0>c</td><td>d</td></tr>"
        "<tr><td colspan=99999999999>e</td></tr></table>"
    )
    assert texts(only_table(read_page(body))) == [["a", "b"], ["c", "d"], ["c", "e"]]


def test_cells_keep_lines_and_lose_markup() -> None:
    body = "<table><tr><th>任务<th>进展</tr><tr><td>甲<td><p>滞后。</p><p>完成<b>3</b>个<br/>共5个</p></tr></table>"
    assert texts(only_table(read_page(body)))[1] == ["甲", "滞后。\n完成3个\n共5个"]


def test_a_caption_stands_above_its_table() -> None:
    body = "<table><caption>表一</caption><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    assert [p.text for p in read_page(body).paragraphs] == ["表一"]


def test_a_page_is_known_by_its_content_whatever_its_name() -> None:
    assert read(web(GRID), "报表.xls").format == "html"
    assert read(web(GRID), "报表.docx").format == "html"


def test_a_page_nested_without_end_is_unreadable_not_a_crash() -> None:
    with pytest.raises(UnreadableFileError):
        read(b"<html>" + b"<div>" * 100_000 + "甲".encode(), "a.html")


@pytest.mark.parametrize("body", ["", "<script>x</script>", "<!-- 甲 -->"])
def test_a_page_without_text_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableFileError):
        read(f"<html><body>{body}</body></html>".encode(), "a.html")


@pytest.mark.parametrize(
    ("charset", "meta"),
    [("gbk", "utf-8"), ("gbk", "big5"), ("gb18030", "iso-8859-1"), ("utf-8", "gb2312"), ("big5", "utf-8")],
)
def test_a_wrong_meta_does_not_decide(charset: str, meta: str) -> None:
    traditional = "截至九月底，全市已完成整治任務的百分之八十，其餘按計劃推進。"
    simplified = "截至九月底，全市已完成整治任务的百分之八十，其余按计划推进。"
    said = traditional if charset == "big5" else simplified
    page = f'<html><head><meta charset="{meta}"></head><body><p>{said}</p></body></html>'
    assert read(page.encode(charset), "a.html").text == said


def test_a_hidden_row_of_a_table_is_set_aside() -> None:
    body = (
        "<table><tr><td>任务<td>进展</tr><tr style='display: none'><td>治河<td>完成3家</tr><tr><td>修路<td>滞后</tr>"
        "<tr><td>植树<td>完成</tr></table>"
    )
    document = read_page(body)
    assert [row[0].text for row in only_table(document).rows] == ["任务", "修路", "植树"]
    assert told(document, "hidden_text") == [("治河 完成3家", "hidden table row")]


def test_raised_note_marks_are_in_no_figure() -> None:
    table = "<table><tr><td>任务<td>进展<tr><td>甲<td>16<sup>[2]</sup>家</table>"
    document = read_page(f"<p>已完成16<sup>1</sup>家，占地3km<sup>2</sup>。</p>{table}")
    assert [p.text for p in document.paragraphs] == ["已完成16家，占地3km2。"]
    assert texts(only_table(document))[1] == ["甲", "16家"]


@pytest.mark.parametrize(
    "line",
    [
        "【打印】 【关闭】",
        "浏览次数：1234",
        "浏览次数：1234次 打印本页 关闭窗口",
        "字体：【大 中 小】 分享到： 微信 新浪微博 QQ空间",
        "上一篇：某市2022年工作总结",
        "京ICP备05000000号-1 京公网安备 11010000000000号 网站标识码：bm00000001",
        "扫一扫在手机打开当前页",
        "责任编辑：张三 打印",
    ],
)
def test_marks_of_a_site_stand_in_no_block(line: str) -> None:
    document = read_page(f"<p>已完成16家。</p><div>{line}</div>")
    assert [p.text for p in document.paragraphs] == ["已完成16家。"]
    assert [text for text, _ in told(document, "site_mark")] == [" ".join(line.split())]


@pytest.mark.parametrize(
    "line",
    [
        "关闭散乱污企业36家",
        "打印耗材回收点12个",
        "发布日期：2023-10-10 来源：某局 浏览次数：1234",
        "微信公众号发布信息120条",
        "大 中 小",
        "阅读推广活动24场",
        "编辑环境年鉴1部",
    ],
)
def test_text_that_only_begins_like_a_mark_is_text(line: str) -> None:
    assert not told(read_page(f"<p>{line}</p>"), "site_mark")


def test_entities_and_spaces_that_do_not_break() -> None:
    text = read_page("<p>占比&nbsp;85&#37;&nbsp;&gt;&nbsp;80%，&ldquo;双控&rdquo;</p>").text
    assert text.replace("\u00a0", " ") == "占比 85% > 80%，“双控”"
