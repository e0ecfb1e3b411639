"""What is asked before a release fails where it must, and says what it could not look up."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.production.compose import ROOT
from tools import audit, sbom

WEAK = """import subprocess


def run(words: str) -> None:
    subprocess.run(words, shell=True){remark}
"""


def package(folder: Path, remark: str = "") -> Path:
    (folder / "ours").mkdir()
    (folder / "ours" / "module.py").write_text(WEAK.format(remark=remark), "utf-8")
    return folder


def test_a_weak_spot_is_found_and_a_reason_beside_it_is_taken(tmp_path: Path) -> None:
    pytest.importorskip("bandit")
    (line,) = audit.code(["ours"], package(tmp_path))
    assert line.startswith("ours/module.py:5 B602")
    (tmp_path / "with").mkdir()
    assert audit.code(["ours"], package(tmp_path / "with", "  # noqa: S602 (a word of ours)")) == []
    (tmp_path / "other").mkdir()
    assert len(audit.code(["ours"], package(tmp_path / "other", "  # noqa: S603 (of another rule)"))) == 1


def test_our_code_has_no_weak_spot_without_a_reason() -> None:
    pytest.importorskip("bandit")
    assert audit.code() == []


def test_every_package_of_ours_is_looked_at() -> None:
    ours = {path.parent.name for path in ROOT.glob("*/*.py")} - {"tests", "benchmarks"}
    assert ours <= set(audit.PACKAGES)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    pytest.importorskip("bandit")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "broken.py").write_text("def (", "utf-8")
    (line,) = audit.code(["ours"], tmp_path)
    assert "broken.py" in line


def test_without_a_network_it_says_that_nothing_was_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pip_audit")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("NO_PROXY", "")
    lock = ROOT / "requirements-assets.lock"
    answer = audit.locked(str(lock))
    if isinstance(answer, audit.Advisories):
        assert (answer.looked_up, answer.skipped) == (0, len(sbom.pins(lock)))
    else:
        assert answer


def test_holes_and_what_was_skipped_are_counted_apart() -> None:
    hole = {"id": "CVE-2099-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
    answer = {"dependencies": [
        {"name": "a", "version": "1.0", "vulns": [hole]}, {"name": "b", "version": "1.0", "vulns": []},
        {"name": "c", "skip_reason": "not found"},
    ]}  # fmt: skip
    assert audit.advisories(answer) == audit.Advisories(2, 1, ("a 1.0: CVE-2099-1，修复于 fixed in 2.0",))


@pytest.mark.parametrize(
    ("weak", "answer", "status", "told"),
    [
        ([], "ConnectionError", 0, "漏洞库不可达"),
        ([], audit.Advisories(0, 3, ()), 0, "查不到 3 个包"),
        ([], audit.Advisories(3, 0, ()), 0, "3 个包已核对"),
        ([], audit.Advisories(3, 0, ("a 1.0: CVE-2099-1",)), 2, "CVE-2099-1"),
        (["x.py:1 B602 shell"], audit.Advisories(3, 0, ("a 1.0: CVE-2099-1",)), 1, "x.py:1 B602"),
    ],
)
def test_the_status_says_what_is_to_be_done(
    weak: list[str], answer: audit.Advisories | str, status: int, told: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(audit, "code", lambda: weak)
    monkeypatch.setattr(audit, "locked", lambda _: answer)
    assert audit.main() == status
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("locks", [audit.LOCKS[1:2], pytest.param(audit.LOCKS, marks=pytest.mark.soak)])
def test_the_bill_of_materials_names_every_pin_and_is_the_same_twice(locks: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip("cyclonedx_py")
    first, again = sbom.write(tmp_path / "first", locks), sbom.write(tmp_path / "again", locks)
    assert [path.name for path in first] == [f"{Path(lock).stem}.cdx.json" for lock in locks]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    for path, lock in zip(first, locks, strict=True):
        bill = json.loads(path.read_text("utf-8"))
        assert bill["bomFormat"] == "CycloneDX"
        named = {(re.sub(r"[-_.]+", "-", part["name"]).lower(), part["version"]) for part in bill["components"]}
        assert sbom.pins(ROOT / lock) <= named, lock
        assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])


def test_ci_fails_for_a_weak_spot_and_tells_a_hole() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "python -m tools.audit || [ $? -eq 2 ]" in script
    assert "make sbom" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
