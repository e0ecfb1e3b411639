"""The durable id of each requirement of a task, region and year: by what it asks, before its number.

What a requirement means is its wording and its indicator without figures and dates, its scope, the stage and the kind
of unit that it asks for.  Target, deadline, number and place in the document may all change and the id stays; rungs of
a ladder mean the same and are told apart by their dates and targets, then by their order.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from typing import Final

from ingestion.resolve.aliases import Aliases, letters_of
from ingestion.resolve.forms import Form, form_of, settings
from ingestion.resolve.likeness import contradiction, score_of
from registry.crosswalk import FOUNDING, MatchedBy, Named
from registry.keys import key_of

_ID_LENGTH: Final = 16
_LABEL_LENGTH: Final = 80
#: What the same number, day or target adds to the likeness of the words.
_AGREED: Final = 3


@dataclass(frozen=True)
class Asked:
    """A requirement as a document states it; figures and days as text, `copy` counts those that are alike in all."""

    text: str
    indicator: str | None = None
    scope: str | None = None
    stage: str | None = None
    unit: str | None = None
    target: str | None = None
    deadline: str | None = None
    copy: int = 1
    sub_item: str | None = None

    @classmethod
    def of(cls, wording: str) -> Asked:
        """Read back from a row of the crosswalk."""
        return cls(*json.loads(wording))

    @property
    def wording(self) -> str:
        """As a row of the crosswalk holds it."""
        return json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))

    @property
    def unnumbered(self) -> Asked:
        """Without the number, which tells nothing of what is asked."""
        return replace(self, sub_item=None)

    @cached_property
    def form(self) -> Form:
        """The words' form."""
        return form_of(self.text)

    @cached_property
    def measure(self) -> Form | None:
        """The indicator's form."""
        return form_of(self.indicator) if self.indicator else None

    @property
    def meaning(self) -> tuple[str | None, ...]:
        """What rungs of one ladder share."""
        return self.form.key, self.measure.key if self.measure else None, self.scope, self.stage, self.unit

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands among those of one meaning."""
        target = self.target or ""
        return self.deadline or "9999", f"{target:0>24}", self.sub_item or "", self.text, str(self.copy)


def name_requirements(
    context: str, asked: Sequence[Asked], known: Iterable[Named], aliases: Aliases
) -> tuple[list[str], list[Named]]:
    """The id of each requirement, in the order given, and the rows that are new.

    `known` are the rows of the context.  No two requirements of one document share an id.
    """
    rows = list(known)
    naming = _Naming(context, rows, aliases)
    stated = naming.take_equal(_with_copies(asked))
    naming.take_named(stated)
    naming.take_same_meaning(stated)
    naming.take_alike(stated)
    naming.take_new(stated)
    return _decided(stated, naming.given, [*rows, *naming.rows], aliases), naming.rows


def _decided(stated: Sequence[Asked], given: Mapping[Asked, str], rows: list[Named], aliases: Aliases) -> list[str]:
    """The ids with stewards' decisions laid over them, where the document does not list both sides of one."""
    first = {letters_of(Asked.of(r.wording).text): r.durable_id for r in reversed(rows) if r.matched_by in FOUNDING}
    moved = {
        row.durable_id: first[letters_of(other)]
        for row in rows
        if row.matched_by in FOUNDING
        and (other := aliases.named(Asked.of(row.wording).text)) is not None
        and letters_of(other) in first
    }
    ids, listed = [], set(given.values())
    for key in (given[one] for one in stated):
        kept = moved.get(key, key)
        kept = key if kept in listed else kept
        listed.add(kept)
        ids.append(kept)
    return ids


def _with_copies(asked: Sequence[Asked]) -> list[Asked]:
    """Requirements that are alike in all but their number, counted in the order of their numbers."""
    seen: Counter[Asked] = Counter()
    counted: dict[int, Asked] = {}
    for place in sorted(range(len(asked)), key=lambda n: (asked[n].unnumbered.wording, asked[n].sub_item or "", n)):
        seen[asked[place].unnumbered] += 1
        counted[place] = replace(asked[place], copy=seen[asked[place].unnumbered])
    return [counted[place] for place in range(len(asked))]


class _Naming:
    """Gives ids to one document's requirements, the surest first; an id is given once."""

    def __init__(self, context: str, known: Iterable[Named], aliases: Aliases) -> None:
        self.context = context
        self.aliases = aliases
        self.given: dict[Asked, str] = {}
        self.rows: list[Named] = []
        self._known: dict[str, list[Asked]] = defaultdict(list)
        self._founding: set[Asked] = set()
        for row in known:
            self._known[row.durable_id].append(Asked.of(row.wording))
            if row.matched_by in FOUNDING:
                self._founding.add(Asked.of(row.wording).unnumbered)
        self._doubts: dict[Asked, tuple[int, Asked, str]] = {}

    def take_equal(self, stated: Sequence[Asked]) -> list[Asked]:
        """What is asked in the same words for the same target and day, under whatever number.

        Words that were once taken for a new version of others, and now stand beside them, are two requirements: the
        words that founded the id keep it, the others count as another copy.  Returns the requirements so counted.
        """
        ids = {one.unnumbered: key for key, versions in sorted(self._known.items()) for one in versions}
        counted = list(stated)
        taken = {one.unnumbered for one in stated}
        is_later = [one.unnumbered not in self._founding for one in stated]
        for n in sorted(range(len(stated)), key=lambda n: (is_later[n], stated[n].wording)):
            one = stated[n]
            while one.unnumbered in ids and ids[one.unnumbered] in self.given.values():
                one = replace(one, copy=one.copy + 1)
                while one.unnumbered in taken:
                    one = replace(one, copy=one.copy + 1)
            taken.add(one.unnumbered)
            counted[n] = one
            if one.unnumbered in ids:
                self.given[one] = ids[one.unnumbered]
        return counted

    def take_named(self, stated: Sequence[Asked]) -> None:
        """What a steward has named: the only requirement that is left in the named words."""
        for one in sorted(self._left(stated), key=lambda o: o.wording):
            other = self.aliases.named(one.text)
            wanted = None if other is None else letters_of(other)
            found = [(k, v) for k, versions in self._free().items() for v in versions if letters_of(v.text) == wanted]
            if len({key for key, _ in found}) == 1:
                self._take(one, found[0][0], "alias", 100, found[0][1])

    def take_same_meaning(self, stated: Sequence[Asked]) -> None:
        """What means the same: by day, then by target, then by order where as many are left on both sides."""
        for new in _by_meaning(self._left(stated)):
            free = {
                key: max(alike, key=lambda v: v.place)
                for key, versions in self._free().items()
                if (alike := [v for v in versions if v.meaning == new[0].meaning])
            }
            for one, key in _aligned(new, free, self._known):
                self._take(one, key, "order" if len(new) > 1 else "form", 100, free[key])

    def take_alike(self, stated: Sequence[Asked]) -> None:
        """What is like one that is left, the likest first, as long as no other is as like."""
        limits = settings("thresholds")["requirement"]
        is_alone = len(stated) == 1 and len(self._known) == 1
        least = limits["alone" if is_alone else "same"]
        while pairs := self._pairs(stated):
            score, one, key, version = pairs[0]
            rivals = [p for p in pairs[1:] if (p[1] == one) != (p[2] == key) and p[0] > score - limits["lead"]]
            if score < least or rivals:
                break
            self._take(one, key, "likeness", score, version)
        for score, one, key, version in self._pairs(stated):
            if score >= limits["doubtful"]:
                self._doubts.setdefault(one, (score, version, key))

    def take_new(self, stated: Sequence[Asked]) -> None:
        """The rest is new; an id never comes from the number, for numbers move."""
        for one in sorted(self._left(stated), key=lambda o: o.wording):
            score, version, key = self._doubts.get(one, (None, None, None))
            taken = self._known.keys() | set(self.given.values())
            ids = (f"R{key_of(self.context, one.unnumbered.wording, n or None, length=_ID_LENGTH)}" for n in range(9))
            self.given[one] = next(fresh for fresh in ids if fresh not in taken)
            self._record(one, "doubtful" if version else "first", score, version, key)

    def _pairs(self, stated: Sequence[Asked]) -> list[tuple[int, Asked, str, Asked]]:
        """(score, requirement, id, version) of all that is left and can be one, the likest first."""
        found = []
        for one in self._left(stated):
            for key, versions in self._free().items():
                if any(self.aliases.part(one.text, version.text) for version in versions):
                    continue
                scored = [(s, v) for v in versions if (s := _score(one, v)) is not None]
                if scored:
                    score, version = max(scored, key=lambda pair: (pair[0], pair[1].wording))
                    found.append((score, one, key, version))
        return sorted(found, key=lambda p: (-p[0], p[1].wording, p[2]))

    def _left(self, stated: Sequence[Asked]) -> list[Asked]:
        return [one for one in stated if one not in self.given]

    def _free(self) -> dict[str, list[Asked]]:
        taken = set(self.given.values())
        return {key: versions for key, versions in sorted(self._known.items()) if key not in taken}

    def _take(self, one: Asked, key: str, matched_by: MatchedBy, score: int, version: Asked) -> None:
        self.given[one] = key
        self._record(one, matched_by, score, version, key)

    def _record(
        self, one: Asked, matched_by: MatchedBy, score: int | None, other: Asked | None, other_id: str | None
    ) -> None:
        self.rows.append(
            Named(
                "requirement", self.context, one.wording, self.given[one], one.text[:_LABEL_LENGTH], matched_by, score,
                other.wording if other else None, other_id, settings("thresholds")["version"],
            )
        )  # fmt: skip


def _by_meaning(stated: Iterable[Asked]) -> list[list[Asked]]:
    groups: dict[tuple[str | None, ...], list[Asked]] = defaultdict(list)
    for one in stated:
        groups[one.meaning].append(one)
    ordered = [sorted(group, key=lambda o: o.place) for group in groups.values()]
    return sorted(ordered, key=lambda group: group[0].wording)


def _aligned(
    new: Sequence[Asked], free: dict[str, Asked], known: dict[str, list[Asked]]
) -> Iterable[tuple[Asked, str]]:
    """Rungs of one meaning with the known rungs that they are."""
    left = list(new)
    keys = sorted(free, key=lambda k: (free[k].place, k))
    for evidence in ("deadline", "target"):
        for one in list(left):
            value = getattr(one, evidence)
            same = [k for k in keys if value is not None and any(getattr(v, evidence) == value for v in known[k])]
            if len(same) == 1 and sum(getattr(o, evidence) == value for o in left) == 1:
                yield one, same[0]
                left.remove(one)
                keys.remove(same[0])
    if len(left) == len(keys):
        yield from zip(left, keys, strict=True)


def _score(one: Asked, other: Asked) -> int | None:
    """How alike two requirements are, 0 to 100 and a little for the same number, day or target; None for two things."""
    for name in ("scope", "stage", "unit"):
        if None not in (mine := getattr(one, name), theirs := getattr(other, name)) and mine != theirs:
            return None
    if contradiction(one.form, other.form):
        return None
    if one.measure and other.measure and contradiction(one.measure, other.measure):
        return None
    agreed = sum(_agree(one, other, name) for name in ("sub_item", "deadline", "target"))
    return min(100, _said(one, other) + _AGREED * agreed)


def _said(one: Asked, other: Asked) -> int:
    """Likeness of the words; half of it is given where both ask for the same measure or the same stage."""
    score = score_of(one.form, other.form)
    if _agree(one, other, "stage"):
        return (score + 100) // 2
    if one.measure and other.measure:
        is_same = one.measure.key == other.measure.key
        return (score + 100) // 2 if is_same else min(score, score_of(one.measure, other.measure))
    return score


def _agree(one: Asked, other: Asked, name: str) -> bool:
    value: str | None = getattr(one, name)
    return value is not None and value == getattr(other, name)
