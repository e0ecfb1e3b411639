"""The command line: what it prints, what it refuses, how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.xushi.conftest import SAMPLES
from xushi.cli import EXIT_WITH_REMARKS, app

runner = CliRunner()

#: Fields of the JSONL contract that outsiders read by name.
CONTRACT_FIELDS = set(
    "document document_sha256 family fact item_no sub_item region region_code campaign_year as_of_date period_start "
    "task indicator requirement target_value target_comparator target_unit actual_value unit percent percent_kind "
    "yoy_change yoy_unit deadline points indicator_type count_role is_stated_zero stage status_phrase status is_plan "
    "is_approximate actual_comparator actual_upper target_upper rule_id rule_version quote locator char_start char_end "
    "canonical_value canonical_unit".split()
)


def test_extract_prints_the_contracts_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "进展.txt"
    path.write_text("截至2023年9月底，已完成整治12家，完成率40%。\n", encoding="utf-8")
    result = runner.invoke(app, ["extract", str(path), "--region", "鹤山市", "--as-of", "2023-09-30"])
    assert result.exit_code == 0, result.output
    facts = [json.loads(line) for line in result.stdout.splitlines()]
    assert facts
    assert all(set(fact) >= CONTRACT_FIELDS for fact in facts)
    assert all(fact["region"] == "鹤山市" and fact["as_of_date"] == "2023-09-30" for fact in facts)
    text = path.read_text("utf-8")
    assert all(text[fact["char_start"] : fact["char_end"]] == fact["quote"] for fact in facts)


def test_extract_goes_on_after_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "好.txt", tmp_path / "坏.docx"
    good.write_text("截至9月底，已完成整治12家。\n", encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04rubbish")
    result = runner.invoke(app, ["extract", str(bad), str(good), str(tmp_path / "无.txt")])
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 2
    assert "坏.docx" in result.stderr
    assert '"document": "好.txt"' in result.stdout


def test_refresh_exits_with_three_when_a_file_was_rejected(copied: Path) -> None:
    result = runner.invoke(app, ["refresh", "--inbox", str(SAMPLES), "--home", str(copied), "--no-airflow"])
    assert result.exit_code == EXIT_WITH_REMARKS, result.output
    assert "没有变化" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["refresh", "--inbox", "没有的文件夹"], "没有的文件夹"),
        (["refresh", "--inbox", ".", "--period", "2023年9月"], "2023-09"),
        (["extract", "x.txt", "--as-of", "九月底"], "2023-09-30"),
    ],
)
def test_a_wrong_argument_gets_one_clear_line(arguments: list[str], said: str) -> None:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_query_answers_and_refuses_to_write(samples_home: Path) -> None:
    home = ["--home", str(samples_home)]
    answer = runner.invoke(app, ["query", "select count(*) as n from fct_task_progress", "--format", "json", *home])
    assert json.loads(answer.stdout)["n"] > 0
    refused = runner.invoke(app, ["query", "delete from fct_task_progress", *home])
    assert refused.exit_code == 1
    assert "只能读取" in refused.stderr


def test_query_before_the_first_publication_says_so(tmp_path: Path) -> None:
    result = runner.invoke(app, ["query", "select 1", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "还没有已发布的数据" in result.stderr


def test_explain_names_the_rules() -> None:
    result = runner.invoke(app, ["explain", "截至9月底，已完成整治12家，完成率40%。"])
    assert result.exit_code == 0, result.output
    assert "40" in result.stdout
