"""What stands around the text of a letter and says nothing of a task: who is written to, who signs, what is attached.

One file may hold several documents (a letter, 附件1, 附件2 …): a line with an attachment's number begins the next one,
and the line after it is its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from ingestion.records import Paragraph
from ingestion.segment.folding import squeeze
from ingestion.segment.vocabulary import pattern

Margin = Literal["text", "margin", "opening", "title"]

_DATE: Final = re.compile(r"\(?(?:(?:19|20)\d\d|[二一][〇○零一二三四五六七八九]{3})年.{1,3}月(?:.{1,3}日)?\)?")
_ORGAN: Final = re.compile(r"[一-龥XxX×*()、]{2,30}(?:局|委|府|办|厅|室|会|部|中心|公司|处|院|区|县|市|镇|街道)")
_ADDRESSED: Final = re.compile(
    r"[^。;:]{0,50}(?:企业|委员会|常委会|人大|政协|办公室|办|局|委|厅|部|府|处|领导|代表|委员|同志们?|单位|部门|指挥部|小组|主任|书记|市长|县长|区长):"
)
_ATTACHMENT: Final = re.compile(r"附[件表录]\s*[\d一二三四五六七八九十]*\s*[:.、]?")
_ATTACHED: Final = re.compile(r"附[件表录]\s*[\d一二三四五六七八九十]*[:.、].{1,60}")
_LISTED: Final = re.compile(r"\d{1,2}[.、].{1,60}")
_MOST_LINES_ABOVE: Final = 3
_LONGEST_TITLE: Final = 60
#: No line of a margin is longer; of a longer paragraph the beginning shows that it is none.
_LONGEST_LOOKED_AT: Final = 120


@dataclass(frozen=True, slots=True)
class Placed:
    """A paragraph and what it is: text, margin (to be passed over), 附件1 that opens another document, its title."""

    paragraph: Paragraph
    kind: Margin


def placed(paragraphs: Sequence[Paragraph], *, is_start: bool = False) -> Iterator[Placed]:
    """What each paragraph is; `is_start` where the paragraphs are the first below the document's head."""
    before: Margin = "text"
    listing = False
    for number, paragraph in enumerate(paragraphs):
        line = squeeze(paragraph.text[:_LONGEST_LOOKED_AT])
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        listing = bool(_ATTACHED.fullmatch(line)) or (listing and bool(_LISTED.fullmatch(line)))
        if _ATTACHMENT.fullmatch(line):
            before = "opening"
        elif before == "opening" and _reads_like_title(line):
            before = "title"
        elif listing or _is_margin(line, following) or (is_start and number < _MOST_LINES_ABOVE and _is_address(line)):
            before = "margin"
        else:
            before = "text"
        yield Placed(paragraph, before)


def signed_by(blocks: Sequence[object]) -> str | None:
    """Who signed: the line above the last date that stands on a line of its own; None where nobody did."""
    for above, below in reversed(list(pairwise(blocks))):
        if not (isinstance(above, Paragraph) and isinstance(below, Paragraph)):
            continue
        if max(len(above.text), len(below.text)) > _LONGEST_LOOKED_AT:
            continue
        if _DATE.fullmatch(squeeze(below.text)) and _ORGAN.fullmatch(squeeze(above.text)):
            return above.text
    return None


def _is_margin(line: str, following: Paragraph | None) -> bool:
    if _DATE.fullmatch(line) or pattern("signatures").match(line):
        return True
    return following is not None and bool(
        _ORGAN.fullmatch(line) and _DATE.fullmatch(squeeze(following.text[:_LONGEST_LOOKED_AT]))
    )


def _is_address(line: str) -> bool:
    return bool(_ADDRESSED.fullmatch(line))


def _reads_like_title(line: str) -> bool:
    return 4 <= len(line) <= _LONGEST_TITLE and not re.search(r"[。;!]", line)
