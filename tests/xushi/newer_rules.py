"""Rules of a next version: percentages are read in whole points.  One real rule is another one; all else is as it is.

A worker process reads with `extract` of this module; `in_force` makes them the rules of this process's commands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any
from unittest.mock import patch

from ingestion import pipeline
from ingestion.extract import extractor, registry
from ingestion.extract.marks import Mark
from ingestion.extract.registry import Finder, Rule
from ingestion.extract.rules import percent
from ingestion.records import Extraction, Segmentation

CHANGED = "percent.stated"


def extract(segmentation: Segmentation) -> Extraction:
    """As the project's own, with the changed rule."""
    _install()
    return extractor.extract(segmentation)


def version() -> str:
    """The version that the project's own digest gives to these rules."""
    with patch.object(percent, "RULES", _rules()), patch.object(registry, "rules", registry.rules.__wrapped__):
        return str(registry.extractor_version.__wrapped__())


@contextmanager
def in_force() -> Iterator[str]:
    """The newer rules are the program's; yields their version."""
    newer = version()
    stages = replace(pipeline.default_stages(), extract=extract, version=newer)
    with (
        patch.object(pipeline, "default_stages", lambda: stages),
        patch("xushi.fingerprint.EXTRACTOR_VERSION", newer),
        patch("xushi.publication.EXTRACTOR_VERSION", newer),
    ):
        yield newer


@cache
def _install() -> None:
    """In a worker, which ends with its pool: the table of rules is read anew."""
    percent.RULES = _rules()  # type: ignore[misc]
    for name, module in list(sys.modules.items()):
        if name.startswith("ingestion.extract"):
            for kept in vars(module).values():
                getattr(kept, "cache_clear", lambda: None)()


def _rules() -> tuple[Rule, ...]:
    return tuple(
        replace(rule, version=rule.version + 1, find=_in_whole_points(rule.find)) if rule.id == CHANGED else rule
        for rule in percent.RULES
    )


def _in_whole_points(find: Finder) -> Finder:
    def found(*given: Any) -> Iterable[Mark]:
        for mark in find(*given):
            yield mark._replace(value=None if mark.value is None else mark.value.quantize(Decimal(1)))

    return found
