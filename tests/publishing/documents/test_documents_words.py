"""The bulletin's words of what is met stay true in every stage: no verdict is never told as not done, nor as none."""

from __future__ import annotations

from datetime import date

import pytest

from publishing.documents import sections_figures, sections_lists
from publishing.documents.section import Section
from tests.publishing.documents.made import item, line, report
from tests.publishing.documents.papers import edition

OCTOBER = {"is_due": False, "deadline": date(2023, 10, 31)}


def sentence(section: Section | None) -> str:
    assert section is not None
    return section.sentences[0]


@pytest.mark.parametrize("stage", ["consultation", "review", "issued", "correction"])
@pytest.mark.parametrize("publication", ["published", "under_review", "not_reported"])
def test_what_nobody_knows_is_not_called_undone(stage: str, publication: str) -> None:
    waiting = item(line(**OCTOBER, publication=publication), task="污水厂建设")
    said = sentence(sections_lists.next_month(report(waiting), edition(stage=stage)))
    assert said == "10月到期的要求1条。10月31日前：“污水厂建设”（蓬江区）。"


def test_what_is_met_is_counted_by_the_verdict_that_the_edition_prints() -> None:
    met = item(line(**OCTOBER, computed="completed"), task="管网建设")
    both = report(met, item(line(**OCTOBER), task="污水厂建设"))
    drafted, signed = (sections_lists.next_month(both, edition(stage=stage)) for stage in ("consultation", "issued"))
    assert sentence(drafted) == "10月到期的要求2条，其中测算完成1条，其余1条。10月31日前：“污水厂建设”（蓬江区）。"
    assert sentence(signed) == "10月到期的要求2条。10月31日前：“管网建设”（蓬江区）；“污水厂建设”（蓬江区）。"
    judged = report(item(line(**OCTOBER, determined="completed_late")))
    all_met = sections_lists.next_month(judged, edition(stage="issued"))
    assert sentence(all_met) == "10月到期的要求1条，其中已认定完成1条。"


def test_a_signed_table_has_no_zero_where_nobody_determined() -> None:
    silent, judged = item(line()), item(line(determined="completed"), region="江海区", region_code="440704")
    early = item(line(is_due=False), region="鹤山市", region_code="440784")
    found = sections_figures.districts(report(silent, judged, early), edition(stage="issued"))
    assert found is not None
    assert found.columns[4].header == "认定到期完成"
    assert [row[4] for row in found.rows] == ["—", "1", "0"]
    drafted = sections_figures.districts(report(silent), edition())
    assert drafted is not None
    assert (drafted.columns[4].header, drafted.rows[0][4]) == ("到期完成", "0")
