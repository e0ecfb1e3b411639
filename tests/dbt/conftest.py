"""Real dbt on lakes that are written here: one city for many assertions, since a build costs seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt import scenario
from xushi import transform as models
from xushi.home import Home


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A built home, and the submissions of its scenario by name."""

    home: Home
    sent: dict[str, str]
    outcome: dict[str, int]

    def rows(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of a query on the build database; nobody else has it open in a test."""
        with duckdb.connect(str(self.home.build_database), read_only=True) as connection:
            cursor = connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def progress(self, task: str, period: str | None = None, *, current: bool = True) -> list[dict[str, Any]]:
        """The rows of a task, by period, place in the item and time of knowledge."""
        return self.rows(
            """
            select p.*, q.sub_item, q.scope_no, q.scope as asked_scope, q.deadline_date, q.ladder_id, q.rung_no,
                   q.rung_planned_pct, q.points, r.name as region_name
            from marts.fct_task_progress as p
            inner join marts.dim_task as t using (task_key)
            inner join marts.dim_requirement as q using (requirement_key)
            inner join marts.dim_region as r on r.region_key = p.region_key
            where t.task_name = ? and (? is null or p.period = ?) and (p.is_current or not ?)
            order by p.period, q.sub_item, q.scope_no, p.known_from
            """,
            task, period, period, current,
        )  # fmt: skip

    def one(self, task: str, period: str | None = None) -> dict[str, Any]:
        """The only current row of a task."""
        (row,) = self.progress(task, period)
        return row


#: Every model in one go, for the homes whose data tests are no test's subject.
MODELS_ONLY = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def built(root: Path) -> Warehouse:
    home = Home(root)
    city, sent = scenario.build()
    city.write(home.lake)
    outcome = models.transform(home)
    models.release(home)
    return Warehouse(home, sent, outcome)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The scenario's city, built once; read it, never write it."""
    return built(tmp_path_factory.mktemp("city"))
