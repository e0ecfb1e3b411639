"""Carries a check's plain SQL through Great Expectations and SQLAlchemy unchanged.

Great Expectations reads braces as fields and SQLAlchemy reads `:word` as a bind parameter; both stand in the regular
expressions of our checks.
"""

from __future__ import annotations

import re
from typing import Final

_BIND: Final = re.compile(r"(?<![:\w\\]):(?=\w)")


def as_expectation_query(query: str) -> str:
    """The query of failing rows over `judged`, the batch that the suite hands over."""
    escaped = _BIND.sub(r"\\:", query).replace("{", "{{").replace("}", "}}")
    return f"with judged as (select * from {{batch}}) select * from (\n{escaped}\n) as found"  # noqa: S608
