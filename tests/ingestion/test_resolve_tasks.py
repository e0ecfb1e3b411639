"""Task ids: given once, whatever the order of a document's rows, and never joined where a document says two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.resolve.aliases import AliasError, Aliases, load_aliases
from ingestion.resolve.forms import form_of
from ingestion.resolve.tasks import KnownTasks, missing_names, name_tasks
from registry.crosswalk import Named
from tests.ingestion.test_resolve_likeness import WORDS

NO_ALIASES = Aliases()
Document = Mapping[str, Sequence[str]]


class Memory:
    """The crosswalk's task rows, as documents are named one after the other."""

    def __init__(self, aliases: Aliases = NO_ALIASES) -> None:
        self.aliases = aliases
        self.rows: list[Named] = []

    def read(self, *documents: Document) -> Memory:
        for document in documents:
            known = KnownTasks(self.rows, self.aliases)
            written = {wording: frozenset(places) for wording, places in document.items()}
            self.rows += name_tasks(written, known, self.aliases)
        return self

    def ids(self) -> dict[str, str]:
        known = KnownTasks(self.rows, self.aliases)
        return {row.wording: known.id_of(row.wording) for row in self.rows}

    def row(self, wording: str) -> Named:
        return next(row for row in self.rows if row.wording == wording)


def here(*wordings: str) -> Document:
    return dict.fromkeys(wordings, ("440703",))


documents = st.dictionaries(
    st.sampled_from(WORDS), st.lists(st.sampled_from(["440703", "440704", "440705"]), min_size=1, max_size=2),
    min_size=1, max_size=12,
)  # fmt: skip


def test_a_reworded_task_keeps_its_id() -> None:
    first, later = "推进连片鱼塘升级改造和尾水治理，蓬江区全年完成0.5万亩", "连片鱼塘升级改造及尾水治理。"
    memory = Memory().read(here(first), here(later))
    assert len(set(memory.ids().values())) == 1
    assert memory.row(later).matched_by == "form"


def test_one_task_in_several_regions_of_one_document() -> None:
    document = {"蓬江区养殖尾水治理0.4万亩": ("440703",), "江海区养殖尾水治理0.1万亩": ("440704",)}
    assert len(set(Memory().read(document).ids().values())) == 1


def test_two_wordings_for_one_place_are_two_tasks() -> None:
    memory = Memory().read(here("新建污水管网10公里", "新建污水管网18公里"))
    assert len(set(memory.ids().values())) == 2


def test_a_document_that_lists_both_says_that_they_differ() -> None:
    before = here("城镇污水管网建设")
    alone = Memory().read(before, here("加快城镇污水管网建设工程"))
    beside = Memory().read(before, here("城镇污水管网建设", "加快城镇污水管网建设工程"))
    assert len(set(alone.ids().values())) == 1
    assert len(set(beside.ids().values())) == 2


def test_a_doubt_gets_an_id_of_its_own_and_says_why() -> None:
    memory = Memory().read(here("城镇污水管网建设"), here("城镇污水管网建设与检测"))
    row = memory.row("城镇污水管网建设与检测")
    assert (row.matched_by, row.other_wording) == ("doubtful", "城镇污水管网建设")
    assert row.other_id == memory.ids()["城镇污水管网建设"] != row.durable_id
    assert row.score is not None
    assert 70 <= row.score < 100


def test_two_new_wordings_that_are_like_one_task_are_joined_to_none() -> None:
    memory = Memory().read(here("杰洲污水厂扩建"), here("杰洲污水厂扩建工程建设", "杰洲污水厂扩建环境建设"))
    assert [memory.row(w).matched_by for w in ("杰洲污水厂扩建工程建设", "杰洲污水厂扩建环境建设")] == ["doubtful"] * 2
    assert len(set(memory.ids().values())) == 3


def test_a_doubt_about_two_tasks_of_one_form_is_told() -> None:
    memory = Memory().read(here("新建污水管网10公里", "新建污水管网18公里"), here("新建污水管网20公里"))
    assert memory.row("新建污水管网20公里").matched_by == "doubtful"


@given(documents, st.randoms())
def test_the_order_of_rows_changes_nothing(document: Document, random) -> None:
    shuffled = list(document.items())
    random.shuffle(shuffled)
    assert Memory().read(document).ids() == Memory().read(dict(shuffled)).ids()


@given(st.lists(documents, min_size=1, max_size=5))
def test_rows_are_only_added_and_twice_adds_nothing(given_documents: list[Document]) -> None:
    memory = Memory()
    for document in given_documents:
        before, ids = list(memory.rows), memory.ids()
        memory.read(document)
        assert memory.rows[: len(before)] == before
        assert ids.items() <= memory.ids().items()
    whole = list(memory.rows)
    assert memory.read(*given_documents).rows == whole


@given(documents)
def test_what_one_document_tells_apart_stays_apart(document: Document) -> None:
    ids = Memory().read(document).ids()
    for one in document:
        for other in document:
            if form_of(one).key != form_of(other).key:
                assert ids[one] != ids[other]


@given(st.lists(documents, min_size=2, max_size=5))
def test_a_rebuild_is_the_sum_of_the_increments(given_documents: list[Document]) -> None:
    at_once = Memory().read(*given_documents)
    month_by_month = Memory()
    for document in given_documents:
        month_by_month.read(document)
        month_by_month.read(document)
    assert at_once.rows == month_by_month.rows


# stewards' decisions

MONTHS = (here("城镇污水管网建设"), here("城镇污水管网建设与检测"), here("推进城镇污水管网建设与检测"))


def decided(relation: str = "same") -> Aliases:
    one, other = "城镇污水管网建设与检测", "城镇污水管网建设"
    if relation == "same":
        return Aliases(same={one: other})
    return Aliases(different=frozenset({frozenset((one, other))}))


def test_a_decision_before_the_wording_came_is_followed() -> None:
    memory = Memory(decided()).read(*MONTHS)
    assert len(set(memory.ids().values())) == 1
    assert memory.row("城镇污水管网建设与检测").matched_by == "alias"


def test_a_decision_after_it_moves_the_task_that_the_wording_founded() -> None:
    memory = Memory().read(*MONTHS)
    rows = list(memory.rows)
    assert len(set(memory.ids().values())) == 2
    memory.aliases = decided()
    assert len(set(memory.ids().values())) == 1
    memory.aliases = NO_ALIASES
    assert memory.rows == rows
    assert len(set(memory.ids().values())) == 2


def test_a_decision_that_they_differ_ends_the_doubt() -> None:
    memory = Memory(decided("different")).read(*MONTHS)
    assert memory.row("城镇污水管网建设与检测").matched_by == "first"


def test_a_name_that_nobody_wrote_becomes_known() -> None:
    memory = Memory().read(here("城镇污水管网建设"))
    aliases = Aliases(same={"城镇污水管网建设": "污水管网（城镇）"})
    rows = missing_names(KnownTasks(memory.rows, aliases), aliases, [r.wording for r in memory.rows])
    known = KnownTasks([*memory.rows, *rows], aliases)
    assert [r.wording for r in rows] == ["污水管网（城镇）"]
    assert known.id_of("城镇污水管网建设") == rows[0].durable_id


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("task,甲,alike,乙,,", "line 2"),
        ("task,,same,乙,,", "line 2"),
        ("thing,甲,same,乙,,", "line 2"),
        ("task,甲,same,乙,,\ntask,甲,same,丙,,", "甲 has two names"),
        ("task,甲,same,乙,,\ntask,乙,same,丙,,", "itself an alias"),
    ],
)
def test_a_seed_that_contradicts_itself_is_refused(tmp_path, line: str, told: str) -> None:
    seed = tmp_path / "task_aliases.csv"
    seed.write_text(f"kind,wording,relation,other_wording,reason,decided_by\n{line}\n", encoding="utf-8")
    with pytest.raises(AliasError, match=told):
        load_aliases("task", seed)
