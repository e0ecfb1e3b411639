"""What the pages of one desk share: the home, the registry, trials, and who asks who is logged in."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fastapi import Request
from sqlalchemy import Engine

from registry import migrate, submissions
from registry.clock import steady
from registry.models import Incident, Submission
from review.evidence import Original
from review.pages import SHANGHAI
from review.trials import Trials
from xushi.home import Home


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
            now=lambda: steady(engine, datetime.now(UTC)),
            agency=os.environ.get("XUSHI_AGENCY") or "生态环境局",
            contact=os.environ.get("XUSHI_CONTACT") or None,
        )

    @property
    def today(self) -> date:
        """The day in Shanghai: what is owed by a day is shown as late after it (no rule reads this)."""
        return self.now().astimezone(SHANGHAI).date()

    def submission_of(self, incident: Incident) -> Submission | None:
        """The submission that a finding is about."""
        return submissions.get(self.engine, incident.submission_id) if incident.submission_id else None

    def original_of(self, submission: Submission) -> Original:
        """The kept file of a submission."""
        return Original(self.home.originals / submission.sha256[:2] / submission.sha256, submission.file_name)


def desk_of(request: Request) -> Desk:
    """The desk that serves a request."""
    found: Desk = request.app.state.desk
    return found


def version_of(text: str) -> int:
    """The version that a person looked at; 0 for none, which nothing has."""
    return int(text) if text.isdecimal() else 0


def text_of(form: Mapping[str, object], name: str) -> str:
    """A field of a form without white space around it; '' where it is absent or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
