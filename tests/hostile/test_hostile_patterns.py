"""No pattern is quadratic on the words that it is made of.

Each rule's own vocabulary, its corpus and the signs are repeated to texts of growing length; the time for each
character may not grow with the length.  Whole documents run in a worker, so that a pattern that never ends is seen.
"""

from __future__ import annotations

import contextlib
import time
from datetime import date
from functools import cache
from typing import Final

import pytest
import yaml

from ingestion.errors import IngestionError
from ingestion.extract import extract
from ingestion.extract.lexicon import load, names
from ingestion.extract.reading import read as read_marks
from ingestion.extract.registry import Calendar
from ingestion.limits import Limits
from ingestion.read import read
from ingestion.segment import segment
from ingestion.workers import Workers
from tests.conftest import ROOT
from tests.hostile.walking import Bytes

CALENDAR: Final = Calendar(campaign_year=2023, as_of=date(2023, 9, 30))
#: Characters of the texts that are compared; the longest only for what repeats most.
SHORT: Final = 4_000
LONG: Final = 128_000
LONGEST: Final = 1_000_000
#: How much longer a character may take in the longer text; measured noise stays under two.
ROOM: Final = 3
#: A shorter time is noise.
SHORTEST_TIME: Final = 0.02

#: What a text may be made of and nothing else; ␣, ⇥ and ↵ stand for the blanks.
SIGNS: Final = tuple(
    sign.translate({ord("␣"): " ", ord("⇥"): "\t", ord("↵"): "\n"})
    for sign in (
        "7 7. 7, 0 １ 三 百 万 年 月 日 % ％ ‰ （ ( （） [ 【 “ 《 〔 < ， 、 ； 。 ： - — ~ / | . · ␣ ⇥ ↵ ↵↵ ⇥↵ "
        "的 完成 截至 其中 分别 3、 (1) ① 1. 8户 8户、 由8户增至9户 12- 2023年 2023- 9月 9月底前 百分之 "
        "个百分点 同比 达到 不低于 <br> |␣a␣ ---␣|␣ #␣ *␣"
    ).split(" ")
)


@cache
def repeated() -> dict[str, tuple[str, ...]]:
    """For each vocabulary and each rule's corpus: its words as one text, and the signs one by one."""
    found = {f"vocabulary {name}": tuple(_strings(load(name))) for name in names()}
    for path in sorted((ROOT / "tests" / "corpus").glob("*.yml")):
        found[f"corpus {path.stem}"] = tuple(_strings(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return {name: words for name, words in found.items() if words} | {f"sign {sign!r}": (sign,) for sign in SIGNS}


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [text for pair in node.items() for part in pair for text in _strings(part)]
    return [text for part in node for text in _strings(part)] if isinstance(node, list | tuple) else []


def text_of(words: tuple[str, ...], length: int) -> str:
    """The words one after another, again and again."""
    once = "".join(words)
    return (once * (length // len(once) + 1))[:length]


def seconds_of_rules(text: str) -> float:
    taken = []
    for _ in range(2):
        before = time.process_time()
        read_marks(text, CALENDAR)
        taken.append(time.process_time() - before)
    return min(taken)


def is_in_proportion(short: float, long: float, times: int) -> bool:
    return long <= times * ROOM * max(short, SHORTEST_TIME)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(repeated()))
def test_the_rules_take_as_long_for_each_character_of_a_longer_text(name: str) -> None:
    words = repeated()[name]
    read_marks(text_of(words, 200), CALENDAR)  # vocabularies are loaded once
    short, long = (seconds_of_rules(text_of(words, size)) for size in (SHORT, LONG))
    assert is_in_proportion(short, long, LONG // SHORT), f"{short:.2f} s, {long:.2f} s"


@pytest.mark.soak
@pytest.mark.parametrize("sign", ["7", "三", "（", "、", "8户、", "↵", "由8户增至9户", "9月底前"])
def test_the_rules_stay_in_proportion_up_to_a_megabyte(sign: str) -> None:
    words = (sign.replace("↵", "\n"),)
    short, long = (seconds_of_rules(text_of(words, size)) for size in (LONG, LONGEST))
    assert is_in_proportion(short, long, LONGEST // LONG), f"{short:.2f} s, {long:.2f} s"


def seconds_of(file: Bytes) -> float:
    """The time of the whole way, in a worker; a document without a statement takes time as well."""
    before = time.process_time()
    with contextlib.suppress(IngestionError):
        extract(segment(read(file.content, "甲.txt"), as_of=date(2023, 9, 30)))
    return time.process_time() - before


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_whole_document_stays_in_proportion() -> None:
    slow: dict[str, str] = {}
    texts = repeated()
    files = [Bytes(name, text_of(texts[name], size).encode()) for name in sorted(texts) for size in (SHORT, LONG)]
    with Workers(Limits(seconds=120, megabytes=4096, workers=2)) as workers:
        done = [each for each in workers.each(seconds_of, files) if each is not None]
    for name, short, long in zip(sorted(texts), done[::2], done[1::2], strict=True):
        if long.error is not None or short.error is not None:
            slow[name] = str(long.error or short.error)
        elif not is_in_proportion(short.get(), long.get(), LONG // SHORT):
            slow[name] = f"{short.get():.2f} s, {long.get():.2f} s"
    assert slow == {}
