"""A document laid out as task items (region, task, requirement, progress) or, where it is prose, as statements.

A layout is recognised by the words of its headers and labels, never by the place of a column or the name of a file.
Documents mix forms: each table gives its items, the prose around it its statements, numbered together in reading
order.  See `rows` for what a table's items hold, `completion_list` and `narrative` for prose.

`region` and `as_of` are what the registration knows; they stand where the document's head does not say.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from ingestion.errors import UnknownLayoutError
from ingestion.records import Document, Paragraph, Segmentation, TaskItem
from ingestion.segment.drafts import Draft
from ingestion.segment.family import family_of
from ingestion.segment.folding import squeeze
from ingestion.segment.joint import region_names
from ingestion.segment.layout import Layout, unknown_layout
from ingestion.segment.period import Period
from ingestion.segment.place import frequent_place, is_below_county, leading_place
from ingestion.segment.shares import told_apart
from ingestion.segment.title import last_cutoff, opening_period
from ingestion.segment.vocabulary import pattern
from ingestion.segment.walk import lay_out
from ingestion.segment.workbook import lay_out_form

__all__ = ["LAYOUT_VERSION", "segment"]

#: Raised whenever the items of a document change; belongs in whatever names an extraction.
LAYOUT_VERSION: Final = "5"

_ABOUT_THEN: Final = timedelta(days=62)


def segment(document: Document, *, region: str | None = None, as_of: date | None = None) -> Segmentation:
    """Lay a document out; raises UnknownLayoutError where neither an item nor a statement is found."""
    if form := lay_out_form(document, region, as_of):
        return form
    layout = Layout.of(document, year=as_of.year if as_of else None)
    head = layout.head
    signed = leading_place(layout.signatory) if layout.signatory else None
    place = head.region or signed or region or frequent_place(document.said, layout.column_regions())
    found = lay_out(layout, place)
    if not found.drafts:
        raise UnknownLayoutError(document.name, unknown_layout(layout))
    rows = [told_apart(draft) for draft in found.drafts]
    items = (draft for row in rows for draft in row.drafts)
    opening = opening_period([block.text for block in layout.body() if isinstance(block, Paragraph)], layout.year)
    whole_year = bool(pattern("whole_year_title").search(squeeze(head.title or "")))
    start, end, year = _period(head.period, opening, document.said, as_of, whole_year=whole_year)
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
        issued_by_city=_covers_several(found.drafts, place),
        items=tuple(TaskItem(n, d.item_no, d.region or place, d.parts) for n, d in enumerate(items, 1)),
        unplaced=found.unplaced,
        set_aside=tuple(part for row in rows for part in row.set_aside),
    )


def _covers_several(drafts: tuple[Draft, ...], place: str | None) -> bool:
    """True where tables answer for two regions or more; the towns of a county make no city's table."""
    tabled = (d for d in drafts if any(part.locator.startswith("table") for part in d.parts))
    named = {squeeze(name) for d in tabled for name in region_names(d.region)} - {squeeze(place or "")}
    return sum(not is_below_county(name) for name in named) >= 2


def _period(
    period: Period | None, opening: Period | None, text: str, as_of: date | None, *, whole_year: bool
) -> tuple[date | None, date | None, int | None]:
    """Start, as-of date and campaign year.

    Asked in this order: an end that the head names, the registration, a head that reviews its whole year (where it says
    so in other words than 报告, or the text opens with no part of it), the last
    cut-off day that the text names in the head's year, unless it lies months before the period that the text opens
    with, that period, the end of the year.
    """
    opens_inside = opening is not None and period is not None and opening.year == period.year and not whole_year
    if period and (period.is_exact or (as_of is None and period.strength == "review" and not opens_inside)):
        return period.start, period.as_of, period.year
    known = period or opening
    year = known.year if known else None
    cutoff = last_cutoff(text, year)
    if as_of is None and opening and not (cutoff and _is_nearer(cutoff, opening)):
        return opening.start, opening.as_of, opening.year
    end = as_of or cutoff or (period.as_of if period else None)
    if end is None:
        return None, None, year
    return date(end.year, 1, 1), end, year or end.year


def _is_nearer(cutoff: date, opening: Period) -> bool:
    """True for a cut-off day that tells the end of the period more exactly (1-10月 …截至10月20日), or a later one."""
    return cutoff.year == opening.year and cutoff > opening.as_of - _ABOUT_THEN
