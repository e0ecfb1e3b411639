"""The size of works in brackets behind their name (0.25万吨/日), and limits of emission: neither is progress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.contexts import bracket_start, clause_start
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import canonical

_SIZES: Final = frozenset({"吨/日", "立方米/日", "千瓦", "千伏安", "立方米", "蒸吨", "标准箱"})
_WORKS: Final = re.compile(r"(?:厂|站|工程|项目|期|设施|电站|水库|中心|机组|泵站|管网|装置|系统|基地|池)$")
_INSIDE: Final = re.compile(r"^(?:扩建|新建|改建|总|设计|近期|远期|日处理|处理|规模|能力|为|:|约|[ ])*$")
_LIMIT: Final = re.compile(r"排放(?:浓度|限值|标准)?(?:均|分别)*(?:不高于|不超过|不大于|低于|达到|控制在|≤|为)?[ ]?$")
_CONCENTRATIONS: Final = frozenset({"毫克/立方米", "微克/立方米", "毫克/升"})
_LIST: Final = re.compile(r"(?:\d+(?:\.\d+)?[、,/])+$")


def _capacities(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of("quantity"):
        unit = canonical(figure.unit or "")
        opening = bracket_start(text, figure.start)
        if unit is None or unit[0] not in _SIZES or opening is None:
            continue
        name = text[clause_start(text, opening) : opening]
        if _WORKS.search(name) and _INSIDE.match(text[opening + 1 : figure.start]):
            yield Mark(kind="capacity", start=figure.start, end=figure.end, rule="capacity.bracket")


def _limits(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of("quantity"):
        unit = canonical(figure.unit or "")
        if unit and unit[0] in _CONCENTRATIONS and _LIMIT.search(_ahead(text, figure)):
            yield Mark(kind="limit", start=figure.start, end=figure.end, rule="capacity.emission_limit")


def _ahead(text: str, figure: Mark) -> str:
    return _LIST.sub("", text[clause_start(text, figure.start) : figure.start].rstrip())


RULES: Final = (
    Rule(
        id="capacity.bracket",
        version=1,
        order=58,
        needs="(",
        description_zh="工程名称后括号里的规模（0.25万吨/日），不是进度",
        description_en="The size of works, in brackets behind their name",
        find=_capacities,
    ),
    Rule(
        id="capacity.emission_limit",
        version=1,
        order=59,
        needs="排",
        description_zh="排放浓度限值，是条件，不是要报送的目标",
        description_en="A limit of emission: a condition, not a target to report",
        find=_limits,
    ),
)
