"""The vocabulary of `vocabulary.yml`, as compiled patterns over folded text."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words(group: str, name: str) -> re.Pattern[str]:
    """One pattern of the file; raises KeyError for a name that is not there."""
    return re.compile(_vocabulary()[group][name])


@cache
def names(group: str) -> tuple[str, ...]:
    """The names of a group's patterns, in the order of the file."""
    return tuple(_vocabulary()[group])


@cache
def phrases(group: str, name: str) -> tuple[str, ...]:
    """A list of plain words of the file."""
    return tuple(_vocabulary()[group][name])


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern that stands alone in the file."""
    return re.compile(_vocabulary()[name])


@cache
def _vocabulary() -> dict[str, Any]:
    text = files("ingestion.segment").joinpath("vocabulary.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
