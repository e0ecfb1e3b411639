"""What the reader itself has doubts of: hidden content, pages not read, words that a picture does not show surely.

None of it becomes a fact in silence.  What is hidden as a whole or doubtful gives rejections in place of facts; a
hidden row or column of a table counts, as a filter left on hides what was sent, and a rejection row says that it was
read, so that a person looks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from ingestion.records import Document, Fact, Rejection, Remark, RemarkKind

#: Remarks over text from which no fact is taken.
_WITHHELD: Final[frozenset[RemarkKind]] = frozenset(
    {"hidden_text", "hidden_sheet", "unread_object", "formula_without_value", "ocr_doubt"}
)
#: Remarks that a person must see; the others (notes, running heads, marks of a site) are named and no more.
_TOLD: Final[frozenset[RemarkKind]] = _WITHHELD | {"hidden_row", "hidden_column", "unread_page"}
_LONGEST_QUOTE: Final = 300


def withheld_spans(document: Document) -> list[tuple[int, int]]:
    """The stretches of the text from which no fact is taken, in reading order."""
    return sorted((r.char_start, r.char_end) for r in document.remarks if r.kind in _WITHHELD and r.text)


def sure_facts(document: Document, facts: Iterable[Fact]) -> list[Fact]:
    """The facts whose quotes touch nothing that is withheld."""
    spans = withheld_spans(document)
    starts = [start for start, _ in spans]
    ends = list(accumulate((end for _, end in spans), max))

    def is_sure(fact: Fact) -> bool:
        before = bisect_left(starts, fact.char_end)  # the spans that begin before the quote's end
        return not before or ends[before - 1] <= fact.char_start

    return [fact for fact in facts if is_sure(fact)]


def told(document: Document) -> Iterator[Rejection]:
    """A rejection for every remark that a person must see; the kind of remark is the reason."""
    for remark in document.remarks:
        if remark.kind in _TOLD:
            yield _rejection(document, remark)


def _rejection(document: Document, remark: Remark) -> Rejection:
    quote = remark.text[:_LONGEST_QUOTE]
    return Rejection(
        document=document.name,
        document_sha256=document.sha256,
        locator=remark.locator,
        quote=quote,
        char_start=remark.char_start,
        char_end=remark.char_start + len(quote),
        reason=remark.kind,
    )
