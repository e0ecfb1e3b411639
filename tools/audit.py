"""`make audit`: weak spots in our own code (bandit), and known holes in what the locks name (pip-audit).

Exit status: 0 nothing to do, 1 bandit found what nobody gave a reason for, 2 a locked package has a known hole.
Without a network, or with an index that serves no advisories, a line says that nothing was looked up, and the status
is 0: never silently green, and no obstacle on a closed network.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = (
    "ingestion", "registry", "review", "publishing", "bi", "expectations", "xushi", "samples", "dags", "docker",
    "tools",
)  # fmt: skip
LOCKS: Final = ("requirements.lock", "requirements-ocr.lock", "requirements-superset.lock")
#: Rules of bandit whose every finding here has one and the same reason.
REASONS: Final[Mapping[str, str]] = {
    "B404": "importing subprocess is no weakness; each call is judged by B602 to B607",
}
_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Advisories:
    """What pip-audit answered: how many packages it looked up, those it could not, and the holes as lines."""

    looked_up: int
    skipped: int
    holes: tuple[str, ...]


def unexplained(findings: Sequence[Mapping[str, Any]], root: Path = ROOT) -> list[str]:
    """Bandit's findings that have no reason: a line `file:line rule text` each.

    A reason stands in the code, as `noqa: S608 (reason)`: ruff's rules are bandit's under another letter, so that one
    remark serves both.
    """
    told = []
    for found in findings:
        rule, path = str(found["test_id"]), Path(found["filename"])
        lines = (root / path).read_text("utf-8").splitlines()
        first, last = min(found["line_range"]), max(found["line_range"])
        remark = re.compile(rf"noqa:[^#]*\bS{rule.removeprefix('B')}\b")
        if rule not in REASONS and not any(remark.search(line) for line in lines[first - 1 : last]):
            told.append(f"{path}:{found['line_number']} {rule} {found['issue_text']}")
    return told


def code(packages: Sequence[str] = PACKAGES, root: Path = ROOT) -> list[str]:
    """What bandit finds in the packages and nobody gave a reason for."""
    ran = _run("bandit", "--quiet", "--recursive", "--format", "json", *packages, cwd=root)
    if ran.returncode not in (0, 1) or not ran.stdout.strip():
        return [f"bandit 没有运行 (bandit did not run): {_last_line(ran)}"]
    report = json.loads(ran.stdout)
    return [f"bandit: {error['filename']} {error['reason']}" for error in report["errors"]] + unexplained(
        report["results"], root
    )


def locked(lock: str) -> Advisories | str:
    """What is known of the packages of a lock; a line where pip-audit could not ask."""
    ran = _run(
        "pip_audit", "--requirement", lock, "--disable-pip", "--require-hashes", "--format", "json",
        "--progress-spinner", "off", "--timeout", "15", cwd=ROOT,
    )  # fmt: skip
    try:
        return advisories(json.loads(ran.stdout))
    except (ValueError, KeyError, TypeError):
        return _last_line(ran)


def advisories(answer: Mapping[str, Any]) -> Advisories:
    """Pip-audit's JSON; a package that its index does not know is skipped, and was not looked up."""
    packages = answer["dependencies"]
    holes = tuple(
        f"{package['name']} {package['version']}: {hole['id']}，修复于 fixed in {', '.join(hole['fix_versions'])}"
        for package in packages
        for hole in package.get("vulns", ())
    )
    skipped = sum("skip_reason" in package for package in packages)
    return Advisories(len(packages) - skipped, skipped, holes)


def main() -> int:
    """Both, told in lines."""
    weak = code()
    for line in weak:
        print(line)  # noqa: T201
    print(f"bandit：{len(weak)} 处未说明理由 (findings without a reason)")  # noqa: T201
    holes = 0
    for lock in LOCKS:
        answer = locked(lock)
        if isinstance(answer, str):
            print(f"{lock}：漏洞库不可达，未能核对 (the advisories could not be fetched): {answer}")  # noqa: T201
            continue
        for line in answer.holes:
            print(f"{lock}: {line}")  # noqa: T201
        holes += len(answer.holes)
        if answer.skipped:
            print(  # noqa: T201
                f"{lock}：漏洞库中查不到 {answer.skipped} 个包，未能核对"
                f" ({answer.skipped} packages could not be looked up, {answer.looked_up} were)"
            )
        else:
            print(f"{lock}：{answer.looked_up} 个包已核对，{len(answer.holes)} 个已知漏洞 (looked up, holes)")  # noqa: T201
    return 1 if weak else 2 if holes else 0


def _run(module: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *words]
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=_SECONDS)  # noqa: S603 (ours)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"{_SECONDS} 秒内没有应答 (no answer in time)")


def _last_line(ran: subprocess.CompletedProcess[str]) -> str:
    return (ran.stderr.strip() or ran.stdout.strip() or f"exit status {ran.returncode}").splitlines()[-1][:300]


if __name__ == "__main__":
    sys.exit(main())
