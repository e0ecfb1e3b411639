"""What stands behind the figures of one area and period: texts, quotes, documents, findings, earlier knowledge."""

from __future__ import annotations

from typing import Final

from publishing.dashboard.areas import Area
from publishing.dashboard.plain import Table, by_period
from publishing.query import Ask

_DETAILS: Final = """
    select p.period, p.progress_key, p.document_key, p.source_quote, p.source_locator, p.determined_by, p.determined_at,
           p.determination_reason, p.footnote_zh, p.footnote_en, p.known_from, p.as_of_date
    from fct_task_progress as p
    where p.is_current and p.region_key in ({marks})
    order by p.progress_key
"""

#: One item has several requirements; its text is told once.
_ITEMS: Final = """
    select period, item_key, max(content_text) as content_text, max(item_requirement_text) as item_requirement_text,
           max(progress_text) as progress_text
    from fct_task_progress
    where is_current and region_key in ({marks}) and item_key is not null
    group by period, item_key
    order by period, item_key
"""

_EVIDENCE: Final = """
    select p.period, b.progress_key, b.role, b.document_key, b.quote, b.locator, b.rule_id, b.rule_version
    from bridge_progress_evidence as b
    inner join fct_task_progress as p on b.progress_key = p.progress_key
    where p.is_current and p.region_key in ({marks})
    order by b.progress_key, b.role, b.char_start, b.rule_id
"""

_DOCUMENTS: Final = """
    with used as (
        select period, document_key from fct_task_progress where region_key in ({marks})
        union
        select period, document_key from fct_check_result where region_key in ({marks})
    )
    select u.period, d.document_key, d.file_name, d.title, d.publisher, d.family, d.as_of_date, d.received_at,
           d.revision, d.sha256, d.is_issued_by_city, max(c.rejected) as unread_count
    from used as u
    inner join dim_document as d on u.document_key = d.document_key
    left join fct_numeral_coverage as c on d.document_key = c.document_key
    group by all
    order by u.period, d.document_key
"""

_FINDINGS: Final = """
    select f.period, f.finding_key, f.check_id, f.severity, f.record_table, f.record_key, f.document_key, f.item_key,
           f.region_key, f.message_zh, f.message_en, f.expected, f.observed, f.arithmetic, f.source_quote,
           f.source_locator, f.resolved_at, i.state as incident_state, i.reason as incident_reason,
           case when p.progress_key is not null then p.progress_key end as progress_key
    from fct_check_result as f
    left join fct_incident as i on f.incident_id = i.incident_id
    left join fct_task_progress as p on f.record_key = p.progress_key and p.is_current
    where f.region_key in ({marks})
    order by case f.severity when 'blocker' then 0 when 'error' then 1 when 'warning' then 2 else 3 end,
             f.region_key, f.check_id, f.finding_key
"""

_EARLIER: Final = """
    select period, requirement_id, progress_key, publication_status, reported_status, computed_status, actual_value,
           unit, source_quote, source_locator, known_from, known_to
    from fct_task_progress
    where not is_current and region_key in ({marks})
    order by requirement_id, known_from
"""

_SELECTIONS: Final = {
    "details": _DETAILS, "items": _ITEMS, "evidence": _EVIDENCE, "findings": _FINDINGS, "earlier": _EARLIER,
}  # fmt: skip


def details_of(ask: Ask, area: Area) -> dict[str, dict[str, Table]]:
    """The tables of every period, by name and period."""
    found = {name: by_period(ask(sql.format(marks=area.marks), area.keys)) for name, sql in _SELECTIONS.items()}
    return found | {"documents": by_period(ask(_DOCUMENTS.format(marks=area.marks), area.keys * 2))}
