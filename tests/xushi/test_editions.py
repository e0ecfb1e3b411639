"""The whole way on real data: two refreshes, two rounds, a number, a correction, and the proof of what was issued."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from sqlalchemy import Engine
from typer.testing import CliRunner

from ingestion.originals import AlteredOriginalError
from publishing.errors import NotPublishedError
from publishing.versions import database_of
from registry import edition_answers, editions
from registry.audit import Person
from registry.edition_answers import Answer
from registry.edition_states import IllegalEditionStepError, UnsettledError
from registry.editions import Signature
from registry.migrate import upgrade
from tests.conftest import copy_of_home
from tests.xushi.conftest import SAMPLES, refreshed
from xushi import decisions, edition_answering, edition_proof, edition_store, edition_writing
from xushi import editions as issuing
from xushi.edition_answering import AnsweringError
from xushi.edition_contents import Difference
from xushi.edition_writing import Layout
from xushi.editions import Policy, PolicyError
from xushi.home import Home

pytestmark = [pytest.mark.xdist_group("editions"), pytest.mark.timeout(1500)]

AT = datetime(2023, 10, 9, 1, tzinfo=UTC)
DAY, LATER, ISSUED_ON = date(2023, 10, 9), date(2023, 10, 16), date(2023, 10, 20)
DRAFTER, REVIEWER, ISSUER = (Person(name, "steward") for name in ("王五", "李四", "赵六"))
POLICY = Policy(agency="江门市生态环境局")
NUMBER, CORRECTED = "江环〔2023〕12号", "江环〔2023〕15号"
#: The verdict that turns out to be wrong, and is corrected.
WRONG = "荷塘镇污水处理厂三期"


@dataclass
class Walk:
    """What the one long walk saw on its way."""

    home: Home
    engine: Engine
    key: str = ""
    correction: str = ""
    refusals: list[str] = field(default_factory=list)
    first_candidates: int = 0
    changes: tuple[Difference, ...] = ()
    issued: dict[str, Any] = field(default_factory=dict)
    ticks: int = 0

    def given(self, by: Person, key: str | None = None) -> dict[str, Any]:
        self.ticks += 1
        version = editions.get(self.engine, key or self.key).version
        return {"version": version, "by": by, "at": AT + timedelta(minutes=self.ticks)}

    def accept_all(self, key: str) -> None:
        edition = editions.get(self.engine, key)
        for row in edition_answers.of_edition(self.engine, key, edition.round):
            if row.state == "awaiting":
                said = Answer(is_accepted=True, by="陈科长", on=edition.drafted_on, channel="letter")
                edition_answers.record(self.engine, key, row.region_code, said, **self.given(DRAFTER, key))

    def finish(self, key: str, number: str) -> None:
        day = editions.get(self.engine, key).drafted_on
        issuing.submit(self.home, self.engine, key, day=day, **self.given(DRAFTER, key))
        editions.review(self.engine, key, **self.given(REVIEWER, key))
        signature = Signature(number=number, signatory="张三", issued_on=ISSUED_ON)
        issuing.issue(self.home, self.engine, key, signature, **self.given(ISSUER, key))

    def files(self, key: str, stage: str) -> list[Any]:
        return [f for f in editions.files(self.engine, key) if f.stage == stage]

    def words(self, file: Any) -> str:
        return words(edition_store.read(self.home, file.sha256, file.name))


def words(content: bytes) -> str:
    document = open_docx(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    heads = (p.text for s in document.sections for p in (*s.header.paragraphs, *s.footer.paragraphs))
    return "\n".join([*(p.text for p in document.paragraphs), *cells, *heads])


def judged(walk: Walk, status: str, when: int, only: str = "") -> None:
    """The bureau's verdict on every candidate, or on those of one task, through the function that the desk uses."""
    with edition_writing.source(walk.home) as found:
        rows = found.ask(
            "select p.progress_key from fct_task_progress as p join dim_task as t using (task_key)"
            " where p.period = '2023-09' and p.is_current and p.is_lagging and contains(t.task_name, ?)", [only],
        ).rows  # fmt: skip
    assert rows
    for (progress_key,) in rows:
        decisions.determine(
            walk.home,
            progress_key,
            status,
            reason="据核查",
            by="赵六",
            at=AT + timedelta(days=when),  # type: ignore[arg-type]
        )


@pytest.fixture(scope="module")
def walk(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    root = tmp_path_factory.mktemp("editions") / "home"
    copy_of_home(samples_home, root)
    home = Home(root)
    engine = upgrade(home.registry_url)
    it = Walk(home, engine)
    it.key = issuing.draft(home, engine, "2023-09", POLICY, day=DAY, by=DRAFTER, at=AT)
    it.first_candidates = len(issuing.undetermined(home, editions.get(engine, it.key)))
    it.accept_all(it.key)
    with pytest.raises(UnsettledError) as told:
        issuing.submit(home, engine, it.key, day=DAY, **it.given(DRAFTER))
    it.refusals.append(str(told.value))
    judged(it, "behind_schedule", 1)
    assert refreshed(root, SAMPLES).error is None
    it.changes = issuing.redraft(home, engine, it.key, POLICY, day=LATER, **it.given(DRAFTER))
    it.accept_all(it.key)
    it.finish(it.key, NUMBER)
    it.issued = row_of(it, it.key)
    with pytest.raises(IllegalEditionStepError) as told_again:
        issuing.correct(home, engine, it.key, POLICY, day=ISSUED_ON, **it.given(DRAFTER))
    it.refusals.append(str(told_again.value))
    judged(it, "completed", 12, only=WRONG)
    assert refreshed(root, SAMPLES).error is None
    it.correction = issuing.correct(home, engine, it.key, POLICY, day=ISSUED_ON, **it.given(DRAFTER))
    it.accept_all(it.correction)
    it.finish(it.correction, CORRECTED)
    yield it
    engine.dispose()


def row_of(walk: Walk, key: str) -> dict[str, Any]:
    edition = editions.get(walk.engine, key)
    return {column.key: getattr(edition, column.key) for column in type(edition).__mapper__.column_attrs}


def test_nothing_is_submitted_before_every_candidate_has_its_verdict(walk: Walk) -> None:
    assert walk.first_candidates > 30
    assert f"还有{walk.first_candidates}项疑似滞后未经市局认定" in walk.refusals[0]
    assert "养殖" in walk.refusals[0] or "蓬江区“" in walk.refusals[0]
    assert issuing.undetermined(walk.home, editions.get(walk.engine, walk.key)) == ()


def test_the_next_round_tells_what_changed_before_and_after(walk: Walk) -> None:
    verdicts = [d for d in walk.changes if d.column == "determined"]
    assert len(verdicts) >= walk.first_candidates - 3  # requirements that share a text share a verdict
    assert {(d.before, d.after) for d in verdicts} == {("", "进度滞后")}
    assert all(d.column in ("determined", "lag_issued", "progress_issued") for d in walk.changes), "no figure moved"
    edition = editions.get(walk.engine, walk.key)
    assert (edition.round, edition.snapshot_version) == (2, 2)
    assert issuing.changes_of(walk.home, walk.engine, edition) == walk.changes


def test_a_draft_has_no_number_and_what_is_issued_has_it_on_its_face(walk: Walk) -> None:
    (draft,) = [f for f in walk.files(walk.key, "consultation") if f.kind == "lag_table" and f.form == "submission"
                and f.name.endswith("docx") and f.round == 1]  # fmt: skip
    (final,) = [f for f in walk.files(walk.key, "issued") if f.kind == "lag_table" and f.form == "submission"
                and f.name.endswith("docx")]  # fmt: skip
    assert "征求意见稿" in walk.words(draft)
    assert NUMBER not in walk.words(draft)
    assert NUMBER in walk.words(final)
    assert "征求意见稿" not in walk.words(final)
    assert WRONG in walk.words(final)
    assert {f.form for f in walk.files(walk.key, "issued")} == {"submission", "checking"}
    assert len(walk.files(walk.key, "issued")) == 24


def test_what_was_issued_stays_while_the_data_go_on(walk: Walk) -> None:
    assert row_of(walk, walk.key) == walk.issued
    assert editions.pinned_versions(walk.engine) == {2, 3}
    for file in walk.files(walk.key, "issued"):
        kept = walk.home.editions / file.sha256[:2] / file.sha256
        assert kept.stat().st_mode & 0o777 == 0o444
        assert kept.stat().st_size == file.size_bytes


def test_a_correction_says_what_it_changes_and_asks_only_whom_it_concerns(walk: Walk) -> None:
    assert "没有需要更正的" in walk.refusals[1]
    found = editions.get(walk.engine, walk.correction)
    assert (found.corrects, found.number, found.state) == (walk.key, CORRECTED, "issued")
    asked = edition_answers.of_edition(walk.engine, walk.correction, 1)
    assert [a.region for a in asked] == ["蓬江区"]
    differences = issuing.corrections_of(walk.home, walk.engine, found)
    assert ("determined", "进度滞后", "已完成") in [(d.column, d.before, d.after) for d in differences]
    assert {d.region for d in differences} == {"蓬江区"}
    assert found.correction_note is not None
    assert WRONG in found.correction_note
    assert "市局认定由“进度滞后”改为“已完成”" in found.correction_note
    told = "".join(walk.words(f) for f in walk.files(walk.correction, "correction") if f.name.endswith("docx"))
    assert NUMBER in told
    assert CORRECTED in told
    later = editions.corrected_by(walk.engine, walk.key)
    assert later is not None
    assert later.number == CORRECTED


@pytest.mark.parametrize("which", ["key", "correction"])
def test_an_issued_edition_is_proven_byte_by_byte(walk: Walk, which: str) -> None:
    proof = edition_proof.verify(walk.home, walk.engine, getattr(walk, which))
    assert proof.trouble is None
    assert proof.is_same_code
    assert [f.name for f in proof.files if not f.is_written_again] == []
    assert proof.is_unaltered
    assert proof.is_sound


def test_a_proof_tells_an_altered_file_from_another_program(walk: Walk, monkeypatch, tmp_path: Path) -> None:
    written = edition_writing.rendered

    def other(*given: Any, **named: Any) -> Any:
        return tuple(type(d)(d.kind, d.file_name, d.region_code, d.content + b" ") for d in written(*given, **named))

    monkeypatch.setattr(edition_writing, "rendered", other)
    same_code = edition_proof.verify(walk.home, walk.engine, walk.key)
    assert (same_code.is_unaltered, same_code.is_reproduced, same_code.is_sound) == (True, False, False)
    monkeypatch.setattr(edition_writing, "code_version", lambda: "another")
    other_code = edition_proof.verify(walk.home, walk.engine, walk.key)
    assert (other_code.is_same_code, other_code.is_reproduced, other_code.is_sound) == (False, False, True)


def test_a_proof_finds_an_altered_file_and_an_altered_version(walk: Walk, tmp_path: Path) -> None:
    home = Home(copy_of_home(walk.home.root, tmp_path / "home"))
    engine = upgrade(home.registry_url)
    file = next(f for f in editions.files(engine, walk.key) if f.stage == "issued")
    kept = home.editions / file.sha256[:2] / file.sha256
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes() + b" ")
    proof = edition_proof.verify(home, engine, walk.key)
    altered = {f.name for f in editions.files(engine, walk.key) if f.stage == "issued" and f.sha256 == file.sha256}
    assert {f.name for f in proof.files if not f.is_intact} == altered
    assert not proof.is_sound
    database = database_of(home.published, 2)
    database.chmod(0o644)
    with database.open("ab") as stream:
        stream.write(b"\0")
    proof = edition_proof.verify(home, engine, walk.key)
    assert "第2版数据文件已被改动" in (proof.trouble or "")
    shutil.rmtree(database.parent)
    assert "没有第 2 版" in (edition_proof.verify(home, engine, walk.key).trouble or "")
    engine.dispose()


def test_the_command_line_goes_the_same_way(walk: Walk, tmp_path: Path) -> None:
    from xushi.cli import app

    home = copy_of_home(walk.home.root, tmp_path / "home")

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, ["edition", *words, "--home", str(home)])

    listed = run("list")
    assert listed.exit_code == 0
    assert f"已更正，见{CORRECTED}" in listed.stdout
    proven = run("verify", "江环[2023]12号")
    assert proven.exit_code == 0, proven.output
    assert f"{NUMBER}：验证通过" in proven.stdout
    drafted = run("draft", "--period", "2023-08", "--by", "王五", "--day", "2023-09-11", "--reply-days", "2")
    assert drafted.exit_code == 0, drafted.output
    assert "答复期限 2023-09-13，2个工作日" in drafted.stdout
    proof = tmp_path / "台账.pdf"
    proof.write_bytes(b"%PDF-1.7 proof")
    objected = run("answer", "2023-08", "--region", "江海区", "--by", "王五", "--answered-by", "李股长", "--objection",
                   "已完工", "--proof", str(proof), "--day", "2023-09-12")  # fmt: skip
    assert objected.exit_code == 0, objected.output
    assert "江海区：异议未处理" in objected.stdout
    settled = run("settle", "2023-08", "rejected", "--region", "440704", "--reason", "无据", "--by", "赵六")
    assert "江海区：有异议" in settled.stdout
    silent = run("silence", "2023-08", "--by", "王五", "--day", "2023-09-14")
    assert silent.stdout.count("逾期未复") == 6
    for words, told in [
        (("answer", "2023-08", "--region", "番禺区", "--by", "王五", "--answered-by", "x"), "可选：蓬江区"),
        (("submit", "2023-08", "--by", "王五"), "疑似滞后未经市局认定"),
        (("review", "2023-08", "--by", "李四"), "须为“已送审”"),
        (("verify", "2023-08"), "只有已签发的可以验证"),
        (("review", "2023-07", "--by", "李四"), "没有文件 '2023-07'；已有：2023-08（"),
        (("withdraw", "2023-08", "--by", "王五", "--reason", "x", "--seen", "1"), "已被他人改动"),
        (("draft", "--period", "2023-9", "--by", "王五"), "写法为 年-月"),
        (("draft", "--period", "2023-08", "--by", "王五"), "没有更新的版本"),
        (("draft", "--period", "2024-01", "--by", "王五"), "已发布的期次"),
    ]:
        refused = run(*words)
        assert refused.exit_code == 1, words
        assert told in refused.stderr, (words, refused.stderr)
        assert len(refused.stderr.strip().splitlines()[-1]) < 600


def test_a_file_that_was_changed_is_not_handed_out(tmp_path: Path) -> None:
    home = Home(tmp_path)
    kept = edition_store.keep(home, b"one", "甲.docx")
    assert edition_store.keep(home, b"one", "乙.docx") == kept
    assert edition_store.read(home, kept.sha256, "甲.docx") == b"one"
    assert sorted(p.name for p in home.editions.rglob("*") if p.is_file()) == [kept.sha256], "nothing is left beside it"
    kept.path.chmod(0o644)
    kept.path.write_bytes(b"two")
    with pytest.raises(AlteredOriginalError, match="被改动"):
        edition_store.read(home, kept.sha256, "甲.docx")
    assert not edition_store.is_intact(home, kept.sha256, "甲.docx")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("台账.pdf", "台账.pdf"), ("../../etc/passwd", "passwd"), ("C:\\文件\\证明.jpg", "证明.jpg"), ("", "佐证材料"),
        ("长" * 300 + ".pdf", ("长" * 300 + ".pdf")[-120:]),
    ],
)  # fmt: skip
def test_a_proof_keeps_its_own_name_and_no_path(tmp_path: Path, name: str, shown: str) -> None:
    assert edition_answering.keep_proof(Home(tmp_path), b"proof", name).name == shown


def test_a_proof_that_is_empty_or_too_large_is_not_kept(tmp_path: Path) -> None:
    for content, told in [(b"", "空文件"), (bytes(edition_answering.MAX_PROOF_BYTES + 1), "上限 20 MB")]:
        with pytest.raises(AnsweringError, match=told):
            edition_answering.keep_proof(Home(tmp_path), content, "台账.pdf")
    assert not (tmp_path / "editions").exists()


def test_settings_of_the_bureau_are_read_and_refused_clearly(monkeypatch) -> None:
    monkeypatch.setenv("XUSHI_AGENCY", "江门市生态环境局")
    monkeypatch.setenv("XUSHI_DISTRICT_ORDER", "蓬江区，江海区, 新会区、台山市")
    monkeypatch.setenv("XUSHI_REPLY_DAYS", "5")
    policy = Policy.of_settings(reply_days=None)
    assert (policy.agency, policy.reply_days) == ("江门市生态环境局", 5)
    assert policy.layout.order == ("蓬江区", "江海区", "新会区", "台山市")
    assert Layout.from_json(policy.layout.to_json()) == policy.layout
    assert Policy.of_settings(reply_days=2).reply_days == 2
    for wrong in ("0", "three", "61", "-1"):
        monkeypatch.setenv("XUSHI_REPLY_DAYS", wrong)
        with pytest.raises(PolicyError, match=f"{wrong}.*1到60"):
            Policy.of_settings()


def test_a_home_without_data_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    engine = upgrade(home.registry_url)
    with pytest.raises(NotPublishedError, match="还没有已发布的数据"):
        issuing.draft(home, engine, "2023-09", POLICY, day=DAY, by=DRAFTER, at=AT)
    assert editions.every(engine) == []
    engine.dispose()
