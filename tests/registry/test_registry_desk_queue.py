"""The queue in the database: what a filter lets through, in which order, page by page; in either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, select

from registry import incident_queue, incidents, submissions
from registry.engine import reading, writing
from registry.incident_queue import ORDERS, PAGE_SIZE, SEVERITIES, STATES, Filter
from registry.models import Incident
from registry.submissions import Received
from tests.registry.desk import AT, found, sync

#: Enough for several pages, whose lines agree in all that they are ordered by but their key.
COUNT = 3 * PAGE_SIZE + 7
REGIONS = ("440703", "440704", "440781", None)
PERIODS = ("2023-07", "2023-08", "2023-09", None)
ASSIGNEES = (None, "李四", "蓬江区")


def filled(engine: Engine) -> list[Incident]:
    """A queue of every sort of incident; what the database keeps of them, in no order that matters."""
    findings = [
        found(
            f"r{n}", severity=SEVERITIES[n % 4], region_code=REGIONS[n // 4 % 4], period=PERIODS[n // 5 % 4],
            check_id=f"c{n % 3}", message_zh=f"第{n}项 完成率", message_en=f"Item {n}, Percent",
        )
        for n in range(COUNT)
    ]  # fmt: skip
    sync(engine, *findings)
    with writing(engine, incidents.LOCK) as session:
        for number, one in enumerate(findings):
            incident = session.get_one(Incident, one.incident_id)
            incident.state, incident.assignee = STATES[number // 3 % 4], ASSIGNEES[number // 2 % 3]
            incident.opened_at = AT + timedelta(days=number % 7)
    with reading(engine) as session:
        return list(session.scalars(select(Incident)))


def walked(engine: Engine, wanted: Filter) -> list[incident_queue.Row]:
    """The lines of all pages."""
    first = incident_queue.page(engine, wanted)
    return [row for number in range(1, first.last + 1) for row in incident_queue.page(engine, wanted, number).rows]


def keys(engine: Engine, **wanted: object) -> list[str]:
    """The incidents that a filter lets through, in its order."""
    return [row.incident_id for row in walked(engine, Filter(**wanted))]


def test_pages_are_complete_disjoint_and_in_one_order(engine: Engine) -> None:
    everything = filled(engine)
    assert len(everything) == COUNT
    ranks: dict[str, Callable[[Incident], tuple[object, ...]]] = {
        "severity": lambda i: (SEVERITIES.index(i.severity),),
        "newest": lambda i: (AT - i.opened_at, i.incident_id),
        "region": lambda i: (i.region_code,),
        "period": lambda i: (-int(i.period.replace("-", "")),) if i.period else (None,),
    }
    by_key = {incident.incident_id: incident for incident in everything}
    for order in ORDERS:
        shown = keys(engine, state=None, order=order)
        assert sorted(shown) == sorted(by_key), order
        assert shown == keys(engine, state=None, order=order), "the same again"
        placed = [rank for rank in (ranks[order](by_key[key]) for key in shown) if rank != (None,)]
        assert placed == sorted(placed), order
        sizes = [len(incident_queue.page(engine, Filter(state=None, order=order), n).rows) for n in (1, 2, 3, 4)]
        assert sizes == [PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, 7]


def test_of_equal_severity_the_later_period_is_first_and_the_key_decides_last(engine: Engine) -> None:
    everything = {i.incident_id: i for i in filled(engine) if i.period and i.region_code}
    shown = [everything[key] for key in keys(engine, state=None) if key in everything]
    expected = sorted(shown, key=lambda i: i.incident_id)
    expected.sort(key=lambda i: i.region_code or "")
    expected.sort(key=lambda i: i.period or "", reverse=True)
    expected.sort(key=lambda i: SEVERITIES.index(i.severity))
    assert [i.incident_id for i in shown] == [i.incident_id for i in expected]


def test_a_page_that_is_not_there_is_the_nearest_one(engine: Engine) -> None:
    filled(engine)
    wanted = Filter(state=None)
    for asked, shown in ((-(10**9), 1), (0, 1), (4, 4), (5, 4), (10**30, 4)):
        page = incident_queue.page(engine, wanted, asked)
        assert (page.number, page.last, page.total) == (shown, 4, COUNT)
    nothing = incident_queue.page(engine, Filter(check_id="nobody"), 7)
    assert (nothing.rows, nothing.total, nothing.number, nothing.last) == ([], 0, 1, 1)


def test_filters_let_through_what_they_say_alone_and_together(engine: Engine) -> None:
    everything = filled(engine)
    columns = ("severity", "check_id", "region_code", "period", "assignee")
    given = {name: {value for i in everything if (value := getattr(i, name))} for name in columns}
    alone = [{name: value} for name, values in given.items() for value in values]
    together = [
        dict(zip(("severity", "region_code", "assignee"), values, strict=True))
        for values in product(("blocker", "info"), ("440703", "440781"), ("李四",))
    ]
    for filters, state in product(alone + together, ("open", "resolved", None)):
        expected = {
            i.incident_id
            for i in everything
            if all(getattr(i, name) == value for name, value in filters.items())
            and (state is None or (i.state == "resolved") == (state == "resolved"))
        }
        page = incident_queue.page(engine, Filter(state=state, **filters))
        assert page.total == len(expected), (filters, state)
        assert {row.incident_id for row in page.rows} <= expected
    assert any(page.total for page in [incident_queue.page(engine, Filter(state=None, **f)) for f in together])
    for state in STATES:
        assert {row.state for row in walked(engine, Filter(state=state))} == {state}


def test_neighbours_walk_the_queue_in_its_order(engine: Engine) -> None:
    filled(engine)
    for wanted in (*(Filter(state=None, order=order) for order in ORDERS), Filter(severity="error", words="完成率")):
        shown = [row.incident_id for row in walked(engine, wanted)]
        assert len(shown) > 20
        around = dict(zip(shown, zip([None, *shown], [*shown[1:], None], strict=False), strict=True))
        for key in {*shown[:3], *shown[PAGE_SIZE - 2 : PAGE_SIZE + 2], *shown[-3:]}:
            assert incident_queue.neighbours(engine, wanted, key) == around[key], wanted
    outside = keys(engine, severity="info")[0]
    assert incident_queue.neighbours(engine, Filter(severity="error"), outside) == (None, None)
    assert incident_queue.neighbours(engine, Filter(), "nothing") == (None, None)


def test_counts_and_choices_are_of_the_whole_queue(engine: Engine) -> None:
    assert incident_queue.counts(engine) == {severity: dict.fromkeys(STATES, 0) for severity in SEVERITIES}
    assert set(map(tuple, incident_queue.choices(engine).values())) == {()}
    everything = filled(engine)
    counted = incident_queue.counts(engine)
    told = Counter((i.severity, i.state) for i in everything)
    assert all(told[severity, state] == counted[severity][state] for severity in SEVERITIES for state in STATES)
    assert incident_queue.choices(engine) == {
        "check_id": ["c0", "c1", "c2"],
        "region_code": ["440703", "440704", "440781"],
        "period": ["2023-07", "2023-08", "2023-09"],
        "assignee": sorted(["李四", "蓬江区"]),
    }


LITERAL = {
    "percent": "完成率 2.71% 与数量不符",
    "underscore": "字段 actual_value 为空",
    "backslash": r"路径 D:\报送\九月",
    "slash": "285亩/1.35万亩",
    "quote": "写作 'x' or \"y\" -- 注",
    "bracket": "[重点考核] 第*项?",
    "plain": "完成率与数量不符",
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("%", {"percent"}),
        ("2.71%", {"percent"}),
        ("2_71%", set()),
        ("_", {"underscore"}),
        ("actual_value", {"underscore"}),
        ("actual%value", set()),
        ("\\", {"backslash"}),
        ("D:\\报送", {"backslash"}),
        ("/", {"slash"}),
        ("285亩/1.35万亩", {"slash"}),
        ("'x'", {"quote"}),
        ("' or", {"quote"}),
        ("[重点考核]", {"bracket"}),
        ("*", {"bracket"}),
        ("数量不符 完成率", {"percent", "plain"}),
        ("数量不符　2.71%", {"percent"}),
        ("数量不符 nowhere", set()),
        ("  ", set(LITERAL)),
        ("", set(LITERAL)),
    ],
)
@pytest.mark.parametrize("column", ["message_zh", "message_en", "source_quote"])
def test_words_are_searched_as_they_are_written(
    searched: dict[str, Engine], column: str, words: str, expected: set[str]
) -> None:
    shown = incident_queue.page(searched[column], Filter(words=words))
    names = {found(name).incident_id: name for name in LITERAL}
    assert {names[row.incident_id] for row in shown.rows} == expected
    assert shown.total == len(expected)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    """A registry for each column that is searched, with LITERAL in it and nothing in the others."""
    from registry.migrate import upgrade

    made = {}
    for column in ("message_zh", "message_en", "source_quote"):
        made[column] = upgrade(f"sqlite:///{tmp_path_factory.mktemp('searched') / 'r.sqlite'}")
        findings = [replace(found(name, message_zh=None), **{column: text}) for name, text in LITERAL.items()]
        sync(made[column], *findings)
    return made


def test_either_database_finds_the_same_words(engine: Engine) -> None:
    sync(engine, *(found(name, message_zh=text) for name, text in LITERAL.items()))
    names = {found(name).incident_id: name for name in LITERAL}

    def search(words: str) -> set[str]:
        return {names[row.incident_id] for row in incident_queue.page(engine, Filter(words=words)).rows}

    assert search("%") == {"percent"}
    assert search("_") == {"underscore"}
    assert search("\\") == {"backslash"}
    assert search("'x' or") == {"quote"}
    assert search("ACTUAL_Value") == {"underscore"}, "capital letters are not told apart"
    assert search("d:\\") == {"backslash"}
    assert search("完成率 数量不符") == {"percent", "plain"}
    key = found("slash").incident_id
    assert search(key) == search(key[:10].upper()) == {"slash"}
    assert incident_queue.page(engine, Filter(words="\x00\ud800")).total == 0


def test_a_line_names_the_file_that_it_is_about(engine: Engine, received: Callable[..., Received]) -> None:
    submission = submissions.register(engine, received())[0]
    sync(engine, found("with", submission_id=submission.submission_id), found("without", submission_id="gone"))
    named = {row.incident_id: (row.file_name, row.reporting_unit) for row in walked(engine, Filter())}
    assert named == {
        found("with").incident_id: ("蓬江区_2023-09.docx", "蓬江区"),
        found("without").incident_id: (None, None),
    }
