"""A real Superset, with metadata of its own, imports the dashboard and runs every chart on PostgreSQL and the snapshot.

`make superset` sets up its environment; XUSHI_SUPERSET names another one's bin.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import URL, create_engine, make_url, text

from bi.superset.bundle import bundle, charts, snapshot_uri
from bi.superset.client import Superset, SupersetError
from bi.superset.server import USER, Installation, free_port, serving, set_up
from publishing import postgres
from publishing.manifest import Release
from publishing.query import opened
from publishing.snapshot import publish
from tests.review.conftest import SHOTS

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("XUSHI_SUPERSET", ROOT / "var" / "superset" / "env" / "bin"))

pytestmark = [
    pytest.mark.superset,
    pytest.mark.postgres,
    pytest.mark.xdist_group("superset"),
    pytest.mark.skipif(
        not (PROGRAMS / "superset").exists(),
        reason=f"no Superset in {PROGRAMS} (make superset sets it up; XUSHI_SUPERSET names another)",
    ),
]

#: What each chart must show, asked of the facts and the scorecard rather than of the view that the chart reads.
EXPECTED = {
    "lagging": "select sum(lagging_count) from mart_region_scorecard where period = '2023-09'",
    "overdue": "select count(*) from fct_task_progress where is_current and is_overdue and period = '2023-09'",
    "finished-rate": "select sum(rateable_finished_count) / sum(rateable_due_count) from mart_region_scorecard"
    " where period = '2023-09'",
    "reporting-rate": "select sum(received_report_count) / sum(expected_report_count) from mart_region_scorecard"
    " where period = '2023-09'",
    "open-findings": "select count(*) from fct_check_result as r left join fct_incident as i"
    " on i.incident_id = r.incident_id where coalesce(i.state, 'new') <> 'resolved'",
    "lagging-by-district": "select region_code || ' ' || region_name, period, lagging_count, overdue_count"
    " from mart_region_scorecard where published_count > 0",
    "lagging-by-month": "select period, region_name, lagging_count from mart_region_scorecard"
    " where published_count > 0",
    "traffic-lights": "select region_name, case theme when 'solid_waste' then '固体废物' when 'rural' then '农业农村'"
    " when 'air' then '大气' when 'water' then '水' when 'funds' then '资金' when 'compliance' then '合规' end,"
    " task_name,"
    " case when bool_or(cell_status = 'overdue') then '逾期' when bool_or(cell_status = 'lagging') then '滞后'"
    " when bool_or(cell_status in ('not_reported', 'under_review')) then '未报或待核'"
    " when bool_or(cell_status = 'pace_note') then '序时提示' when bool_and(cell_status = 'met') then '已完成'"
    " when bool_and(cell_status in ('met', 'met_so_far')) then '目前达标'"
    " else '推进中' end from mart_task_matrix group by all",
    "reporting": "select region_name, period, reporting_rate, on_time_rate from mart_region_scorecard"
    " where expected_report_count > 0",
    "points-at-risk": "select region_name, period, points_at_risk, points_total from mart_region_scorecard"
    " where points_total is not null",
    "overdue-list": "select p.period, r.name, t.task_name, q.requirement_text, q.deadline_date, p.days_overdue,"
    " p.lag_reason_zh, p.source_quote, d.file_name, p.source_locator from fct_task_progress as p"
    " inner join dim_region as r using (region_key) inner join dim_task as t using (task_key)"
    " inner join dim_requirement as q using (requirement_key) left join dim_document as d using (document_key)"
    " where p.is_current and p.is_overdue",
}


@pytest.fixture(scope="module")
def login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Superset itself, set up from nothing: its address and the first user's password."""
    installed = Installation(PROGRAMS, tmp_path_factory.mktemp("superset"))
    password = set_up(installed, lambda _: None)
    assert password
    assert set_up(installed, lambda _: None) is None, "what is ready stays as it is"
    with serving(installed, free_port()) as running:
        yield running.address, password


@pytest.fixture(scope="module")
def server(login: tuple[str, str]) -> Iterator[Superset]:
    address, password = login
    with Superset(address, USER, password) as session:
        yield session


@pytest.fixture(scope="module")
def published(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' publication, a copy of its own."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(samples_home / "published", home / "published", symlinks=True)
    return home / "published"


def run_as_owner(address: URL, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql(postgres_server: str, published: Path) -> str:
    """PostgreSQL with the samples, as a login sees it that is a member of bi_reader and nothing more."""
    address = make_url(postgres_server)
    owner = address.set(database="superset_source")
    run_as_owner(address, "create database superset_source")
    postgres.serve(owner.render_as_string(hide_password=False), published)
    run_as_owner(owner, "create role bi_viewer login password 'looks-only' in role bi_reader")
    viewer = owner.set(drivername="postgresql", username="bi_viewer", password="looks-only")
    return viewer.render_as_string(hide_password=False)


@pytest.fixture(params=["snapshot", "postgresql"])
def source(request: pytest.FixtureRequest, server: Superset, published: Path) -> str:
    """The dashboard, imported over whatever was there, on either database."""
    chosen = (
        snapshot_uri(published / "warehouse.duckdb")
        if request.param == "snapshot"
        else str(request.getfixturevalue("postgresql"))
    )
    server.import_assets(bundle(chosen))
    return chosen


def plain(value: Any) -> Any:
    """A value as either side may write it: numbers by six places, days as milliseconds."""
    if isinstance(value, str):
        return re.sub(r"<[^>]+>", "", value)  # the lights are coloured in the chart
    if isinstance(value, date) and not isinstance(value, datetime):
        return plain(datetime.combine(value, time(), UTC).timestamp() * 1000)
    if isinstance(value, Decimal | float | int) and not isinstance(value, bool):
        return f"{Decimal(str(value)):.6f}"
    return value


def rows_of(told: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(plain(one) for one in row.values()) for row in told), key=repr)


def test_every_chart_shows_the_warehouses_figures(source: str, server: Superset, published: Path) -> None:
    numbers = server.charts()
    names = {chart["uuid"]: path.stem for path, chart in zip(chart_files(), charts(), strict=True)}
    assert set(names) == set(numbers)
    with opened(published / "warehouse.duckdb") as ask:
        for uuid, name in names.items():
            told = server.chart_data(numbers[uuid])
            assert told, f"{name} shows nothing"
            if name in EXPECTED:
                expected = sorted((tuple(map(plain, row)) for row in ask(EXPECTED[name]).rows), key=repr)
                assert rows_of(told) == expected, name


def chart_files() -> list[Path]:
    from bi.superset.datasets import ASSETS

    return sorted((ASSETS / "charts").glob("*.yaml"))


def test_lists_that_name_districts_carry_their_evidence(source: str, server: Superset) -> None:
    numbers = server.charts()
    for path, chart in zip(chart_files(), charts(), strict=True):
        if path.stem in ("overdue-list", "contradictions"):
            rows = server.chart_data(numbers[chart["uuid"]])
            assert all(row["lag_reason_zh"] or row["source_quote"] for row in rows)
            assert all(row["file_name"] and row["source_locator"] for row in rows)


def test_the_dashboard_is_seen_in_chinese_and_asks_nothing_of_other_hosts(
    login: tuple[str, str], server: Superset, published: Path, chromium: Any
) -> None:
    address, password = login
    server.import_assets(bundle(snapshot_uri(published / "warehouse.duckdb")))
    with chromium.new_page(viewport={"width": 1600, "height": 3900}) as page:
        gone_out: list[str] = []
        page.on(
            "requestfinished",
            lambda r: None if r.url.startswith((address, "data:", "blob:")) else gone_out.append(r.url),
        )
        page.goto(f"{address}/login/")
        page.fill("input[type=password]", password, timeout=120_000)
        page.locator("input:visible").first.fill(USER)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url, timeout=120_000)
        page.goto(f"{address}/superset/dashboard/xushi/", wait_until="domcontentloaded")
        for chart in charts():
            page.get_by_text(chart["slice_name"], exact=True).first.wait_for(timeout=120_000)
        page.get_by_text("逾期", exact=True).first.wait_for(timeout=120_000)
        page.locator("[data-test=loading-indicator]").first.wait_for(state="detached", timeout=120_000)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / "superset-dashboard.png")
        assert page.get_by_text("数据集", exact=True).count(), "the menu speaks Chinese"
        assert page.locator(".ant-alert-error, [data-test=error-message]").count() == 0
        assert page.get_by_text("2023-09", exact=True).count(), "the last period is chosen from the start"
    assert not gone_out


def test_a_new_version_is_seen_while_an_old_one_is_held(
    server: Superset, published: Path, samples_home: Path, tmp_path: Path
) -> None:
    """The link moves on: Superset opens what it names now, whoever still reads what it named before."""
    server.import_assets(bundle(snapshot_uri(published / "warehouse.duckdb")))
    numbers = server.charts()
    chart = next(c for path, c in zip(chart_files(), charts(), strict=True) if path.stem == "lagging-by-month")
    before = server.chart_data(numbers[chart["uuid"]])
    build = tmp_path / "warehouse.duckdb"
    shutil.copy(samples_home / "build" / "warehouse.duckdb", build)
    with duckdb.connect(str(build)) as connection:
        connection.execute("delete from marts.fct_task_progress where period = '2023-09'")
    with opened(published / "warehouse.duckdb") as held:
        publish(build, published, Release(datetime(2023, 11, 1, tzinfo=UTC), "later"))
        after = server.chart_data(numbers[chart["uuid"]])
        assert held("select max(period) from fct_task_progress").rows == (("2023-09",),)
    assert {row["period"] for row in before} == {"2023-07", "2023-08", "2023-09"}
    assert {row["period"] for row in after} == {"2023-07", "2023-08"}


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/hostname')",
        "create table marts.mine as select 1 as one",
        "delete from marts.fct_task_progress",
    ],
)
def test_nobody_leaves_or_changes_the_snapshot_by_sql(server: Superset, published: Path, statement: str) -> None:
    """Whoever may write any SQL reaches neither the files of the machine nor a figure that is published."""
    server.import_assets(bundle(snapshot_uri(published / "warehouse.duckdb")))
    assert server.sql("select count(*) as n from marts.dim_status")[0]["n"] > 0
    with pytest.raises(SupersetError, match=r"(?i)disabled|read-only|does not allow|DML|not select"):
        server.sql(statement)


def test_what_the_server_refuses_is_said(server: Superset) -> None:
    with pytest.raises(SupersetError, match=r"POST /api/v1/assets/import/"):
        server.import_assets(b"no zip at all")
    with pytest.raises(SupersetError, match="401"):
        Superset(server.address, USER, "another word")
