"""The samples carry declared inconsistencies: each is found where it stands, and nothing else is an error."""

from __future__ import annotations

import pytest
import yaml

from xushi.home import PROJECT_ROOT, Home

from .landed import Row, judged, land

#: One landing serves the whole file.
pytestmark = pytest.mark.xdist_group("declared_samples")

DECLARED = yaml.safe_load((PROJECT_ROOT / "samples" / "truth" / "declared.yml").read_text("utf-8"))["inconsistencies"]
CHECK_OF = {
    "percentage_mismatch": "percent_against_counts",
    "doubled_unit": "unit_doubled",
    "quarter_outside_period": "period_outside_document",
    "part_of_scope_reported": "station_not_reported",
    "parts_exceed_total": "part_exceeds_whole",
    "status_contradicts_figure": "status_better_than_figures",
    "other_work_reported": "other_thing_reported",
    "total_changed": "total_against_target",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return judged(land(PROJECT_ROOT / "samples" / "inbox", Home(tmp_path_factory.mktemp("samples"))))


def places(row: Row) -> tuple[object, ...]:
    return (row["check_id"], row["reporting_unit"], row["period"], row["item_no"])


def declared_places() -> set[tuple[object, ...]]:
    """A resubmission (`2023-09.1`) takes the place of what it replaces: one current filing a period."""
    return {
        (CHECK_OF[d["kind"]], d["unit"], where.partition(".")[0], d["item_no"])
        for d in DECLARED
        for where in d["where"]
    }


def test_every_kind_has_a_check() -> None:
    assert {d["kind"] for d in DECLARED} == set(CHECK_OF)


def test_each_declared_inconsistency_is_found_in_its_cell(found: list[Row]) -> None:
    assert declared_places() - {places(row) for row in found} == set()


def test_nothing_else_is_an_error(found: list[Row]) -> None:
    errors = {places(row) for row in found if row["severity"] in ("blocker", "error")}
    assert errors - declared_places() == set()


def test_findings_quote_the_cell_and_show_the_arithmetic(found: list[Row]) -> None:
    errors = [row for row in found if row["severity"] == "error"]
    assert errors
    assert all(row["source_quote"] and row["source_locator"] and row["arithmetic"] for row in errors)
