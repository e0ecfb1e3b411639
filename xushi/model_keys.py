"""The keys of the published tables, as the models' own tests declare and prove them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from publishing.manifest import ForeignKey, Keys
from xushi.home import PROJECT_ROOT

MARTS: Final = PROJECT_ROOT / "dbt_project" / "models" / "marts"
_REF: Final = re.compile(r"ref\(\s*'(\w+)'\s*\)")


def model_keys(folder: Path = MARTS) -> dict[str, Keys]:
    """By model: the first column that is tested as unique and never null, and the columns that are tested to point
    to another model's row; a relation that holds for some rows only (`where`) is none."""
    models = sorted((m for path in folder.rglob("*.yml") for m in _models(path)), key=lambda model: str(model["name"]))
    found = {str(model["name"]): Keys(_primary(model), tuple(_foreign(model))) for model in models}
    return {name: keys for name, keys in found.items() if keys != Keys()}


def _models(path: Path) -> list[dict[str, Any]]:
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []


def _primary(model: Mapping[str, Any]) -> tuple[str, ...]:
    for column in model.get("columns", []):
        if {"unique", "not_null"} <= {test for test in column.get("data_tests", []) if isinstance(test, str)}:
            return (str(column["name"]),)
    return ()


def _foreign(model: Mapping[str, Any]) -> Iterator[ForeignKey]:
    for column in model.get("columns", []):
        for test in column.get("data_tests", []):
            relation = test.get("relationships") if isinstance(test, dict) else None
            if relation is None or "where" in relation.get("config", {}):
                continue
            arguments = relation.get("arguments", relation)
            if to := _REF.fullmatch(arguments["to"].strip()):
                yield ForeignKey((str(column["name"]),), to.group(1), (str(arguments["field"]),))
