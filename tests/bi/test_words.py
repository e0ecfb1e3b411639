"""What the wide views say in Chinese is what the seeds say."""

from __future__ import annotations

import ast
import csv
import re

import pytest

from review.labels import SEVERITY, STATE
from xushi.transform import PROJECT


def words() -> dict[str, dict[str, str]]:
    """The words of the macro, as it writes them down."""
    text = (PROJECT / "macros" / "words.sql").read_text("utf-8")
    literal = re.search(r"set words = (\{.*?\})\[kind\]", text, flags=re.DOTALL)
    assert literal
    read: dict[str, dict[str, str]] = ast.literal_eval(literal.group(1))
    return read


@pytest.mark.parametrize(
    ("kind", "seed", "code"),
    [
        ("stage", "stages", "stage"),
        ("indicator_type", "indicator_types", "code"),
        ("publication_status", "publication_status", "code"),
    ],
)
def test_a_word_is_the_seeds_word(kind: str, seed: str, code: str) -> None:
    with (PROJECT / "seeds" / f"{seed}.csv").open(encoding="utf-8") as file:
        assert words()[kind] == {row[code]: row["name_zh"] for row in csv.DictReader(file)}


def test_every_theme_has_a_word() -> None:
    with (PROJECT / "seeds" / "task_themes.csv").open(encoding="utf-8") as file:
        assert {row["theme"] for row in csv.DictReader(file)} | {"other"} <= set(words()["theme"])


def test_findings_are_called_as_at_the_desk() -> None:
    assert words()["severity"] == {code: name for code, (name, _) in SEVERITY.items()}
    assert words()["incident_state"] == {code: name for code, (name, _) in STATE.items() if code != "open"}
