"""`xushi versions`, `rollback`, `export`, `load`, and a query of an older version: what they say and how they exit."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from publishing.versions import current_number, database_of
from registry import audit
from tests.publishing.serving import RELEASE, put_out
from xushi import publication
from xushi.cli import app
from xushi.home import Home
from xushi.stages import registry_of

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Home:
    """Two versions, and no serving database."""
    monkeypatch.delenv(publication.SERVING_URL, raising=False)
    root = tmp_path / "home"
    root.mkdir()
    for mark in (1, 2):
        put_out(root, RELEASE, mark)
    return Home(root)


def xushi(home: Home, *arguments: str) -> Result:
    return runner.invoke(app, [*arguments, "--home", str(home.root)])


def test_versions_are_listed_with_what_is_to_be_known_of_them(home, monkeypatch) -> None:
    monkeypatch.setattr(publication.editions, "pinned_versions", lambda _: {1})
    said = xushi(home, "versions")
    assert said.exit_code == 0, said.output
    first, second = (line for line in said.stdout.splitlines() if "2023-10-05" in line)
    assert "2023-10-05 10:00" in first and "2023-09" in first and "文件依据" in first and "当前" not in first
    assert "当前" in second and "文件依据" not in second
    xushi(home, "rollback", "--by", "王五", "--reason", "口径有误")
    first, second = (line for line in xushi(home, "versions").stdout.splitlines() if "2023-10-05" in line)
    assert "当前" in first and "文件依据" in first and "已回退" in second


def test_check_names_what_was_altered_and_fails(home) -> None:
    said = xushi(home, "versions", "--check")
    assert (said.exit_code, "2 版均与清单一致" in said.stdout) == (0, True)
    file = database_of(home.published, 1)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b"x")
    said = xushi(home, "versions", "--check")
    assert said.exit_code == 1
    assert "第 1 版已损坏" in said.stderr and "第 2 版" not in said.stderr
    said = xushi(home, "rollback")
    assert (said.exit_code, "第 1 版已损坏" in said.stderr) == (1, True)
    assert current_number(home.published) == 2


def test_a_rollback_is_said_and_stands_in_the_audit_log(home) -> None:
    said = xushi(home, "rollback", "--by", "王五", "--reason", "口径有误")
    assert said.exit_code == 3, said.output
    assert "总览页未跟上" in said.stderr, "these versions hold no marts that pages could be written from"
    assert "已由第 2 版改为第 1 版" in said.stdout
    (entry,) = audit.of_subject(registry_of(home), "publication-2")
    assert (entry.actor, entry.role, entry.action, entry.note) == ("王五", "command", "roll_back", "口径有误")
    assert (entry.before, entry.after) == ('{"version": 2}', '{"version": 1}')
    assert "当前就是第 1 版" in xushi(home, "rollback", "1").stdout
    assert len(audit.latest(registry_of(home), limit=9)) == 1
    assert "已由第 1 版改为第 2 版" in xushi(home, "rollback", "2").stdout


def test_a_query_of_an_older_version(home) -> None:
    for version, found in (("1", "1"), ("2", "2")):
        said = xushi(home, "query", "select min(mark) as mark from fct", "--version", version, "--format", "csv")
        assert said.stdout.split() == ["mark", found]
    assert xushi(home, "query", "select min(mark) as mark from fct", "--format", "csv").stdout.split()[1] == "2"
    said = xushi(home, "query", "select 1", "--version", "3")
    assert (said.exit_code, "现存：1、2" in said.stderr) == (1, True)


def test_an_export_lies_in_the_home_unless_told_otherwise(home, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XUSHI_DATA_LICENCE", "CC-BY-4.0")
    assert xushi(home, "export", "--version", "1").exit_code == 0
    assert (home.exports / "v000001" / "datapackage.json").read_text("utf-8").count("CC-BY-4.0") == 1
    assert xushi(home, "export", "--out", str(tmp_path / "mine")).exit_code == 0
    assert (tmp_path / "mine" / "fct.parquet").exists()
    said = xushi(home, "export", "--out", str(tmp_path))
    assert (said.exit_code, "不是数据包" in said.stderr) == (1, True)


@pytest.mark.parametrize("command", ["versions", "rollback", "export"])
def test_before_the_first_publication_it_is_said(tmp_path, command) -> None:
    said = xushi(Home(tmp_path / "home"), command)
    assert said.exit_code == 1
    assert said.stderr.count("\n") == 1
    assert "还没有已发布的数据" in said.stderr


@pytest.mark.parametrize("given", ["0", "-1", "many", "2.5"])
def test_a_retention_that_cannot_be_is_refused(monkeypatch, given) -> None:
    monkeypatch.setenv(publication.KEEP, given)
    with pytest.raises(publication.SettingError, match=rf"{publication.KEEP} 现为 '{given}'"):
        publication.keep_versions()


def test_retention_as_set_and_by_default(monkeypatch) -> None:
    monkeypatch.delenv(publication.KEEP, raising=False)
    assert publication.keep_versions() == 24
    monkeypatch.setenv(publication.KEEP, "3")
    assert publication.keep_versions() == 3


def test_load_wants_an_address(home) -> None:
    said = xushi(home, "load")
    assert (said.exit_code, publication.SERVING_URL in said.stderr) == (1, True)


@pytest.mark.postgres
def test_load_and_rollback_bring_the_serving_database_along(home, postgres_url, monkeypatch) -> None:
    monkeypatch.setenv(publication.SERVING_URL, postgres_url)
    engine = create_engine(postgres_url)

    def served() -> int:
        with engine.connect() as connection:
            return connection.execute(text("select min(mark) from marts.fct")).scalar_one()

    assert "第 2 版" in xushi(home, "load").stdout
    assert served() == 2
    said = xushi(home, "rollback")
    assert "查询服务未跟上" not in said.output
    assert served() == 1
    engine.dispose()


@pytest.mark.parametrize(
    "url", ["postgresql://x:secret@127.0.0.1:1/none", "x:secret@host", "mysql://x:secret@host/none"]
)
def test_a_serving_database_that_is_away_stops_no_rollback(home, monkeypatch, url) -> None:
    monkeypatch.setenv(publication.SERVING_URL, url)
    said = xushi(home, "rollback")
    assert said.exit_code == 3
    assert "查询服务未跟上" in said.stderr
    assert "secret" not in said.output
    assert current_number(home.published) == 1
    assert xushi(home, "load").exit_code == 1


def test_no_part_of_a_password_is_told(home, monkeypatch) -> None:
    monkeypatch.setenv(publication.SERVING_URL, "postgresql://u:SEC@RET@127.0.0.1:1/none")
    said = xushi(home, "load")
    assert said.exit_code == 1
    assert "%40" in said.output
    assert "RET" not in said.output
