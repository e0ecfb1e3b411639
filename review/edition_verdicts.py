"""The bureau's verdicts on what an edition still lacks them for: many rows of one month, one reason, one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from fastapi import HTTPException

from registry import determinations, editions
from registry.determinations import Status
from registry.edition_states import StaleEditionError
from review.access import Identity
from review.desk import Desk, text_of
from xushi import decisions
from xushi import editions as issuing

_FIELD = "status:"


def determine(desk: Desk, me: Identity, key: str, version: int, form: Mapping[str, Any]) -> int:
    """Record the chosen verdicts on candidates of an edition; they hold from the next refresh on.  Returns how many.

    The page shows each row's arithmetic, and the next round what every verdict changed in print: that is their trial.
    Raises StaleEditionError, DecisionError, and HTTPException for an incomplete form; then none is recorded.
    """
    edition = editions.get(desk.engine, key)
    if edition.version != version:
        raise StaleEditionError(edition, version)
    known = {one.progress_key for one in issuing.undetermined(desk.home, edition)}
    given = {name.removeprefix(_FIELD): text_of(form, name) for name in form if name.startswith(_FIELD)}
    chosen = {progress_key: status for progress_key, status in given.items() if status}
    if not chosen or not set(chosen) <= known or not set(chosen.values()) <= set(get_args(Status)):
        raise HTTPException(422, "请为至少一项选择认定状态 (choose a verdict for at least one row)")
    verdicts = [
        decisions.checked_verdict(
            desk.home, progress_key, cast(Status, status), reason=text_of(form, "reason"), by=me.display_name,
            at=desk.now(),
        )
        for progress_key, status in chosen.items()
    ]  # fmt: skip
    for verdict in verdicts:
        determinations.record(desk.engine, verdict, role=me.role)
    return len(verdicts)
