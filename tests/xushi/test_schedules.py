"""Schedules come from one table of settings, and a setting that is none is named in one line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xushi import schedules


def test_a_setting_wins_over_the_default_and_an_empty_one_means_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    name, default = schedules.SCHEDULES["monthly_refresh"]
    monkeypatch.delenv(name, raising=False)
    assert schedules.schedule_of("monthly_refresh") == default
    monkeypatch.setenv(name, " 30 7 8 * * ")
    assert schedules.schedule_of("monthly_refresh") == "30 7 8 * *"
    monkeypatch.setenv(name, "")
    assert schedules.schedule_of("monthly_refresh") is None


@pytest.mark.parametrize(
    "given", ["6", "0 6 6 *", "0 6 6 * * 2023", "61 6 6 * *", "0 6 32 * *", "@monthly", "每月六日"]
)
def test_what_is_no_cron_line_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("XUSHI_REFRESH_SCHEDULE", given)
    with pytest.raises(schedules.ScheduleError, match="XUSHI_REFRESH_SCHEDULE") as told:
        schedules.schedule_of("monthly_refresh")
    assert repr(given) in str(told.value)
    assert "\n" not in str(told.value)


def test_every_default_is_a_cron_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for dag_id, (name, default) in schedules.SCHEDULES.items():
        monkeypatch.delenv(name, raising=False)
        assert schedules.schedule_of(dag_id) == default


def test_nothing_starts_by_itself_where_airflow_lives_for_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in schedules.BY_HAND_ONLY.items():
        monkeypatch.setenv(name, value)
    assert {schedules.schedule_of(dag_id) for dag_id in schedules.SCHEDULES} == {None}
    assert schedules.watch_seconds() is None


@pytest.mark.parametrize(("given", "seconds"), [(None, 10.0), ("2.5", 2.5), ("0", None), ("", None)])
def test_the_inbox_is_looked_into_as_often_as_the_setting_says(
    monkeypatch: pytest.MonkeyPatch, given: str | None, seconds: float | None
) -> None:
    monkeypatch.delenv(schedules.WATCH, raising=False)
    if given is not None:
        monkeypatch.setenv(schedules.WATCH, given)
    assert schedules.watch_seconds() == seconds


@pytest.mark.parametrize("given", ["-1", "often", "nan", "inf"])
def test_a_pace_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(schedules.WATCH, given)
    with pytest.raises(schedules.ScheduleError, match=schedules.WATCH):
        schedules.watch_seconds()


def test_a_run_has_a_day_unless_the_setting_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(schedules.DEADLINE, raising=False)
    assert schedules.deadline() == timedelta(days=1)
    monkeypatch.setenv(schedules.DEADLINE, "1.5")
    assert schedules.deadline() == timedelta(minutes=90)
    for given in ("0", "-2", "soon"):
        monkeypatch.setenv(schedules.DEADLINE, given)
        with pytest.raises(schedules.ScheduleError, match=f"{schedules.DEADLINE}.*{given}"):
            schedules.deadline()
