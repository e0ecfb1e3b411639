"""Homes whose documents are written: from the samples, from the city's own tables, and with verdicts of the bureau."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from publishing.query import Ask, opened

ROOT = Path(__file__).resolve().parents[3]
PERIOD = "2023-09"


@pytest.fixture(scope="session")
def samples_database(samples_home: Path) -> Path:
    return samples_home / "published" / "warehouse.duckdb"


@pytest.fixture
def samples(samples_database: Path) -> Iterator[Ask]:
    """The samples as published: three months, seven districts, nothing determined."""
    with opened(samples_database) as ask:
        yield ask


@pytest.fixture(scope="session")
def seeds_database(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the two tables that the city itself issued: every status in them is determined."""
    from xushi import run
    from xushi.home import Home

    inbox = tmp_path_factory.mktemp("seeds_inbox")
    for path in sorted((shared_dir / "seeds").glob("00[01]_*.txt")):
        shutil.copy(path, inbox / path.name)
    home = Home.find(tmp_path_factory.mktemp("seeds_home"))
    outcome = run.refresh(home, inbox, None, through_airflow=False, say=lambda _: None)
    assert outcome.error is None
    return home.published_database


@pytest.fixture
def seeds(seeds_database: Path) -> Iterator[Ask]:
    with opened(seeds_database) as ask:
        yield ask


@pytest.fixture(scope="session")
def judged_database(samples_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples after the bureau spoke: what is overdue is determined behind, what is done completed.

    One item of 鹤山市 is withheld, its last verdict behind; one of 新会区 is withheld and was only admitted; one of
    台山市 bears a footnote.
    """
    path = tmp_path_factory.mktemp("judged") / "warehouse.duckdb"
    shutil.copy(samples_database.resolve(), path)
    of_period = f"period = '{PERIOD}' and is_current"
    withhold = """publication_status = 'under_review', progress_text = null, reported_status = null,
        reported_status_phrase = null, item_status_phrase = null, actual_value = null, computed_status = null,
        days_overdue = null, schedule_variance_pp = null, stage = null, source_quote = null,
        lag_reason_zh = case when is_lagging then '数据待核，数字暂不列出；保留自报滞后。' end"""
    behind = "determined_by = '王五', determination_reason = '现场核查，确未完成', determined_status"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set schema = 'marts'")
        connection.execute(
            f"update fct_task_progress set {behind} = 'behind_schedule'"
            f" where {of_period} and is_lagging and days_overdue > 0"
        )
        connection.execute(
            f"update fct_task_progress set {behind} = 'completed' where {of_period} and computed_status = 'completed'"
        )
        for task, verdict in (("杰洲污水厂", "'behind_schedule'"), ("司前、罗坑、大泽", "null"), ("潭江牛湾", "null")):
            connection.execute(
                f"update fct_task_progress set {withhold}, determined_status = case when is_lagging then {verdict} end"
                f" where {of_period} and item_key in (select item_key from fct_task_progress as p inner join"
                f" dim_requirement as q on p.requirement_key = q.requirement_key where q.task_text like '%{task}%')"
            )
        connection.execute(
            "update fct_task_progress set footnote_zh = '较上期调整，原目标72条，原时限2023年12月31日。'"
            f" where {of_period} and lag_reason_zh like '%61条%'"
        )
    return path


@pytest.fixture
def judged(judged_database: Path) -> Iterator[Ask]:
    with opened(judged_database) as ask:
        yield ask
