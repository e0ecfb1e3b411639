"""What the pages of one desk share: the home, the registry, trials, and who asks who is logged in."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from fastapi import Request
from sqlalchemy import Engine

from registry import migrate
from review.pages import SHANGHAI
from review.trials import Trials
from xushi.home import Home

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk over one home.

    `is_alone` is False where Airflow's login and menu surround it; `agency` and `contact` stand on the papers
    (XUSHI_AGENCY, XUSHI_CONTACT).
    """

    home: Home
    engine: Engine
    trials: Trials
    is_alone: bool
    now: Callable[[], datetime]
    agency: str
    contact: str | None

    @classmethod
    def of(cls, home: Home, *, is_alone: bool) -> Desk:
        """The desk of a home, its registry migrated."""
        home.root.mkdir(parents=True, exist_ok=True)
        engine = migrate.upgrade(home.registry_url)
        return cls(
            home,
            engine,
            Trials(home),
            is_alone,
            now=lambda: datetime.now(UTC),
            agency=os.environ.get("XUSHI_AGENCY") or "生态环境局",
            contact=os.environ.get("XUSHI_CONTACT") or None,
        )

    @property
    def today(self) -> date:
        """The day in Shanghai: what is owed by a day is shown as late after it (no rule reads this)."""
        return self.now().astimezone(SHANGHAI).date()


def desk_of(request: Request) -> Desk:
    """The desk that serves a request."""
    found: Desk = request.app.state.desk
    return found


def text_of(form: Mapping[str, object], name: str) -> str:
    """A field of a form without white space around it; '' where it is absent or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
