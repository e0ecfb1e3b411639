"""What registering a batch would change among what is registered: which submissions it replaces, or is replaced by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from registry import submissions
from registry.models import Submission
from registry.revisions import Member, rank
from registry.submissions import Received, member_of
from xushi.intake_reading import ShownFile


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one file of a batch.

    `replaces` are the submissions that it puts out of force, `copies` those that become the editable copies of this
    stamped scan; `replaced_by` is what would stand in its place at once, `record` the stamped scan that it would be the
    copy of: (file name, time of receipt) each.  `elsewhere` are other registrations of the same bytes, `twin` is an
    earlier file of the batch with the same bytes.
    """

    revision: int
    replaces: tuple[Submission, ...]
    copies: tuple[Submission, ...]
    replaced_by: Submission | None
    record: Submission | None
    elsewhere: tuple[Submission, ...]
    known: Submission | None
    twin: ShownFile | None


def effects(engine: Engine, files: Iterable[ShownFile]) -> list[Effect]:
    """The effect of each file, registered in this order after what is registered now."""
    before: list[ShownFile] = []
    found = []
    for file in files:
        found.append(_effect(engine, file, before))
        before.append(file)
    return found


def _effect(engine: Engine, file: ShownFile, before: list[ShownFile]) -> Effect:
    received = file.received
    same = submissions.of_bytes(engine, received.sha256)
    known = next((s for s in same if s.submission_id == file.known), None)
    twin = next((b for b in before if b.received.sha256 == received.sha256), None)
    elsewhere = tuple(s for s in same if s is not known and s.status != "rejected")
    if received.rejection_reason is not None or received.scope is None or known is not None:
        return Effect(known.revision if known else 0, (), (), None, None, elsewhere, known, twin)
    members = {s.submission_id: s for s in submissions.of_scope(engine, received.scope)}
    members |= {s.submission_id: s for s in _of_batch(before, received.scope)}
    was = rank(map(member_of, members.values()))
    now = rank([*map(member_of, members.values()), _member(received)])
    own = now[received.submission_id]
    replaced = [
        key for key in members if now[key].superseded_by == received.submission_id and was[key].superseded_by is None
    ]
    copies = [key for key in replaced if now[key].revision == own.revision and received.is_stamped]
    winner = members.get(own.superseded_by or "")
    is_copy = winner is not None and now[winner.submission_id].revision == own.revision and winner.is_stamped
    return Effect(
        revision=own.revision,
        replaces=tuple(members[key] for key in replaced if key not in copies),
        copies=tuple(members[key] for key in copies),
        replaced_by=None if is_copy else winner,
        record=winner if is_copy else None,
        elsewhere=elsewhere,
        known=None,
        twin=twin,
    )


def _of_batch(before: Iterable[ShownFile], scope: str) -> Iterator[Submission]:
    for one in before:
        if one.received.scope == scope and one.received.rejection_reason is None and one.known is None:
            yield Submission(**one.received.row())


def _member(received: Received) -> Member:
    return member_of(Submission(**received.row()))
