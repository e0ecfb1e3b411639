"""The published versions: which there are, and which readers were sent back to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, func, select

from registry import audit
from registry.engine import reading, writing
from registry.models import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication is made of; `path` is relative to the home."""

    published_at: datetime
    input_digest: str
    content_digest: str | None
    path: str | None
    periods: Sequence[str]
    run_id: str
    row_counts: Mapping[str, int]
    status: Literal["published", "failed"] = "published"


def next_version(engine: Engine) -> int:
    """The number that the next publication will get when nobody publishes in between."""
    with reading(engine) as session:
        return 1 + (session.scalar(select(func.max(Publication.version))) or 0)


def record_once(engine: Engine, published: Published, *, version: int) -> bool:
    """Record a publication unless its version stands already; whether it was new.

    A run that dies between the pointer and the record is made good by the next one.
    """
    with reading(engine) as session:
        if session.get(Publication, version) is not None:
            return False
    record(engine, published, version=version)
    return True


def record(engine: Engine, published: Published, *, version: int | None = None) -> Publication:
    """Record a publication under the given version, or the next one.  IntegrityError when the version is taken."""
    with writing(engine, "publications") as session:
        number = version or 1 + (session.scalar(select(func.max(Publication.version))) or 0)
        publication = Publication(
            version=number,
            published_at=published.published_at,
            input_digest=published.input_digest,
            content_digest=published.content_digest,
            path=published.path,
            periods=",".join(published.periods),
            run_id=published.run_id,
            row_counts=as_json(published.row_counts),
            status=published.status,
        )
        session.add(publication)
    return publication


def latest(engine: Engine) -> Publication | None:
    """The newest published version, or None before the first."""
    query = select(Publication).where(Publication.status == "published").order_by(Publication.version.desc()).limit(1)
    with reading(engine) as session:
        return session.scalars(query).first()


def record_rollback(
    engine: Engine, *, at: datetime, actor: str, role: str, left: int, version: int, reason: str
) -> None:
    """Record in the audit log that readers were sent from one version to an earlier (or later) one, by whom and why."""
    with writing(engine, "publications") as session:
        audit.append(
            session, at=at, actor=actor, role=role, action="roll_back", subject_kind="publication",
            subject_id=f"publication-{left}", before={"version": left}, after={"version": version}, note=reason,
        )  # fmt: skip


def as_json(value: Mapping[str, Any]) -> str:
    """A mapping as the registry keeps it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
