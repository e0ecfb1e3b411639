"""docker-compose.yml as an engine would read it: its anchors resolved, its variables filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<rule>:[-?])(?P<rest>[^}]*))?\}")


def compose(settings: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The file with `settings` as its .env; KeyError for what has no default and was not given."""
    given = settings or {}

    def filled(found: re.Match[str]) -> str:
        value = given.get(found["name"], "")
        if value or found["rule"] is None:
            return value
        if found["rule"] == ":?":
            raise KeyError(found["name"])
        return found["rest"]

    # by the text, as engines do it: nothing in it is a variable that no engine would fill in
    read: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(filled, FILE.read_text("utf-8")))
    return read
