"""A disk that fills up in the middle: one clear line, readers keep what they had, and with room all goes on."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import copy_of_home
from tests.faults.comparing import differences, half_made, path_free
from tests.faults.conftest import INBOX, Warm
from tests.faults.killing import STAGES, Killer
from xushi.home import Home

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("faults"), pytest.mark.timeout(1800)]

#: Room left beside the home, in KiB: little enough that each of the stages is the first to run out somewhere.
_ROOM: Final = {"discover": 8, "transform": 3_000, "publish": 100}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own in memory; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"a small file system needs the right to mount: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def resize(place: Path, kib: int) -> None:
    """Give the file system another size."""
    subprocess.run(["mount", "-o", f"remount,size={kib}k", str(place)], check=True, capture_output=True)


def used(place: Path) -> int:
    """KiB in use."""
    found = os.statvfs(place)
    return (found.f_blocks - found.f_bfree) * found.f_frsize // 1024


@pytest.mark.parametrize("stage", sorted(_ROOM))
def test_a_full_disk_stops_the_run_with_one_line_and_harms_nothing(
    stage: str, warm: Warm, july: Path, undisturbed: dict[str, Any], small_disk: Path
) -> None:
    home = copy_of_home(july, small_disk / "home")
    plan: dict[str, Any] = {}
    killer = Killer(warm, home, INBOX, random.Random(0), {})  # noqa: S311 (nothing is left to chance here)
    for name, order in killer.orders(plan):
        if name == stage:
            resize(small_disk, used(small_disk) + _ROOM[stage])
        told = warm(order["do"], None, **order["with"])
        if told["ended"] == "failed":
            break
        plan.update(told["answer"] if name == "discover" else {})
    assert told["ended"] == "failed", "the disk was large enough after all"
    assert STAGES.index(name) >= STAGES.index(stage)
    assert "\n" not in told["error"]
    assert any(word in told["error"] for word in ("空间", "space")), told["error"]
    assert half_made(Home(home)) == []
    resize(small_disk, 512 * 1024)
    warm.done("run_to_the_end", home=str(home), inbox=str(INBOX), run_id="with-room")
    assert differences(path_free(warm.done("look", home=str(home)), home), undisturbed) == []
