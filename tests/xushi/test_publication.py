"""Publications of a real home: rollback and refresh, the serving database, and the same answers from both."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlalchemy import make_url

from publishing import postgres
from publishing.postgres.types import postgres_type
from publishing.query import query
from publishing.relations import relations
from publishing.rollback import held_back
from publishing.versions import current, current_number, manifest_of, verify, versions
from tests.conftest import copy_of_home
from tests.xushi.conftest import SAMPLES, refreshed
from xushi import build_state, decisions, publication
from xushi.home import Home
from xushi.model_keys import model_keys
from xushi.stages import registry_of
from xushi.summary_text import LANGUAGES, render

pytestmark = pytest.mark.xdist_group("publication")

AWAY = "postgresql://nobody@127.0.0.1:1/none"
AT = datetime(2023, 10, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_serving(monkeypatch) -> None:
    monkeypatch.delenv(publication.SERVING_URL, raising=False)


@pytest.fixture(scope="module")
def corrected(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples with a second version, in which one figure was corrected."""
    root = tmp_path_factory.mktemp("corrected") / "home"
    copy_of_home(samples_home, root)
    home = Home(root)
    key, value = query(
        home.published_database,
        "select progress_key, actual_value from fct_task_progress where period = '2023-09' and is_current"
        " and actual_value = 21",
    ).rows[0]
    decisions.correct(
        home, key, "actual_value", str(int(value)), "12", reason="现场核查", by="王五", at=AT, fact_id=None
    )
    assert refreshed(root, SAMPLES).error is None
    assert versions(home.published) == (1, 2)
    return root


@pytest.fixture
def home(corrected: Path, tmp_path: Path) -> Home:
    return Home(copy_of_home(corrected, tmp_path / "home"))


def summary(home: Home) -> dict[str, Any]:
    outcome = refreshed(home.root, SAMPLES)
    assert outcome.error is None
    assert outcome.summary is not None
    return outcome.summary


def roll_back(home: Home, version: int | None = None) -> None:
    publication.roll_back(home, registry_of(home), version, by="赵六", role="command", reason="口径有误", at=AT)


def test_a_manifest_names_what_made_it(home) -> None:
    manifest = current(home.published)
    assert manifest is not None
    assert set(manifest.versions) == {"extractor", "models", "checks", "policy"}
    assert all(manifest.versions.values())
    assert manifest.keys == model_keys()
    assert manifest.made_from == 1
    assert verify(home.published, 2) == manifest


def test_keys_are_those_that_hold_in_the_data(home) -> None:
    keys = model_keys()
    assert keys["fct_task_progress"].primary == ("progress_key",)
    with duckdb.connect(str(home.published_database.resolve()), read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        names = {relation.name for relation in relations(connection, "marts")}
        assert set(keys) <= names
        for table, of in keys.items():
            for column in of.primary:
                twice = f"select count(*) - count(distinct {column}) from {table}"
                assert connection.execute(twice).fetchone() == (0,)
            for key in of.foreign:
                ambiguous = f"select count(*) - count(distinct {key.references[0]}) from {key.table}"
                assert connection.execute(ambiguous).fetchone() == (0,), (table, key)
                lost = (
                    f"select count(*) from {table} as a left join {key.table} as b"
                    f" on a.{key.columns[0]} = b.{key.references[0]}"
                    f" where a.{key.columns[0]} is not null and b.{key.references[0]} is null"
                )
                assert connection.execute(lost).fetchone() == (0,), (table, key)


def test_a_refresh_undoes_no_rollback_and_says_so(home) -> None:
    roll_back(home)
    told = summary(home)
    assert (told["status"], told["version"]) == ("unchanged", 1)
    assert [one["version"] for one in told["rolled_back"]] == [2]
    said = {language: render(told, language) for language in LANGUAGES}
    assert "第 2 版于 2023-10-20 由 赵六 回退（口径有误），对外是第 1 版" in said["zh"]
    assert "rolled back: version 2, on 2023-10-20 by 赵六" in said["en"]


def test_the_same_content_computed_once_more_is_held_back(home) -> None:
    roll_back(home)
    build_state.published(home, inputs="")  # computed anew, as after an update of the program
    told = summary(home)
    assert (told["version"], told["is_new"], told["held_back"]) == (1, False, 2)
    assert "已回退的第 2 版，未再发布；对外仍是第 1 版" in render(told, "zh")
    assert "which was rolled back, so it was not published" in render(told, "en")
    assert versions(home.published) == (1, 2)


def test_what_was_mended_is_published_and_ends_the_rollback(home) -> None:
    roll_back(home)
    (correction,) = query(home.published_database.parent / "versions/000002/warehouse.duckdb",
                          "select correction_id from fct_correction").rows[0]  # fmt: skip
    decisions.withdraw(home, correction, by="王五", at=AT)
    told = summary(home)
    assert told["is_new"]
    assert (told["version"], told["rolled_back"], held_back(home.published)) == (3, [], ())
    manifest = current(home.published)
    assert manifest is not None
    assert manifest.made_from == 1


def test_a_current_version_that_was_damaged_is_published_anew_after_a_rollback(home) -> None:
    file = home.published_database.resolve()
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b"x")
    roll_back(home)
    told = summary(home)
    assert (told["version"], told["is_new"]) == (3, True)
    assert verify(home.published, 3).content_digest != verify(home.published, 1).content_digest


@pytest.mark.postgres
def test_a_serving_database_that_is_away_lags_and_catches_up(home, postgres_url, monkeypatch) -> None:
    monkeypatch.setenv(publication.SERVING_URL, AWAY)
    outcome = refreshed(home.root, SAMPLES)
    told = outcome.summary
    assert outcome.error is None and told is not None
    assert told["serving"]["version"] is None
    assert "未跟上：应为第 2 版，现为 不明（" in render(told, "zh")
    assert "the serving database lags: version 2 is due" in render(told, "en")
    told["rejected"], told["withheld"] = [], []  # the samples have some of both
    assert outcome.has_remarks
    monkeypatch.setenv(publication.SERVING_URL, postgres_url)
    told = summary(home)
    assert told["serving"] == {"version": 2, "error": None, "is_new": True}
    assert "查询服务 PostgreSQL：第 2 版" in render(told, "zh")
    assert summary(home)["serving"]["is_new"] is False


def of_every_column(place: str, columns: list[tuple[str, str]]) -> str:
    """A question about all that a relation holds, in the words of both engines; times as text without their zeros."""
    parts = ["count(*)"]
    for name, kind in columns:
        column = f'"{name}"'
        if kind.startswith(("DECIMAL", "INTEGER", "BIGINT")):
            parts += [f"sum({column})", f"min({column})", f"max({column})"]
        elif kind == "BOOLEAN":
            parts.append(f"sum(case when {column} then 1 else 0 end)")
        elif kind == "VARCHAR":
            # md5 is the same function in both; the sum of its first digits knows no order of rows
            parts.append(f"sum(ascii(substr(md5({column}), 1, 1)) * 7 + ascii(substr(md5({column}), 2, 1)))")
        else:
            parts += [f"min({column})", f"max({column})"]
        parts += [f"count({column})", f"count(distinct {column})"]
    return f"select {', '.join(parts)} from {place}"


@pytest.mark.postgres
def test_every_table_gives_the_same_answers_in_both(home, postgres_url) -> None:
    url = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    postgres.serve(url, home.published)
    with (
        duckdb.connect(str(home.published_database.resolve()), read_only=True) as ours,
        psycopg.connect(url) as theirs,
    ):
        found = relations(ours, "marts")
        assert {"fct_task_progress", "mart_lag_table", "mart_region_scorecard"} <= {one.name for one in found}
        for relation in found:
            columns = [(column.name, column.type) for column in relation.columns]
            question = of_every_column(f"marts.{relation.name}", columns)
            assert ours.execute(question).fetchone() == theirs.execute(question).fetchone(), relation.name
            names = ", ".join(f'"{name}"' for name, _ in columns)
            everything = f"select {names} from marts.{relation.name}"
            assert sorted(map(repr, ours.execute(everything).fetchall())) == sorted(
                map(repr, theirs.execute(everything).fetchall())
            ), relation.name
            comments = dict(
                theirs.execute(
                    "select attname, col_description(attrelid, attnum) from pg_attribute"
                    " where attrelid = %s::regclass and attnum > 0",
                    [f"marts.{relation.name}"],
                ).fetchall()
            )
            assert comments == {column.name: column.comment for column in relation.columns}
            assert all(comments.values()), relation.name
            for column in relation.columns:
                assert postgres_type(relation.name, column.name, column.type)


def publications_of(home: Home) -> dict[int, str]:
    with sqlite3.connect(home.root / "registry.sqlite") as connection:
        return dict(connection.execute("select version, content_digest from publications").fetchall())


def test_a_run_that_dies_before_it_records_its_version_is_made_good(home, monkeypatch) -> None:
    key = query(home.published_database, "select min(progress_key) from fct_task_progress where is_current").rows[0][0]
    decisions.determine(home, key, "behind_schedule", reason="现场核查", by="王五", at=AT)

    def dies(*_: object, **__: object) -> bool:
        raise OSError("the registry is away")

    with monkeypatch.context() as broken:
        broken.setattr(publication.publications, "record_once", dies)
        assert "the registry is away" in str(refreshed(home.root, SAMPLES).error)
    assert current_number(home.published) == 3
    assert set(publications_of(home)) == {1, 2}
    assert summary(home)["version"] == 3
    assert publications_of(home)[3] == manifest_of(home.published, 3).content_digest


def test_a_number_is_given_once_even_where_the_published_files_were_lost(home) -> None:
    shutil.rmtree(home.published)
    assert summary(home)["version"] == 3
    assert set(publications_of(home)) == {1, 2, 3}
