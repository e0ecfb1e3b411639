"""kill -9 at seeded moments of every stage: after the re-run everything is as if nothing had happened."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import copy_of_home
from tests.faults.comparing import differences, path_free
from tests.faults.conftest import INBOX, Warm
from tests.faults.killing import STAGES, Killer
from tests.faults.reading import read_all_the_time

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(5400)]

#: The seed of the moments; another one tries others (XUSHI_FAULT_SEED=…).
SEED = int(os.environ.get("XUSHI_FAULT_SEED", "2023"))


def killed_and_compared(
    warm: Warm, july: Path, undisturbed: dict[str, Any], measured: dict[str, dict[str, float]], folder: Path,
    *, seed: int, each: int,
) -> tuple[int, int]:  # fmt: skip
    """One home through its kills: how many there were, and how often the reader looked."""
    folder.mkdir()
    home = copy_of_home(july, folder / "home")
    with read_all_the_time(home, folder) as looks:
        dice = random.Random(seed)  # noqa: S311 (dice, not a secret)
        killed = Killer(warm, home, INBOX, dice, measured).work(each)
    assert differences(path_free(warm.done("look", home=str(home)), home), undisturbed) == [], killed.moments
    assert looks["wrong"] == [], killed.moments
    assert looks["versions"] == [1, 2], "readers see the month before, then the month after"
    assert all(killed.kills[name] >= each for name in STAGES), killed.kills
    print(  # noqa: T201 (shown by make soak)
        f"seed {seed}: {sum(killed.kills.values())} kills {dict(killed.kills)}, {looks['looks']} looks"
    )
    return sum(killed.kills.values()), looks["looks"]


def test_twenty_kills_lose_nothing_and_show_nothing_half_made(
    warm: Warm, july: Path, undisturbed: dict[str, Any], measured: dict[str, dict[str, float]], tmp_path: Path
) -> None:
    kills, looks = killed_and_compared(
        warm, july, undisturbed, measured, tmp_path / "home", seed=SEED, each=2
    )  # fmt: skip
    assert kills >= 18
    assert looks > 0


@pytest.mark.soak
@pytest.mark.parametrize("quarter", range(4))
def test_two_hundred_kills_lose_nothing_and_show_nothing_half_made(
    warm: Warm, july: Path, undisturbed: dict[str, Any], measured: dict[str, dict[str, float]], tmp_path: Path,
    quarter: int,
) -> None:  # fmt: skip
    kills, _ = killed_and_compared(
        warm, july, undisturbed, measured, tmp_path / "home", seed=SEED + 1 + quarter, each=6
    )  # fmt: skip
    assert kills >= 50
