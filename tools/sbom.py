"""`make sbom`: what is in an installation, as CycloneDX bills of materials, one for each lock.

python -m tools.sbom [FOLDER]    default var/sbom; the same lock gives the same bytes
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.audit import LOCKS, ROOT

_PIN: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pins(lock: Path) -> set[tuple[str, str]]:
    """The (name, version) pairs that a lock names; names in lower case with hyphens."""
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in _PIN.findall(lock.read_text("utf-8"))}


def write(folder: Path, locks: Sequence[str] = LOCKS) -> list[Path]:
    """Write the bills; raises CalledProcessError with the program's words where it refuses."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for lock in locks:
        target = folder / f"{Path(lock).stem}.cdx.json"
        subprocess.run(  # noqa: S603 (ours)
            [
                sys.executable, "-m", "cyclonedx_py", "requirements", lock, "--pyproject", "pyproject.toml",
                "--output-reproducible", "--output-format", "JSON", "--validate", "-o", str(target.absolute()),
            ],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        made.append(target)
    return made


if __name__ == "__main__":
    try:
        for path in write(Path(sys.argv[1] if len(sys.argv) > 1 else "var/sbom")):
            print(path)  # noqa: T201
    except subprocess.CalledProcessError as error:
        sys.exit(f"物料清单未能生成 (no bill of materials): {(error.stderr or str(error)).strip().splitlines()[-1]}")
