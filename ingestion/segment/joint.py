"""The regions that one cell names together: 蓬江区、江海区; 蓬江区（牵头）、江海区; 牵头：蓬江区 配合：江海区、新会区.

The lead is the one marked as lead, else the first that is not marked as joining in.  Which division each name is, and
whether all of them are known, is asked in the sender's context (`ingestion.land`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from ingestion.segment.folding import fold
from ingestion.segment.place import is_named_place, looks_like_place, office_place

Role = Literal["lead", "joint"]

_LEAD: Final = "牵头|主办|主责|责任|负责|承办"
_JOINT: Final = "配合|协办|协助|协同|参与|会办|联合|共同"
_BEHIND: Final = "(?:单位|部门|区域|地区|县区|区县|方)?"
_TOKENS: Final = re.compile(
    rf"(?P<mark>\((?:{_LEAD}|{_JOINT}){_BEHIND}\))|(?P<label>\(?(?:{_LEAD}|{_JOINT}){_BEHIND}[:为])"
    r"|(?P<bracket>\([^()]*\))|(?P<sign>[、,;/。+()\n])"
)
_IN_WORDS: Final = re.compile(rf"由?(?P<name>.+?)(?P<role>{_LEAD}|{_JOINT})?")
_AND: Final = re.compile("以及|和|及|与")
_LEADS: Final = re.compile(_LEAD)
_BREAKS: Final = re.compile(r"\s*(?:\n|\r|<br\s*/?>)\s*")
#: The name that stands before a bracket: 高新区（江海区）.
_BRACKET: Final = re.compile(r"\([^()]*\)$")
_LEAST: Final = 2
#: More than the names of a city's districts is a text.
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Party:
    """One of several regions that share a task; `name` is as written, without marks and offices."""

    name: str
    role: Role


@lru_cache(maxsize=4096)  # asked for every fact of a row
def parties(text: str | None) -> tuple[Party, ...]:
    """The regions that a cell names together, the lead first; none for a cell of one, or one that says more."""
    plain = "".join(_BREAKS.sub("、", (text or "").strip()).split())
    if not _LEAST * 2 < len(plain) <= _LONGEST:
        return ()
    named: dict[str, tuple[str, Role | None]] = {}
    for piece, marked in _pieces(plain, fold(plain)):
        for name in _apart(piece):
            place = _place(name)
            if place is None:
                return ()
            named.setdefault(fold(place), (place, marked))
    return _with_roles(list(named.values())) if len(named) >= _LEAST else ()


def region_names(text: str | None) -> tuple[str, ...]:
    """Every region that a cell names: the parties of a joint task, else the cell itself; none for a blank one."""
    return tuple(party.name for party in parties(text)) or ((text.strip(),) if text and text.strip() else ())


def _with_roles(named: list[tuple[str, Role | None]]) -> tuple[Party, ...]:
    ranked = [n for n, (_, marked) in enumerate(named) if marked == "lead"]
    ranked += [n for n, (_, marked) in enumerate(named) if marked is None]
    lead = ranked[0] if ranked else 0
    others = (Party(name, "joint") for n, (name, _) in enumerate(named) if n != lead)
    return (Party(named[lead][0], "lead"), *others)


def _pieces(plain: str, folded: str) -> Iterator[tuple[str, Role | None]]:
    """What stands between signs, and what a label before it, a bracket or a word behind it makes of it."""
    begin = 0
    label: Role | None = None
    for token in _TOKENS.finditer(folded):
        if token.lastgroup == "bracket":
            continue
        marked = _role(token[0]) if token.lastgroup == "mark" else label
        yield from _worded(plain[begin : token.start()], marked)
        begin = token.end()
        if token.lastgroup == "label":
            label = _role(token[0])
    yield from _worded(plain[begin:], label)


def _worded(piece: str, marked: Role | None) -> Iterator[tuple[str, Role | None]]:
    """A piece without the word that says what its region does (由蓬江区牵头)."""
    found = _IN_WORDS.fullmatch(fold(piece))
    if found:
        yield piece[found.start("name") : found.end("name")], _role(found["role"]) if found["role"] else marked


def _role(words: str) -> Role:
    return "lead" if _LEADS.search(words) else "joint"


def _apart(piece: str) -> Iterator[str]:
    """The names of a piece, cut at 和, 及, 与 where places stand on both sides (和平区 has one name)."""
    folded = fold(piece)
    if not is_named_place(piece):
        for sign in _AND.finditer(folded):
            before, behind = piece[: sign.start()], piece[sign.end() :]
            if _place(before) and (_place(behind) or _AND.search(fold(behind))):
                yield before
                yield from _apart(behind)
                return
    yield _AND.sub("", piece, count=1) if _AND.match(folded) and not _place(piece) else piece


def _place(name: str) -> str | None:
    """The place that a piece names; None where it names none."""
    if office := office_place(name):
        return office
    bare = name[: found.start()] if (found := _BRACKET.search(fold(name))) else name
    return name if len(bare) >= _LEAST and looks_like_place(bare) else None
