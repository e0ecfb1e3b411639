"""Editions to vary: three districts, two kinds of people, a way to every state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine

from registry import edition_answers, editions
from registry.audit import Person
from registry.edition_answers import Answer, Proof
from registry.editions import Draft, Filed, Signature
from registry.working_days import term

AT: Final = datetime(2023, 10, 9, 1, tzinfo=UTC)
DAY: Final = date(2023, 10, 9)
DUE: Final = date(2023, 10, 12)
ISSUED_ON: Final = date(2023, 10, 13)
NAMES: Final = {"440703": "蓬江区", "440704": "江海区", "440705": "新会区"}
REGIONS: Final = tuple(NAMES)
DRAFTER, REVIEWER, ISSUER = Person("王五", "steward"), Person("李四", "steward"), Person("赵六", "publisher")
PROOF: Final = Proof("b" * 64, "台账.pdf")
NUMBER: Final = "江环〔2023〕12号"


def filed(stage: str = "consultation", mark: str = "a", **given: Any) -> Filed:
    values: dict[str, Any] = {
        "stage": stage, "form": "submission", "name": "滞后情况表.docx", "kind": "lag_table", "region_code": None,
        "sha256": mark * 64, "size_bytes": 10,
    }  # fmt: skip
    return Filed(**(values | given))


def drafted(**given: Any) -> Draft:
    values: dict[str, Any] = {
        "agency": "江门市生态环境局", "layout": "{}", "code_version": "c1", "snapshot_version": 1,
        "snapshot_digest": "d1", "drafted_on": DAY, "reply": term(DAY, 3), "regions": NAMES, "files": (filed(),),
    }  # fmt: skip
    return Draft(**(values | given))


def accepted(**given: Any) -> Answer:
    values: dict[str, Any] = {"is_accepted": True, "by": "陈科长", "on": DAY, "channel": "letter"}
    return Answer(**(values | given))


def objection(**given: Any) -> Answer:
    return accepted(**({"is_accepted": False, "text": "已于9月28日完工", "proof": PROOF} | given))


def signature(number: str = NUMBER, **given: Any) -> Signature:
    return Signature(**({"number": number, "signatory": "张三", "issued_on": ISSUED_ON} | given))


class Way:
    """One edition in a registry, taken on step by step; `v` is the version that its author sees."""

    def __init__(self, engine: Engine, key: str | None = None, period: str = "2023-09") -> None:
        self.engine = engine
        self.key = key or editions.draft(engine, period, drafted(), by=DRAFTER, at=self.tick())

    _ticks = 0

    @classmethod
    def tick(cls) -> datetime:
        cls._ticks += 1
        return AT + timedelta(seconds=cls._ticks)

    @property
    def now(self) -> Any:
        return editions.get(self.engine, self.key)

    def given(self, by: Person, version: int | None = None) -> dict[str, Any]:
        return {"version": self.now.version if version is None else version, "by": by, "at": self.tick()}

    def answer(self, region: str, what: Answer | None = None) -> Way:
        edition_answers.record(self.engine, self.key, region, what or accepted(), **self.given(DRAFTER))
        return self

    def answered(self) -> Way:
        for region in REGIONS:
            self.answer(region)
        return self

    def submitted(self, undetermined: tuple[str, ...] = ()) -> Way:
        editions.submit(
            self.engine,
            self.key,
            [filed("review", "c")],
            code_version="c1",
            undetermined=undetermined,
            **self.given(DRAFTER),
        )
        return self

    def reviewed(self, by: Person = REVIEWER) -> Way:
        editions.review(self.engine, self.key, **self.given(by))
        return self

    def issued(self, number: str = NUMBER, by: Person = ISSUER, **given: Any) -> Way:
        editions.issue(
            self.engine,
            self.key,
            signature(number, **given),
            [filed("issued", "d")],
            code_version="c2",
            **self.given(by),
        )
        return self

    def to_issue(self, number: str = NUMBER) -> Way:
        return self.answered().submitted().reviewed().issued(number)

    def answers(self) -> dict[str, Any]:
        return {a.region_code: a for a in edition_answers.of_edition(self.engine, self.key, self.now.round)}
