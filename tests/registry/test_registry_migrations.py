"""The migrations lead to the models, in either database, however often and by however many."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from registry.engine import open_engine, writing
from registry.migrate import RegistryVersionError, alembic_config, upgrade
from registry.models import PRIVATE_TABLES, TABLES, Base
from tests.conftest import as_production

COUNT = len(TABLES) + len(PRIVATE_TABLES) + 1  # and Alembic's own


def _upgrade_and_count(url: str) -> int:
    engine = upgrade(url)
    with engine.connect() as connection:
        count = len(inspect(connection).get_table_names())
    engine.dispose()
    return count


def test_the_migrations_give_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_model_is_listed_and_exists(engine: Engine) -> None:
    listed = {model.__tablename__ for model in (*TABLES, *PRIVATE_TABLES)}
    assert listed == set(Base.metadata.tables)
    with engine.connect() as connection:
        assert listed < set(inspect(connection).get_table_names())


def test_a_second_upgrade_changes_nothing(registry_url: str) -> None:
    first = _upgrade_and_count(registry_url)
    assert _upgrade_and_count(registry_url) == first == COUNT


def test_processes_that_start_together_migrate_once(registry_url: str) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        counts = list(pool.map(_upgrade_and_count, [registry_url] * 3))
    assert counts == [COUNT] * 3


def test_going_back_leaves_nothing(registry_url: str) -> None:
    engine = upgrade(registry_url)  # as the owner: nobody else changes the schema
    with writing(engine, "migrations") as session:
        command.downgrade(alembic_config(session.connection()), "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_registry_that_a_newer_program_migrated_is_refused_by_name(registry_url: str) -> None:
    engine = upgrade(registry_url)
    with writing(engine, "migrations") as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(RegistryVersionError, match=r"9999.*newer program"):
        upgrade(registry_url)


@pytest.mark.postgres
def test_a_login_that_may_not_migrate_is_told_who_does(postgres_url: str) -> None:
    engine = upgrade(postgres_url)
    production = as_production(postgres_url)
    with writing(engine, "migrations") as session:
        command.downgrade(alembic_config(session.connection()), "-1")
    engine.dispose()
    with pytest.raises(RegistryVersionError, match="docker compose up init"):
        upgrade(production)


def test_sqlite_waits_for_writers_and_keeps_its_references(tmp_path) -> None:
    engine = upgrade(f"sqlite:///{tmp_path / 'r.sqlite'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) >= 10_000
    engine.dispose()


@pytest.mark.parametrize("url", ["postgres://u@h/db", "postgresql://u@h/db", "postgresql+psycopg://u@h/db"])
def test_any_postgresql_url_takes_the_one_driver(url: str) -> None:
    assert open_engine(url).dialect.driver == "psycopg"


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine, "x") as session:
        session.execute(
            text("INSERT INTO refresh_runs (run_id, started_at, status) VALUES ('r', '2023-10-01 00:00:00', 'running')")
        )
        raise ZeroDivisionError
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM refresh_runs")) == 0


def test_a_crosswalk_from_before_keeps_its_rows_and_takes_new_kinds(registry_url: str) -> None:
    engine = open_engine(registry_url)
    row = (
        "INSERT INTO crosswalk (entry_id, kind, context, wording, durable_id, label, created_at)"
        " VALUES ('{0}', '{1}', '', '推进养殖尾水治理', 'T000000000001', '', '2023-10-01 00:00:00+00:00')"
    )
    with writing(engine, "migrations") as session:
        command.upgrade(alembic_config(session.connection()), "0001")
    with writing(engine, "crosswalk") as session:
        session.execute(text(row.format("e1", "task")))
    upgrade(registry_url).dispose()
    with writing(engine, "crosswalk") as session:
        session.execute(text(row.format("e2", "requirement")))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT kind, durable_id, matched_by FROM crosswalk ORDER BY entry_id")).all()
    assert [tuple(r) for r in found] == [("task", "T000000000001", None), ("requirement", "T000000000001", None)]
    with pytest.raises(IntegrityError), writing(engine, "crosswalk") as session:
        session.execute(text(row.format("e3", "thing")))
    with writing(engine, "migrations") as session:
        command.downgrade(alembic_config(session.connection()), "0001")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM crosswalk")) == 1
    engine.dispose()
