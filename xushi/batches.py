"""What is to be read, in batches: a task each, so that nothing piles up and a person sees what is being read."""

from __future__ import annotations

from typing import Any, Final

#: Files in one mapped task: large enough that its seconds of start-up do not dominate, and all cores have work.
BATCH_SIZE: Final = 128


def batches_of(pending: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Submissions of one period side by side, oldest period first, with a label that a person can read."""
    batches = []
    for period in sorted({p for _, p, _ in pending}):
        members = [(key, name) for key, p, name in pending if p == period]
        for start in range(0, len(members), BATCH_SIZE):
            part = members[start : start + BATCH_SIZE]
            names = "、".join(name for _, name in part[:3])
            more = f" 等 {len(part)} 份" if len(part) > 3 else ""
            batches.append(
                {
                    "batch": f"{period}-{start // BATCH_SIZE + 1}",
                    "label": f"{period} {names}{more}",
                    "submission_ids": [key for key, _ in part],
                }
            )
    return batches
