-- One figure (共完成26公里) beside several targets of its sub-item in the same unit, due on the same day.
create table lumped_figures as
with asked as (
    select
        submission_id, item_key, coalesce(sub_item, '') as sub_item, canonical_unit,
        count(*) as targets, count(distinct deadline) as deadlines,
        cast(sum(canonical_target_value) as decimal(24, 6)) as whole,
        string_agg(coalesce(indicator, '') || figure(target_value, target_unit), '、' order by requirement_no, fact_id) as targets_text,
        string_agg(plain(canonical_target_value), ' + ' order by requirement_no, fact_id) as sum_text
    from facts
    where fact = 'requirement' and canonical_target_value is not null and target_unit <> '%'
    group by all
),
reported as (
    select
        submission_id, item_key, coalesce(sub_item, '') as sub_item, canonical_unit,
        count(*) as figures, min(fact_id) as fact_id, min(quote) as quote, min(indicator) as indicator,
        min(canonical_value) as value
    from facts
    where fact = 'progress' and canonical_value is not null and coalesce(count_role, 'done') = 'done' and not is_plan
    group by all
)
select r.submission_id, r.item_key, r.fact_id, r.value, r.canonical_unit as unit, a.targets, a.whole, a.targets_text, a.sum_text
from asked a
join reported r using (submission_id, item_key, sub_item, canonical_unit)
where a.targets > 1 and a.deadlines <= 1 and r.figures = 1 and is_comparable(a.whole)
    and regexp_matches(coalesce(r.indicator, '') || r.quote, '共|合计|总计|累计');
