"""An inbox full of hostile files and names beside the samples: the samples come out as if they lay there alone."""

from __future__ import annotations

import hashlib
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry import submissions
from tests.hostile.cases import CASES, SAID
from tests.read import render
from xushi import refresh as stages
from xushi.home import PROJECT_ROOT, Home

SAMPLES = PROJECT_ROOT / "samples" / "inbox"

#: Names that a disk may hold.
ON_DISK = (
    "平湖区\n2023年9月.txt",
    "平湖区\t\x1b[31m2023年9月.txt",
    "平湖区\u202e2023年8月txt.exe",
    "平湖区\u200b\ufeff2023年8月.txt",
    "  平湖区2023年8月 .txt",
    "平" * 80 + ".txt",
    "a" * 251 + ".txt",
    "-rf.txt",
    "$(touch x).txt",
    "'; drop table submissions; --.txt",
    "%s%n.txt",
    "=cmd|' !A1.txt",
)
#: Names that an archive may give its members.
IN_ARCHIVES = (
    "../../../../逃出.txt",
    "..\\..\\逃出.txt",
    "/逃出.txt",
    "C:\\逃出.txt",
    "\\\\server\\share\\逃出.txt",
    "甲/../../乙.txt",
    "a\rb\nc.txt",
    "\u202etxt.平湖区",
    "长" * 5000 + ".txt",
    "深/" * 500 + "底.txt",
    "CON.txt",
    "...txt",
    "重名.txt",
    "重名.txt/里面.txt",
    ".",
)


def put_names(inbox: Path) -> None:
    for number, name in enumerate(ON_DISK):
        (inbox / name).write_text(f"{SAID}第{number}份。", encoding="utf-8")
    members = {name: f"{SAID}包内第{n}份。".encode() for n, name in enumerate(IN_ARCHIVES)}
    (inbox / "逃逸.zip").write_bytes(render.zipped(members))


def put_cases(inbox: Path) -> None:
    for case in CASES:
        if not case.is_long:
            (inbox / case.name).write_bytes(case.make())


@dataclass(frozen=True)
class Received:
    """What became of an inbox: files of facts with their digests, and the lines that a person gets."""

    facts: dict[str, str]
    lines: list[str]
    names: list[str]


def received(inbox: Path, home: Path) -> Received:
    plan = stages.discover(str(home), str(inbox), None, "run")
    lines = [line for batch in plan["batches"] for line in stages.extract(plan, batch)["refused"]]
    engine = stages.registry_of(Home.find(home))
    rows = submissions.find(engine)
    engine.dispose()
    lake = home / "lake"
    return Received(
        facts={
            path.relative_to(lake).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for kind in ("facts", "items", "rejections", "coverage")
            for path in (lake / kind).rglob("*.parquet")
        },
        lines=lines + [row.rejection_detail for row in rows if row.rejection_detail],
        names=[row.file_name for row in rows],
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Received:
    return received(SAMPLES, tmp_path_factory.mktemp("alone"))


@pytest.mark.parametrize("put", [put_names, put_cases])
def test_the_samples_are_read_as_if_nothing_else_lay_there(
    put: Callable[[Path], None], alone: Received, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUSHI_FILE_SECONDS", "30")
    room = tmp_path / "room"
    inbox = room / "a" / "b" / "inbox"
    shutil.copytree(SAMPLES, inbox)
    put(inbox)
    before = set(tmp_path.rglob("*"))
    found = received(inbox, room / "home")
    assert alone.facts
    assert alone.facts.items() <= found.facts.items()
    assert [line for line in found.lines if not line.isprintable()] == []
    assert [n for n in found.names if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in n)] == []
    outside = {p for p in set(tmp_path.rglob("*")) - before if not p.is_relative_to(room / "home")}
    assert outside == set()


def test_names_that_lead_elsewhere_stay_in_the_inbox(tmp_path: Path) -> None:
    inbox = tmp_path / "a" / "b" / "inbox"
    inbox.mkdir(parents=True)
    put_names(inbox)
    found = received(inbox, tmp_path / "home")
    assert "逃出.txt" in " ".join(found.names)
    assert len(found.names) >= len(ON_DISK) + 10
    assert list(tmp_path.rglob("逃出*")) == []
    assert not Path("/逃出.txt").exists()
