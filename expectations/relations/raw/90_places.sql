-- Where a record stands: the columns of a finding that follow from its table and key.
create view places as
select
    'facts' as record_table, fact_id as record_key, submission_id, document_sha256, item_key, requirement_no,
    region_code, period, quote as source_quote, locator as source_locator
from facts
union all
select
    'items', item_key, submission_id, document_sha256, item_key, null, region_code, period, progress_text, locator
from items
union all
select
    'submissions', submission_id, submission_id, sha256, null, null, nullif(region_code, 'UNKNOWN'), period, title, null
from current_submissions;
