"""Patterns that are looked for only where they can begin, several of them in one pass over a text.

The engine tries a pattern that begins with a condition or an optional part at every character of a text.  One that
begins with a set of characters is tried only at these, which is several times faster; the `_scout` of a pattern is the
same pattern in that form.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from re import _constants as ops
from re import _parser as parser
from typing import Any, Final, Protocol

#: What cannot be asked about within another pattern.
_NAME: Final = re.compile(r"\(\?P<\w+>")
_REFERENCE: Final = re.compile(r"\(\?P=|\(\?\(|(?<!\\)\\[1-9]")


def first_characters(regex: str) -> str:
    """A set, as it stands in square brackets, of the characters that a match of a pattern can begin with.

    Raises ValueError for a pattern that can begin with anything, or match nothing at all.
    """
    found: list[str] = []
    if _first(parser.parse(regex), found):
        raise ValueError(f"a pattern must match something: {regex}")
    return "".join(dict.fromkeys(found))


def _first(sequence: Any, found: list[str]) -> bool:
    """Add the first characters of a sequence; true where it may be empty."""
    return all(_first_of(op, value, found) for op, value in sequence)


def _first_of(op: Any, value: Any, found: list[str]) -> bool:
    if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
        return True
    if op is ops.LITERAL:
        found.append(re.escape(chr(value)))
        return False
    if op is ops.IN:
        found.extend(_member(*one) for one in value)
        return False
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, _, inner = value
        return _first(inner, found) or least == 0
    if op is ops.SUBPATTERN:
        return _first(value[-1], found)
    if op is ops.BRANCH:
        return any([_first(branch, found) for branch in value[1]])  # a list: each branch adds its own
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
    first = "".join(map(first_characters, regexes))
    either = "|".join(_NAME.sub("(?:", regex) for regex in regexes)
    return f"[{first}](?<=(?={either})(?s:.))"


class Patterns:
    """Several patterns that are looked for at once; each finds what it would find alone."""

    def __init__(self, regexes: Sequence[str]) -> None:
        self._bare = tuple(map(re.compile, regexes))
        self._begin = tuple(re.compile(f"[{first_characters(regex)}]") for regex in regexes)
        self._scout = re.compile(_scout(regexes))
        self._by_first: dict[str, tuple[int, ...]] = {}

    def find(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The matches with the number of their pattern: pattern by pattern, each from left to right, none overlapping."""
        found: list[list[re.Match[str]]] = [[] for _ in self._bare]
        place = 0
        while hit := self._scout.search(text, place):
            start = hit.start()
            for number in self._beginning_with(text[start]):
                before = found[number]
                if before and start < before[-1].end():
                    continue
                if match := self._bare[number].match(text, start):
                    before.append(match)
            place = start + 1
        for number, matches in enumerate(found):
            for match in matches:
                yield number, match

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

    def search(self, text: str, start: int = 0, end: int = sys.maxsize, /) -> re.Match[str] | None: ...

    def finditer(self, text: str, /) -> Iterator[re.Match[str]]: ...
