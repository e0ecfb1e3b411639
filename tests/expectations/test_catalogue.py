"""One file a check, whole and unique; the catalogue is scanned, never listed by hand."""

from __future__ import annotations

import re

import pytest

from expectations.catalogue import CHECKS, catalogue, load_catalogue, parse_check
from expectations.errors import CatalogueError
from expectations.workbench import RELATIONS

TEXT = (CHECKS / "share_within_bounds.yml").read_text("utf-8")


def test_every_file_is_a_check_of_its_own_name() -> None:
    assert [c.id for c in catalogue()] == sorted(p.stem for p in CHECKS.glob("*.yml"))
    assert {c.stage for c in catalogue()} == {"raw", "mart"}


def test_ids_are_snake_case_and_names_are_in_both_languages() -> None:
    for check in catalogue():
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", check.id)
        for text in (check.name_zh, check.formula, check.how_to_mend, check.example):
            assert re.search(r"[\u4e00-\u9fff]", text), check.id
        assert not re.search(r"[\u4e00-\u9fff]", check.name_en + check.how_to_mend_en), check.id


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.replace("severity: error", "severity: bad"), "severity bad"),
        (lambda t: t.replace("formula:", "formel:"), "unknown or missing keys formel, formula"),
        (lambda t: t.replace("id: share_within_bounds", "id: other"), "its id is other"),
        (lambda t: "- a list", "not a mapping"),
        (lambda t: re.sub("name_zh: .*", "name_zh: ''", t), "empty name_zh"),
    ],
)
def test_a_malformed_check_is_refused_with_its_fault(change, told) -> None:
    with pytest.raises(CatalogueError, match=told):
        parse_check(change(TEXT), "share_within_bounds")


def test_no_query_depends_on_the_order_in_which_rows_come() -> None:
    """A finding's words would change from run to run, and with them the published content."""
    texts = {c.id: c.query for c in catalogue()} | {p.name: p.read_text("utf-8") for p in RELATIONS.rglob("*.sql")}
    for name, text in texts.items():
        assert not re.search(r"\b(any_value|mode|first|last)\(", text), name
        for call in re.findall(r"string_agg\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", text):
            assert "order by" in call, f"{name}: {call}"
        assert text.count("string_agg(") == len(re.findall(r"string_agg\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", text))


def test_an_empty_folder_is_no_catalogue(tmp_path) -> None:
    with pytest.raises(CatalogueError, match="no check found"):
        load_catalogue(tmp_path)
