"""The samples take facts and figures from the seeds, and not one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from samples.generate import load_samples
from samples.layout import lay_out

#: A shared run is a copied phrase when it has more characters than this beside proper names, numbers and dates.
LONGEST_SHARED_RUN = 14
#: Names of places, works, stations and units: they are facts, and have no other wording.
PROPER_NAMES = (
    "江海中沙空气质量自动监测子站",
    "生活污水处理厂一期（0.25万吨/日）",
    "污水处理厂三期（2万吨/日）",
    "楼冈污水处理厂（3万吨/日）",
    "樟木坑生活垃圾填埋场渗滤液",
    "富民南路",
    "第十一中学",
    "10-35蒸吨燃煤锅炉",
    "35蒸吨及以上燃煤锅炉",
    "沙堆工业集聚区",
    "月山镇",
    "荷塘镇",
    "公仔河、仙人河等5条河涌",
    "江边街暗渠",
    "微克/立方米",
    "“一企一策”",
)
NUMBER_OR_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:底|\d{1,2}日)?前?|\d{4}年度?|\d+(?:\.\d+)?%?")


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def shared_runs(text: str, source: str, shortest: int) -> Iterator[str]:
    """The longest runs of the text that stand in the source too, at least so many characters long."""
    start = 0
    while start + shortest <= len(text):
        end = start + shortest
        if text[start:end] not in source:
            start += 1
            continue
        while end < len(text) and text[start : end + 1] in source:
            end += 1
        yield text[start:end]
        start = end - shortest + 1


def own_length(run: str) -> int:
    """Characters of a run beside names, numbers and dates; a name cut by the run's ends is still that name."""
    for name in PROPER_NAMES:
        run = run.replace(name, "")
        for size in range(len(name) - 1, 3, -1):
            if run.startswith(name[-size:]):
                run = run[size:]
            if run.endswith(name[:size]):
                run = run[:-size]
    return len(NUMBER_OR_DATE.sub("", run))


def sample_texts() -> set[str]:
    texts = set()
    for filing in load_samples().filings:
        sheet = lay_out(filing)
        texts |= {sheet.title, *(text for row in sheet.rows for cell in row for text in cell)}
    return texts


def test_a_copied_sentence_would_be_found() -> None:
    source = squeeze("截至9月底，某区已完成新增自然村污水治理一百个，完成率百分之三十。")
    copied = squeeze("进展顺利。某区已完成新增自然村污水治理一百个，进度可控。")
    assert [run for run in shared_runs(copied, source, 15) if own_length(run) > LONGEST_SHARED_RUN]
    reworded = squeeze("一百个自然村的污水得到治理，占比三成。")
    assert not list(shared_runs(reworded, source, 15))
    assert own_length("在沙堆工业集聚区") == 1


@pytest.mark.parametrize("folder", ["seeds", "corpus"])
def test_no_sentence_of_the_seeds_or_the_corpus_is_copied(folder: str, shared_dir: Path) -> None:
    sources = sorted((shared_dir / folder).glob("*.txt"))
    assert sources
    source = "\0".join(squeeze(path.read_text(encoding="utf-8")) for path in sources)
    copied = {
        run
        for text in sample_texts()
        for run in shared_runs(squeeze(text), source, LONGEST_SHARED_RUN + 1)
        if own_length(run) > LONGEST_SHARED_RUN
    }
    assert not copied
