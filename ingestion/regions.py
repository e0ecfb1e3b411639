"""How a name as written finds its division or reporting unit, in the sender's context and in the document's time.

A name never resolves by a guess: the circles around the sender are searched from the nearest outwards, the first
circle that knows the name decides, and two candidates in one circle give None.  Divisions in force come before
abolished ones and names in use before names given up: on the document's date where it is given, else today's.  With a
date the old and the new name of one place (沙县, since 2021 沙县区) both reach the code in force on it; a division
merged with others or split keeps its own code, since no other has its area.

Words for a kind of zone (高新区, 经开区) mean a zone of the sender's own city or nothing; words for the sender's own
offices (市本级, 区直) mean its own unit, a part of it beside its districts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from ingestion.divisions import HORIZON, OWN, Hit, Level, Region, Strength, forms, places
from ingestion.wording import fold

__all__ = [
    "UNKNOWN", "Level", "Region", "Strength", "all_regions", "all_units", "common_parent", "forms", "is_known",
    "is_masked", "is_region_name", "region", "resolve_region", "resolve_regions", "resolve_unit",
]  # fmt: skip

#: `region_code` of what cannot be placed: a masked name, or one that the sender's context does not know.
UNKNOWN: Final = "UNKNOWN"

#: Names that only a city can tell apart, whatever the table of divisions says: never resolved without a context.
_GENERIC: Final = re.compile(
    r"[东西南北中城郊矿新市]区|城[东西南北中]区|[东西南北中新]市区|新城区|市中区|市?郊区|开发区"
)
#: Words for a kind of zone, without a name of its own.
_ZONE: Final = re.compile(
    r"高新区|高(?:新)?技术(?:产业)?(?:开发区|园区)|经开区|(?:经济(?:技术)?)?开发区|新区|(?:(?:城乡)?一体化)?示范区|"
    r"(?:工业|产业)?园区|工业园|(?:综合)?保税区|(?:旅游)?度假区|(?:风)?景区|管理区"
)
_ZONE_OFFICE: Final = re.compile(r"(?P<zone>.{2,})(?:管理委员会|管委会)")
_OWN_UNIT: Final = re.compile(
    r"(?P<place>.*?)(?P<kind>自治区|地区|[省市州盟县区旗地])(?:本级|直(?:属)?)(?:单位|部门)?|本级(?:单位)?"
)
_MASK: Final = re.compile(r"[XxＸ×*＊○〇●□某]")
_WITH_BRACKET: Final = re.compile(r"([^()]{2,})\(([^()]{2,})\)")
_SELF: Final = re.compile(r"[全我本](?P<kind>[省市县区州旗])")
_CITY_BRANCH: Final = re.compile(r"(?P<city>.+?市).*局(?P<area>.{2,}?)分局")
_ORGAN: Final = re.compile(
    r"(?:人民)?政府(?:办公室|办公厅)?|[党市区县]委(?:办公室)?|.*(?:局|厅|委|会|办|办公室|处|站|中心|指挥部|小组|公司|所)"
)
_BUREAU: Final = re.compile(r"(?:人民)?政府|(?:生态环境|环境保护|环保|水利|水务|住房|住建|城管|自然资源|农业|财政).*局")
#: A path of names from the province down has some twenty characters; a longer cell is not a name.
_LONGEST: Final = 40


@cache
def all_regions() -> Mapping[str, Region]:
    """Every division that was in force since the horizon by its code, in the order of the codes."""
    return MappingProxyType({code: r for code, r in places().divisions.items() if _is_of_our_time(r.valid_to)})


def all_units() -> Mapping[str, Region]:
    """Every reporting unit beside the divisions by its code."""
    return places().units


def region(code: str) -> Region:
    """The division or unit of a code; KeyError for a code that the tables do not hold."""
    return places().get(code)


def is_known(code: str) -> bool:
    """True for the code of a division of any time, of a unit beside them, or of a division's own unit."""
    tables = places()
    return code in tables.divisions or code in tables.units or code.removesuffix(OWN) in tables.divisions


@cache
def names_by_head() -> Mapping[str, tuple[str, ...]]:
    """The full names of divisions by their first two characters, folded, the longest first: to find one in a text."""
    by_head: dict[str, set[str]] = defaultdict(set)
    for name in (fold(r.name) for r in all_regions().values()):
        by_head[name[:2]].add(name)
    return {head: tuple(sorted(names, key=len, reverse=True)) for head, names in by_head.items()}


def is_region_name(name: str) -> bool:
    """True for the full name of at least one division, ambiguous or not (鼓楼区)."""
    return any(hit.strength is Strength.FULL and region(hit.code).level != "other" for hit in _known(fold(name), None))


def is_masked(name: str) -> bool:
    """True for a name whose place was made unreadable (XX市, 某县, ×××区)."""
    return bool(_MASK.search(fold(name)))


def resolve_region(name: str | None, context_code: str | None = None, as_of: date | None = None) -> str | None:
    """The code of a name as written, in the context of the sender and on a date; None rather than a guess.

    With a context (the code of the sender's own region) an unqualified name is looked for only around the sender:
    itself and its children, then its city and that city's children, then its province and that province's children.
    Without one, a full name that is unique in the country resolves, a short name only for cities and provinces.
    A name qualified by its province or city (广东省江门市蓬江区) resolves in any context.  A zone written together with
    its district (高新区（江海区）) is the one of the two that resolves.
    """
    folded = fold(name or "").strip("：:、，,。；;")
    if office := _ZONE_OFFICE.fullmatch(folded):
        folded = office["zone"]
    if not 2 <= len(folded) <= _LONGEST:
        return None
    context = context_code if context_code is not None and is_known(context_code) else None
    if both := _WITH_BRACKET.fullmatch(folded):
        return _only({c for part in both.groups() if (c := resolve_region(part, context_code, as_of))})
    code = _own(folded, context, as_of) or _found(folded, context, as_of)
    return _in_time(code, as_of) if code else None


def resolve_regions(
    names: Iterable[str | None], context_code: str | None = None, as_of: date | None = None
) -> tuple[str | None, ...]:
    """Names of one document, resolved as a set: without a context, their only common parent is the context."""
    given = tuple(names)
    context = context_code or common_parent(given)
    return tuple(resolve_region(name, context, as_of) for name in given)


def common_parent(names: Iterable[str | None]) -> str | None:
    """The one division whose children all the names are (蓬江区 … 恩平市 → 440700); None when there is not just one.

    Words for the whole (全市), for its own offices (市本级) and for a kind of zone (高新区), and the parent's own name
    say nothing of the children and are passed over; a name that no division bears leaves the set unresolved.
    """
    wanted = {folded for name in names if (folded := fold(name or "")) and not _says_no_place(folded)}
    candidates = [_parents_of(name) for name in wanted]
    if not candidates:
        return None
    parents = set.intersection(*(set(found) for found in candidates))
    fitting = [p for p in parents if all(found[p] == 1 for found in candidates)]
    return fitting[0] if len(fitting) == 1 else None


def resolve_unit(name: str | None, context_code: str | None = None, as_of: date | None = None) -> str | None:
    """The code of a reporting unit: a division's name, or an organ that carries it (靖江市政府, 江门市生态环境局)."""
    if found := resolve_region(name, context_code, as_of):
        return found
    folded = fold(name or "")
    if branch := _CITY_BRANCH.fullmatch(folded):
        city = resolve_region(branch["city"], context_code, as_of)
        return resolve_region(branch["area"], city, as_of) if city else None
    if len(folded) > _LONGEST:
        return None
    for end in range(len(folded) - 1, 1, -1):
        if _BUREAU.fullmatch(folded[end:]) and (path := _only(_qualified(folded[:end], as_of))):
            return _in_time(path, as_of)
        if folded[end - 1] in "省市县区州旗盟" and _ORGAN.fullmatch(folded[end:]):
            return resolve_region(folded[:end], context_code, as_of)
    return None


def _found(folded: str, context: str | None, as_of: date | None) -> str | None:
    if context is None:
        return _nationwide(folded, as_of) or _only(_qualified(folded, as_of))
    if own := _SELF.fullmatch(folded):
        return context if fold(region(context).name).endswith(own["kind"]) else None
    for circle in _circles(context):
        if hits := _strongest(folded, circle, as_of, context):
            return _only(hits)
    return _province(folded) or _only(_qualified(folded, as_of))


def _own(folded: str, context: str | None, as_of: date | None) -> str | None:
    """The unit of a division's own offices: 市本级 of the sender, 江门市本级 anywhere."""
    words = _OWN_UNIT.fullmatch(folded)
    if words is None:
        return None
    owner = context
    if words["place"]:
        owner = _found(words["place"] + words["kind"], context, as_of)
    elif context and words["kind"]:
        kind = words["kind"].replace("地区", "地").replace("地", "地区")
        owner = context if fold(region(context).name).endswith(kind) else None
    return owner + OWN if owner and owner in places().divisions else None


def _nationwide(folded: str, as_of: date | None) -> str | None:
    if _GENERIC.fullmatch(folded) or _ZONE.fullmatch(folded):
        return None
    hits = _known(folded, as_of)
    code = _only(_strongest(folded, {hit.code for hit in hits}, as_of))
    if code is None:
        return None
    strength = max(hit.strength for hit in hits)
    if as_of is None and not all(_became(hit, code) for hit in hits if hit.strength is strength):
        return None
    return code if strength is Strength.FULL or region(code).level in ("province", "city") else None


def _became(hit: Hit, code: str) -> bool:
    """True where a bearer of a name is the division itself, or became part of it (三元区, twice).

    Among documents of every time a name that another place had is not unique: 江北区 (宁波; 重庆 until 2025),
    桥东区 (张家口; 邢台 until 2020).
    """
    successor: str | None = hit.code
    while successor is not None and successor != code:
        successor = region(successor).successor_code
    return successor == code


def _province(folded: str) -> str | None:
    return _only(
        {h.code for h in _known(folded, None) if h.strength is Strength.FULL and region(h.code).level == "province"}
    )


def _circles(context: str) -> Iterator[Collection[str]]:
    """Where an unqualified name is looked for, from the sender outwards."""
    own, children = region(context), places().children
    below = children.get(context, ())
    yield (context, *below) if own.level == "city" else (context,)
    if own.level == "province":
        yield below
        yield tuple(grandchild for child in below for grandchild in children.get(child, ()))
    parent = own.parent_code
    while parent is not None:
        yield (parent, *children[parent])
        parent = region(parent).parent_code


def _known(folded: str, as_of: date | None) -> tuple[Hit, ...]:
    """Who bears a name; without a date, nobody who lost it or ended before the horizon."""
    hits = places().by_form.get(folded, ())
    if as_of is not None:
        return hits
    return tuple(h for h in hits if _is_of_our_time(h.until) and _is_of_our_time(region(h.code).valid_to))


def _strongest(folded: str, within: Collection[str], as_of: date | None, context: str | None = None) -> set[str]:
    """The divisions of a circle that bear the name in its strongest form; those in force before all others.

    A word for a kind of zone finds the zones of the context alone: what a county calls 高新区 may be its own.
    """
    hits = [h for h in _known(folded, as_of) if h.code in within]
    if context is not None and _ZONE.fullmatch(folded):
        hits = [h for h in hits if context in (h.code, region(h.code).parent_code)]
    best = [h for h in hits if h.strength == max(hit.strength for hit in hits)]
    return {h.code for h in best if _is_in_force(h, as_of)} or {h.code for h in best}


def _is_in_force(hit: Hit, as_of: date | None) -> bool:
    bearer = region(hit.code)
    if as_of is None:
        return bearer.is_current and hit.until is None
    bears = (hit.since is None or hit.since <= as_of) and (hit.until is None or as_of < hit.until)
    return bears and bearer.is_valid(as_of)


def _is_of_our_time(end: date | None) -> bool:
    return end is None or end > HORIZON


def _in_time(code: str, as_of: date | None) -> str:
    """The code that the same place has on a date, through changes of one division into one; else the code itself."""
    tables = places()
    found = tables.divisions.get(code)
    while as_of is not None and found is not None and not found.is_valid(as_of):
        if as_of < found.valid_from:
            before = tables.predecessors.get(found.code, ())
            earlier = tables.divisions[before[0]] if len(before) == 1 else None
            found = earlier if earlier is not None and earlier.valid_to == found.valid_from else None
        else:
            later = tables.divisions.get(found.successor_code or "")
            is_same = later is not None and later.valid_from == found.valid_to
            found = later if is_same and later and len(tables.predecessors[later.code]) == 1 else None
    return found.code if found is not None else code


def _only(codes: Collection[str]) -> str | None:
    return next(iter(codes)) if len(codes) == 1 else None


def _ancestors(code: str) -> Iterator[str]:
    parent = region(code).parent_code
    while parent is not None:
        yield parent
        parent = region(parent).parent_code


def _qualified(folded: str, as_of: date | None) -> set[str]:
    """The divisions that a path of names from the top may mean: 广东省江门市蓬江区, 江门蓬江区."""
    found: dict[str, tuple[Strength, bool]] = {}
    for end in range(2, len(folded) - 1):
        heads = {h.code for h in _known(folded[:end], as_of) if region(h.code).level in ("province", "city")}
        if not heads:
            continue
        rest = folded[end:]
        tails = [(code, (Strength.FULL, True)) for code in _qualified(rest, as_of)]
        tails += [(h.code, (h.strength, _is_in_force(h, as_of))) for h in _known(rest, as_of)]
        for code, rank in tails:
            if heads & set(_ancestors(code)):
                found[code] = max(rank, found.get(code, rank))
    best = max(found.values(), default=None)
    return {code for code, rank in found.items() if rank == best}


def _says_no_place(folded: str) -> bool:
    own = _OWN_UNIT.fullmatch(folded)
    return bool(_SELF.fullmatch(folded) or _ZONE.fullmatch(folded) or (own and not own["place"]))


def _parents_of(folded: str) -> dict[str, int]:
    """For each division, how many of its children the name may mean; the division itself counts as one."""
    hits = _known(folded, None)
    by_parent: dict[str, list[str]] = defaultdict(list)
    for hit in hits:
        if parent := region(hit.code).parent_code:
            by_parent[parent].append(hit.code)
    parents = {parent: len(_strongest(folded, children, None)) for parent, children in by_parent.items()}
    for hit in hits:
        if hit.strength is Strength.FULL and region(hit.code).level in ("province", "city"):
            parents.setdefault(hit.code, 1)
    return parents
