"""The questions of the serving benchmark are questions that the marts can answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.questions import PICKS, QUESTIONS
from publishing.query import opened
from xushi.home import Home

pytestmark = pytest.mark.xdist_group("samples_home")


def test_every_question_has_an_answer(samples_home: Path) -> None:
    with opened(Home(samples_home).published_database) as ask:
        picked = {name: ask(sql).rows[0][0] for name, sql in PICKS.items()}
        assert all(picked.values())
        for title, (sql, names) in QUESTIONS.items():
            assert ask(sql, [picked[name] for name in names]).rows, title
    assert len(QUESTIONS) == 10
