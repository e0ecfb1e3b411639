"""A publication as the home knows it: what the manifest is told, what the registry records, and what follows it."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine

from ingestion.extract import EXTRACTOR_VERSION
from publishing import rollback, snapshot, versions
from publishing.errors import PublishingError
from publishing.manifest import Release
from registry import editions, publications, replays, submissions
from xushi import build_state, dashboard
from xushi.fingerprint import check_version, model_version, policy_version
from xushi.home import Home
from xushi.model_keys import model_keys
from xushi.stages import line_of
from xushi.summary import withheld_records

KEEP: Final = "XUSHI_KEEP_VERSIONS"
SERVING_URL: Final = "XUSHI_SERVING_URL"
#: Two campaign years of months.
DEFAULT_KEEP: Final = 24


class SettingError(PublishingError):
    """A setting of the publication has a value that it cannot have."""


def publish(home: Home, engine: Engine, *, run_id: str, inputs: str, at: datetime) -> dict[str, Any]:
    """Copy the marts into an immutable version, make it current and record it; the same content makes none."""
    release = Release(
        published_at=at,
        input_digest=inputs,
        periods=tuple(submissions.periods(engine)),
        withheld=tuple(withheld_records(home.build_database)),
        versions={
            "extractor": "、".join([EXTRACTOR_VERSION, *replays.older(engine, EXTRACTOR_VERSION)]),
            "models": model_version(),
            "checks": check_version(),
            "policy": policy_version(),
        },
        run_id=run_id,
        keys=model_keys(),
    )
    done = snapshot.publish(
        home.build_database, home.published, release, keep_versions(),
        pinned=lambda: editions.pinned_versions(engine),  # the snapshot of an issued document is kept for good
        above=publications.next_version(engine) - 1,
    )  # fmt: skip
    _record(home, engine, done)
    held = done.held_back
    return {
        "version": done.manifest.version,
        "is_new": done.is_new,
        "held_back": held.version if held else None,
    }


def _record(home: Home, engine: Engine, done: snapshot.Publication) -> None:
    """Record what is current, unless it stands already: a run may have died between the pointer and the registry."""
    made = done.manifest
    published = publications.Published(
        published_at=datetime.fromisoformat(made.published_at),
        input_digest=made.input_digest,
        content_digest=made.content_digest,
        path=str(done.path.relative_to(home.root)),
        periods=made.periods,
        run_id=made.run_id or "",
        row_counts=made.row_counts,
    )
    publications.record_once(engine, published, version=made.version)


def roll_back(
    home: Home, engine: Engine, version: int | None, *, by: str, role: str, reason: str, at: datetime
) -> rollback.Move:
    """Make a kept version current again (None: the one before) and record who did it and why.

    Where the version that was left had been damaged, the next refresh publishes its content anew.  Raises
    PublishingError as `publishing.rollback.roll_back` does.
    """
    move = rollback.roll_back(home.published, version, at=at, by=by, reason=reason)
    if move.is_new:
        publications.record_rollback(
            engine, at=at, actor=by, role=role, left=move.left, version=move.manifest.version, reason=reason
        )
    if move.was_damaged:
        build_state.published(home, inputs="")
    return move


def follow(home: Home) -> dict[str, Any]:
    """Bring what stands beside the snapshot to its version; a failure there is told and never undoes the publication.

    This is the place of every step after a publication: each returns its answer under its own name, and catches what
    it may fail with.  They run after a publication, after a rollback, and when a refresh found nothing new, so that
    whatever lagged catches up.
    """
    return serve(home) | dashboard.step(home)


def serve(home: Home) -> dict[str, Any]:
    """Bring the PostgreSQL of XUSHI_SERVING_URL to the current version; nothing where there is no such setting."""
    url = os.environ.get(SERVING_URL)
    if not url:
        return {}
    from publishing import postgres

    try:
        served = postgres.serve(url, home.published)
    except Exception as error:  # noqa: BLE001 (whatever it is, the snapshot is published and the summary says it)
        return {"serving": {"version": postgres.served_version(url), "error": line_of(error)}}
    return {"serving": {"version": served.version, "error": None, "is_new": served.is_new}}


def keep_versions() -> int:
    """How many versions stay besides the current one and those that are pinned. Raises SettingError."""
    given = os.environ.get(KEEP, "").strip() or str(DEFAULT_KEEP)
    if not given.isdecimal() or int(given) < 1:
        raise SettingError(f"{KEEP} 现为 {given!r}，应为不小于 1 的整数 / must be a whole number, at least 1")
    return int(given)


def marks(home: Home) -> dict[int, tuple[str, ...]]:
    """What is to be said of single versions: which is current, pinned by an issued document, or rolled back."""
    from xushi.stages import registry_of

    told: dict[int, tuple[str, ...]] = {}
    for number, word in (
        *((n, "当前 current") for n in (versions.current_number(home.published),) if n is not None),
        *((n, "文件依据 pinned") for n in editions.pinned_versions(registry_of(home))),
        *((one.version, "已回退 rolled back") for one in rollback.held_back(home.published)),
    ):
        told[number] = (*told.get(number, ()), word)
    return told
