"""From lists of codes at successive days to divisions with their times, and the changes between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from packages import Codes, Snapshot

#: Where a division begins that the first list already holds.
BEGINNING: Final = date(1949, 10, 1)
_KIND: Final = re.compile(r"(?P<stem>.+?)(?:自治区|自治州|自治县|自治旗|地区|特区|林区|省|市|县|区|旗|盟)")


class UndatedChangeError(Exception):
    """A change after the last dated revision that decisions.csv gives no day."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What decisions.csv adds: the day of a change, and successors that no name tells."""

    day: date | None
    old: str
    new: str
    new_name: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One step from a division to a successor; `old` is '' where one is established, `new` where none succeeds.

    `kind`: established, abolished, renamed (the code stays), recoded (the name stays), converted (one into one, as a
    county into a district), merged (several into one, or into one that was there before), split (one into several).
    """

    day: date
    kind: str
    old: str
    old_name: str
    new: str
    new_name: str


@dataclass(slots=True)
class Division:
    """The last bearer of a code."""

    code: str
    name: str
    since: date
    until: date | None = None
    former_names: list[str] = field(default_factory=list)
    successors: set[str] = field(default_factory=set)


def with_later_decisions(snapshots: Sequence[Snapshot], decisions: Sequence[Decision]) -> list[Snapshot]:
    """The lists, and one more for each day on which something was decided after the last of them."""
    found = list(snapshots)
    for day in sorted({d.day for d in decisions if d.day and d.day > snapshots[-1].day}):
        codes = dict(found[-1].codes)
        for decision in decisions:
            if decision.day == day:
                codes.pop(decision.old, None)
                codes |= {decision.new: decision.new_name} if decision.new_name else {}
        found.append(Snapshot(day, codes, is_exact=False))
    return found


def follow(snapshots: Sequence[Snapshot], decisions: Sequence[Decision]) -> tuple[dict[str, Division], list[Change]]:
    """The last bearer of every code, and every change in the order of its day."""
    divisions = {code: Division(code, name, BEGINNING) for code, name in snapshots[0].codes.items()}
    changes: list[Change] = []
    for before, after in pairwise(snapshots):
        step = _Step(before, after, decisions)
        changes += step.changes()
        step.apply(divisions)
    return divisions, sorted(changes)


class _Step:
    """What happened between two lists: names changed, codes left, codes came."""

    def __init__(self, before: Snapshot, after: Snapshot, decisions: Sequence[Decision]) -> None:
        self._before, self._after = before.codes, after.codes
        self._shown = after.day if after.is_exact else None
        self._successors = {
            d.old: [e.new for e in decisions if e.old == d.old] for d in decisions if d.old in before.codes
        }
        self._days_of_renaming = {d.old: d.day for d in decisions if d.day and d.old == d.new}
        self._days_of_leaving = {d.old: d.day for d in decisions if d.day and d.old != d.new}
        self._days_of_coming = {d.new: d.day for d in decisions if d.day and d.old != d.new}
        changed = {c for c, name in before.codes.items() if after.codes.get(c, name) != name}
        passed_on = {c for c in changed if _has_moved(c, before.codes, after.codes) or self._is_taken_over(c)}
        self.renamed = sorted(changed - passed_on)
        self.left = sorted(passed_on | (before.codes.keys() - after.codes.keys()))
        self.came = sorted(passed_on | (after.codes.keys() - before.codes.keys()))

    def changes(self) -> list[Change]:
        """Renamings, successions, and what came or left without the other."""
        found = [Change(self._day_renamed(c), "renamed", c, self._before[c], c, self._after[c]) for c in self.renamed]
        followers = {code: self._followers(code) for code in self.left}
        followed = Counter(new for news in followers.values() for new in news)
        for code, news in followers.items():
            for new in news or [""]:
                kind = self._kind(code, new, len(news), followed[new])
                name = self._after.get(new, "")
                found.append(Change(self._day_left(code), kind, code, self._before[code], new, name))
        came = (c for c in self.came if c not in followed)
        return found + [Change(self._day_came(c), "established", "", "", c, self._after[c]) for c in came]

    def _kind(self, old: str, new: str, successors: int, predecessors: int) -> str:
        if not new:
            return "abolished"
        if successors > 1:
            return "split"
        if predecessors > 1 or new not in self.came:
            return "merged"
        return "recoded" if self._before[old] == self._after[new] else "converted"

    def apply(self, divisions: dict[str, Division]) -> None:
        """Close what left, open what came, and rename."""
        days = {change.new: change.day for change in self.changes()}
        for change in self.changes():
            if change.old in self.left:
                divisions[change.old].until = change.day
                divisions[change.old].successors |= {change.new} - {""}
        for code in self.came:
            divisions[code] = Division(code, self._after[code], days[code])
        for code in self.renamed:
            divisions[code].former_names.append(divisions[code].name)
            divisions[code].name = self._after[code]

    def _is_taken_over(self, code: str) -> bool:
        """万盛区 became 綦江区, both 500110: a decision gives the name's bearer another predecessor, and not itself."""
        olds = {old for old, news in self._successors.items() if code in news}
        return bool(olds) and code not in olds

    def _followers(self, code: str) -> list[str]:
        if code in self._successors:
            return [new for new in self._successors[code] if new in self._after]
        name = self._before[code]
        peers = [c for c in self.came if c[:2] == code[:2] and c.endswith("00") == code.endswith("00")]
        alike = [c for c in peers if self._after[c] == name and c != code]
        alike = alike or [c for c in peers if _stem(self._after[c]) == _stem(name)]
        near = [c for c in alike if c[:4] == code[:4]] or alike
        return near if len(near) == 1 else []

    def _day_renamed(self, code: str) -> date:
        return self._dated(self._days_of_renaming.get(code), code, self._after[code])

    def _day_left(self, code: str) -> date:
        return self._dated(self._days_of_leaving.get(code), code, self._before[code])

    def _day_came(self, code: str) -> date:
        return self._dated(self._days_of_coming.get(code), code, self._after[code])

    def _dated(self, decided: date | None, code: str, name: str) -> date:
        """The day decided, else the revision that shows the change first."""
        day = decided or self._shown
        if day is None:
            raise UndatedChangeError(f"{code} {name}")
        return day


def _has_moved(code: str, before: Codes, after: Codes) -> bool:
    """True where a code passed to another division because the codes of a province were numbered anew."""

    def elsewhere(name: str, codes: Codes, others: Codes) -> bool:
        return any(c != code and c[:2] == code[:2] and n == name and others.get(c) != name for c, n in codes.items())

    return elsewhere(before[code], after, before) or elsewhere(after[code], before, after)


def _stem(name: str) -> str:
    kind = _KIND.fullmatch(name)
    return kind["stem"] if kind else name
