"""The desk's words: each in Chinese in the templates, each with its English, none left over."""

from __future__ import annotations

import re

from review import labels
from review.pages import FOLDER
from review.texts import english, teller
from xushi.trial import TOLD

USED = {
    text
    for path in sorted((FOLDER / "templates").glob("*.html"))
    for text in re.findall(r"""_\('([^']+)'\)""", path.read_text("utf-8"))
}


def test_every_word_of_the_templates_has_its_english_and_none_is_left_over() -> None:
    assert len(USED) > 100
    assert set(english()) == USED
    assert all(re.search(r"[a-z]", text) and not re.search(r"[\u4e00-\u9fff]", text) for text in english().values())


def test_no_template_speaks_chinese_outside_of_its_words() -> None:
    for path in sorted((FOLDER / "templates").glob("*.html")):
        rest = re.sub(r"""_\('[^']+'\)|'中文'""", "", path.read_text("utf-8"))
        assert re.findall(r"[\u4e00-\u9fff]+", rest) == [], path.name


def test_names_of_codes_are_in_both_languages() -> None:
    for names in (labels.SEVERITY, labels.STATE, labels.RESOLUTION, labels.REASON, labels.ACTION, labels.ROLE,
                  labels.COLUMN, labels.statuses(), labels.stages(), labels.correctable()):  # fmt: skip
        assert names
        assert all(zh and en for zh, en in names.values())


def test_every_value_that_a_trial_tells_has_a_name() -> None:
    assert set(TOLD) == set(labels.COLUMN)


def test_chinese_is_what_is_written() -> None:
    assert teller("zh")("待办队列") == "待办队列"
    assert teller("en")("待办队列") == "queue"
