"""Instants and texts come back as they went in, in either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError

from registry import submissions

CHINA = timezone(timedelta(hours=8))


def test_an_instant_keeps_its_moment_and_comes_back_in_utc(engine: Engine, received) -> None:
    sent = datetime(2023, 10, 5, 16, 48, 0, 123456, tzinfo=CHINA)
    submission, _ = submissions.register(engine, received(received_at=sent))
    found = submissions.get(engine, submission.submission_id).received_at
    assert found == sent
    assert found.utcoffset() == timedelta(0)


def test_the_session_time_zone_of_the_server_does_not_matter(postgres_url: str, received) -> None:
    from registry.migrate import upgrade

    engine = upgrade(f"{postgres_url}&options=-ctimezone%3DAsia/Shanghai")
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW timezone")) == "Asia/Shanghai"
    sent = datetime(2023, 10, 5, 23, 30, tzinfo=UTC)
    submission, _ = submissions.register(engine, received(received_at=sent))
    found = submissions.get(engine, submission.submission_id).received_at
    engine.dispose()
    assert (found, found.utcoffset()) == (sent, timedelta(0))


def test_a_naive_instant_is_refused(engine: Engine, received) -> None:
    with pytest.raises(StatementError, match="timezone-aware"):
        submissions.register(engine, received(received_at=datetime(2023, 10, 5)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("普通标题", "普通标题"),
        ("坏\x00字", "坏\ufffd字"),
        ("半\ud800个", "半\ufffd个"),
        ("𠮷野家", "𠮷野家"),
        ("", ""),
    ],
)
def test_text_is_kept_and_what_is_no_text_is_marked(engine: Engine, received, given: str, kept: str) -> None:
    submission, _ = submissions.register(engine, received(title=given))
    assert submissions.get(engine, submission.submission_id).title == kept


def test_a_state_that_does_not_exist_is_refused(engine: Engine, received) -> None:
    with pytest.raises(IntegrityError):
        submissions.register(engine, received(replaces="some"))
