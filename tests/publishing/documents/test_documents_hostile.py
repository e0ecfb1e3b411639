"""What districts write may be anything: formulas, control characters, turned text, endless cells, nothing at all."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from publishing.documents import write
from publishing.documents.errors import SeveralCitiesError
from publishing.query import opened
from tests.publishing.documents.conftest import PERIOD
from tests.publishing.documents.papers import edition, rows_of, text_of, words_of

pytestmark = pytest.mark.xdist_group("samples_home")
NASTY = '=HYPERLINK("http://x")\x0b\u202e甲\ud83d乙😀𠮷_x0041_\ufffe'.encode("utf-8", "replace").decode()
Altered = Callable[..., Path]


@pytest.fixture
def altered(samples_database: Path, tmp_path: Path) -> Altered:
    """A copy of the published version after some statements."""

    def alter(*statements: str, parameters: tuple[str, ...] = ()) -> Path:
        path = tmp_path / "altered.duckdb"
        shutil.copy(samples_database.resolve(), path)
        with duckdb.connect(str(path)) as connection:
            connection.execute("set schema = 'marts'")
            for statement in statements:
                connection.execute(statement, list(parameters) if "?" in statement else [])
        return path

    return alter


@pytest.mark.parametrize("form", ["submission", "checking"])
def test_hostile_words_stay_words(altered: Altered, form: str) -> None:
    path = altered(
        f"update fct_task_progress set progress_text = ?, source_quote = ?, footnote_zh = ? where period = '{PERIOD}'",
        parameters=(NASTY, NASTY, NASTY),
    )
    with opened(path) as ask:
        documents = write(ask, PERIOD, edition(form))
    assert len(documents) == 12
    for document in documents:
        words = words_of(document)
        assert "\u202e" not in words
        if document.kind.endswith("table"):
            assert "甲" in words
            assert "_x0041_" in words
        if document.file_name.endswith("xlsx"):
            for sheet in load_workbook(io.BytesIO(document.content)):
                cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
                assert {cell.data_type for cell in cells} == {"s"}


def test_a_cell_without_end_breaks_nothing(altered: Altered) -> None:
    path = altered(
        f"update fct_task_progress set progress_text = repeat('已完成整治一家企业。', 5000) where period = '{PERIOD}'"
    )
    with opened(path) as ask:
        documents = write(ask, PERIOD, edition(), kinds=("lag_table",))
    word, sheet = documents
    assert text_of(word.content).count("已完成整治一家企业") >= 5000 * 27
    cells = [c.value for row in load_workbook(io.BytesIO(sheet.content)).worksheets[0].iter_rows() for c in row]
    longest = max(len(str(value)) for value in cells if value)
    assert longest <= 32767
    assert any("以下从略" in str(value) for value in cells)


def test_a_month_in_which_everything_is_withheld(altered: Altered) -> None:
    path = altered(
        "update fct_task_progress set publication_status = 'under_review', progress_text = null, actual_value = null,"
        " computed_status = null, reported_status = null, reported_status_phrase = null, item_status_phrase = null,"
        f" days_overdue = null, schedule_variance_pp = null, stage = null where period = '{PERIOD}' and is_current"
    )
    with opened(path) as ask:
        documents = {d.kind: d for d in write(ask, PERIOD, edition()) if d.file_name.endswith("docx")}
    assert text_of(documents["completion_table"].content).count("数据待核，本期数字暂不列出。") == 39
    assert text_of(documents["lag_table"].content).count("数据待核，本期数字暂不列出。") == 27
    assert "数据待核89条，本期数字不列出、不计为零；其中38条仍列入滞后" in text_of(documents["bulletin"].content)


def test_a_month_without_a_lag(altered: Altered) -> None:
    path = altered(f"update fct_task_progress set is_lagging = false where period = '{PERIOD}'")
    with opened(path) as ask:
        documents = write(ask, PERIOD, edition())
    assert {d.kind for d in documents} == {"completion_table", "bulletin", "district_sheet"}
    (bulletin,) = [d for d in documents if d.kind == "bulletin"]
    text = text_of(bulletin.content)
    assert "拟列入滞后0条" in text
    assert "主要滞后任务" not in text
    assert "进度滞后情况表" not in text


LISTED = """
    update fct_task_progress set document_key = 'city', determined_status = '{status}', determined_by = '江门市',
        determination_reason = '{phrase}', item_status_phrase = '未按进度完成',
        is_lagging = '{status}' = 'behind_schedule'
    where period = '{period}' and is_current and item_key in (
        select item_key from fct_task_progress as p inner join dim_requirement as q
        on p.requirement_key = q.requirement_key where q.task_text like '%荷塘镇%')"""


@pytest.mark.parametrize(
    ("status", "phrase", "printed"),
    [
        (
            "behind_schedule",
            "未按进度完成",
            "未按进度完成。施工单位进场，项目已开工。",
        ),  # the city's own word, in its text
        ("completed", "现场核查，已经投运", "按进度完成。施工单位进场，项目已开工。"),  # a steward's, who spoke later
    ],
)
def test_what_the_city_lists_of_a_district_that_filed_stays_a_task_of_it(
    altered: Altered, status: str, phrase: str, printed: str
) -> None:
    path = altered(
        "insert into dim_document by name select 'city' as document_key, 'lag_table' as family,"
        " true as is_issued_by_city, true as is_current",
        LISTED.format(status=status, phrase=phrase, period=PERIOD),
    )
    with opened(path) as ask:
        documents = {d.kind: d for d in write(ask, PERIOD, edition(stage="review")) if d.file_name.endswith("docx")}
    completion = rows_of(documents["completion_table"].content)
    assert len(completion) == 40
    assert [row[5] for row in completion if "荷塘镇" in row[2]] == [printed]
    listed = [row[4] for row in rows_of(documents["lag_table"].content)[1:]] if "lag_table" in documents else []
    assert listed == ([printed] if status == "behind_schedule" else [])


def test_of_several_cities_one_must_be_named(altered: Altered) -> None:
    path = altered(
        "update dim_region set parent_code = '440600', level = 'county' where region_code = '440703'",
    )
    with opened(path) as ask:
        with pytest.raises(SeveralCitiesError, match=r"佛山市、江门市"):
            write(ask, PERIOD, edition())
        documents = write(ask, PERIOD, edition(), city="江门市")
    assert "蓬江区" not in {d.file_name[7:10] for d in documents if d.kind == "district_sheet"}


def test_a_region_with_signs_in_its_name_makes_a_file_name(altered: Altered) -> None:
    path = altered("update dim_region set name = '蓬江区/高新区' where region_code = '440703'")
    with opened(path) as ask:
        names = {d.file_name for d in write(ask, PERIOD, edition(), kinds=("district_sheet",))}
    assert "2023-09蓬江区-高新区情况单（报送版·征求意见稿）.docx" in names
    assert not any("/" in name for name in names)
