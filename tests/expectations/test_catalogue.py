"""One file a check, whole and unique; the catalogue is scanned, never listed by hand."""

from __future__ import annotations

import re

import pytest

from expectations.catalogue import CHECKS, catalogue, load_catalogue, parse_check
from expectations.errors import CatalogueError
from expectations.workbench import RELATIONS

#: What percentages, counts, deadlines and words must agree in, with the checks that hold them together.
COVERED = {
    "done / target against the stated percentage": (
        "percent_against_counts",
        "share_against_counts",
        "change_against_base",
    ),
    "parts against the whole": (
        "counts_against_whole",
        "part_exceeds_whole",
        "bracket_parts_against_whole",
        "states_leave_remainder",
        "total_against_districts",
        "rate_outside_parts",
    ),
    "sub-targets against the target": ("target_named_twice", "total_against_target", "targets_reported_as_one"),
    "units": ("unit_mismatch", "unit_doubled", "percent_for_points", "figure_of_wrong_size"),
    "a thing reported other than the thing asked": (
        "other_thing_reported",
        "station_not_reported",
        "fund_level_not_reported",
        "half_of_requirement_told",
    ),
    "a share lies in 0–100": ("share_within_bounds", "completion_not_negative"),
    "status against a due figure, stage and deadline": (
        "status_better_than_figures",
        "behind_though_met",
        "behind_prorated_plan",
        "variance_against_plan",
        "overdue_words_before_due",
        "overdue_before_due",
        "same_state_two_verdicts",
    ),
    "a quarter or month named in the text": ("period_outside_document", "event_after_period"),
    "deadline inside the campaign year": ("deadline_before_campaign",),
    "ladder rising with its dates": ("ladder_not_rising",),
    "requirement and progress paired": (
        "due_requirement_without_progress",
        "requirement_not_yet_spoken_of",
        "sub_item_without_requirement",
        "figure_without_requirement",
        "words_against_cell",
    ),
    "points belong to the assessed content": ("points_uneven",),
    "a coverage rate not reported before its deadline": ("rate_not_yet_reported", "rate_due_not_reported"),
    "counts of a year to date never fall": ("count_falling",),
    "stale, and unlike others or itself": (
        "text_copied_forward",
        "text_unchanged",
        "completion_unlike_others",
        "movement_unlike_earlier",
    ),
    "a stamped scan and its editable file": ("stamped_copy_differs", "stamped_copy_not_compared"),
    "what was owed": ("submission_missing", "submission_late"),
    "records, names and originals that can be trusted": (
        "correction_unmatched",
        "refiled_against_correction",
        "duplicate_current_record",
        "duplicate_submission",
        "name_doubtful",
        "original_altered",
        "record_without_dimension",
        "region_unresolved",
        "statement_region_unresolved",
        "task_listed_apart",
    ),
}

TEXT = (CHECKS / "share_within_bounds.yml").read_text("utf-8")


def test_every_file_is_a_check_of_its_own_name() -> None:
    assert [c.id for c in catalogue()] == sorted(p.stem for p in CHECKS.glob("*.yml"))
    assert {c.stage for c in catalogue()} == {"raw", "mart"}


def test_everything_that_must_agree_has_its_checks() -> None:
    """A check belongs to one subject, and no subject is without one."""
    assert all(COVERED.values())
    assert sorted(check_id for ids in COVERED.values() for check_id in ids) == [c.id for c in catalogue()]


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
