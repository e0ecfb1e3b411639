-- Where a record stands: the columns of a finding that follow from its table and key.
create view places as
select
    'audit_task_progress' as record_table, p.progress_key as record_key, p.submission_id,
    d.sha256 as document_sha256, p.item_key, p.requirement_no, p.region_code, p.period, p.source_quote, p.source_locator
from audit_task_progress p
left join dim_document d on d.document_key = p.document_key;
