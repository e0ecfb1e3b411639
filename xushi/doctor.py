"""What is wrong with an installation and how to mend it: every check is a function that yields findings.

A check that itself fails is a finding, never a silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from sqlalchemy import Engine

from registry import health
from xushi.home import Home

Severity = Literal["error", "warning", "info"]

EXIT_OF: Final[dict[str, int]] = {"error": 2, "warning": 1, "info": 0}
_SIGN: Final = {"error": "✗", "warning": "！", "info": "·"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, where, and the one step that mends it."""

    check: str
    severity: Severity
    what: str
    where: str
    mend: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{_SIGN[self.severity]} {self.what}（{self.where}）→ {self.mend}"


@dataclass(frozen=True)
class Patient:
    """What the checks look at; `now` is this machine's clock, which may be one of the things that are wrong."""

    home: Home
    now: datetime

    @cached_property
    def damage(self) -> str | None:
        """The line about a registry that cannot be used."""
        return health.examine(self.home.registry_url)

    @cached_property
    def engine(self) -> Engine | None:
        """The registry where it can be opened as it is; a doctor migrates nothing and makes none."""
        from registry.engine import open_engine

        own = self.home.root / "registry.sqlite"
        is_absent = self.home.registry_url == f"sqlite:///{own}" and not own.exists()
        return None if self.damage or is_absent else open_engine(self.home.registry_url)


Check = Callable[[Patient], Iterator[Finding]]
CHECKS: Final[dict[str, Check]] = {}


def check(function: Check) -> Check:
    """Add a check under its function's name."""
    if function.__name__ in CHECKS:
        raise ValueError(f"two checks are called {function.__name__}")
    CHECKS[function.__name__] = function
    return function


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, the worst first, and the checks that were made."""

    findings: tuple[Finding, ...]
    checks: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0 all well, 1 something is to be seen to, 2 something is broken."""
        return max((EXIT_OF[one.severity] for one in self.findings), default=0)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"findings": [asdict(one) for one in self.findings], "checks": list(self.checks)}


def examine(home: Home, *, now: datetime) -> Diagnosis:
    """Make every check; nothing is changed."""
    from xushi import doctor_data, doctor_machine  # noqa: F401 (they add their checks)

    patient = Patient(home, now)
    found: list[Finding] = []
    for name, function in CHECKS.items():
        try:
            found += function(patient)
        except Exception as error:  # noqa: BLE001 (whatever it is, the other checks are made)
            said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            found.append(
                Finding(name, "error", f"这一项无法检查：{said} (the check failed)", name, "先处理其他各项，再检查一次")
            )
    if patient.engine is not None:
        patient.engine.dispose()
    order = sorted(found, key=lambda one: -EXIT_OF[one.severity])
    return Diagnosis(tuple(order), tuple(CHECKS))
