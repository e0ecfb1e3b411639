"""What the page of an edition shows: where it stands, what holds it up, what may be done by whom, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.errors import IngestionError
from publishing.documents import Candidate
from publishing.errors import PublishingError
from registry import determinations, edition_answers, editions
from registry.edition_answers import OBSTACLES, Obstacle, obstacle
from registry.edition_states import OPEN, Action, SamePersonError, actions_of, refuse_same
from registry.models import Edition, EditionAnswer, EditionFile
from review import labels
from review.access import Identity
from review.desk import Desk
from review.texts import Language
from xushi import editions as issuing
from xushi.edition_contents import Difference
from xushi.edition_writing import source

#: Who may take an action: what is done in the bureau's name is a publisher's.
ROLE_OF: Final[dict[str, str]] = {
    "redraft": "steward", "answer": "steward", "silence": "steward", "submit": "steward", "review": "steward",
    "send_back": "steward", "withdraw": "steward", "settle": "publisher", "issue": "publisher",
    "correct": "publisher", "determine": "publisher",
}  # fmt: skip
#: The way as a line of steps, each with the states in which it is done.
STEPS: Final = (
    ("consultation", ("submitted", "reviewed", "issued")),
    ("submitted", ("reviewed", "issued")),
    ("reviewed", ("issued",)),
    ("issued", ()),
)

_LAST_FIRST: Final = ("correction", "issued", "review", "consultation")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: its state's code, and whether it is done, at, or ahead."""

    code: str
    place: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lagging candidate without a verdict in this version; `is_decided` where one was recorded since."""

    candidate: Candidate
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as the page lists it: those of one `order` stand in one line under `title`."""

    file: EditionFile
    order: tuple[int, str]
    title: str

    @property
    def stage(self) -> str:
        """The stage that the file was written for."""
        return self.file.stage

    @property
    def round(self) -> int:
        """The round that it belongs to."""
        return self.file.round

    @property
    def suffix(self) -> str:
        """What kind of file it is."""
        return self.file.name.rpartition(".")[2]

    @property
    def size(self) -> str:
        """Its size in words."""
        return f"{max(1, round(self.file.size_bytes / 1024))} KB"


def papers(files: Sequence[EditionFile], language: Language) -> list[Paper]:
    """The documents among the files, in the order in which they are read."""
    kinds = list(labels.DOCUMENT_KIND)
    found = [
        Paper(
            file,
            (kinds.index(file.kind), file.region_code or ""),
            labels.name(labels.DOCUMENT_KIND, file.kind, language)
            + (f" · {labels.region_name(file.region_code, language)}" if file.region_code else ""),
        )
        for file in files
        if file.kind in labels.DOCUMENT_KIND
    ]
    return sorted(found, key=lambda paper: (paper.order, paper.suffix))


def by_stage(found: Sequence[Paper], round_number: int) -> list[tuple[str, list[Paper]]]:
    """The documents of a round by the stage that they were written for, the last one first."""
    groups = {stage: [p for p in found if p.round == round_number and p.stage == stage] for stage in _LAST_FIRST}
    return [(stage, rows) for stage, rows in groups.items() if rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that the template shows of one edition; `trouble` says why the published data cannot be asked."""

    edition: Edition
    corrected: Edition | None
    correction: Edition | None
    steps: tuple[Step, ...]
    answers: tuple[tuple[EditionAnswer, Obstacle | None], ...]
    earlier_answers: tuple[EditionAnswer, ...]
    is_overdue: bool
    waiting: tuple[Waiting, ...]
    changes: tuple[Difference, ...]
    corrections: tuple[Difference, ...]
    files: tuple[EditionFile, ...]
    actions: frozenset[str]
    other_eyes: str | None
    newer: int | None
    trouble: str | None

    @property
    def counts(self) -> dict[str, int]:
        """How much of each kind keeps it from being submitted."""
        held: Counter[str] = Counter(found for _, found in self.answers if found)
        return {**{code: held[code] for code in OBSTACLES}, "undetermined": len(self.waiting)}

    @property
    def held_up(self) -> bool:
        """Whether something keeps it from being submitted."""
        return any(self.counts.values())


def view(desk: Desk, me: Identity, key: str) -> View:
    """The edition as somebody sees it.  UnknownEditionError."""
    edition = editions.get(desk.engine, key)
    newer, waiting, trouble = _data(desk, edition)
    answers = edition_answers.of_edition(desk.engine, key, edition.round)
    corrected = editions.corrected_by(desk.engine, key)
    changes: tuple[Difference, ...] = ()
    corrections: tuple[Difference, ...] = ()
    try:
        changes = issuing.changes_of(desk.home, desk.engine, edition) if edition.round > 1 else ()
        corrections = issuing.corrections_of(desk.home, desk.engine, edition)
    except IngestionError as error:
        trouble = str(error)
    return View(
        edition=edition,
        corrected=editions.get(desk.engine, edition.corrects) if edition.corrects else None,
        correction=corrected,
        steps=tuple(_steps(edition)),
        answers=tuple((row, obstacle(row)) for row in answers),
        earlier_answers=tuple(
            row
            for number in range(1, edition.round)
            for row in edition_answers.of_edition(desk.engine, key, number)
            if row.state != "awaiting" and row.carried_from is None
        ),
        is_overdue=edition.state == "consultation" and edition.reply_due < desk.today,
        waiting=waiting,
        changes=changes,
        corrections=corrections,
        files=tuple(editions.files(desk.engine, key)),
        actions=_actions(desk, me, edition, newer),
        other_eyes=_other_eyes(edition, me),
        newer=newer,
        trouble=trouble,
    )


def current_version(desk: Desk) -> int | None:
    """The number of the current published version; None before the first."""
    try:
        with source(desk.home) as found:
            return found.manifest.version
    except PublishingError:
        return None


def periods(desk: Desk) -> list[str]:
    """The months of which something is published and no edition stands, the newest first."""
    try:
        with source(desk.home) as found:
            rows = found.ask("select distinct period from fct_task_progress where is_current order by 1 desc").rows
    except PublishingError:
        return []
    standing = {e.period for e in editions.every(desk.engine) if e.state != "withdrawn"}
    return [str(row[0]) for row in rows if row[0] not in standing]


def _data(desk: Desk, edition: Edition) -> tuple[int | None, tuple[Waiting, ...], str | None]:
    """A newer version than the round's, where there is one; who waits for a verdict; what went wrong with asking."""
    if edition.state != "consultation":
        return None, (), None
    current = current_version(desk)
    newer = current if current is not None and current > edition.snapshot_version else None
    decided = {
        found.requirement_id
        for found in determinations.every(desk.engine)
        if found.period == edition.period and found.withdrawn_at is None
    }
    try:
        candidates: Sequence[Candidate] = issuing.undetermined(desk.home, edition)
    except PublishingError as error:
        return newer, (), str(error)
    return newer, tuple(Waiting(one, one.requirement_id in decided) for one in candidates), None


def _steps(edition: Edition) -> list[Step]:
    return [
        Step(code, "done" if edition.state in after else "at" if edition.state == code else "ahead")
        for code, after in STEPS
    ]


def _actions(desk: Desk, me: Identity, edition: Edition, newer: int | None) -> frozenset[str]:
    found: set[str | Action] = {action for action in actions_of(edition) if me.may(ROLE_OF[action])}
    if newer is None:
        found.discard("redraft")
        if edition.state == "consultation" and me.may(ROLE_OF["determine"]):
            found.add("determine")  # a verdict is given on what is published and current
    standing = [e for e in editions.every(desk.engine, period=edition.period) if e.corrects == edition.edition_id]
    is_free = not any(e.state in (*OPEN, "issued") for e in standing)
    if edition.state == "issued" and is_free and me.may(ROLE_OF["correct"]):
        found.add("correct")
    if _other_eyes(edition, me):
        found -= {"review", "issue"}
    return frozenset(found)


def _other_eyes(edition: Edition, me: Identity) -> str | None:
    """Why this person cannot take the next step: they took the one before.  None where they can."""
    try:
        if edition.state == "submitted":
            refuse_same("起草人", edition.drafted_by, "核稿人", me.name)
            refuse_same("送审人", edition.submitted_by, "核稿人", me.name)
        elif edition.state == "reviewed":
            refuse_same("核稿人", edition.reviewed_by, "签发经办人", me.name)
    except SamePersonError as error:
        return str(error)
    return None
