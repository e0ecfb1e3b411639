"""One exception per meaning; a gate never fails in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class GateError(Exception):
    """A gate could not judge. Nothing is written; the run stops with this one line."""


class CatalogueError(GateError):
    """A check file is malformed, doubled, or the folder of checks is empty."""


class MissingTableError(GateError):
    """A table that a suite judges, or a file that a gate reads, is not there."""

    def __init__(self, stage: str, missing: Sequence[str], present: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            f"{stage} gate: missing {', '.join(missing)}; present: {', '.join(sorted(present)) or 'nothing'}"
        )


class CheckFailedToRunError(GateError):
    """Checks that raised instead of judging, with the first line of what each said."""

    def __init__(self, stage: str, reasons: Mapping[str, str]) -> None:
        # one failing statement aborts the connection's transaction: what only followed from it is left out
        causes = {k: v for k, v in reasons.items() if "transaction is aborted" not in v}
        reasons = causes or reasons
        self.reasons = dict(reasons)
        told = "; ".join(f"{check_id}: {reason}" for check_id, reason in sorted(reasons.items()))
        super().__init__(f"{stage} gate: {len(reasons)} check(s) could not run: {told}")
