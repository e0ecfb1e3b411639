"""A document laid out as task items (region, task, requirement, progress) or, where it is prose, as statements.

A layout is recognised by the words of its headers and labels, never by the place of a column or the name of a file.
Documents mix forms: each table gives its items, the prose around it its statements, numbered together in reading
order.  See `rows` for what a table's items hold, `completion_list` and `narrative` for prose.

`region` and `as_of` are what the registration knows; they stand where the document's head does not say.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ingestion.errors import UnknownLayoutError
from ingestion.records import Document, Segmentation, TaskItem
from ingestion.segment.drafts import Draft
from ingestion.segment.family import family_of
from ingestion.segment.folding import squeeze
from ingestion.segment.layout import Layout
from ingestion.segment.period import Period
from ingestion.segment.place import frequent_place, leading_place
from ingestion.segment.title import last_cutoff
from ingestion.segment.walk import lay_out

__all__ = ["LAYOUT_VERSION", "segment"]

#: Raised whenever the items of a document change; belongs in whatever names an extraction.
LAYOUT_VERSION: Final = "1"


def segment(document: Document, *, region: str | None = None, as_of: date | None = None) -> Segmentation:
    """Lay a document out; raises UnknownLayoutError where neither an item nor a statement is found."""
    layout = Layout.of(document, year=as_of.year if as_of else None)
    head = layout.head
    signed = leading_place(layout.signatory) if layout.signatory else None
    place = head.region or signed or region or frequent_place(document.text, layout.column_regions())
    found = lay_out(layout, place)
    if not found.drafts:
        raise UnknownLayoutError(
            document.name, "没有找到任务表、任务清单或叙述文字 (no task table, list or statement found)"
        )
    start, end, year = _period(head.period, document.text, as_of)
    return Segmentation(
        document=document,
        family=family_of(head.title, layout.headers.values(), found.drafts, found.list_form),
        title=head.title,
        publisher=head.publisher or layout.signatory,
        document_number=head.document_number,
        region=place,
        campaign_year=year,
        period_start=start,
        as_of_date=end,
        issued_by_city=_covers_several(found.drafts),
        items=tuple(TaskItem(n, d.item_no, d.region or place, d.parts) for n, d in enumerate(found.drafts, 1)),
        unplaced=found.unplaced,
    )


def _covers_several(drafts: tuple[Draft, ...]) -> bool:
    """True where tables answer for two regions or more."""
    tabled = (d for d in drafts if d.parts[0].locator.startswith("table"))
    return len({squeeze(d.region) for d in tabled if d.region}) >= 2


def _period(period: Period | None, text: str, as_of: date | None) -> tuple[date | None, date | None, int | None]:
    """Start, as-of date and campaign year.

    Asked in this order: an end that the head names, the registration, a head that reviews its whole year, the last
    cut-off day that the text names in the head's year, the end of that year.
    """
    if period and (period.is_exact or (as_of is None and period.strength == "review")):
        return period.start, period.as_of, period.year
    year = period.year if period else None
    end = as_of or last_cutoff(text, year) or (period.as_of if period else None)
    if end is None:
        return None, None, year
    return date(end.year, 1, 1), end, year or end.year
