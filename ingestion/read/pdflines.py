"""Signs on a page to lines, and lines to the paragraphs that were wrapped into them.

A PDF knows signs and places only.  A line is taken for wrapped when what begins the next line would not have had room
behind it; so a line end that its writer meant stays one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

from ingestion.read.layout import strip
from ingestion.read.raised import raised

#: Fonts of PDF writers give radicals in place of the characters that look the same; these have no decomposition.
_RADICALS: Final = str.maketrans(
    "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰", "民西见角贝车长门青韦页风飞食马骨鬼鱼鸟黄齐齿龙"
)
_KANGXI: Final = re.compile("[\u2f00-\u2fdf]")

_OPENING: Final = "（([【〔《“‘「『"
_CLOSING: Final = "）)]】〕》”’」』。，、；：！？,.;:!?%％"
_QUOTES: Final = "“”‘’"  # they cling to both their neighbours
_SENTENCE_END: Final = "。；;：:！？"
_ENUMERATOR: Final = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}(?:[）)]|[、．]|\.(?!\d))|[①-⑳]")
_LATIN: Final = re.compile(r"[A-Za-z0-9.,%+/-]")
_LETTER: Final = re.compile(r"[A-Za-z]")
#: A gap of so many sign widths is a space; less is what typesetting puts between Chinese and Latin.
_SPACE_WIDTH: Final = 0.8
#: Signs below this share of the usual height tell no line of their own: they may be raised or lowered.
_SMALL: Final = 0.75
#: What typesetting may put between Chinese and Latin, in sign widths: so much room is none.
_SLACK: Final = 0.3


@dataclass(frozen=True, slots=True)
class Sign:
    """One character and where it stands, in points from the page's upper left corner.

    `is_doubtful` where it was read from a picture without enough certainty.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line: its signs in reading order without blanks at the ends."""

    signs: tuple[Sign, ...]

    @property
    def text(self) -> str:
        """The line's text; gaps wider than a sign read as a space."""
        pieces = [self.signs[0].text]
        for left, right in pairwise(self.signs):
            is_gap = right.x0 - left.x1 > _SPACE_WIDTH * self.size and not left.text.isspace()
            pieces.append(" " + right.text if is_gap and not right.text.isspace() else right.text)
        return strip("".join(pieces))

    @property
    def is_doubtful(self) -> bool:
        """True where a sign of the line is."""
        return any(sign.is_doubtful for sign in self.signs)

    @property
    def x0(self) -> float:
        """Left end in points."""
        return self.signs[0].x0

    @property
    def x1(self) -> float:
        """Right end in points."""
        return self.signs[-1].x1

    @property
    def inner_x1(self) -> float:
        """Right end without the punctuation at it, which typesetting may hang into the margin."""
        return next((s.x1 for s in reversed(self.signs) if s.text not in _CLOSING), self.x1)

    @property
    def top(self) -> float:
        """Upper edge in points."""
        return min(s.top for s in self.signs)

    @property
    def size(self) -> float:
        """Height of the tallest sign in points."""
        return max(s.bottom - s.top for s in self.signs)


def signs_of(characters: Iterable[Mapping[str, object]]) -> list[Sign]:
    """The signs of pdfplumber's characters, radicals as the characters that they stand for."""
    return [
        Sign(
            _plain(str(c["text"])),
            float(str(c["x0"])),
            float(str(c["x1"])),
            float(str(c["top"])),
            float(str(c["bottom"])),
        )
        for c in characters
    ]


def lines_of_signs(signs: Iterable[Sign]) -> list[TextLine]:
    """Lines from top to bottom: a sign belongs to a line when its middle lies within the line's height.

    The tall signs tell the lines; small ones, raised or lowered, join the line that they stand in.
    """
    ordered = sorted(signs, key=lambda s: ((s.top + s.bottom) / 2, s.x0))
    if not ordered:
        return []
    least = _SMALL * sorted(s.bottom - s.top for s in ordered)[len(ordered) // 2]
    groups = _grouped([s for s in ordered if s.bottom - s.top >= least])
    tops = [group.top for group in groups]
    alone = []
    for sign in (s for s in ordered if s.bottom - s.top < least):
        middle = (sign.top + sign.bottom) / 2
        near = max(bisect_right(tops, middle) - 1, 0)
        found = next((g for g in groups[near : near + 1] if g.top <= middle <= g.bottom), None)
        if found:
            found.signs.append(sign)
        else:
            alone.append(sign)
    groups = sorted([*groups, *_grouped(alone)], key=lambda g: g.top)
    return [line for group in groups if (line := _line(group.signs))]


@dataclass(slots=True)
class _Group:
    top: float
    bottom: float
    signs: list[Sign]


def _grouped(signs: Iterable[Sign]) -> list[_Group]:
    """Signs in the order of their middles, grouped into lines."""
    groups: list[_Group] = []
    for sign in signs:
        middle = (sign.top + sign.bottom) / 2
        if groups and groups[-1].top <= middle <= groups[-1].bottom:
            last = groups[-1]
            last.signs.append(sign)
            last.top, last.bottom = min(last.top, sign.top), max(last.bottom, sign.bottom)
        else:
            groups.append(_Group(sign.top, sign.bottom, [sign]))
    return groups


def unwrapped(lines: Sequence[TextLine], right: float) -> str:
    """The text of a cell's lines; `right` is where its lines end at the latest, in points."""
    pieces = [lines[0].text] if lines else []
    for line, after in pairwise(lines):
        pieces.append(joint(line, after) if is_wrapped(line, after, right) else "\n")
        pieces.append(after.text)
    return "".join(pieces)


def is_wrapped(line: TextLine, after: TextLine, right: float) -> bool:
    """True where the next line goes on with this one's sentence."""
    if line.text[-1] in _SENTENCE_END and _ENUMERATOR.match(after.text):
        return False
    return line.x1 + _first_unit(after) + _SLACK * line.size > right


def joint(line: TextLine, after: TextLine) -> str:
    """What stands between two wrapped lines: a space between Latin words, else nothing."""
    return " " if _LETTER.match(line.text[-1]) and _LETTER.match(after.text[0]) else ""


def _first_unit(line: TextLine) -> float:
    """Width of what a typesetter moves as one: a Latin word or a sign, with the punctuation that clings to it."""
    signs = line.signs
    end = 0
    while end < len(signs) - 1 and signs[end].text in _OPENING:
        end += 1
    if _LATIN.match(signs[end].text):
        while end < len(signs) - 1 and _LATIN.match(signs[end + 1].text):
            end += 1
    while end < len(signs) - 1 and (signs[end + 1].text in _CLOSING + _QUOTES or signs[end].text in _QUOTES):
        end += 1
    return signs[end].x1 - signs[0].x0


def _line(members: Sequence[Sign]) -> TextLine | None:
    ordered = _without_note_marks(sorted(members, key=lambda s: s.x0))
    filled = [i for i, sign in enumerate(ordered) if strip(sign.text)]
    return TextLine(tuple(ordered[filled[0] : filled[-1] + 1])) if filled else None


def _without_note_marks(signs: Sequence[Sign]) -> list[Sign]:
    """The signs of a line without the small raised marks of notes; powers of ten stay, raised."""
    height = max(s.bottom - s.top for s in signs)
    foot = max(s.bottom for s in signs)
    kept: list[Sign] = []
    for is_mark, run in groupby(signs, key=lambda s: _is_raised(s, height, foot)):
        group = list(run)
        if is_mark:
            before = "".join(s.text for s in kept[-3:])
            shown = raised("".join(s.text for s in group), before)
            group = [replace(s, text=text) for s, text in zip(group, shown, strict=False)]
        kept.extend(group)
    return kept


def _is_raised(sign: Sign, height: float, foot: float) -> bool:
    """True for a sign of at most three quarters of the line's height that stands clear of its foot."""
    size = sign.bottom - sign.top
    return size <= 0.75 * height and foot - sign.bottom >= 0.25 * height and not sign.text.isspace()


def _plain(text: str) -> str:
    return _KANGXI.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text.translate(_RADICALS))


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, and the stretches of it (start, end) that were not read with certainty."""

    text: str
    doubts: tuple[tuple[int, int], ...] = ()


def paragraphs(lines: Sequence[TextLine], left: float, right: float) -> Iterator[Prose]:
    """Prose between the margins `left` and `right`; an indented line begins a paragraph."""
    group: list[TextLine] = []
    for line in lines:
        if group and not _goes_on(group[-1], line, left, right):
            yield _prose(group)
            group = []
        group.append(line)
    if group:
        yield _prose(group)


def _prose(lines: Sequence[TextLine]) -> Prose:
    text = ""
    doubts = []
    for place, line in enumerate(lines):
        text += joint(lines[place - 1], line) if place else ""
        if line.is_doubtful:
            doubts.append((len(text), len(text) + len(line.text)))
        text += line.text
    return Prose(text, tuple(doubts))


def _goes_on(before: TextLine, line: TextLine, left: float, right: float) -> bool:
    is_same_size = abs(line.size - before.size) <= 0.12 * before.size
    return is_same_size and line.x0 < left + 1.2 * line.size and is_wrapped(before, line, right)
