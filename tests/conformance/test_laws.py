"""The repo's own laws: what a reviewer would otherwise have to watch for, each with its reason."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Who may not import whom, so that a stage can be read, tested and replaced alone.
FORBIDDEN_IMPORTS = {
    "ingestion": {"airflow", "dbt", "great_expectations", "xushi", "expectations", "publishing", "dags"},
    "registry": {"airflow", "dbt", "great_expectations", "xushi", "ingestion", "expectations", "publishing", "dags"},
    "expectations": {"airflow", "dbt", "xushi", "publishing", "registry", "dags"},
    "publishing": {"airflow", "dbt", "great_expectations", "xushi", "registry", "dags"},
    "bi": {
        "airflow",
        "dbt",
        "great_expectations",
        "xushi",
        "registry",
        "ingestion",
        "expectations",
        "publishing",
        "dags",
    },
    "xushi": {"great_expectations", "dags"},
    "dags": {"dbt", "great_expectations", "pandas", "duckdb", "ingestion", "registry", "expectations", "publishing"},
}

#: Functions of one engine; they belong in a dispatched macro.
ENGINE_ONLY = (
    "strftime", "strptime", "struct_pack", "generate_series", "regexp_matches", "regexp_extract", "list_aggregate",
    "list_value", "unnest", "read_parquet", "epoch", "date_diff", "datediff", "last_day", "arg_max", "arg_min",
    "string_agg", "listagg", "group_concat", "hash", "md5", "try_cast", "make_date",
)  # fmt: skip
READS_THE_CLOCK = re.compile(
    r"\b(current_date|current_timestamp|getdate|sysdate|localtimestamp|now\s*\(|today\s*\()", re.IGNORECASE
)


def tracked(*patterns: str) -> list[Path]:
    """The files of the repo that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def without_sql_comments(text: str) -> str:
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text)


def sql_models() -> list[Path]:
    found = tracked("dbt_project/models/*.sql", "dbt_project/models/**/*.sql")
    assert found, "no dbt models were found, so the laws about them would hold for nothing"
    return found


@pytest.mark.parametrize("package", sorted(FORBIDDEN_IMPORTS))
def test_a_stage_imports_nothing_beyond_its_sentence(package: str) -> None:
    files = tracked(f"{package}/*.py", f"{package}/**/*.py")
    assert files, f"{package}/ has no Python files"
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports(path)
        if name in FORBIDDEN_IMPORTS[package]
    }
    assert not wrong


def test_only_staging_models_read_sources() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sql_models()
        if "staging" not in path.parts and re.search(r"\bsource\s*\(", without_sql_comments(path.read_text("utf-8")))
    ]
    assert not wrong


def test_models_use_no_function_of_one_engine() -> None:
    pattern = re.compile(rf"(?<![\w.])({'|'.join(ENGINE_ONLY)})\s*\(", re.IGNORECASE)
    wrong = []
    for path in sql_models():
        # a dispatched macro of the project may bear the function's name: calls inside {{ }} are such macros
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", without_sql_comments(path.read_text("utf-8")), flags=re.DOTALL)
        wrong += [f"{path.relative_to(ROOT)}: {match.group(1)}" for match in pattern.finditer(text)]
    assert not wrong


def test_no_model_reads_the_clock() -> None:
    files = sql_models() + tracked("dbt_project/macros/*.sql", "dbt_project/macros/**/*.sql")
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in files
        for match in READS_THE_CLOCK.finditer(without_sql_comments(path.read_text("utf-8")))
    ]
    assert not wrong


def test_no_rule_reads_the_clock() -> None:
    """Extraction, segmentation and checks are functions of the document alone; only arrival has a clock."""
    clocks = {"now", "today", "utcnow"}
    wrong = []
    for path in [*tracked("ingestion/extract/**.py", "ingestion/segment/**.py", "ingestion/read/**.py"),
                 *tracked("expectations/**.py")]:  # fmt: skip
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in clocks:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} reads .{node.attr}")
    assert not wrong


def test_the_dbt_project_is_no_python_package() -> None:
    """Airflow's plugin discovery imports top-level packages whose names begin with dbt_."""
    assert not (ROOT / "dbt_project" / "__init__.py").exists()


def test_no_file_names_this_machine_or_a_registry() -> None:
    needles = [str(ROOT), "files.pytho" + "nhosted", "pypi" + ".org", "registry.np" + "mjs", "deb.deb" + "ian"]
    wrong = []
    for path in tracked():
        if path.suffix in {".docx", ".xlsx", ".png", ".parquet"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [f"{path.relative_to(ROOT)} names {needle}" for needle in needles if needle in text]
    assert not wrong


def test_the_lock_holds_everything_that_is_asked_for_with_hashes() -> None:
    def names(text: str) -> set[str]:
        found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?", text, flags=re.MULTILINE)
        return {re.sub(r"[-_.]+", "-", name).lower() for name in found}

    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert names((ROOT / "requirements.in").read_text("utf-8")) <= names(lock)
    pins = re.findall(r"^[\w.\[\]-]+==\S+[^\n]*", lock, flags=re.MULTILINE)
    assert pins
    assert all(pin.endswith("\\") for pin in pins), "every pin carries its hashes"
    assert "dbt-core-experimental-parser" not in lock, "it downloads a wheel from a code host while it installs"


def test_every_folder_is_in_the_tree_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    missing = {name for name in folders if not name.startswith(".") and f"{name}/" not in readme}
    assert not missing


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_kind_of_file_that_is_read(name: str) -> None:
    from ingestion.read import readers

    said = set(re.findall(r"[a-z]+", (ROOT / name).read_text("utf-8")))
    assert {extension.removeprefix(".") for reader in readers() for extension in reader.EXTENSIONS} <= said


def test_modules_stay_readable_in_one_sitting() -> None:
    long_ones = {
        str(path.relative_to(ROOT)): count
        for path in tracked("*.py")
        if "tests" not in path.parts and (count := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long_ones


@pytest.mark.xdist_group("laws")
def test_tests_of_a_group_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """A group shares what costs a minute to set up; a pytest whose node ids xdist cannot mark would split it."""
    if request.config.getoption("loadgroup", default=False):
        assert request.node.nodeid.endswith("@laws")
