"""What the build database holds: who built it, from which inputs, which periods were computed, judged and released.

The state stands beside the database and is written by atomic rename, always after the work that it records: a run that
dies leaves the periods it worked on marked as changed, and the next one computes them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from ingestion.lake import file_sha256
from xushi.fingerprint import code_version
from xushi.home import Home
from xushi.window import Window, blocker_digests, changed, everything, period_digests, whole_years

Gate = Literal["raw", "mart"]


@dataclass(frozen=True, slots=True)
class BuildState:
    """The digests are by period; `code` is the version of rules and models that computed them.

    `judged` says of each gate what its findings rest on: the code, the digests of the periods, the sha256 of its file.
    """

    run_id: str | None = None
    inputs: str = ""
    code: str = ""
    built_periods: Mapping[str, str] = field(default_factory=dict)
    released_periods: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    published_inputs: str = ""


def read(home: Home) -> BuildState:
    """The state as it was last written; an empty one where nothing was built, or by an older program."""
    path = _path(home)
    known = BuildState.__dataclass_fields__
    given = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return BuildState(**{name: value for name, value in given.items() if name in known and value is not None})


def window_to_build(home: Home) -> Window:
    """What a transform must compute: the changed periods, or all where the code or the database is new."""
    state = read(home)
    if state.code != code_version() or not home.build_database.exists():
        return everything(home.lake)
    return changed(home.lake, state.built_periods, period_digests(home.lake))


def window_to_judge(home: Home, gate: Gate) -> Window:
    """What a gate must judge: the periods that changed since it last did, or all where its findings cannot be kept.

    A run that died between a stage and its gate leaves the periods to the next one.
    """
    known, findings = read(home).judged.get(gate), findings_of(home, gate)
    if known is None or known["code"] != code_version() or not findings.exists():
        return everything(home.lake)
    if known["findings"] != file_sha256(findings):
        return everything(home.lake)
    window = changed(home.lake, known["periods"], period_digests(home.lake))
    return window if gate == "raw" else whole_years(home.lake, window)


def findings_of(home: Home, gate: Gate) -> Path:
    """Where a gate's findings lie."""
    return home.lake / "checks" / f"{gate}.parquet"


def window_to_release(home: Home) -> Window:
    """What a release must write: the periods computed since the last one, and those whose blockers changed."""
    state = read(home)
    if not state.released_periods:
        return everything(home.lake)
    return changed(home.lake, state.released_periods, _release_digests(home))


def begin(home: Home, window: Window) -> None:
    """The database is being written: it is nobody's until `built`, and a full build forgets what was there."""
    state = replace(read(home), run_id=None)
    if window.is_full:
        kept = {gate: known for gate, known in state.judged.items() if gate != "mart"}
        state = replace(state, code="", built_periods={}, released_periods={}, judged=kept)
    _keep(home, state)


def built(home: Home, *, run_id: str, inputs: str) -> None:
    """The candidates of every changed period were computed by this run, from these inputs."""
    digests = period_digests(home.lake)
    _keep(home, replace(read(home), run_id=run_id, inputs=inputs, code=code_version(), built_periods=digests))


def judged(home: Home, gate: Gate, findings: str) -> None:
    """The gate has judged all that the lake holds now; `findings` is the sha256 of what it wrote."""
    of_gate = {"code": code_version(), "findings": findings, "periods": period_digests(home.lake)}
    state = read(home)
    _keep(home, replace(state, judged={**state.judged, gate: of_gate}))


def released(home: Home) -> None:
    """The marts hold what was computed and what the gates said of it."""
    _keep(home, replace(read(home), released_periods=_release_digests(home)))


def published(home: Home, *, inputs: str) -> None:
    """The published version was made from these inputs; written last, so that a run that dies before is done again."""
    _keep(home, replace(read(home), published_inputs=inputs))


def is_owned(home: Home, run_id: str) -> bool:
    """True where this run built what the build database holds; another one may have come between two of its tasks."""
    return read(home).run_id == run_id


def owned(home: Home, run_id: str) -> BuildState:
    """The state of the build, when this run built it: two runs never judge and publish a mixture."""
    state = read(home)
    if state.run_id != run_id:
        raise RuntimeError(
            f"the build database was rebuilt by another refresh ({state.run_id}); run this refresh again"
        )
    return state


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file by atomic rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
    temporary.replace(path)


def _release_digests(home: Home) -> dict[str, str]:
    """The digest of each period's inputs and of what a blocker holds back there; '' stands for all periods."""
    inputs, blockers = period_digests(home.lake), blocker_digests(home.lake)
    unplaced = blockers.pop("", "")
    return {p: f"{inputs.get(p, '')}/{blockers.get(p, '')}/{unplaced}" for p in sorted(inputs.keys() | blockers.keys())}


def _keep(home: Home, state: BuildState) -> None:
    write_json(_path(home), asdict(state))


def _path(home: Home) -> Path:
    return home.build_database.with_name("state.json")
