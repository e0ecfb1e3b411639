"""Joint tasks whose text tells each region's own figure: an item a region, else one item with the whole figure.

A row is split only where the progress gives every named region a figure of its own and what is asked of each is known:
each region's own target, or one that holds for each of them (a rate, a class, a milestone, 各 …).  A count that they
owe together stays one row; the regions' shares in its text are marked as parts of the whole.

The items that a row is split into keep its cells: their parts are the stretches of the text that speak of the region,
and what speaks of all of them without a figure (a judgement, a deadline).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Final

from ingestion.records import TextPart
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import fold
from ingestion.segment.joint import parties

_KIND: Final = re.compile(r"(?<=..)(?:自治县|新区|[市县区旗])$")
_CLAUSE_END: Final = re.compile(r"[,，。;；\n]")
_SENTENCE_END: Final = re.compile(r"[。;)\n]")
_EDGES: Final = " \t\r\n\u3000,，、。;；:：()（）*"
_DAY: Final = r"(?:(?:(?:19|20)\d\d|[今本])年)?\d{1,2}月(?:份|[底末初]|[上中下]旬|\d{1,2}日)?"
_DUE: Final = re.compile(
    rf"(?:{_DAY}|(?:(?:19|20)\d\d|[今本])?年(?:[底末]|内)|上半年|第?[一二三四]季度末?)(?:之?前|以前|内)?"
)
_NO_FIGURES: Final = re.compile(
    rf"{_DUE.pattern}|(?:19|20)\d\d年度?|\d{{1,2}}(?:-\d{{1,2}})?月份?|\d日|"
    r"PM2\.5|PM10|[A-Za-z]+\d+|\d+分(?!之)|^\W*\d{1,2}[、.)](?!\d)"
)
_NUMBER: Final = re.compile(
    r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+(?=[余多]?(?:个|家|座|处|公里|千米|米|亩|吨|台|辆|户|项|条|万|套|宗|段))"
)
#: What stands behind a figure that each region has to reach for itself.
_LEVEL: Final = re.compile(r"[^\d,。;]{0,2}?(?:%|个?百分点|微克|毫克|[μu]g|mg|类|级|天|成)")
_EACH: Final = re.compile("各|每|均|分别|都要|都应")
_ZERO: Final = re.compile("尚无|未新增|暂未|尚未|暂无")
_JUDGEMENT: Final = re.compile("进度|序时|滞后|落后|超前|按期|如期|逾期")


@dataclass(frozen=True, slots=True)
class Apart:
    """What became of an item: itself or one a region, and the figures that their parts no longer hold."""

    drafts: tuple[Draft, ...]
    set_aside: tuple[TextPart, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """A part's stretches by the region that they speak of, and the clauses that speak of none."""

    part: TextPart
    shares: tuple[tuple[str, TextPart], ...]
    common: tuple[TextPart, ...]

    def of(self, name: str) -> list[TextPart]:
        return [share for place, share in self.shares if place == name]

    @property
    def told(self) -> set[str]:
        """The regions with a figure of their own."""
        return {name for name, share in self.shares if _has_figure(share.text) or _ZERO.search(fold(share.text))}


def told_apart(draft: Draft) -> Apart:
    """The items of a joint row; any other row is itself."""
    names = tuple(party.name for party in parties(draft.region))
    if not names or not draft.parts:
        return Apart((draft,))
    cuts = [_cut(part, names) for part in draft.parts]
    if _is_split(cuts, set(names)):
        return _split(draft, cuts, names)
    kept, aside = _as_whole(cuts)
    return Apart((replace(draft, parts=kept),), aside)


def _is_split(cuts: Sequence[_Cut], names: set[str]) -> bool:
    results = [c for c in cuts if c.part.role == "progress" and c.part.section == "result"]
    answered = {name for cut in results for name in cut.told}
    if answered != names or any(not c.shares and _has_figure(c.part.text) for c in results):
        return False
    asking = [c for c in cuts if c.part.role == "requirement"]
    asked = {name for cut in asking for name in cut.told}
    if asked:
        return asked == names and not any(not c.shares and _owes_together(c.part) for c in asking)
    return not any(_owes_together(c.part) for c in cuts if c.part.role in ("requirement", "content", "task"))


def _owes_together(part: TextPart) -> bool:
    """True for a text with a figure that several regions reach together, not each of them."""
    folded = _NO_FIGURES.sub("", fold(part.text))
    if _EACH.search(folded):
        return False
    is_rate = bool(re.search("[%率]", fold(part.header or "")))
    found = list(_NUMBER.finditer(folded))
    bare = is_rate and len(found) == 1 and not re.sub(r"[\d.%\s]", "", folded)
    return not bare and any(not _LEVEL.match(folded, number.end()) for number in found)


def _split(draft: Draft, cuts: Sequence[_Cut], names: Sequence[str]) -> Apart:
    sums = (clause for cut in cuts if cut.shares for clause in cut.common if _has_figure(clause.text))
    aside = tuple(_without_due(clause) if clause.role == "requirement" else clause for clause in sums)
    drafts = []
    for name in names:
        parts: list[TextPart] = []
        for cut in cuts:
            parts += [*cut.of(name), *_for_all(cut)] if cut.shares else [cut.part]
        drafts.append(replace(draft, region=name, parts=tuple(parts)))
    return Apart(tuple(drafts), aside)


def _for_all(cut: _Cut) -> Iterator[TextPart]:
    """What a cut part says of every region: a judgement of the progress, a deadline of what is asked."""
    for clause in cut.common:
        if cut.part.role == "requirement":
            due = _DUE.search(fold(clause.text))
            yield from [_slice(cut.part, clause.char_start + due.start(), clause.char_start + due.end())] if due else []
        elif not _has_figure(clause.text) and _JUDGEMENT.search(fold(clause.text)):
            yield clause


def _without_due(clause: TextPart) -> TextPart:
    """A sum without the deadline before it, which stays with every region."""
    due = _DUE.match(fold(clause.text))
    end = clause.char_start + len(clause.text)
    return _slice(clause, clause.char_start + due.end(), end) if due and due.end() < len(clause.text) else clause


def _as_whole(cuts: Sequence[_Cut]) -> tuple[tuple[TextPart, ...], tuple[TextPart, ...]]:
    """The parts of a row that stays whole: where a sum stands beside the shares, the shares are told apart from it.

    A share of what is asked is set aside then: the sum is what the regions owe.
    """
    kept: list[TextPart] = []
    aside: list[TextPart] = []
    for cut in cuts:
        sums = [clause for clause in cut.common if _has_figure(clause.text)]
        if cut.part.role not in ("requirement", "progress") or not sums or not cut.told:
            kept.append(cut.part)
        elif cut.part.role == "requirement":
            kept += cut.common
            aside += [share for _, share in cut.shares if _has_figure(share.text)]
        else:
            kept += cut.common
            kept += [replace(share, place=name) for name, share in cut.shares]
    return tuple(kept), tuple(aside)


def _cut(part: TextPart, names: Sequence[str]) -> _Cut:
    """A part cut where its clauses begin with a region's name; one that names none is in no piece."""
    text = part.text
    mentions = list(_mentions(names).finditer(fold(text))) if part.role in ("requirement", "progress") else []
    by_form = {form: name for name in names for form in _forms(name)}
    shares: list[tuple[str, TextPart]] = []
    common: list[TextPart] = []
    place = 0
    for found, following in zip_longest(mentions, mentions[1:]):
        common += _clauses(part, place, found.start())
        limit = following.start() if following else len(text)
        place = _end(text, found, limit, is_last=following is None, is_lined=_is_lined(text, mentions))
        if share := _trimmed(part, found.end(), place):
            shares.append((by_form[found["name"]], share))
    common += _clauses(part, place, len(text))
    return _Cut(part, tuple(shares), tuple(common)) if shares else _Cut(part, (), ())


def _end(text: str, found: re.Match[str], limit: int, *, is_last: bool, is_lined: bool) -> int:
    """Where a region's stretch ends: a label's at the next one, else with its sentence."""
    folded = fold(text)
    if found["label"] or found["lead"] in ("", "\n"):
        line = folded.find("\n", found.end(), limit) if is_last and is_lined else -1
        return line if line >= 0 else limit
    stop = _SENTENCE_END.search(folded, found.end(), limit)
    return stop.start() if stop else limit


def _is_lined(text: str, mentions: Sequence[re.Match[str]]) -> bool:
    """True where each region before the last has one line."""
    return len(mentions) > 1 and all("\n" not in text[a.end() : b.start()] for a, b in pairwise(mentions))


def _mentions(names: Sequence[str]) -> re.Pattern[str]:
    forms = sorted({form for name in names for form in _forms(name)}, key=len, reverse=True)
    listed = "|".join(map(re.escape, forms))
    return re.compile(
        rf"(?P<lead>^|[\n,。;:、(\s]|其中[:,]?)\s*(?P<name>{listed})(?:人民政府|政府|管委会)?(?P<label>\s*:)?(?![、和及与市县区])"
    )


def _forms(name: str) -> tuple[str, ...]:
    """A region's name as it may stand before its figure: 蓬江区, 蓬江."""
    full = fold(name)
    return tuple(dict.fromkeys((full, _KIND.sub("", full))))


def _clauses(part: TextPart, begin: int, end: int) -> Iterator[TextPart]:
    while begin < end:
        stop = _CLAUSE_END.search(part.text, begin, end)
        until = stop.start() if stop else end
        if clause := _trimmed(part, begin, until):
            yield clause
        begin = until + 1


def _trimmed(part: TextPart, begin: int, end: int) -> TextPart | None:
    """A stretch of a part's text without signs around it and 其中 behind it; None where nothing is left."""
    text = re.sub(r"其中\W*$", "", part.text[begin:end])
    begin += len(text) - len(text.lstrip(_EDGES))
    text = text.strip(_EDGES)
    return _slice(part, part.char_start + begin, part.char_start + begin + len(text)) if text else None


def _slice(part: TextPart, start: int, end: int) -> TextPart:
    return replace(part, text=part.text[start - part.char_start : end - part.char_start], char_start=start)


def _has_figure(text: str) -> bool:
    return bool(_NUMBER.search(_NO_FIGURES.sub("", fold(text))))
