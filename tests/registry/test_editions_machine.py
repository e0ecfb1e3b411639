"""Any order of steps, by anybody, with old versions and taken numbers: what is issued stays, and was settled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import select

from registry import edition_answers, editions
from registry.audit import Person
from registry.edition_answers import obstacle
from registry.edition_states import TAKEN_IN, EditionError, actions_of
from registry.engine import reading
from registry.migrate import upgrade
from registry.models import AuditEntry, Edition, EditionAnswer, EditionFile
from tests.registry.edition_samples import AT, DAY, DUE, REGIONS, accepted, drafted, filed, objection, signature

PEOPLE = [Person(name, "publisher") for name in ("王五", "李四", "赵六")]
PERIODS = ("2023-08", "2023-09")


class Bureau(RuleBasedStateMachine):
    """Three people who try everything at every moment."""

    keys = Bundle("keys")

    @initialize()
    def open(self) -> None:
        self.engine = upgrade("sqlite://")
        self.clock = AT
        self.changes: dict[str, int] = {}
        self.frozen: dict[str, list[dict[str, Any]]] = {}

    def teardown(self) -> None:
        self.engine.dispose()

    def _given(self, by: Person) -> dict[str, Any]:
        self.clock += timedelta(minutes=1)
        return {"by": by, "at": self.clock}

    @rule(target=keys, period=st.sampled_from(PERIODS), by=st.sampled_from(PEOPLE))
    def draft(self, period: str, by: Person) -> Any:
        standing = [e for e in editions.every(self.engine, period=period) if e.state != "withdrawn"]
        try:
            key = editions.draft(self.engine, period, drafted(), **self._given(by))
        except EditionError:
            assert standing
            return multiple()
        assert not standing
        self.changes[key] = 1
        return key

    @rule(target=keys, key=keys, by=st.sampled_from(PEOPLE))
    def correct(self, key: str, by: Person) -> Any:
        old = editions.get(self.engine, key)
        newer = drafted(snapshot_version=old.snapshot_version + 1)
        try:
            new = editions.correct(self.engine, key, newer, note="改", version=old.version, **self._given(by))
        except EditionError:
            return multiple()
        assert old.state == "issued"
        self.changes[new] = 1
        return new

    @rule(
        key=keys, action=st.sampled_from(sorted(TAKEN_IN)), by=st.sampled_from(PEOPLE), is_stale=st.booleans(),
        region=st.sampled_from(REGIONS), number=st.integers(1, 3), choice=st.booleans(), days=st.integers(-1, 6),
    )  # fmt: skip
    def step(
        self, key: str, action: str, by: Person, is_stale: bool, region: str, number: int, choice: bool, days: int
    ) -> None:
        before = self._all(key)
        edition = editions.get(self.engine, key)
        given = {"version": edition.version - is_stale, **self._given(by)}
        try:
            self._take(edition, action, region, number, choice, DUE + timedelta(days=days), given)
        except EditionError:
            assert self._all(key) == before, "what is refused leaves nothing"
            return
        assert not is_stale
        assert action in actions_of(edition)
        self.changes[key] += 1

    @rule(key=keys, number=st.integers(1, 4), is_objected=st.booleans())
    def hurry(self, key: str, number: int, is_objected: bool) -> None:
        """The straight way to the number, for what a walk by chance would seldom reach."""
        one, two, three = PEOPLE
        for region in REGIONS:
            self.step(key, "answer", one, False, region, number, not is_objected or region != REGIONS[0], 0)
        if is_objected:
            self.step(key, "settle", two, False, REGIONS[0], number, False, 0)
        for action, by in (("submit", one), ("review", two), ("issue", three)):
            self.step(key, action, by, False, REGIONS[0], number, True, 0)

    def _take(
        self, edition: Edition, action: str, region: str, number: int, choice: bool, day: date, given: Any
    ) -> None:
        engine, key = self.engine, edition.edition_id
        newer = drafted(snapshot_version=edition.snapshot_version + choice, drafted_on=edition.drafted_on)
        {
            "redraft": lambda: editions.redraft(engine, key, newer, changed={region}, **given),
            "answer": lambda: edition_answers.record(
                engine, key, region, accepted(on=day) if choice else objection(on=day), **given
            ),
            "settle": lambda: edition_answers.settle(
                engine, key, region, "upheld" if choice else "rejected", reason="据材料", **given
            ),
            "silence": lambda: edition_answers.take_silence(engine, key, day, **given),
            "submit": lambda: editions.submit(
                engine, key, [filed("review", "c")], code_version="c1", undetermined=() if choice else ("甲",), **given
            ),
            "review": lambda: editions.review(engine, key, **given),
            "send_back": lambda: editions.send_back(engine, key, reason="改", **given),
            "issue": lambda: editions.issue(
                engine,
                key,
                signature(f"江环〔2023〕{number}号", issued_on=day),
                [filed("issued", "d")],
                code_version="c2",
                **given,
            ),
            "withdraw": lambda: editions.withdraw(engine, key, reason="改", **given),
        }[action]()

    def _all(self, key: str) -> list[dict[str, Any]]:
        """Every row of an edition."""
        found: list[dict[str, Any]] = []
        with reading(self.engine) as session:
            for model in (Edition, EditionFile, EditionAnswer):
                rows = session.scalars(
                    select(model).where(model.edition_id == key).order_by(*model.__table__.primary_key)
                )
                found += [{c.key: getattr(row, c.key) for c in model.__mapper__.column_attrs} for row in rows]
        return found

    @invariant()
    def what_is_issued_was_settled_and_never_changes(self) -> None:
        for edition in editions.every(self.engine):
            if edition.state != "issued":
                continue
            rows = self._all(edition.edition_id)
            assert self.frozen.setdefault(edition.edition_id, rows) == rows
            answers = edition_answers.of_edition(self.engine, edition.edition_id, edition.round)
            assert {a.region_code for a in answers} == set(REGIONS)
            assert [obstacle(a) for a in answers] == [None] * len(REGIONS)
            assert edition.drafted_by != edition.reviewed_by != edition.issued_by
            assert edition.issued_on is not None
            assert edition.issued_on >= edition.drafted_on >= DAY
            stages = {f.stage for f in editions.files(self.engine, edition.edition_id, round_number=edition.round)}
            assert stages == {"consultation", "review", "issued"}

    @invariant()
    def numbers_and_editions_stand_once(self) -> None:
        found = editions.every(self.engine)
        numbers = [e.number for e in found if e.number]
        assert len(numbers) == len(set(numbers))
        standing = [(e.period, e.corrects) for e in found if e.state != "withdrawn"]
        assert len(standing) == len(set(standing)), "one edition a month, one correction an edition"
        assert editions.pinned_versions(self.engine) == {e.snapshot_version for e in found if e.state != "withdrawn"}

    @invariant()
    def every_change_is_in_the_log(self) -> None:
        with reading(self.engine) as session:
            told = list(session.scalars(select(AuditEntry.subject_id)))
        assert {key: told.count(key) for key in self.changes} == self.changes
        assert {e.edition_id: e.version for e in editions.every(self.engine)} == self.changes


def test_the_straight_way_of_the_machine_does_issue() -> None:
    """The invariants hold for something: the machine's own short cut reaches the number, objection or not."""
    for is_objected in (False, True):
        bureau = Bureau()
        bureau.open()
        key = bureau.draft("2023-09", PEOPLE[0])
        bureau.hurry(key, 1, is_objected)
        assert editions.get(bureau.engine, key).state == "issued"
        bureau.what_is_issued_was_settled_and_never_changes()
        bureau.teardown()


TestBureau = Bureau.TestCase
TestBureau.settings = settings(deadline=None, max_examples=20, stateful_step_count=20)
