"""The table of rules in docs/rules.md says what the code says; `python -m tests.extract.test_rules_table` writes it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from ingestion.extract import registry
from tests.extract.test_extract_rules import CELL, ENTRIES

TABLE = Path(__file__).parents[2] / "docs" / "rules.md"
HEAD = """# Rules of extraction

Every rule with its version, in the order in which the rules read a text. A rule reads the folded copy of a text and
the marks of the rules before it. The example is the first of its corpus in `tests/corpus`, where each rule has texts
that it must read and texts that it must leave; what it takes of the example stands in 「」. A rule whose behaviour
changes gets the next version, and facts carry the version that read them. This file is written by
`python -m tests.extract.test_rules_table` and tested against the code.
"""


def example(rule: str) -> str:
    """The first text of a rule's corpus, with what it reads marked."""
    case = ENTRIES[rule]["reads"][0]
    text = str(case["text"])
    taken = str(case.get("as", text))
    shown = text.replace(taken, f"「{taken}」", 1)
    header = f"（列名 {case['header']}）" if rule == CELL else ""
    return (header + shown).replace("|", "\\|").replace("\n", " ")


def table() -> str:
    """The file as it should be."""
    lines = [HEAD]
    by_file = sorted(registry.rules(), key=lambda r: r.id.partition(".")[0])
    for name, listed in groupby(by_file, key=lambda r: r.id.partition(".")[0]):
        lines += [f"## {name}", "", "| rule | version | 说明 | claims | example |", "|---|---|---|---|---|"]
        for rule in sorted(listed, key=lambda r: (r.order, r.id)):
            cells = (f"`{rule.id}`", str(rule.version), rule.description_zh, rule.description_en, example(rule.id))
            lines.append(
                "| " + " | ".join(c.replace("|", "\\|") if i in (2, 3) else c for i, c in enumerate(cells)) + " |"
            )
        lines.append("")
    return "\n".join(lines)


def test_the_table_of_rules_is_that_of_the_code() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "write it anew: python -m tests.extract.test_rules_table"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
