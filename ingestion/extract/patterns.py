"""Patterns that are looked for only where they can begin, several of them in one pass over a text.

The engine tries a pattern that begins with a condition or an optional part at every character of a text.  One that
begins with a set of characters is tried only at these, which is several times faster; the `_scout` of a pattern is the
same pattern in that form.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from string import digits
from typing import Any, Final, Protocol

#: What cannot be asked about within another pattern.
_NAME: Final = re.compile(r"\(\?P<\w+>")
_REFERENCE: Final = re.compile(r"\(\?P=|\(\?\(|(?<!\\)\\[1-9]")


def first_characters(*regexes: str) -> str:
    """A set, as it stands in square brackets, of the characters that a match of one of the patterns can begin with.

    Raises ValueError for a pattern that can begin with anything, or match nothing at all.
    """
    members: dict[str, None] = {}  # each once: the engine asks one after another
    for regex in regexes:
        found, is_empty = _first(parser.parse(regex))
        if is_empty:
            raise ValueError(f"a pattern must match something: {regex}")
        members |= dict.fromkeys(found)
    return "".join(members)


def _first(sequence: Any) -> tuple[list[str], bool]:
    """The first characters of a sequence of parts, and whether all of it may be empty."""
    found: list[str] = []
    for op, value in sequence:
        more, is_empty = _first_of(op, value)
        found += more
        if not is_empty:
            return found, False
    return found, True


def _first_of(op: Any, value: Any) -> tuple[list[str], bool]:
    if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
        return [], True
    if op is ops.LITERAL:
        return [re.escape(chr(value))], False
    if op is ops.IN:
        return [_member(*one) for one in value], False
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, _, inner = value
        found, is_empty = _first(inner)
        return found, is_empty or least == 0
    if op is ops.SUBPATTERN:
        return _first(value[-1])
    if op is ops.BRANCH:
        branches = [_first(branch) for branch in value[1]]
        return [char for found, _ in branches for char in found], any(is_empty for _, is_empty in branches)
    raise ValueError(f"a pattern may begin with anything: {op} {value}")


def _member(op: Any, value: Any) -> str:
    if op is ops.LITERAL:
        return re.escape(chr(value))
    if op is ops.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if op is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
        return r"\d"
    raise ValueError(f"a pattern may begin with anything: {op} {value}")


def _scout(regexes: Sequence[str]) -> str:
    """One of the characters that the patterns begin with and, looked at from before it, one of the patterns."""
    for regex in regexes:
        if _REFERENCE.search(regex):
            raise ValueError(f"a pattern that refers to its own groups cannot be looked for in this way: {regex}")
    either = "|".join(_NAME.sub("(?:", regex) for regex in regexes)
    return f"[{first_characters(*regexes)}](?<=(?={either})(?s:.))"


class Patterns:
    """Several patterns that are looked for at once; each finds what it would find alone."""

    def __init__(self, regexes: Sequence[str]) -> None:
        self.regexes = tuple(regexes)
        self._bare = tuple(map(re.compile, regexes))
        self._begin = tuple(re.compile(f"[{first_characters(regex)}]") for regex in regexes)
        self._by_first: dict[str, tuple[int, ...]] = {}
        # those of numerals apart: at a word, the others are passed over quickly
        of_numerals = [any(map(begin.match, digits)) for begin in self._begin]
        self._scouts = tuple(
            re.compile(_scout([regex for regex, is_one in zip(regexes, of_numerals, strict=True) if is_one == kind]))
            for kind in sorted(set(of_numerals))
        )

    def find(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The matches with the number of their pattern: pattern by pattern, those of each as it finds them alone.

        A pattern must not match without end: what one has matched is looked through again for the others.
        """
        found: dict[int, list[re.Match[str]]] = {}
        for start in self._starts(text):
            for number in self._beginning_with(text[start]):
                before = found.get(number)
                if before and start < before[-1].end():
                    continue
                if match := self._bare[number].match(text, start):
                    found.setdefault(number, []).append(match)
        for number, matches in sorted(found.items()):
            for match in matches:
                yield number, match

    def _starts(self, text: str) -> list[int]:
        """The places where one pattern or more match, from left to right."""
        # a hit is one character long, so that none is passed over
        return sorted([hit.start() for scout in self._scouts for hit in scout.finditer(text)])

    def _beginning_with(self, char: str) -> tuple[int, ...]:
        """The numbers of the patterns that can begin with a character."""
        known = self._by_first.get(char)
        if known is None:
            known = tuple(number for number, begin in enumerate(self._begin) if begin.match(char))
            self._by_first[char] = known
        return known


class Pattern:
    """One pattern, looked for only where it can begin."""

    def __init__(self, regex: str) -> None:
        self.regex = regex
        self._bare = re.compile(regex)
        self._scout = re.compile(_scout([regex]))

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first match of the bare pattern in a span."""
        hit = self._scout.search(text, start, end)
        return self._bare.match(text, hit.start(), end) if hit else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The matches of the bare pattern."""
        place = 0
        while found := self.search(text, place):
            yield found
            place = found.end()


class Findable(Protocol):
    """What a pattern of the engine and one of ours have in common."""

    def search(self, text: str, start: int = 0, end: int = sys.maxsize, /) -> re.Match[str] | None:
        """The first match in a span."""

    def finditer(self, text: str, /) -> Iterator[re.Match[str]]:
        """The matches from left to right."""
