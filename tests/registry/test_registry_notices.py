"""The register of notices: what each step needs, what it writes, and that no order of steps leads astray."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import Engine, select

from registry import audit, notices
from registry.audit import Person
from registry.engine import reading, writing
from registry.migrate import upgrade
from registry.models import AuditEntry, Incident, Notice
from registry.notices import (
    DuplicateNumberError,
    IllegalStepError,
    IncompleteNoticeError,
    Letterhead,
    NoticeError,
    StaleNoticeError,
    UnknownIncidentsError,
    UnknownNoticeError,
)

AT = datetime(2023, 10, 20, 8, tzinfo=UTC)
BY = Person("王五", "steward")
ISSUED, DUE = date(2023, 10, 20), date(2023, 10, 27)


def incident(key: str, **given: Any) -> Incident:
    values = {
        "incident_id": key, "check_id": "c1", "record_table": "facts", "record_key": key, "severity": "error",
        "state": "new", "is_failing": True, "opened_at": AT, "reopen_count": 0, "last_seen_run_id": "r",
        "message_zh": f"{key}不一致", "source_quote": "285亩", "source_locator": "table 1/row 3/cell 5", "version": 1,
    }  # fmt: skip
    return Incident(**(values | given))


def with_incidents(engine: Engine) -> Engine:
    with writing(engine, "test") as session:
        session.add_all([incident("i1"), incident("i2")])
    return engine


@pytest.fixture
def registry(engine: Engine) -> Engine:
    """A registry with two incidents, in either database."""
    return with_incidents(engine)


@pytest.fixture
def quick(tmp_path) -> Iterator[Engine]:
    """The same in SQLite alone, for what does not depend on the database."""
    engine = with_incidents(upgrade(f"sqlite:///{tmp_path / 'r.sqlite'}"))
    yield engine
    engine.dispose()


def drafted(engine: Engine, **given: Any) -> str:
    values: dict[str, Any] = {
        "kind": "reminder", "recipient": "蓬江区人民政府", "region_code": "440703", "period": "2023-09",
        "incident_ids": ["i1", "i2"], "by": BY, "at": AT,
    }  # fmt: skip
    return notices.draft(engine, **(values | given))


def letterhead(number: str = "江环函〔2023〕12号", **given: Any) -> Letterhead:
    return Letterhead(**({"number": number, "signatory": "张三", "issued_on": ISSUED, "reply_due": DUE} | given))


def issued(engine: Engine, number: str = "江环函〔2023〕12号", **given: Any) -> str:
    return notices.issue(engine, drafted(engine, **given), letterhead(number), version=1, by=BY, at=AT)


def replied(engine: Engine) -> str:
    return notices.record_reply(
        engine, issued(engine), reply="已更正", replied_on=DUE, version=2, by=BY, at=AT + timedelta(days=7)
    )


def closed(engine: Engine) -> str:
    return notices.close(engine, replied(engine), proof="补报件已核", closed_on=DUE, version=3, by=BY, at=AT)


def withdrawn(engine: Engine) -> str:
    return notices.withdraw(engine, drafted(engine), reason="重复", version=1, by=BY, at=AT)


def steps(engine: Engine, key: str, version: int) -> dict[str, Callable[[], str]]:
    common: dict[str, Any] = {"version": version, "by": BY, "at": AT + timedelta(days=9)}
    return {
        "issue": lambda: notices.issue(engine, key, letterhead("江环函〔2023〕99号"), **common),
        "reply": lambda: notices.record_reply(engine, key, reply="补充", replied_on=DUE, **common),
        "close": lambda: notices.close(engine, key, proof="台账", closed_on=DUE, **common),
        "withdraw": lambda: notices.withdraw(engine, key, reason="误发", **common),
        "escalate": lambda: notices.escalate(engine, key, **common),
    }


def entries(engine: Engine, key: str) -> list[AuditEntry]:
    return audit.of_subject(engine, key)


def test_a_letter_goes_from_draft_to_closure(registry: Engine) -> None:
    key = closed(registry)
    notice = notices.get(registry, key)
    assert (notice.state, notice.version, notice.number) == ("closed", 4, "江环函〔2023〕12号")
    assert (notice.reply, notice.replied_on, notice.closure_proof, notice.closed_on) == (
        "已更正", DUE, "补报件已核", DUE,
    )  # fmt: skip
    assert sorted(e.action for e in entries(registry, key)) == ["close", "draft", "issue", "reply"]
    assert {(e.actor, e.role, e.subject_kind) for e in entries(registry, key)} == {("王五", "steward", "notice")}


def test_a_draft_keeps_each_finding_as_it_stood(registry: Engine) -> None:
    key = drafted(registry)
    with writing(registry, "test") as session:
        session.get_one(Incident, "i1").message_zh = "后来不同"
    first, second = notices.findings(registry, key)
    assert (first.message_zh, first.source_quote, first.source_locator) == (
        "i1不一致", "285亩", "table 1/row 3/cell 5",
    )  # fmt: skip
    assert second.incident_id == "i2"
    assert drafted(registry) == key, "the same draft of the same moment is one"
    assert len(notices.every(registry)) == 1
    assert len(entries(registry, key)) == 1


def test_an_entry_of_the_log_tells_what_stood_before_and_after(quick: Engine) -> None:
    key = issued(quick)
    (entry,) = (e for e in entries(quick, key) if e.action == "issue")
    assert json.loads(entry.before or "") == {
        "state": "draft", "version": 1, "number": None, "signatory": None, "issued_on": None, "reply_due": None,
    }  # fmt: skip
    assert json.loads(entry.after or "") == {
        "state": "issued", "version": 2, "number": "江环函〔2023〕12号", "signatory": "张三",
        "issued_on": "2023-10-20", "reply_due": "2023-10-27",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"recipient": " "}, IncompleteNoticeError, "收文单位"),
        ({"incident_ids": []}, IncompleteNoticeError, "问题"),
        ({"by": Person(" ", "steward")}, IncompleteNoticeError, "起草人"),
        ({"kind": "praise"}, IncompleteNoticeError, "praise.*reminder、supervision、interview"),
        ({"incident_ids": ["i1", "nothing"]}, UnknownIncidentsError, "nothing"),
    ],
)
def test_a_draft_without_what_it_needs_is_refused(quick: Engine, given, error, told: str) -> None:
    with pytest.raises(error, match=told):
        drafted(quick, **given)
    assert notices.every(quick) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"number": "  "}, "文号"),
        ({"signatory": ""}, "签发人"),
        ({"issued_on": None}, "签发日期"),
        ({"reply_due": None}, "回复期限"),
        ({"reply_due": ISSUED - timedelta(days=1)}, "2023-10-19 早于"),
    ],
)
def test_a_letter_without_what_it_needs_is_not_issued(quick: Engine, given: dict[str, Any], told: str) -> None:
    key = drafted(quick)
    with pytest.raises(IncompleteNoticeError, match=told):
        notices.issue(quick, key, letterhead(**given), version=1, by=BY, at=AT)
    assert (notices.get(quick, key).state, notices.get(quick, key).version) == ("draft", 1)
    assert [e.action for e in entries(quick, key)] == ["draft"]


def test_a_number_is_given_once_however_it_is_written(registry: Engine) -> None:
    issued(registry)
    other = drafted(registry, recipient="江海区人民政府")
    for number in ("江环函〔2023〕12号", "江环函[2023]12号", " 江环函（２０２３） 12 号"):
        with pytest.raises(DuplicateNumberError, match="蓬江区人民政府的提醒函（已发出）"):
            notices.issue(registry, other, letterhead(number), version=1, by=BY, at=AT)
    notices.issue(registry, other, letterhead("江环函[2023]13号"), version=1, by=BY, at=AT)
    assert notices.get(registry, other).number == "江环函〔2023〕13号"


def test_the_second_of_two_who_change_it_is_told(registry: Engine) -> None:
    key = issued(registry)
    with pytest.raises(StaleNoticeError, match=r"第1版.*第2版、“已发出”") as caught:
        notices.withdraw(registry, key, reason="误发", version=1, by=BY, at=AT)
    assert (caught.value.notice.state, caught.value.notice.version) == ("issued", 2)
    assert notices.get(registry, key).state == "issued"


@pytest.mark.parametrize(
    ("make", "state"),
    [(drafted, "draft"), (issued, "issued"), (replied, "replied"), (closed, "closed"), (withdrawn, "withdrawn")],
)
def test_a_state_allows_what_it_allows_and_names_it(quick: Engine, make: Callable[[Engine], str], state: str) -> None:
    key = make(quick)
    notice = notices.get(quick, key)
    assert notice.state == state
    for action, step in steps(quick, key, notice.version).items():
        if action in notices.actions_of(notice):
            continue
        with pytest.raises(IllegalStepError, match=f"现为“{notices.STATES[state]}”.*须为.*it is {state}"):
            step()
    assert notices.get(quick, key).version == notice.version


def test_a_reply_and_a_closure_need_their_text_and_come_after_the_letter(quick: Engine) -> None:
    key = issued(quick)
    before = ISSUED - timedelta(days=1)
    with pytest.raises(IncompleteNoticeError, match="回复内容"):
        notices.record_reply(quick, key, reply="\n", replied_on=DUE, version=2, by=BY, at=AT)
    with pytest.raises(IncompleteNoticeError, match="2023-10-19 早于"):
        notices.record_reply(quick, key, reply="已改", replied_on=before, version=2, by=BY, at=AT)
    with pytest.raises(IncompleteNoticeError, match="销号依据"):
        notices.close(quick, key, proof="", closed_on=DUE, version=2, by=BY, at=AT)
    with pytest.raises(IncompleteNoticeError, match="早于"):
        notices.close(quick, key, proof="台账", closed_on=before, version=2, by=BY, at=AT)
    with pytest.raises(IncompleteNoticeError, match="撤回理由"):
        notices.withdraw(quick, key, reason=" ", version=2, by=BY, at=AT)
    with pytest.raises(IncompleteNoticeError, match="经办人"):
        notices.withdraw(quick, key, reason="误发", version=2, by=Person("", "steward"), at=AT)


def test_a_later_reply_takes_the_place_of_an_earlier_one_which_the_log_keeps(quick: Engine) -> None:
    key = replied(quick)
    later = DUE + timedelta(days=3)
    with pytest.raises(IncompleteNoticeError, match="上次回复日期"):
        notices.record_reply(quick, key, reply="补充", replied_on=ISSUED, version=3, by=BY, at=AT)
    notices.record_reply(quick, key, reply="补充", replied_on=later, version=3, by=BY, at=AT + timedelta(days=10))
    assert (notices.get(quick, key).reply, notices.get(quick, key).replied_on) == ("补充", later)
    assert json.loads(entries(quick, key)[-1].before or "")["reply"] == "已更正"


def test_a_reminder_escalates_to_supervision_and_to_an_interview_and_no_further(registry: Engine) -> None:
    mild = issued(registry)
    middle = notices.escalate(registry, mild, version=2, by=BY, at=AT)
    notice = notices.get(registry, middle)
    assert (notice.kind, notice.state, notice.escalated_from, notice.version) == ("supervision", "draft", mild, 1)
    assert (notice.recipient, notice.region_code, notice.period) == ("蓬江区人民政府", "440703", "2023-09")
    assert [f.incident_id for f in notices.findings(registry, middle)] == ["i1", "i2"]
    (entry,) = (e for e in entries(registry, mild) if e.action == "escalate")
    assert json.loads(entry.after or "") == {"escalated_to": middle, "kind": "supervision"}
    assert (notices.get(registry, mild).state, notices.get(registry, mild).version) == ("issued", 2)
    notices.issue(registry, middle, letterhead("江环督〔2023〕1号"), version=1, by=BY, at=AT)
    last = notices.escalate(registry, middle, version=2, by=BY, at=AT)
    notices.issue(registry, last, letterhead("江环约〔2023〕1号"), version=1, by=BY, at=AT)
    assert notices.get(registry, last).kind == "interview"
    assert "escalate" not in notices.actions_of(notices.get(registry, last))
    with pytest.raises(IllegalStepError, match=r"最后一级.*提醒函、督办单"):
        notices.escalate(registry, last, version=2, by=BY, at=AT)


def test_a_letter_is_followed_by_one_stronger_letter_and_stands_while_that_stands(quick: Engine) -> None:
    mild = issued(quick)
    strong = notices.escalate(quick, mild, version=2, by=BY, at=AT)
    with pytest.raises(IllegalStepError, match="已升级为督办单（草稿）"):
        notices.escalate(quick, mild, version=2, by=BY, at=AT + timedelta(hours=1))
    with pytest.raises(IllegalStepError, match="须先撤回后者"):
        notices.withdraw(quick, mild, reason="误发", version=2, by=BY, at=AT)
    notices.withdraw(quick, strong, reason="已回复", version=1, by=BY, at=AT)
    again = notices.escalate(quick, mild, version=2, by=BY, at=AT + timedelta(hours=2))
    assert again != strong


def test_a_letter_is_overdue_the_day_after_its_day_and_until_it_is_answered(registry: Engine) -> None:
    key = issued(registry)
    drafted(registry, recipient="江海区人民政府")
    assert notices.overdue(registry, DUE) == []
    assert [n.notice_id for n in notices.overdue(registry, DUE + timedelta(days=1))] == [key]
    notices.record_reply(registry, key, reply="已更正", replied_on=DUE, version=2, by=BY, at=AT)
    assert notices.overdue(registry, DUE + timedelta(days=90)) == []


def test_of_two_who_issue_at_once_one_gets_the_number_and_of_two_who_decide_one_decides(registry: Engine) -> None:
    keys = [drafted(registry, recipient=f"单位{n}") for n in range(2)]

    def attempt(work: Callable[[], str]) -> str:
        try:
            return work()
        except (DuplicateNumberError, StaleNoticeError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        issues = [partial(notices.issue, registry, key, letterhead(), version=1, by=BY, at=AT) for key in keys]
        results = list(pool.map(attempt, issues))
        assert sorted(map(len, results)) == sorted([len(keys[0]), len("DuplicateNumberError")])
        (won,) = (key for key in results if key in keys)
        reply = partial(notices.record_reply, registry, won, reply="已改", replied_on=DUE, version=2, by=BY, at=AT)
        drop = partial(notices.withdraw, registry, won, reason="误发", version=2, by=BY, at=AT)
        assert sorted(pool.map(attempt, [reply, drop])) == sorted([won, "StaleNoticeError"])
    assert (notices.get(registry, won).version, len(entries(registry, won))) == (3, 3)


def test_notices_are_listed_as_they_were_drafted(quick: Engine) -> None:
    first = issued(quick)
    second = drafted(quick, recipient="江海区", region_code="440704", at=AT + timedelta(hours=1))
    assert [n.notice_id for n in notices.every(quick)] == [first, second]
    assert [n.notice_id for n in notices.every(quick, state="draft")] == [second]
    assert [n.notice_id for n in notices.every(quick, region_code="440703")] == [first]


def test_what_is_not_there_is_said(quick: Engine) -> None:
    with pytest.raises(UnknownNoticeError, match="nothing"):
        notices.get(quick, "nothing")
    for step in steps(quick, "nothing", 1).values():
        with pytest.raises(UnknownNoticeError, match="nothing"):
            step()


class Desk(RuleBasedStateMachine):
    """Clerks who try every step at every moment, some with an old version, some with a number that is taken."""

    keys = Bundle("keys")

    @initialize()
    def open(self) -> None:
        self.engine = with_incidents(upgrade("sqlite://"))
        self.clock = AT
        self.done: dict[str, int] = {}

    def teardown(self) -> None:
        self.engine.dispose()

    def _tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    @rule(target=keys, kind=st.sampled_from(list(notices.KINDS)), ids=st.sampled_from([["i1"], ["i1", "i2"]]))
    def draft(self, kind: str, ids: list[str]) -> str:
        key = drafted(self.engine, kind=kind, incident_ids=ids, at=self._tick())
        self.done[key] = 1
        return key

    @rule(
        target=keys, key=keys, action=st.sampled_from(list(notices.ACTIONS)), is_stale=st.booleans(),
        number=st.integers(1, 4), days=st.integers(-3, 30),
    )  # fmt: skip
    def step(self, key: str, action: str, is_stale: bool, number: int, days: int) -> Any:
        before = notices.get(self.engine, key)
        day = ISSUED + timedelta(days=days)
        common: dict[str, Any] = {"version": before.version - is_stale, "by": BY, "at": self._tick()}
        head = letterhead(f"江环函〔2023〕{number}号", reply_due=day)
        step = {
            "issue": lambda: notices.issue(self.engine, key, head, **common),
            "reply": lambda: notices.record_reply(self.engine, key, reply="已改", replied_on=day, **common),
            "close": lambda: notices.close(self.engine, key, proof="台账", closed_on=day, **common),
            "withdraw": lambda: notices.withdraw(self.engine, key, reason="误", **common),
            "escalate": lambda: notices.escalate(self.engine, key, **common),
        }[action]
        try:
            result = step()
        except NoticeError:
            after = notices.get(self.engine, key)
            assert {c: getattr(after, c) for c in notices._TOLD} == {c: getattr(before, c) for c in notices._TOLD}
            return multiple()
        assert not is_stale
        assert action in notices.actions_of(before)
        self.done[key] += 1
        if action == "escalate":
            self.done[result] = 1
            return result
        return multiple()

    @invariant()
    def every_notice_is_sound(self) -> None:
        found = {n.notice_id: n for n in notices.every(self.engine)}
        assert set(found) == set(self.done)
        for notice in found.values():
            check(notice, found.get(notice.escalated_from or ""))
        numbers = [n.number for n in found.values() if n.number]
        assert len(numbers) == len(set(numbers))
        standing = [n.escalated_from for n in found.values() if n.escalated_from and n.state != "withdrawn"]
        assert len(standing) == len(set(standing)), "one stronger letter a letter"

    @invariant()
    def every_change_is_in_the_log(self) -> None:
        with reading(self.engine) as session:
            told = list(session.scalars(select(AuditEntry.subject_id)))
        assert {key: told.count(key) for key in self.done} == self.done


def check(notice: Notice, milder: Notice | None) -> None:
    letter = (notice.number, notice.signatory, notice.issued_on, notice.reply_due)
    if notice.state in ("issued", "replied", "closed"):
        assert all(letter)
    if notice.state == "draft":
        assert not any(letter) and notice.version == 1
    if notice.issued_on:
        later = (notice.reply_due, notice.replied_on, notice.closed_on)
        assert all(day >= notice.issued_on for day in later if day)
    assert (notice.state == "closed") == bool(notice.closure_proof and notice.closed_on)
    assert (notice.state == "replied") <= bool(notice.reply and notice.replied_on)
    if notice.escalated_from:
        assert milder is not None
        assert list(notices.KINDS).index(notice.kind) == list(notices.KINDS).index(milder.kind) + 1
        assert notice.state == "withdrawn" or milder.state not in ("draft", "withdrawn")


TestDesk = Desk.TestCase
TestDesk.settings = settings(deadline=None, max_examples=25, stateful_step_count=25)
