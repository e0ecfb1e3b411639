"""The macros of the percentage check, on figures that nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.sql import as_expectation_query
from expectations.workbench import RELATIONS


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute((RELATIONS / "common" / "macros.sql").read_text("utf-8"))
        yield connection


def agrees(macros: duckdb.DuckDBPyConnection, done: object, whole: object, percent: Decimal) -> bool:
    row = macros.execute(
        """
        select percent_agrees(done, done, whole, whole, percent_low(p, null, false), percent_high(p, null, false))
        from (select cast(? as decimal(24, 6)), cast(? as decimal(24, 6)), cast(? as decimal(24, 6))) f(done, whole, p)
        """,
        [str(done), str(whole), str(percent)],
    ).fetchone()
    assert row
    return bool(row[0])


counts = st.integers(0, 10**7)
wholes = st.integers(1, 10**7)
places = st.sampled_from([Decimal("1"), Decimal("0.1"), Decimal("0.01")])
quickly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(done=counts, whole=wholes, place=places, mode=st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
@quickly
def test_any_percentage_that_was_rounded_or_cut_agrees(macros, done, whole, place, mode) -> None:
    percent = (Decimal(100 * done) / whole).quantize(place, rounding=mode)
    assert agrees(macros, done, whole, percent)


@given(done=counts, whole=wholes, place=places, off=st.integers(2, 1000), sign=st.sampled_from([-1, 1]))
@quickly
def test_any_percentage_two_places_off_does_not(macros, done, whole, place, off, sign) -> None:
    percent = (Decimal(100 * done) / whole).quantize(place, rounding=ROUND_HALF_UP) + sign * off * place
    # a last zero is not kept, so 26.0 counts as the whole number 26 and its interval is wider
    if percent != 0 and percent % (place * 10) != 0:
        assert not agrees(macros, done, whole, percent)


@pytest.mark.parametrize(
    ("percent", "agreed"), [("26.6", True), ("26.7", True), ("26.67", True), ("26.5", False), ("26.8", False)]
)
def test_four_of_fifteen(macros, percent, agreed) -> None:
    assert agrees(macros, 4, 15, Decimal(percent)) is agreed


@pytest.mark.parametrize(
    ("value", "unit", "canonical", "low", "high"),
    [
        ("285", "亩", "285", "285", "285"),
        ("1.35", "万亩", "13500", "13450", "13550"),
        ("45254", "万元", "452540000", "452535000", "452545000"),
        ("10.5", "公里", "10.5", "10.45", "10.55"),
    ],
)
def test_a_count_is_exact_and_a_rounded_figure_is_an_interval(macros, value, unit, canonical, low, high) -> None:
    row = macros.execute(
        "select figure_low(v, u, c, null, false), figure_high(v, u, c, null, false)"
        " from (select cast(? as decimal(24, 6)) as v, ? as u, cast(? as decimal(24, 6)) as c)",
        [value, unit, canonical],
    ).fetchone()
    assert row == (Decimal(low), Decimal(high))


def test_absurd_figures_are_left_out_instead_of_stopping_the_gate(macros) -> None:
    assert macros.execute(
        "select is_comparable(1e17::decimal(24, 6)), is_comparable(1e11::decimal(24, 6))"
    ).fetchone() == (
        False,
        True,
    )


def test_plain_numbers_read_as_a_person_writes_them(macros) -> None:
    sql = "select plain(40.000000::decimal(24,6)), plain(0.475000::decimal(24,6)), plain(100), plain(null)"
    assert macros.execute(sql).fetchone() == ("40", "0.475", "100", None)


def test_braces_colons_and_casts_pass_through_great_expectations_unchanged() -> None:
    query = as_expectation_query(r"select x::int, regexp_matches(t, '(?:a){2}:b') from judged")
    assert "x::int" in query
    assert r"(?\:a){{2}}\:b" in query
