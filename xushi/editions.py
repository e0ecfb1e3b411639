"""Issuing a month's documents: the registry's steps, each with the files that it needs from a published version.

Nothing here reads a clock: the day that stands in a document, and the moment of a step, come with the call.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Self

from sqlalchemy import Engine

from publishing.documents import Candidate
from registry import editions
from registry.audit import Person
from registry.edition_states import IllegalEditionStepError
from registry.editions import Draft, Filed, Signature
from registry.models import Edition
from registry.notices import folded_number
from registry.working_days import term
from xushi import edition_store, edition_writing
from xushi.edition_contents import PRINTED, Difference, Entry, differences, from_json
from xushi.edition_writing import CONTENTS, Layout, Say, Source, imprint_of, source
from xushi.home import Home

REPLY_DAYS: Final = 3
DEFAULT_LAYOUT: Final = Layout()


class PolicyError(Exception):
    """A setting of the bureau cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the bureau decides for its documents: who issues them, how many working days districts have, the layout."""

    agency: str
    reply_days: int = REPLY_DAYS
    layout: Layout = DEFAULT_LAYOUT

    @classmethod
    def of_settings(cls, **given: Any) -> Self:
        """XUSHI_AGENCY, XUSHI_REPLY_DAYS, XUSHI_CITY, XUSHI_DISTRICT_ORDER (names, commas), XUSHI_SUBJECT and
        XUSHI_DASHBOARD_URL (where the dashboard is served: what links to the evidence begin with).

        `given` wins where it is not None.  Raises PolicyError.
        """
        days = os.environ.get("XUSHI_REPLY_DAYS") or str(REPLY_DAYS)
        if not (days.isdecimal() and 1 <= int(days) <= 60):
            raise PolicyError(f"XUSHI_REPLY_DAYS 为 {days!r}，应为1到60的整数（工作日） (whole working days, 1 to 60)")
        values: dict[str, Any] = {
            "agency": os.environ.get("XUSHI_AGENCY") or "生态环境局",
            "reply_days": int(days),
            "layout": Layout(
                city=os.environ.get("XUSHI_CITY") or None,
                order=edition_writing.names_of(os.environ.get("XUSHI_DISTRICT_ORDER")),
                subject=os.environ.get("XUSHI_SUBJECT") or None,
                dashboard=os.environ.get("XUSHI_DASHBOARD_URL") or None,
            ),
        }
        return cls(**{**values, **{name: value for name, value in given.items() if value is not None}})


def draft(
    home: Home, engine: Engine, period: str, policy: Policy, *, day: date, by: Person, at: datetime,
    say: Say | None = None,
) -> str:  # fmt: skip
    """The first consultation of a month, on the current version, to every district of it; returns the edition's id.

    Raises EditionError, DocumentError or NotPublishedError; then nothing is drafted.
    """
    with source(home) as found:
        said = edition_writing.entries(found, period, policy.layout)
        given = _round(home, found, period, policy, said, _regions(said), day, {}, say)
    return editions.draft(engine, period, given, by=by, at=at)


def redraft(
    home: Home, engine: Engine, key: str, policy: Policy, *, day: date, version: int, by: Person, at: datetime,
    say: Say | None = None,
) -> tuple[Difference, ...]:  # fmt: skip
    """The next round, on the current version; returns what changed since the last one.

    Agency and layout stay those of the edition.  Districts of which nothing changed keep their answers.
    """
    old = editions.get(engine, key)
    kept = Policy(agency=old.agency, reply_days=policy.reply_days, layout=Layout.from_json(old.layout))
    with source(home) as found:
        said = edition_writing.entries(found, old.period, kept.layout)
        changes = differences(contents_of(home, engine, old), said)
        regions, note = _regions(said), None
        head: dict[str, Any] = {}
        if old.corrects:
            printed, head = _correction(home, engine, editions.get(engine, old.corrects), said)
            note, regions = head["correction_note"], _regions(printed)
        given = _round(home, found, old.period, kept, said, regions, day, head, say)
    editions.redraft(
        engine, key, given, changed={d.region_code for d in changes}, note=note, version=version, by=by, at=at
    )
    return changes


def correct(
    home: Home, engine: Engine, corrected: str, policy: Policy, *, day: date, version: int, by: Person, at: datetime,
    say: Say | None = None,
) -> str:  # fmt: skip
    """A correction (更正) of an issued edition by the current version; asks the districts that it concerns.

    What it changes is computed from both contents.  Raises EditionError where nothing that is printed differs.
    """
    old = editions.get(engine, corrected)
    kept = Policy(agency=old.agency, reply_days=policy.reply_days, layout=Layout.from_json(old.layout))
    with source(home) as found:
        said = edition_writing.entries(found, old.period, kept.layout)
        printed, head = _correction(home, engine, old, said)
        given = _round(home, found, old.period, kept, said, _regions(printed), day, head, say)
    return editions.correct(engine, corrected, given, note=head["correction_note"], version=version, by=by, at=at)


def submit(
    home: Home, engine: Engine, key: str, *, day: date, version: int, by: Person, at: datetime, say: Say | None = None
) -> None:
    """Write the text for review (送审稿) from the round's version.  Raises UnsettledError and what `draft` raises."""
    edition, layout = _with_layout(engine, key)
    with source(home, edition.snapshot_version) as found:
        waiting = [
            f"{one.region}“{one.task}{one.sub_item or ''}”"
            for one in edition_writing.candidates(found, edition.period, layout)
        ]
        editions.check_submit(engine, key, undetermined=waiting, version=version)
        imprint = imprint_of("review", edition.agency, day, **_head(engine, edition))
        files = edition_writing.write(home, found, edition.period, layout, imprint, say)
    editions.submit(
        engine, key, files, code_version=edition_writing.code_version(), undetermined=waiting,
        version=version, by=by, at=at,
    )  # fmt: skip


def issue(
    home: Home, engine: Engine, key: str, signature: Signature, *, version: int, by: Person, at: datetime,
    say: Say | None = None,
) -> None:  # fmt: skip
    """Write the numbered documents from the round's version, keep them, and issue the edition."""
    editions.check_issue(engine, key, signature, version=version, by=by)
    edition, layout = _with_layout(engine, key)
    with source(home, edition.snapshot_version) as found:
        files = edition_writing.write(
            home, found, edition.period, layout, final_imprint(engine, edition, signature), say
        )
    editions.issue(
        engine, key, signature, files, code_version=edition_writing.code_version(), version=version, by=by, at=at
    )


def undetermined(home: Home, edition: Edition) -> tuple[Candidate, ...]:
    """The lagging candidates of the edition's round that nobody has determined."""
    with source(home, edition.snapshot_version) as found:
        return edition_writing.candidates(found, edition.period, Layout.from_json(edition.layout))


def changes_of(home: Home, engine: Engine, edition: Edition) -> tuple[Difference, ...]:
    """What a round changes: against the last round, or, where a correction begins, against what it corrects."""
    if edition.round > 1:
        return differences(contents_of(home, engine, edition, edition.round - 1), contents_of(home, engine, edition))
    if edition.corrects:
        return corrections_of(home, engine, edition)
    return ()


def corrections_of(home: Home, engine: Engine, edition: Edition) -> tuple[Difference, ...]:
    """What a correction changes in the edition that it corrects; nothing for another one."""
    if not edition.corrects:
        return ()
    old = contents_of(home, engine, editions.get(engine, edition.corrects))
    return differences(old, contents_of(home, engine, edition), PRINTED)


def contents_of(home: Home, engine: Engine, edition: Edition, round_number: int | None = None) -> tuple[Entry, ...]:
    """What a round of an edition says.  Raises AlteredOriginalError where its file was changed."""
    files = editions.files(engine, edition.edition_id, round_number=round_number or edition.round)
    kept = next(f for f in files if f.name == CONTENTS)
    return from_json(edition_store.read(home, kept.sha256, kept.name))


def final_imprint(engine: Engine, edition: Edition, signature: Signature) -> Any:
    """What the numbered documents say of themselves."""
    stage: Any = "correction" if edition.corrects else "issued"
    return imprint_of(
        stage, edition.agency, signature.issued_on, number=folded_number(signature.number),
        signatory=signature.signatory.strip(), **_head(engine, edition),
    )  # fmt: skip


def _round(
    home: Home, found: Source, period: str, policy: Policy, said: tuple[Entry, ...], regions: dict[str, str],
    day: date, head: dict[str, Any], say: Say | None,
) -> Draft:  # fmt: skip
    """The files of a consultation and all that the registry is told of it."""
    reply = term(day, policy.reply_days)
    imprint = imprint_of("consultation", policy.agency, day, reply_due=reply.due, **head)
    files: list[Filed] = [*edition_writing.write(home, found, period, policy.layout, imprint, say)]
    files.append(edition_writing.write_contents(home, "consultation", said))
    return Draft(
        agency=policy.agency, layout=policy.layout.to_json(), snapshot_version=found.manifest.version,
        snapshot_digest=found.manifest.content_digest, code_version=edition_writing.code_version(), drafted_on=day,
        reply=reply, regions=regions, files=tuple(files),
    )  # fmt: skip


def _correction(
    home: Home, engine: Engine, old: Edition, said: Sequence[Entry]
) -> tuple[tuple[Difference, ...], dict[str, Any]]:
    """What the current version changes in an issued edition, and how the documents' heads say so."""
    printed = differences(contents_of(home, engine, old), said, PRINTED)
    if not printed:
        raise IllegalEditionStepError(
            f"现行数据与{old.number or old.period + '期文件'}所印内容一致，没有需要更正的 (nothing printed differs)"
        )
    note = "；".join(dict.fromkeys(d.sentence for d in _told(printed))) + "。"
    return printed, {"corrects": old.number, "correction_note": note}


def _told(printed: Sequence[Difference]) -> list[Difference]:
    """A changed text only where no figure or verdict of the same row tells of it."""
    told = {(d.region_code, d.task) for d in printed if not d.is_text}
    return [d for d in printed if not d.is_text or (d.region_code, d.task) not in told]


def _head(engine: Engine, edition: Edition) -> dict[str, Any]:
    if not edition.corrects:
        return {}
    return {"corrects": editions.get(engine, edition.corrects).number, "correction_note": edition.correction_note}


def _with_layout(engine: Engine, key: str) -> tuple[Edition, Layout]:
    edition = editions.get(engine, key)
    return edition, Layout.from_json(edition.layout)


def _regions(said: Sequence[Entry] | Sequence[Difference]) -> dict[str, str]:
    return {one.region_code: one.region for one in said}
