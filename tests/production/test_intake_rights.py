"""The desk's login of a production registry may take in what is handed to it, and no more (test_rights.py)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from registry import submissions
from registry.audit import Person
from registry.engine import open_engine
from tests.production.server import Production
from xushi import intake_register, intake_store
from xushi.home import Home
from xushi.intake_forms import registration
from xushi.intake_limits import IntakeLimits

pytestmark = pytest.mark.postgres


@dataclass
class _Handed:
    """A file as a browser hands it in."""

    filename: str | None
    file: BinaryIO


def test_the_desk_takes_in_what_is_handed_to_it_with_its_own_rights(production: Production, tmp_path: Path) -> None:
    """A first filing, its revision, its stamped copy and a file that is refused: received as the pipeline would."""
    home, engine = Home(tmp_path / "home"), open_engine(production.url("xushi_desk", "registry", "postgresql+psycopg"))
    at, by = datetime(2023, 10, 8, 1, tzinfo=UTC), Person("clerk", "steward")
    shared = registration(channel="微信", received_at="", handler="李工", note="", now=at)
    texts = ("已完成管网12公里。", "已完成管网13公里。", "已完成管网14公里。", "")
    try:
        for number, text in enumerate(texts):
            handed = _Handed(f"{number}.txt" if text else "坏.pdf", io.BytesIO(text.encode() or b"%PDF-1.7"))
            batch = intake_store.hold(
                home, [handed], shared,
                by=by.name, at=at + timedelta(days=number), limits=IntakeLimits.from_environment(),
                unit="蓬江区", period="2031-09", is_stamped=number == 2,
            )  # fmt: skip
            (done,) = intake_register.register(home, engine, batch.key, by=by, at=at + timedelta(days=number))
            assert (done.is_new, done.problem is None) == (True, bool(text)), done
        found = {s.file_name: s for s in submissions.find(engine, period="2031-09")}
        assert [(found[f"{n}.txt"].revision, found[f"{n}.txt"].superseded_by is None) for n in range(3)] == [
            (0, False), (1, False), (1, True),
        ]  # fmt: skip
        assert found["坏.pdf"].status == "rejected"
    finally:
        engine.dispose()
