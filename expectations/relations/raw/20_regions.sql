-- Records whose region the crosswalk knows no code for, in the circle of their sender.
create table unplaced_records as
with records as (
    select submission_id, region, region_context, document_sha256, period, coalesce(region, task) as quote, locator, item_seq as place,
        'item' as kind
    from items
    union all
    select submission_id, region, region_context, document_sha256, period, quote, locator, char_start, 'statement'
    from facts
    where fact = 'indicator'
)
select
    r.*, coalesce(r.region, '') as wording,
    s.region_code = 'UNKNOWN' and s.region_context = '' as is_unknown_sender
from records r
join current_submissions s using (submission_id)
left join crosswalk c on c.kind = 'region' and c.context = coalesce(r.region_context, s.region_context) and c.wording = r.region
where case when coalesce(r.region, '') = '' then s.region_code else coalesce(c.durable_id, 'UNKNOWN') end = 'UNKNOWN';

-- One cause, one row: a sender that nobody knows, named as its document names it; else each wording of a table's row.
create table unresolved_regions as
with usual as (
    select submission_id, wording
    from unplaced_records
    where is_unknown_sender
    group by submission_id, wording
    qualify row_number() over (partition by submission_id order by count(*) desc, wording) = 1
)
select
    submission_id, min(usual.wording) as wording, min(document_sha256) as document_sha256, min(period) as period,
    count(*) as records, arg_min(quote, row(place, quote)) as any_quote, arg_min(locator, row(place, locator)) as any_locator, true as is_unknown_sender
from unplaced_records
join usual using (submission_id)
where is_unknown_sender
group by submission_id
union all
select
    submission_id, wording, min(document_sha256), min(period), count(*), arg_min(quote, row(place, quote)),
    arg_min(locator, row(place, locator)), false
from unplaced_records
where not is_unknown_sender and kind = 'item'
group by submission_id, wording;

-- Places inside the text of a known sender: the figure is kept, its place cannot be told.
create table unresolved_statement_regions as
select
    submission_id, wording, min(document_sha256) as document_sha256, min(period) as period,
    count(*) as records, arg_min(quote, row(place, quote)) as any_quote, arg_min(locator, row(place, locator)) as any_locator
from unplaced_records
where not is_unknown_sender and kind = 'statement'
group by submission_id, wording;
