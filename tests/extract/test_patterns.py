"""What makes the rules fast changes nothing: each shortcut finds what the plain way finds."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingestion.extract.folding import fold, fold_char
from ingestion.extract.keeping import LONGEST, kept_of_short
from ingestion.extract.lexicon import either
from ingestion.extract.marks import FIGURES, MEASURED, Mark, Marks
from ingestion.extract.numerals import EDGE, FIGURE, NUMBER
from ingestion.extract.patterns import Pattern, Patterns, first_characters
from tests.conftest import ROOT

PLACE = 60
RULES = importlib.import_module("ingestion.extract.rules")


@cache
def of_rules(kind: type) -> list[tuple[str, object]]:
    """The patterns of one kind that the rules hold, with their names."""
    found = []
    for module in pkgutil.iter_modules(RULES.__path__):
        held = vars(importlib.import_module(f"{RULES.__name__}.{module.name}"))
        found += [(f"{module.name}.{name}", value) for name, value in held.items() if isinstance(value, kind)]
    return found


def phrases() -> list[str]:
    """Texts of the rules' own corpora, cut in pieces so that their halves meet each other."""
    texts = [
        text
        for path in sorted((ROOT / "tests" / "corpus").glob("*.yml"))
        for text in strings(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]
    return sorted({text[at : at + 12] for text in texts for at in range(0, len(text), 7)})


def strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for part in [*node, *node.values()] if isinstance(node, dict) else node:
            yield from strings(part)


PHRASES = phrases()
TEXTS = st.lists(st.sampled_from([*PHRASES, *"0123456789.,、，。()（ 年月日%-"]), max_size=12).map("".join)

#: Small patterns of every part that a pattern may begin with.
BEGINNINGS = st.sampled_from(
    ["", "(?<!b)", "(?<![b1])", "(?<=a)", "(?=a|1)", "^", "(?:b)?", "1{0,2}", r"(?:\d|ab)?", "a*?"]
)
MIDDLES = st.sampled_from(["a", "[a1]", r"\d+", "(?P<x>ab|b)", "(?:ba|1b|a)", "b{1,2}", "(?:a|b)+?"])
ENDS = st.sampled_from(["", "a*", "(?!b)", "(?=1|$)", "$", r"(?:-\d)?", "[^b]?"])
SMALL = st.lists(st.tuples(BEGINNINGS, MIDDLES, ENDS).map("".join), min_size=1, max_size=4)
FEW = st.text("ab1-", max_size=14)


def spans(found: Iterator[re.Match[str]]) -> list[tuple[tuple[int, int], dict[str, str | None]]]:
    return [(match.span(), match.groupdict()) for match in found]


def test_there_are_patterns_to_compare() -> None:
    assert len(of_rules(Pattern)) > 20
    assert len(of_rules(Patterns)) == 1
    assert len(PHRASES) > 500


@given(TEXTS)
def test_the_patterns_of_the_rules_find_what_they_find_bare(text: str) -> None:
    for name, pattern in of_rules(Pattern):
        assert isinstance(pattern, Pattern)
        assert spans(pattern.finditer(text)) == spans(re.finditer(pattern.regex, text)), name


@given(TEXTS)
def test_patterns_looked_for_together_find_what_each_finds_alone(text: str) -> None:
    for name, together in of_rules(Patterns):
        assert isinstance(together, Patterns)
        alone = [(n, m.span()) for n, regex in enumerate(together.regexes) for m in re.finditer(regex, text)]
        assert [(number, match.span()) for number, match in together.find(text)] == alone, name


@given(SMALL, FEW)
def test_whatever_a_pattern_is_made_of(regexes: list[str], text: str) -> None:
    for regex in regexes:
        assert spans(Pattern(regex).finditer(text)) == spans(re.finditer(regex, text)), regex
    alone = [(n, m.span()) for n, regex in enumerate(regexes) for m in re.finditer(regex, text)]
    assert [(number, match.span()) for number, match in Patterns(regexes).find(text)] == alone


@given(SMALL, FEW, st.integers(0, 14), st.integers(0, 14))
def test_a_search_in_a_span_is_that_of_the_engine(regexes: list[str], text: str, start: int, end: int) -> None:
    for regex in regexes:
        bare, ours = re.compile(regex).search(text, start, end), Pattern(regex).search(text, start, end)
        assert (bare and bare.span()) == (ours and ours.span()), regex


@pytest.mark.parametrize(
    "regex", ["", "a*", "(?:a|b?)", "(?=a)", ".a", "[^a]b", r"\wa", r"(a)\1", "(?P<x>a)?(?(x)b|c)"]
)
def test_a_pattern_that_could_begin_anywhere_is_refused(regex: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Pattern(regex)


def test_first_characters_pass_over_conditions_and_optional_parts() -> None:
    assert re.findall(f"[{first_characters('(?<!x)(?:a|[b-d])?第?(?=e)e-')}]", "abcdex第-") == list("abcde第")


@given(TEXTS)
def test_a_figure_is_a_number_at_its_left_edge(text: str) -> None:
    assert spans(re.finditer(FIGURE, text)) == spans(re.finditer(f"{EDGE}(?:{NUMBER})", text))


@given(
    st.lists(st.text("完成工.a(", min_size=1, max_size=4), min_size=1, max_size=8), st.text("完成工.a(", max_size=12)
)
def test_a_choice_is_the_longest_word_first(words: list[str], text: str) -> None:
    plain = "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))
    assert re.findall(either(words), text) == re.findall(plain, text)
    assert re.findall(f"{either(words)}成", text) == re.findall(f"(?:{plain})成", text)


@given(st.text("完，（%％萬亩畝ａ—x", min_size=1, max_size=12), st.integers(1, 60))
def test_a_long_text_folds_character_by_character(text: str, times: int) -> None:
    assert fold(text * times) == "".join(map(fold_char, text * times))


def test_only_what_is_told_of_short_texts_is_kept() -> None:
    asked: list[str] = []

    @kept_of_short
    def tell(text: str) -> int:
        asked.append(text)
        return len(text)

    long = "长" * (LONGEST + 1)
    assert [tell("短"), tell("短"), tell(long), tell(long)] == [1, 1, len(long), len(long)]
    assert asked == ["短", long, long]


MARKS = st.lists(
    st.builds(
        lambda kind, start, length: Mark(kind=kind, start=start, end=start + length, rule="x"),
        st.sampled_from(["quantity", "percent", "index", "name", "status", "plan"]),
        st.integers(0, PLACE),
        st.integers(1, 9),
    ),
    max_size=14,
)


@given(MARKS, st.integers(0, PLACE), st.integers(0, PLACE))
def test_marks_answer_as_a_plain_list_would(given_marks: list[Mark], one: int, other: int) -> None:
    start, end = sorted((one, other))
    marks = Marks()
    plain: list[Mark] = []
    for mark in given_marks:
        rivals = [m for m in plain if (m.kind in FIGURES) == (mark.kind in FIGURES)]
        rivals = rivals if mark.kind in FIGURES else [m for m in rivals if m.kind == mark.kind]
        is_free = not any(mark.overlaps(m) for m in rivals)
        assert marks.add(mark) == is_free
        plain += [mark] if is_free else []
    plain.sort(key=lambda m: (m.start, -m.end, m.rule))
    assert sorted(marks, key=str) == sorted(plain, key=str)
    measured = [m for m in plain if m.kind in MEASURED]
    assert list(marks.of(*MEASURED, start=start, end=end)) == [m for m in measured if m.within(start, end)]
    assert list(marks.before(end, start)) == [m for m in reversed(measured) if m.within(start, end)]
    assert list(marks.behind(start, end)) == [m for m in measured if m.within(start, end)]
    for kind in ("quantity", "status"):
        own = [m for m in plain if m.kind == kind]
        assert all(a.end <= b.start for a, b in pairwise(own))
        assert list(marks.of(kind, start=start)) == [m for m in own if m.start >= start]
        assert marks.at(start, kind) == next((m for m in own if m.start <= start < m.end), None)
        if start < end:
            assert list(marks.touching(start, end, kind)) == [m for m in own if m.start < end and start < m.end]
