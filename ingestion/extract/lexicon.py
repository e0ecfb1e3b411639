"""The vocabulary that rules are composed from: YAML files in one script and width, each with its version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_FOLDER = files("ingestion.extract") / "vocabulary"


def names() -> tuple[str, ...]:
    """The vocabulary files, without their suffix, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".yml") for f in _FOLDER.iterdir() if f.name.endswith(".yml")))


@cache
def load(name: str) -> Mapping[str, Any]:
    """One vocabulary file as a mapping; it must carry an integer `version`."""
    data = yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise ValueError(f"vocabulary {name}.yml: a mapping with an integer `version` is expected")
    return data


def words(name: str, key: str) -> tuple[str, ...]:
    """A list of words of a vocabulary file."""
    return tuple(str(w) for w in load(name)[key])


def either(choices: Iterable[str]) -> str:
    """A non-capturing group of literal words, the longest first, so that a word never hides a longer one.

    Words that begin alike share their beginning: a search then tells from one character which words can follow.
    """
    ordered = sorted({c for c in choices if c}, key=lambda c: (-len(c), c))
    if not ordered:
        raise ValueError("an empty choice matches nothing")
    return _tree(ordered)


def _tree(ordered: Iterable[str]) -> str:
    """The choice between words by their first character; of those behind one, the order (longest first) is kept."""
    behind: dict[str, list[str]] = {}
    for word in ordered:
        behind.setdefault(word[:1], []).append(word[1:])
    return "(?:" + "|".join(re.escape(head) + (_tree(rest) if any(rest) else "") for head, rest in behind.items()) + ")"
