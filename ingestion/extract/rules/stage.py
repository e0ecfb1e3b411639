"""How far works have got: 前期, 开工, 主体完成, 安装调试, 通水, 验收."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import either, load, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule

STAGES: Final = tuple(s["code"] for s in load("stages")["stages"])
RANK: Final = {s["code"]: int(s["rank"]) for s in load("stages")["stages"]}
_CODE_OF: Final = {phrase: s["code"] for s in load("stages")["stages"] for phrase in s["phrases"]}
_PHRASE: Final = re.compile(either(_CODE_OF))
_DENIED: Final = re.compile(r"(?:未|尚未|未能|不|没有|无法)[\u4e00-\u9fa5]{0,3}$")
_SHARE_OF: Final = re.compile(r"[的约近]{0,2}\d{1,2}(?:\.\d+)?%")
_AHEAD: Final = re.compile(rf"{either(words('stages', 'ahead'))}[^。;]{{0,14}}$")


def _stages(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _PHRASE.finditer(text):
        code, start = _CODE_OF[found.group()], found.start()
        ahead = text[max(0, start - 18) : start]
        if code != "not_started" and _DENIED.search(ahead[-6:]):
            continue
        if _SHARE_OF.match(text[found.end() : found.end() + 10]):
            continue  # 主体工程已完成85%: a share of the works, not the stage
        yield Mark(
            kind="stage",
            start=start,
            end=found.end(),
            rule="stage.phrase",
            code=code,
            approximate=bool(_AHEAD.search(ahead)),
        )


RULES: Final = (
    Rule(
        id="stage.phrase",
        version=1,
        order=82,
        description_zh="工程阶段：前期、开工、主体完成、安装调试、通水投运、验收",
        description_en="The stage that works have reached",
        find=_stages,
    ),
)
