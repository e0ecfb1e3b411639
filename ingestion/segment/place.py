"""Names of places as documents write them; which code a name has in whose context is `ingestion.regions`' business."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from ingestion.regions import all_regions, forms, names_by_head, resolve_region, resolve_unit
from ingestion.regions import region as region_of_code
from ingestion.segment.folding import fold, squeeze

_KINDS: Final = (
    "特别行政区|自治区|自治州|自治县|自治旗|新区|地区|林区|矿区|省|市|盟|州|县|区|旗|镇|乡|街道|苏木|办事处|管委会"
)
_ZONES: Final = (
    "经济技术开发区|经济开发区|高新技术产业开发区|高新技术开发区|高新区|经开区|开发区|"
    "新区|示范区|管理区|度假区|合作区|风景区"
)
_MASKED: Final = re.compile(rf"[XxA-Z×*○某]{{1,4}}(?:{_KINDS})(?![a-z])")
_UNLISTED: Final = re.compile(rf"[一-龥]{{2,6}}?(?:{_ZONES})|[一-龥]{{2,3}}(?:市|县|区|镇|乡|街道)")
#: What stands before such an ending without making a name.
_NO_STEM: Final = re.compile(
    r".*(?:全|我|本|各|该|设|辖|分|小|园|社|城|景|郊|地|厂|库|矿|灌|片|农|牧|渔|雨|山|林|湖|住宅|商业|旅游|县级|地级|省级|市级|主城|建成|保护|工业|功能|生态|集中|流域|试点|先行|核心|国家|上级|"
    r"有关|相关|部分|其他|重点|优化|考核|管控|禁养|限养|敏感|直属|周边|多个|[一二两三四五六七八九十]个?|乡|村|市|县|省|所有|全部|涉及|建制|中心|集|场|少数|个别|多数)|"
    r"(?:加强|推进|提升|开展|深入|落实|打好|持续|做好|完善|强化|全面|建设|坚持|加快|实施|印发|创建|优化|促进|推动|健全|改善|组织|完成|新建|建成|改造|整治|实现|覆盖|新增|共|已|在|对|向|由|为|经|与|和|至|到|从|被|将|拟|按|据|其|另|交办|涉及|包括|其中|属于|位于|我|本|各|该).*"
)
_TITLE_LEAD: Final = re.compile(
    r"(?:\(?(?:19|20)\d\d年?(?:度)?(?:\d+月(?:\d+日)?)?\)?|[〇零一二三四五六七八九]{4}年度?|上半年|前?[一二三四]季度|\d+-?\d*月份?|"
    r"关于(?:印发|报送|上报|公布|通报|对|呈报)?|中共|“|\s|[\[【(]|附件\d*:?|"
    r"(?:附|续)?表\s*(?:\d+(?:-\d+)?|[一二三四五六七八九十]+)?\s*[:.、]?|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十\d]+[、.])*"
)
_BRANCH: Final = re.compile(r"[一-龥]{2,8}市[一-龥]{0,10}局[一-龥]{2,6}分局")
#: What stands behind a place's name where the cell names its government.
_OFFICE: Final = re.compile(r"(?:人民)?政府|管委会|党工委管委会|.{0,6}(?:分局|生态环境局|环保局)|、.+政府")
#: A number before a label, a count or a colon behind it.
_LABEL_EDGES: Final = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十\d]+[、.．]|[●■◆▲★·•-])|[（(](?:共|计)?\d+[项个家件条]?[）)]|[:：]$"
)
_TOWN: Final = re.compile(r".+(?:镇|乡|街道|街道办|办事处|苏木|村|社区|居委会|林场|农场|园区)|.*本级|[省市县区]直")
_POINTS_AT: Final = re.compile(r"[全我本各该]")
_LONGEST_SHORT: Final = 4
_LIST_SIGNS: Final = re.compile(r"[、,，;；\n]|<br\s*/?>|和|及")
_QUOTED: Final = re.compile(r"《[^》]*》")
_LEAST_MENTIONS: Final = 2
_LONGEST_SEARCHED: Final = 100_000
_PLACE_CELL: Final = re.compile(
    rf"[一-龥X×*·]{{1,12}}(?:{_KINDS}|市本级|本级|园区|场|区直|市直|县直)|市本级|[省市县区]直|全[省市县区州旗]"
    r"|[一-龥]{0,6}(?:管委会|高新区|经开区|开发区|景区)"
)


def leading_place(text: str) -> str | None:
    """The place that a title or a publisher's name begins with, as written (关于XX市…, 2020年江门市各市（区）…).

    Of several in a row (江苏省南京市…) the last: it is the one that speaks.
    """
    folded = fold(text)
    lead = _TITLE_LEAD.match(folded)
    begin = lead.end() if lead else 0
    # 《江门市…情况表》 is a title in quotes, 《广东省…条例》落实情况 begins with a law
    begin += bool(folded.startswith("《", begin) and folded.rstrip().endswith("》"))
    found = _place_at(folded, begin)
    end = begin
    while found:
        begin, end = end, end + len(found)
        # 江门市级… speaks of a level, not of another place
        found = _listed_at(folded, end) if not folded.startswith("级", end) else None
    return text[begin:end] if end > begin else None


def place_in(text: str) -> str | None:
    """The first listed place that a title names anywhere outside 《》, as written; None where it names none."""
    folded = _QUOTED.sub(lambda m: "　" * len(m[0]), fold(text))
    first = next(_listed(folded), None)
    return text[first[0] : first[0] + len(first[1])] if first else None


def frequent_place(text: str, excluded: Iterable[str] = ()) -> str | None:
    """The province or city that a text names most often, as written; None below two mentions.

    The excluded names (the districts of its tables) do not count.  A name without its kind (邢台) counts too, and is
    what comes back where the text never writes the full one.
    """
    folded = fold(text[:_LONGEST_SEARCHED])
    known = {squeeze(name) for name in excluded}
    mentions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, form in _listed(folded, with_short=True):
        name = _upper_names().get(form)
        if name and not {name, form} & known:
            mentions[name].append((len(form), start))
    best = max(mentions, key=lambda name: (len(mentions[name]), -mentions[name][0][1]), default=None)
    if best is None or len(mentions[best]) < _LEAST_MENTIONS:
        return None
    length, start = max(mentions[best], key=lambda mention: (mention[0], -mention[1]))
    return text[start : start + length]


def branch_place(text: str) -> str | None:
    """The district whose branch of a city's office a text begins with (泰州市生态环境局海陵分局: 海陵区)."""
    found = _BRANCH.match(fold(text))
    code = resolve_unit(text[: found.end()]) if found else None
    return region_of_code(code).name if code else None


def office_place(text: str) -> str | None:
    """The place whose government or bureau a cell names (蓬江区政府, 江海区生态环境分局), as written."""
    found = _place_at(squeeze(text), 0)
    written = "".join(text.split())
    return written[: len(found)] if found and _OFFICE.fullmatch(squeeze(text), len(found)) else None


def places_listed(text: str) -> tuple[str, ...]:
    """The places that a cell lists and nothing else (蓬江区、江海区); none where it says anything else."""
    names = [name for piece in _LIST_SIGNS.split(text) if (name := "".join(piece.split()))]
    return tuple(names) if names and all(looks_like_place(name) for name in names) else ()


def is_below_county(name: str) -> bool:
    """True for a town, a village or a municipality's own part, which no city's table answers for."""
    return bool(_TOWN.fullmatch(squeeze(name))) and _listed_at(squeeze(name), 0) is None


def is_named_place(text: str) -> bool:
    """True for the full name of a division or a masked one (蓬江区, XX市), nothing around it."""
    name = squeeze(text)
    return _listed_at(name, 0) == name or bool(_MASKED.fullmatch(name))


@lru_cache(maxsize=4096)  # the headings above are asked for every sentence
def place_label(text: str, context: str | None = None) -> str | None:
    """The place that a heading or a label is (（一）蓬江区：, 医药高新区, 石花镇（3项）), as written; None for others.

    In the context of a region's code the short names of its parts count too (海陵).
    """
    label = _LABEL_EDGES.sub("", "".join(text.split()))
    name = squeeze(label)
    is_whole = _place_at(name, 0) == name or bool(re.fullmatch(rf"[一-龥]{{0,6}}(?:{_ZONES}|管委会)|市本级", name))
    is_part = context is not None and 2 <= len(name) <= _LONGEST_SHORT and resolve_region(label, context) is not None
    return label if name and (is_whole or is_part) and not _POINTS_AT.match(name) else None


def looks_like_place(text: str) -> bool:
    """True for a cell that holds nothing but a place's name (XX区, 东侨开发区, 市本级, 全市, 蓬江)."""
    name = squeeze(text)
    return bool(_PLACE_CELL.fullmatch(name)) or name in _all_forms()


def _place_at(folded: str, position: int) -> str | None:
    """The place's name that stands at a position of folded text: listed, masked or of a zone or town."""
    if found := _listed_at(folded, position):
        return found
    if masked := _MASKED.match(folded, position):
        return masked[0]
    unlisted = _UNLISTED.match(folded, position)
    if unlisted and not _NO_STEM.fullmatch(re.sub(rf"(?:{_ZONES}|{_KINDS})$", "", unlisted[0])):
        return unlisted[0]
    return None


def _listed_at(folded: str, position: int) -> str | None:
    """The longest full name of a division at a position."""
    return next(
        (n for n in names_by_head().get(folded[position : position + 2], ()) if folded.startswith(n, position)), None
    )


def _listed(folded: str, *, with_short: bool = False) -> Iterator[tuple[int, str]]:
    """Every listed name in the text with its place, the longest at each; short forms of provinces and cities too."""
    position = 0
    while position < len(folded) - 1:
        found = _listed_at(folded, position)
        if not found and with_short:
            found = next((n for n in (folded[position : position + k] for k in (4, 3, 2)) if n in _upper_names()), None)
        if found:
            yield position, found
        position += len(found) if found else 1


@cache
def _upper_names() -> Mapping[str, str]:
    """Every form of a province's or city's name, and the full name that it stands for."""
    found: dict[str, str] = {}
    for region in all_regions().values():
        if region.level in ("province", "city"):
            for form in forms(region.name, region.level):
                found.setdefault(form, fold(region.name))
    return found


@cache
def _all_forms() -> frozenset[str]:
    return frozenset(form for r in all_regions().values() for form in forms(r.name, r.level))
