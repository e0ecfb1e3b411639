"""Reporting units beside the divisions: the zones of the statistical codes, and what was added by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

_KINDS: Final = (
    (re.compile(r"高新|高技术"), "high_tech_zone"),
    (re.compile(r"经济.*开发区|三山经济|临港开发区"), "economic_zone"),
    (re.compile(r"综合保税区"), "bonded_zone"),
    (re.compile(r"新区$|新城$"), "new_area"),
    (re.compile(r"示范区|实验区"), "demonstration_zone"),
    (re.compile(r"管理区"), "management_zone"),
    (re.compile(r"合作区"), "cooperation_zone"),
    (re.compile(r"风景名胜区"), "scenic_area"),
    (re.compile(r"园区|食品区|产业园|聚集区"), "industrial_park"),
)
_OFFICE: Final = re.compile(r"(?:管理委员会|管委会)$")


def reporting_units(
    zones: Mapping[str, str],
    divisions: Mapping[str, str],
    short_forms: Mapping[str, Sequence[str]],
    present: Iterable[Mapping[str, str]],
) -> Iterator[tuple[str, ...]]:
    """Code, name, kind, parent and aliases of each unit: the zones of the list, then the rows added by hand."""
    for code, written in sorted(zones.items()):
        name = _OFFICE.sub("", written)
        parent = _division(code[:4] + "00", divisions)
        yield code, name, _kind(name), parent, "、".join([*_core(name, parent, divisions), *short_forms.get(code, ())])
    for row in sorted(present, key=lambda row: row["unit_code"]):
        if "-" in row["unit_code"]:
            parent = _division(row["parent_code"], divisions)
            yield row["unit_code"], row["name"], row["kind"], parent, row["aliases"]


def _division(code: str, divisions: Mapping[str, str]) -> str:
    if code not in divisions:
        raise ValueError(f"no division in force has the code {code}")
    return code


def _kind(name: str) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), "other_zone")


def _core(name: str, parent: str, divisions: Mapping[str, str]) -> Iterable[str]:
    """The name without its province and city in front (河北唐山海港经济开发区 → 海港经济开发区)."""
    heads = [divisions[parent[:2] + "0000"], divisions[parent]]
    core = name
    for head in heads:
        short = re.sub(r"(?:壮族|回族|维吾尔)?自治区$|[省市盟]$|地区$", "", head)
        for form in (head, short):
            if core.startswith(form) and not core.startswith(form + "港"):  # 东营港 is a place of its own
                core = core.removeprefix(form).removeprefix("市")
                break
    return [core] if core != name and len(core) > 1 else []
