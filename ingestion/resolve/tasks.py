"""The durable id of each new task wording of one document, given what is known; known wordings keep theirs.

A document that lists two wordings for one place, or two that say different things, says that they differ: they never
share an id, however alike they are.  The result does not depend on the order of the document's rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz, process

from ingestion.resolve.aliases import Aliases, letters_of
from ingestion.resolve.forms import form_of, label_of, settings
from ingestion.resolve.likeness import LONGEST, compare
from ingestion.resolve.names import normalised, task_id
from registry.crosswalk import FOUNDING, MatchedBy, Named
from registry.keys import key_of

_ID_LENGTH: Final = 12
#: Known forms that one new wording is held against; they are the likest ones.
_CANDIDATES: Final = 12
#: wording → the places (region codes) that a document states it for.
Written = Mapping[str, frozenset[str]]


class KnownTasks:
    """Every known wording with its id, and its form for looking up what is like it."""

    def __init__(self, named: Iterable[Named], aliases: Aliases) -> None:
        self._aliases = aliases
        self._rows: dict[str, Named] = {}
        self._ids: dict[str, list[Named]] = defaultdict(list)
        self._by_key: dict[str, dict[str, str]] = defaultdict(dict)
        for row in named:
            self.add(row)

    def add(self, row: Named) -> None:
        """Know one more wording."""
        self._rows[row.wording] = row
        self._ids[row.durable_id].append(row)
        self._by_key[form_of(row.wording).key].setdefault(row.durable_id, row.wording)

    def __contains__(self, wording: str) -> bool:
        return wording in self._rows

    def has_id(self, durable_id: str) -> bool:
        """True where the id is given."""
        return durable_id in self._ids

    def recorded(self, wording: str) -> str | None:
        """The id that the crosswalk gave a wording, or one that differs from it in signs and script alone."""
        if row := self._rows.get(wording):
            return row.durable_id
        letters = letters_of(wording)
        alike = [r for r in self._of_key(wording).values() if letters_of(r) == letters]
        return self._rows[min(alike)].durable_id if alike else None

    def id_of(self, wording: str) -> str:
        """The task that a known wording names, stewards' decisions laid over the crosswalk."""
        row = self._rows[wording]
        for one in (row, *(r for r in self._ids[row.durable_id] if r.matched_by in FOUNDING)):
            other = self._aliases.named(one.wording)
            if other is not None and (named := self.recorded(other)):
                return named
        return row.durable_id

    def of_form(self, wording: str) -> dict[str, str]:
        """Task → a wording of the same form."""
        return {self.id_of(known): known for known in self._of_key(wording).values()}

    def like(self, wording: str) -> list[tuple[int, str, str]]:
        """(score, task, wording) of the likest known forms, the likest first."""
        least = min(settings("thresholds")["task"].values())
        key = form_of(wording).key[:LONGEST]
        found = process.extract(key, self._by_key.keys(), scorer=fuzz.ratio, limit=_CANDIDATES, score_cutoff=least)
        rows = [(round(score), self.id_of(known), known) for k, score, _ in found for known in self._by_key[k].values()]
        return sorted(rows, key=lambda r: (-r[0], r[2]))

    def _of_key(self, wording: str) -> dict[str, str]:
        return self._by_key.get(form_of(wording).key, {})


@dataclass(frozen=True, slots=True)
class _Subject:
    """New wordings of one document that are one task."""

    wordings: tuple[str, ...]
    places: frozenset[str]
    is_split: bool  # another wording of the same form stands for the same place

    @property
    def wording(self) -> str:
        return self.wordings[0]


@dataclass(frozen=True, slots=True)
class _Decision:
    matched_by: MatchedBy
    durable_id: str | None = None
    score: int | None = None
    other_wording: str | None = None
    other_id: str | None = None


def name_tasks(written: Written, known: KnownTasks, aliases: Aliases) -> list[Named]:
    """Rows for the wordings that are new; they are added to `known` too."""
    new = {wording: places for wording, places in written.items() if wording not in known}
    rows: list[Named] = []
    for wording in sorted(w for w in new if aliases.named(w)):
        rows += _alias(wording, aliases.named(wording) or "", known)
    subjects = _subjects({w: p for w, p in new.items() if w not in known})
    listed = _Listed({w: p for w, p in written.items() if w in known}, known)
    decided: dict[_Subject, _Decision] = {}
    for subject in subjects:
        if decision := _by_form(subject, known, listed):
            decided[subject] = decision
    for subject, decision in decided.items():
        if decision.durable_id:
            listed.add(subject, decision.durable_id)
    rest = {s: _by_likeness(s, known, listed, aliases) for s in subjects if s not in decided}
    for subject, decision in (decided | _apart(rest)).items():
        rows += _rows(subject, decision, known)
    return rows


class _Listed:
    """What the document lists under tasks that are known: (wording, places) by task."""

    def __init__(self, written: Written, known: KnownTasks) -> None:
        self._by_task: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for wording, places in written.items():
            self._by_task[known.id_of(wording)].append((wording, places))

    def add(self, subject: _Subject, task: str) -> None:
        """Another wording of the document belongs to the task."""
        self._by_task[task].append((subject.wording, subject.places))

    def forbids(self, subject: _Subject, task: str) -> bool:
        """True where the document lists the task in words that say something else, or for the same place."""
        key = form_of(subject.wording).key
        return any(
            letters_of(wording) != letters_of(subject.wording)
            and (form_of(wording).key != key or bool(places & subject.places))
            for wording, places in self._by_task.get(task, ())
        )


def _subjects(new: Written) -> list[_Subject]:
    """The new wordings by form; those of one form part where the document gives a place two of them."""
    by_key: dict[str, list[str]] = defaultdict(list)
    for wording in sorted(new):
        by_key[form_of(wording).key].append(wording)
    subjects = []
    for wordings in by_key.values():
        by_letters: dict[str, list[str]] = defaultdict(list)
        for wording in wordings:
            by_letters[letters_of(wording)].append(wording)
        stated = [_places(new, group) for group in by_letters.values()]
        is_split = sum(map(len, stated)) > len(frozenset().union(*stated))
        groups = list(by_letters.values()) if is_split else [wordings]
        subjects += [_Subject(tuple(group), _places(new, group), is_split) for group in groups]
    return sorted(subjects, key=lambda s: s.wordings)


def _places(new: Written, wordings: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(new[w] for w in wordings))


def _by_form(subject: _Subject, known: KnownTasks, listed: _Listed) -> _Decision | None:
    """The known task of the same form; a doubt where there are several, or where the document has several."""
    found = {t: w for t, w in known.of_form(subject.wording).items() if not listed.forbids(subject, t)}
    if not found:
        return None
    exact = {t: w for t, w in found.items() if letters_of(w) == letters_of(subject.wording)}
    if len(exact) == 1:
        found = exact
    task, wording = min(found.items(), key=lambda pair: pair[1])
    if len(found) > 1 or (subject.is_split and not exact):
        return _Decision("doubtful", None, 100, wording, task)
    return _Decision("form", task, 100, wording, task)


def _by_likeness(subject: _Subject, known: KnownTasks, listed: _Listed, aliases: Aliases) -> _Decision:
    """The only known task that is like enough, else a doubt about the likest one, else a new task."""
    same: dict[str, _Decision] = {}
    doubtful: dict[str, _Decision] = {}
    for _, task, wording in known.like(subject.wording):
        if listed.forbids(subject, task) or any(aliases.part(w, wording) for w in subject.wordings):
            continue
        found = compare(form_of(subject.wording), form_of(wording))
        if found.verdict == "same":
            same.setdefault(task, _Decision("likeness", task, found.score, wording, task))
        elif found.verdict == "doubtful":
            doubtful.setdefault(task, _Decision("doubtful", None, found.score, wording, task))
    ranked = sorted(same.values(), key=_rank)
    lead = settings("thresholds")["task"]["lead"]
    if ranked and (len(ranked) == 1 or (ranked[0].score or 0) - (ranked[1].score or 0) >= lead):
        return ranked[0]
    unsure = [replace(d, matched_by="doubtful", durable_id=None) for d in ranked]
    return min([*unsure, *doubtful.values()], key=_rank, default=_Decision("first"))


def _rank(decision: _Decision) -> tuple[int, str]:
    return -(decision.score or 0), decision.other_wording or ""


def _apart(decided: Mapping[_Subject, _Decision]) -> dict[_Subject, _Decision]:
    """Two new wordings of one document that are both like one task: neither is joined."""
    claims: dict[str, list[_Subject]] = defaultdict(list)
    for subject, decision in decided.items():
        if decision.durable_id:
            claims[decision.durable_id].append(subject)
    contested = {s for claimed in claims.values() if len(claimed) > 1 for s in claimed}
    return {
        subject: replace(decision, matched_by="doubtful", durable_id=None) if subject in contested else decision
        for subject, decision in decided.items()
    }


def _alias(wording: str, other: str, known: KnownTasks) -> list[Named]:
    """A wording that a steward has named; the name itself becomes known where it was not."""
    rows = [] if known.recorded(other) else _rows(_Subject((other,), frozenset(), False), _Decision("alias"), known)
    task = known.recorded(other)
    decision = _Decision("alias", task, None, other, task)
    return [*rows, *_rows(_Subject((wording,), frozenset(), False), decision, known)]


def _rows(subject: _Subject, decision: _Decision, known: KnownTasks) -> list[Named]:
    task = decision.durable_id or _new_id(subject.wording, known)
    rows = [
        Named(
            "task", "", wording, task, label_of(wording), decision.matched_by, decision.score, decision.other_wording,
            decision.other_id, settings("thresholds")["version"],
        )
        for wording in subject.wordings
    ]  # fmt: skip
    for row in rows:
        known.add(row)
    return rows


def _new_id(wording: str, known: KnownTasks) -> str:
    """The id of the wording's form, whichever place came first; where another task has it, that of the wording."""
    plain = task_id(form_of(wording).key)
    return f"T{key_of(normalised(wording), wording, length=_ID_LENGTH)}" if known.has_id(plain) else plain


def missing_names(known: KnownTasks, aliases: Aliases, wordings: Sequence[str]) -> list[Named]:
    """Rows for the names that stewards gave to wordings which are known already."""
    rows: list[Named] = []
    for wording in sorted(wordings):
        other = aliases.named(wording)
        if other is not None and known.recorded(other) is None:
            rows += _rows(_Subject((other,), frozenset(), False), _Decision("alias"), known)
    return rows
