"""Fuzzing: whatever comes in, only an IngestionError comes out.

`make test` runs a tenth with a fixed seed; `make soak` runs 100,000 inputs with a new one.  A failure prints the
input; XUSHI_FUZZ_SEED repeats a run, XUSHI_FUZZ_INPUTS sets how many there are in all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.extract import extract
from ingestion.read import read
from ingestion.segment import segment
from tests.hostile import fuzz

SEED: Final = int(os.environ.get("XUSHI_FUZZ_SEED") or 20231)
INPUTS: Final = 10_000
SOAKED: Final = int(os.environ.get("XUSHI_FUZZ_INPUTS") or 100_000)

WRITTEN: Final = ("txt", "docx", "xlsx", "xls", "html", "csv", "md", "pdf")
DAMAGED: Final = ("docx", "xlsx", "xls", "html", "csv", "txt", "pdf", "zip")
#: What an input of a kind costs, in that of a damaged text; each kind has its share of the inputs by it.
KINDS: Final = (*(("written", extension) for extension in WRITTEN), *(("damaged", extension) for extension in DAMAGED))


def goes_its_way(file: tuple[str, bytes]) -> None:
    """Read, segment, extract; spans slice to their quotes."""
    name, content = file
    try:
        document = read(content, name)
        found = extract(segment(document, as_of=date(2023, 9, 30)))
    except IngestionError as error:
        assert str(error).startswith(f"{name}: ")
        assert "\n" not in str(error)
        return
    for fact in found.facts:
        assert document.text[fact.char_start : fact.char_end] == fact.quote


def fuzzed(kind: str, extension: str, inputs: int, start: int) -> None:
    files: st.SearchStrategy[tuple[str, bytes]] = getattr(fuzz, kind)(extension)
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    run: Callable[[], None] = settings(
        max_examples=inputs, deadline=None, database=None, suppress_health_check=quiet,
        phases=[Phase.generate, Phase.shrink], print_blob=True,
    )(seed(start)(given(file=files)(lambda file: goes_its_way(file))))  # fmt: skip
    try:
        run()
    except BaseException as error:
        error.add_note(f"repeat with XUSHI_FUZZ_SEED={start}")
        raise


@pytest.mark.parametrize(("kind", "extension"), KINDS)
def test_a_seeded_tenth(kind: str, extension: str) -> None:
    fuzzed(kind, extension, INPUTS // len(KINDS), SEED)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("kind", "extension"), KINDS)
def test_a_hundred_thousand_inputs(kind: str, extension: str) -> None:
    start = SEED if "XUSHI_FUZZ_SEED" in os.environ else random.SystemRandom().randrange(2**32)
    fuzzed(kind, extension, -(-SOAKED // len(KINDS)), start)
