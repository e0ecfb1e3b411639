"""The way of an edition: what each step needs and writes, what stands against it, and what never changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from registry import audit, edition_answers, editions, notices
from registry.audit import Person
from registry.edition_states import (
    STATES,
    TAKEN_IN,
    DuplicateEditionNumberError,
    EditionError,
    IllegalEditionStepError,
    IncompleteEditionError,
    SamePersonError,
    StaleEditionError,
    UnknownEditionError,
    UnsettledError,
    actions_of,
)
from registry.engine import writing
from registry.migrate import upgrade
from registry.models import Edition, Incident
from registry.notices import DuplicateNumberError, Letterhead
from tests.registry.edition_samples import (
    AT,
    DAY,
    DRAFTER,
    DUE,
    ISSUER,
    NUMBER,
    REGIONS,
    REVIEWER,
    Way,
    accepted,
    drafted,
    filed,
    objection,
    signature,
)


@pytest.fixture
def quick(tmp_path) -> Iterator[Engine]:
    """SQLite alone, for what does not depend on the database."""
    engine = upgrade(f"sqlite:///{tmp_path / 'r.sqlite'}")
    yield engine
    engine.dispose()


def columns(edition: Edition) -> dict[str, Any]:
    return {column.key: getattr(edition, column.key) for column in Edition.__mapper__.column_attrs}


def test_a_months_documents_go_from_the_draft_to_the_number(engine: Engine) -> None:
    way = Way(engine).to_issue()
    now = way.now
    assert (now.state, now.number, now.signatory, now.issued_by, now.reviewed_by) == (
        "issued", NUMBER, "张三", ISSUER.name, REVIEWER.name,
    )  # fmt: skip
    assert (now.reply_due, now.reply_days, now.is_calendar_known) == (DUE, 3, True)
    assert [(f.stage, f.sha256[0]) for f in editions.files(engine, way.key)] == [
        ("consultation", "a"), ("issued", "d"), ("review", "c"),
    ]  # fmt: skip
    entries = audit.of_subject(engine, way.key)
    assert [e.action for e in entries] == [
        "edition_draft", "edition_answer", "edition_answer", "edition_answer", "edition_submit", "edition_review",
        "edition_issue",
    ]  # fmt: skip
    assert json.loads(entries[-1].after or "")["number"] == NUMBER
    assert actions_of(now) == ()
    assert now.version == len(entries)


def test_an_issued_edition_is_changed_by_nothing(quick: Engine) -> None:
    way = Way(quick).to_issue()
    before, version = columns(way.now), way.now.version
    for step in steps(way, version).values():
        with pytest.raises(IllegalEditionStepError, match="已签发"):
            step()
    correction = Way(quick, editions.correct(
        quick, way.key, drafted(snapshot_version=2), note="蓬江区改为已完成", version=version, by=DRAFTER, at=Way.tick()
    ))  # fmt: skip
    assert editions.corrected_by(quick, way.key) is None, "an open correction corrects nothing yet"
    correction.to_issue("江环〔2023〕13号")
    corrected = editions.corrected_by(quick, way.key)
    assert corrected is not None
    assert corrected.number == "江环〔2023〕13号"
    assert columns(way.now) == before


@pytest.mark.parametrize(
    "statement",
    [
        "update editions set signatory = '李四' where edition_id = :key",
        "update editions set state = 'withdrawn', number = null where edition_id = :key",
        "delete from editions where edition_id = :key",
        "update edition_files set sha256 = 'f' where edition_id = :key",
        "delete from edition_files where edition_id = :key",
        "update edition_answers set text = '无意见' where edition_id = :key",
        "delete from edition_answers where edition_id = :key",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(registry_url: str, statement: str) -> None:
    """Whoever goes around the program: with the embedded registry's file, or as the owner of the tables."""
    engine = upgrade(registry_url)
    issued, other = Way(engine).to_issue(), Way(engine, period="2023-10")
    before = columns(issued.now)
    with pytest.raises(IntegrityError, match="an issued edition never changes"), writing(engine, "x") as session:
        session.execute(text(statement), {"key": issued.key})
    assert columns(issued.now) == before
    with writing(engine, "x") as session:
        session.execute(text("update editions set agency = '某局' where edition_id = :key"), {"key": other.key})
    assert other.now.agency == "某局"
    engine.dispose()


def steps(way: Way, version: int) -> dict[str, Callable[[], object]]:
    engine, key = way.engine, way.key
    given = way.given(ISSUER, version)
    return {
        "redraft": lambda: editions.redraft(engine, key, drafted(snapshot_version=9), changed=(), **given),
        "answer": lambda: edition_answers.record(engine, key, REGIONS[0], accepted(), **given),
        "settle": lambda: edition_answers.settle(engine, key, REGIONS[0], "rejected", reason="无据", **given),
        "silence": lambda: edition_answers.take_silence(engine, key, DUE + timedelta(days=1), **given),
        "submit": lambda: editions.submit(engine, key, [filed("review")], code_version="c1", undetermined=(), **given),
        "review": lambda: editions.review(engine, key, **given),
        "send_back": lambda: editions.send_back(engine, key, reason="错字", **given),
        "issue": lambda: editions.issue(
            engine, key, signature("江环〔2023〕99号"), [filed("issued")], code_version="c2", **given
        ),
        "withdraw": lambda: editions.withdraw(engine, key, reason="重复", **given),
    }


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda e: Way(e), "consultation"),
        (lambda e: Way(e).answered().submitted(), "submitted"),
        (lambda e: Way(e).answered().submitted().reviewed(), "reviewed"),
        (lambda e: Way(e).to_issue(), "issued"),
    ],
)
def test_a_state_allows_what_it_allows_and_names_it(quick: Engine, make: Callable[[Engine], Way], state: str) -> None:
    way = make(quick)
    assert way.now.state == state
    assert set(steps(way, 0)) == set(TAKEN_IN)
    for action, step in steps(way, way.now.version).items():
        if action not in actions_of(way.now):
            with pytest.raises(IllegalEditionStepError, match=f"现为“{STATES[state]}”.*须为.*it is {state}"):  # type: ignore[index]
                step()


def test_the_second_of_two_who_change_it_is_told(engine: Engine) -> None:
    way = Way(engine)
    seen = way.now.version
    way.answer(REGIONS[0])
    for step in steps(way, seen).values():
        with pytest.raises(StaleEditionError, match=r"第1版.*第2版、“征求意见”") as caught:
            step()
        assert caught.value.edition.version == 2


def test_of_two_who_sign_at_once_one_succeeds(engine: Engine) -> None:
    ways = [Way(engine, period=p).answered().submitted().reviewed() for p in ("2023-08", "2023-09")]
    ready = Barrier(2)

    def attempt(way: Way) -> bool:
        ready.wait(30)
        try:
            way.issued()
        except DuplicateEditionNumberError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ways)) == [False, True]


def test_nothing_is_submitted_while_a_district_holds_it_up(engine: Engine) -> None:
    way = Way(engine)
    with pytest.raises(UnsettledError, match="蓬江区未答复；江海区未答复；新会区未答复"):
        way.submitted()
    way.answer("440703").answer("440704").answer("440705", objection())
    with pytest.raises(UnsettledError, match="征求意见尚未办结：新会区异议未处理"):
        way.submitted()
    edition_answers.settle(engine, way.key, "440705", "upheld", reason="改为已完成", **way.given(ISSUER))
    with pytest.raises(UnsettledError, match="新会区异议已采纳，待重新起草"):
        way.submitted()
    edition_answers.settle(engine, way.key, "440705", "rejected", reason="佐证与任务无关", **way.given(ISSUER))
    with pytest.raises(UnsettledError, match=r"还有2项疑似滞后未经市局认定.*甲、乙"):
        way.submitted(("甲", "乙"))
    assert way.now.state == "consultation"
    assert way.submitted().now.state == "submitted"


def test_a_new_round_asks_again_whom_it_concerns(engine: Engine) -> None:
    way = Way(engine)
    with pytest.raises(IllegalEditionStepError, match="没有更新的版本"):
        editions.redraft(engine, way.key, drafted(), changed=(), **way.given(DRAFTER))
    way.answer("440703").answer("440704").answer("440705", objection())
    edition_answers.settle(engine, way.key, "440705", "upheld", reason="改为已完成", **way.given(ISSUER))
    later = date(2023, 10, 11)
    editions.redraft(
        engine, way.key, drafted(snapshot_version=2, snapshot_digest="d2", drafted_on=later), changed={"440704"},
        **way.given(REVIEWER),
    )  # fmt: skip
    assert (way.now.round, way.now.snapshot_version, way.now.drafted_by) == (2, 2, REVIEWER.name)
    found = way.answers()
    assert {code: (a.state, a.carried_from) for code, a in found.items()} == {
        "440703": ("accepted", 1), "440704": ("awaiting", None), "440705": ("awaiting", None),
    }  # fmt: skip
    assert found["440703"].answered_by == "陈科长"
    first = {a.region_code: a.state for a in edition_answers.of_edition(engine, way.key, 1)}
    assert first == {"440703": "accepted", "440704": "accepted", "440705": "objected"}, "the first round is kept"
    assert len(editions.files(engine, way.key, round_number=1)) == 1


def test_an_objection_that_nobody_settled_goes_along_whatever_changed(quick: Engine) -> None:
    way = Way(quick).answer("440703", objection()).answer("440704", objection())
    edition_answers.settle(quick, way.key, "440704", "rejected", reason="无据", **way.given(ISSUER))
    for version, changed in ((2, REGIONS), (3, ())):
        newer = drafted(snapshot_version=version)
        editions.redraft(quick, way.key, newer, changed=changed, **way.given(DRAFTER))
        found = way.answers()["440703"]
        assert (found.state, found.settlement, found.carried_from) == ("objected", None, 1)
        assert found.proof_sha256 == objection().proof.sha256
        with pytest.raises(UnsettledError, match="蓬江区异议未处理"):
            way.answer("440704").answer("440705").submitted()
    narrower = drafted(snapshot_version=4, regions={"440705": "新会区"})
    editions.redraft(quick, way.key, narrower, changed={"440705"}, **way.given(DRAFTER))
    assert {code: a.state for code, a in way.answers().items()} == {"440703": "objected", "440705": "awaiting"}
    way.answer("440703").answer("440705").submitted()
    assert way.now.state == "submitted", "the district took it back"


def test_silence_is_accepted_by_a_person_after_the_day_and_never_by_the_clock(quick: Engine) -> None:
    way = Way(quick).answer("440703")
    for day in (DAY, DUE):
        with pytest.raises(IllegalEditionStepError, match="尚未逾期"):
            edition_answers.take_silence(quick, way.key, day, **way.given(DRAFTER))
    assert {a.state for a in way.answers().values()} == {"accepted", "awaiting"}
    late = DUE + timedelta(days=1)
    assert edition_answers.take_silence(quick, way.key, late, **way.given(DRAFTER)) == ("440704", "440705")
    assert (way.answers()["440704"].state, way.answers()["440704"].recorded_by) == ("silent", DRAFTER.name)
    with pytest.raises(IllegalEditionStepError, match="均已答复"):
        edition_answers.take_silence(quick, way.key, late, **way.given(DRAFTER))
    way.answer("440704", objection(on=late))
    assert way.answers()["440704"].state == "objected", "a late word is still heard"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (accepted(by=" "), "答复人"),
        (accepted(on=DAY - timedelta(days=1)), "2023-10-08 早于"),
        (objection(text=" "), "异议内容"),
        (objection(proof=None), "佐证材料"),
    ],
)
def test_an_answer_without_what_it_needs_is_refused(quick: Engine, answer: Any, told: str) -> None:
    way = Way(quick)
    with pytest.raises(IncompleteEditionError, match=told):
        way.answer("440703", answer)
    assert way.answers()["440703"].state == "awaiting"
    assert way.now.version == 1


def test_what_is_settled_was_objected_to(quick: Engine) -> None:
    way = Way(quick).answer("440703")
    settled = {"reason": "x"} | way.given(ISSUER)
    with pytest.raises(IllegalEditionStepError, match="没有提出异议"):
        edition_answers.settle(quick, way.key, "440703", "rejected", **settled)
    with pytest.raises(UnknownEditionError, match=r"110101.*蓬江区、江海区、新会区"):
        edition_answers.settle(quick, way.key, "110101", "rejected", **settled)
    way.answer("440703", objection())
    with pytest.raises(IncompleteEditionError, match="处理理由"):
        edition_answers.settle(quick, way.key, "440703", "rejected", reason=" ", **way.given(ISSUER))
    with pytest.raises(IncompleteEditionError, match="maybe"):
        edition_answers.settle(quick, way.key, "440703", "maybe", reason="x", **way.given(ISSUER))  # type: ignore[arg-type]
    edition_answers.settle(quick, way.key, "440703", "rejected", reason="无据", **way.given(ISSUER))
    way.answer("440703", objection(text="补充材料"))
    assert way.answers()["440703"].settlement is None, "a new objection is settled anew"


def test_every_text_passes_two_pairs_of_eyes(quick: Engine) -> None:
    way = Way(quick).answered().submitted()
    for name in ("王五", " 王　五 "):
        with pytest.raises(SamePersonError, match="核稿人不能是起草人本人"):
            way.reviewed(Person(name, "publisher"))
    way.reviewed()
    with pytest.raises(SamePersonError, match="签发经办人不能是核稿人本人"):
        way.issued(by=Person("李四", "admin"))
    assert way.issued().now.state == "issued"


def test_what_is_sent_back_is_reviewed_anew(quick: Engine) -> None:
    way = Way(quick).answered().submitted().reviewed()
    with pytest.raises(IncompleteEditionError, match="退回理由"):
        editions.send_back(quick, way.key, reason=" ", **way.given(ISSUER))
    editions.send_back(quick, way.key, reason="标题有误", **way.given(ISSUER))
    assert (way.now.state, way.now.reviewed_by, way.now.submitted_by) == ("consultation", None, None)
    assert {a.state for a in way.answers().values()} == {"accepted"}
    assert way.submitted().reviewed().issued().now.state == "issued"


@pytest.mark.parametrize(
    ("number", "given", "told"),
    [
        (" ", {}, "文号"),
        (NUMBER, {"signatory": ""}, "签发人"),
        ("12", {}, "应如 江环〔2023〕12号"),
        ("江环〔2022〕12号", {}, "年份与签发日期 2023-10-13 一致"),
        ("江环〔2023〕012号", {}, "无效"),
        (NUMBER, {"issued_on": DAY - timedelta(days=1)}, "早于"),
    ],
)
def test_an_edition_without_what_it_needs_is_not_issued(quick: Engine, number: str, given: Any, told: str) -> None:
    way = Way(quick).answered().submitted().reviewed()
    with pytest.raises(IncompleteEditionError, match=told):
        way.issued(number, **given)
    assert way.now.state == "reviewed"


def test_a_number_is_given_once_to_editions_and_letters_together(engine: Engine) -> None:
    Way(engine, period="2023-08").to_issue()
    other = Way(engine).answered().submitted().reviewed()
    for number in (NUMBER, " 江环[2023] 12 号"):
        with pytest.raises(DuplicateEditionNumberError, match="已用于2023-08期文件"):
            other.issued(number)
    letter = sent_letter(engine, "江环〔2023〕13号")
    with pytest.raises(DuplicateEditionNumberError, match="致蓬江区的函件"):
        other.issued("江环〔2023〕13号")
    with pytest.raises(DuplicateNumberError, match="已用于2023-08期文件"):
        sent_letter(engine, NUMBER)
    assert notices.get(engine, letter).state == "issued"
    assert other.issued("江环〔2023〕14号").now.number == "江环〔2023〕14号"


def sent_letter(engine: Engine, number: str) -> str:
    with writing(engine, "test") as session:
        session.merge(Incident(
            incident_id="i1", check_id="c1", record_table="facts", record_key="r", severity="error", state="new",
            is_failing=True, opened_at=AT, reopen_count=0, last_seen_run_id="r", version=1,
        ))  # fmt: skip
    key = notices.draft(
        engine, kind="reminder", recipient="蓬江区", region_code="440703", period="2023-09", incident_ids=["i1"],
        by=DRAFTER, at=Way.tick(),
    )  # fmt: skip
    head = Letterhead(number=number, signatory="张三", issued_on=DAY, reply_due=DUE)
    return notices.issue(engine, key, head, version=1, by=ISSUER, at=Way.tick())


def test_a_month_has_one_edition_and_then_corrections_of_the_last(quick: Engine) -> None:
    way = Way(quick)
    with pytest.raises(IllegalEditionStepError, match="2023-09期已有文件（征求意见），请继续办理"):
        Way(quick)
    with pytest.raises(IllegalEditionStepError, match="只有已签发的可以更正"):
        corrected(way)
    editions.withdraw(quick, way.key, reason="期次有误", **way.given(DRAFTER))
    way = Way(quick).to_issue()
    with pytest.raises(IllegalEditionStepError, match="须以更正处理"):
        Way(quick)
    with pytest.raises(IncompleteEditionError, match="更正说明"):
        corrected(way, note=" ")
    first = corrected(way)
    with pytest.raises(IllegalEditionStepError, match="已有更正（征求意见）"):
        corrected(way)
    first.to_issue("江环〔2023〕13号")
    with pytest.raises(IllegalEditionStepError, match="已有更正江环〔2023〕13号（已签发）"):
        corrected(way)
    second = corrected(first, snapshot_version=3).to_issue("江环〔2023〕14号")
    assert second.now.corrects == first.key
    assert [e.number for e in editions.every(quick, period="2023-09") if e.number] == [
        NUMBER, "江环〔2023〕13号", "江环〔2023〕14号",
    ]  # fmt: skip


def corrected(way: Way, note: str = "蓬江区改为已完成", **given: Any) -> Way:
    draft = drafted(**({"snapshot_version": 2} | given))
    key = editions.correct(way.engine, way.key, draft, note=note, **way.given(DRAFTER))
    return Way(way.engine, key)


@pytest.mark.parametrize("note", [None, "", " \n"])
def test_the_next_round_of_a_correction_says_anew_what_it_changes(quick: Engine, note: str | None) -> None:
    way = corrected(Way(quick).to_issue())
    newer = drafted(snapshot_version=3)
    with pytest.raises(IncompleteEditionError, match="更正说明"):
        editions.redraft(quick, way.key, newer, changed=(), note=note, **way.given(DRAFTER))
    assert (way.now.round, way.now.correction_note) == (1, "蓬江区改为已完成")
    editions.redraft(quick, way.key, newer, changed=(), note=" 江海区改为已完成 ", **way.given(DRAFTER))
    assert (way.now.round, way.now.correction_note) == (2, "江海区改为已完成")


def test_open_and_issued_editions_pin_their_snapshots(engine: Engine) -> None:
    assert editions.pinned_versions(engine) == set()
    way = Way(engine).to_issue()
    assert editions.pinned_versions(engine) == {1}
    correction = corrected(way, snapshot_version=4)
    assert editions.pinned_versions(engine) == {1, 4}
    editions.withdraw(engine, correction.key, reason="无需更正", **correction.given(DRAFTER))
    assert editions.pinned_versions(engine) == {1}


@pytest.mark.parametrize(
    ("given", "told"), [({"regions": {}}, "征求意见的地区"), ({"files": ()}, "文件"), ({"agency": " "}, "发文机关")]
)
def test_a_draft_without_what_it_needs_is_refused(quick: Engine, given: Any, told: str) -> None:
    with pytest.raises(IncompleteEditionError, match=told):
        editions.draft(quick, "2023-09", drafted(**given), by=DRAFTER, at=AT)
    assert editions.every(quick) == []


def test_nobody_and_nothing_are_told(quick: Engine) -> None:
    way = Way(quick)
    with pytest.raises(IncompleteEditionError, match="经办人"):
        editions.withdraw(quick, way.key, reason="x", **way.given(Person(" ", "steward")))
    with pytest.raises(UnknownEditionError, match="没有编号为 nothing"):
        editions.get(quick, "nothing")
    assert issubclass(StaleEditionError, EditionError)


def test_the_database_itself_holds_no_objection_without_proof_and_no_issue_without_number(engine: Engine) -> None:
    way = Way(engine)
    for values in ({"state": "issued"}, {"number": NUMBER}, {"state": "printed"}):
        with pytest.raises(IntegrityError), writing(engine, "test") as session:
            edition = session.get_one(Edition, way.key)
            for name, value in values.items():
                setattr(edition, name, value)
