"""Wordings of tasks: what is one and what is two, over labelled pairs (tests/corpus/task_wordings*.yml)."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingestion.resolve.forms import form_of, label_of, settings
from ingestion.resolve.likeness import compare

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
LABELLED = yaml.safe_load((CORPUS / "task_wordings.yml").read_text("utf-8"))
UNSEEN = yaml.safe_load((CORPUS / "task_wordings_unseen.yml").read_text("utf-8"))
ALL = [(label, *pair) for corpus in (LABELLED, UNSEEN) for label, pairs in corpus.items() for pair in pairs]
WORDS = sorted({word for _, *pair in ALL for word in pair})
wordings = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=30))


def verdict(one: str, other: str) -> str:
    return compare(form_of(one), form_of(other)).verdict


def measured(corpus: dict[str, list[list[str]]]) -> tuple[float, float]:
    """(precision, recall) of joining, over the labelled pairs."""
    joined = {label: sum(verdict(*pair) == "same" for pair in pairs) for label, pairs in corpus.items()}
    one_task = sum(len(corpus.get(label, ())) for label in ("same", "missed"))
    right = joined["same"] + joined.get("missed", 0)
    return right / sum(joined.values()), right / one_task


@pytest.mark.parametrize(("label", "one", "other"), [(n, *p) for n in ("same", "doubtful") for p in LABELLED[n]])
def test_a_pair_is_judged_as_labelled(label: str, one: str, other: str) -> None:
    assert verdict(one, other) == verdict(other, one) == label


@pytest.mark.parametrize(("one", "other"), [pair for corpus in (LABELLED, UNSEEN) for pair in corpus["different"]])
def test_two_tasks_are_never_joined(one: str, other: str) -> None:
    assert verdict(one, other) != "same"
    assert verdict(other, one) != "same"


def test_what_is_marked_as_two_asks_nobody() -> None:
    asked = [pair for pair in LABELLED["different"] if verdict(*pair) == "doubtful"]
    assert asked == []


@pytest.mark.parametrize(("corpus", "least"), [(LABELLED, 0.9), (UNSEEN, 0.9)])
def test_precision_is_whole_and_recall_is_high(corpus: dict[str, list[list[str]]], least: float) -> None:
    precision, recall = measured(corpus)
    assert precision == 1
    assert recall >= least


def test_there_are_enough_pairs_to_speak_of() -> None:
    assert len(ALL) >= 200
    assert len(set(map(str, ALL))) == len(ALL)


def test_no_two_tasks_of_the_corpus_share_a_form() -> None:
    """Pairs are labelled two by two; forms join whole classes, so every pair of a class must be one task."""
    apart = {frozenset(form_of(w).key for w in pair) for n, *pair in ALL if n in ("different", "doubtful")}
    assert all(len(keys) == 2 for keys in apart)


@given(wordings, wordings)
def test_likeness_is_the_same_either_way_round(one: str, other: str) -> None:
    first, second = compare(form_of(one), form_of(other)), compare(form_of(other), form_of(one))
    assert (first.verdict, first.score) == (second.verdict, second.score)


@given(wordings)
def test_every_wording_is_itself_and_has_a_name(wording: str) -> None:
    assert compare(form_of(wording), form_of(wording)).verdict == "same"
    assert form_of(wording).text.strip() or not wording.strip()
    assert label_of(wording).strip() or not wording.strip()


@given(st.sampled_from(WORDS), st.integers(2001, 2039), st.integers(1, 12), st.integers(1, 9999))
def test_figures_and_dates_are_no_part_of_a_task(wording: str, year: int, month: int, count: int) -> None:
    plain = form_of(wording).key
    assert form_of(f"{year}年{month}月底前，{wording}").key == plain
    assert form_of(f"{wording}（{count}个）").key == plain
    assert form_of(f"{wording}，全年完成{count}万亩。").key == plain


@pytest.mark.parametrize("pair", list(combinations(["蓬江区", "江海区", "江门市新会区", "台山市"], 2)))
def test_places_are_no_part_of_a_task(pair: tuple[str, str]) -> None:
    one, other = (f"{place}完成养殖尾水治理" for place in pair)
    assert form_of(one).key == form_of(other).key


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        ("养殖池塘升级改造及尾水治理：蓬江区全年改造0.475万亩。", "养殖池塘升级改造及尾水治理"),
        ("杰洲污水厂扩建（新增1.2万吨/日）。", "杰洲污水厂扩建（新增1.2万吨/日）"),
        ("加快生态环境专项资金支出，做细项目储备。", "加快生态环境专项资金支出，做细项目储备"),
        ("2023年", "2023年"),
    ],
)
def test_a_task_is_called_by_its_words(wording: str, name: str) -> None:
    assert label_of(wording) == name


def test_vocabulary_says_each_thing_once() -> None:
    vocabulary = settings("vocabulary")
    spelled = [word for line in vocabulary["same"] for word in line[1:]]
    assert len(spelled) == len(set(spelled))
    assert not set(spelled) & {line[0] for line in vocabulary["same"]}
    assert not set(vocabulary["idle"].split()) & set(spelled)
