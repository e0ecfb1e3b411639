"""The pages' words: each in Chinese in the scripts, each with its English, none left over, names filled in alike."""

from __future__ import annotations

import re

from publishing.dashboard.pages import _SITE as SITE
from publishing.dashboard.texts import english

HAN = re.compile(r"[\u4e00-\u9fff]")


def strings() -> set[str]:
    """Every double-quoted text of the scripts that holds Chinese; comments are no texts."""
    found: set[str] = set()
    for path in sorted((SITE / "js").glob("*.js")):
        code = re.sub(r"/\*.*?\*/|(?<=\s)//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        found |= {text for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code) if HAN.search(text)}
    return found


def test_every_word_has_its_english_and_none_is_left_over() -> None:
    used = strings()
    assert len(used) > 200
    assert set(english()) == used
    assert not any(HAN.search(text) for text in english().values())


def test_both_languages_fill_in_the_same_names() -> None:
    for chinese, told in english().items():
        assert set(re.findall(r"\{(\w+)\}", chinese)) == set(re.findall(r"\{(\w+)\}", told)), chinese


def test_no_script_makes_markup_of_a_text_or_reaches_out() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (SITE / "js").glob("*.js"))
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(|XMLHttpRequest|https?:"
    )
    assert re.findall(banned, code) == []
    page = (SITE / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=|https?:|//", page) == []


def test_scripts_keep_to_lines_that_can_be_read() -> None:
    for path in sorted((SITE / "js").glob("*.js")):
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 150, path.name
        assert [line for line in lines if len(line) > 120] == [], path.name
