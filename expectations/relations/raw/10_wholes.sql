-- Every figure with a stated completion percentage, and the wholes that the percentage may be of: the target it answers,
-- a total named beside it, the sum of the targets of its sub-item or item, any single target of its item.
-- `rank` orders them by nearness; a percentage agrees when one of them explains it. Rank 7 is any figure of its sentence
-- in the same unit: it may explain a percentage, and never accuses one.
create table completions as
select
    f.submission_id, f.fact_id, f.item_key, f.sub_item, f.requirement_no, f.quote, f.locator,
    f.actual_value, f.unit, f.canonical_value, f.canonical_unit, f.percent,
    figure_low(f.actual_value, f.unit, f.canonical_value, f.actual_comparator, f.is_approximate) as done_low,
    figure_high(f.actual_value, f.unit, f.canonical_value, f.actual_comparator, f.is_approximate) as done_high,
    percent_low(f.percent, f.actual_comparator, f.is_approximate) as low,
    percent_high(f.percent, f.actual_comparator, f.is_approximate) as high,
    f.target_value, f.target_unit, f.canonical_target_value, f.base_value, f.base_unit
from facts f
where f.fact in ('progress', 'indicator')
    and f.percent_kind = 'completion'
    and f.percent between 0 and 100000
    and is_comparable(f.canonical_value)
    and f.canonical_unit not in ('%', '百分点')
    and coalesce(f.count_role, 'done') in ('done', 'closed')
    and not f.is_plan;

create table targets as
select
    submission_id, item_key, sub_item, requirement_no, fact_id, target_value, target_unit, canonical_target_value, canonical_unit
from facts
where fact = 'requirement' and is_comparable(canonical_target_value) and canonical_target_value > 0;

create table wholes as
with named as (
    select c.submission_id, c.fact_id, 1 as rank, c.target_value as whole, c.target_unit as unit, c.canonical_target_value as canonical
    from completions c
    where c.canonical_target_value is not null
    union all
    select c.submission_id, c.fact_id, 2, t.target_value, t.target_unit, t.canonical_target_value
    from completions c join targets t using (submission_id, item_key, requirement_no)
    where t.canonical_unit = c.canonical_unit
    union all
    select c.submission_id, c.fact_id, 1, c.base_value, c.base_unit, c.base_value
    from completions c
    where c.base_unit = c.unit and c.canonical_value = c.actual_value
    union all
    select c.submission_id, c.fact_id, 3, coalesce(o.target_value, o.actual_value), coalesce(o.target_unit, o.unit),
        coalesce(o.canonical_target_value, o.canonical_value)
    from completions c
    join facts o
        on o.submission_id = c.submission_id and o.item_key = c.item_key and o.fact_id <> c.fact_id
        and o.sub_item is not distinct from c.sub_item and o.canonical_unit = c.canonical_unit
    where o.count_role = 'total'
    union all
    select c.submission_id, c.fact_id, 4, t.target_value, t.target_unit, t.canonical_target_value
    from completions c join targets t using (submission_id, item_key)
    where t.canonical_unit = c.canonical_unit and t.requirement_no is distinct from c.requirement_no
    union all
    select c.submission_id, c.fact_id, 7, coalesce(o.target_value, o.actual_value), coalesce(o.target_unit, o.unit),
        coalesce(o.canonical_target_value, o.canonical_value)
    from completions c
    join facts o
        on o.submission_id = c.submission_id and o.locator = c.locator and o.quote = c.quote
        and o.fact_id <> c.fact_id and o.canonical_unit = c.canonical_unit
),
summed as (
    select c.submission_id, c.fact_id, 5 as rank, sum(t.canonical_target_value) as whole, min(t.canonical_unit) as unit,
        sum(t.canonical_target_value) as canonical
    from completions c join targets t using (submission_id, item_key)
    where t.canonical_unit = c.canonical_unit and t.sub_item is not distinct from c.sub_item
    group by all
    having count(*) > 1
    union all
    select c.submission_id, c.fact_id, 6, sum(t.canonical_target_value), min(t.canonical_unit), sum(t.canonical_target_value)
    from completions c join targets t using (submission_id, item_key)
    where t.canonical_unit = c.canonical_unit
    group by all
    having count(*) > 1
)
select distinct
    submission_id, fact_id, rank, whole, unit, canonical,
    canonical - figure_slack(whole, unit, canonical) as whole_low,
    canonical + figure_slack(whole, unit, canonical) as whole_high
from (select * from named union all select * from summed)
where is_comparable(canonical) and canonical > 0;

-- Percentages that none of their wholes explains.
create table unexplained_percents as
with unexplained as (
    select c.submission_id, c.fact_id
    from completions c
    join wholes w using (submission_id, fact_id)
    group by all
    having not bool_or(percent_agrees(c.done_low, c.done_high, w.whole_low, w.whole_high, c.low, c.high))
        -- a target of another requirement accuses nobody while a nearer whole is unknown and others compete
        and (min(w.rank) <= 3 or count(distinct w.canonical) filter (where w.rank = 4) = 1)
),
-- 9台已完成，4台正在安装，2台已签合同，完成率60%: the percentage may be of another count of its sentence
of_another as (
    select distinct u.submission_id, u.fact_id
    from unexplained u
    join completions c using (submission_id, fact_id)
    join wholes w using (submission_id, fact_id)
    join facts o
        on o.submission_id = c.submission_id and o.locator = c.locator and o.quote = c.quote and o.fact_id <> c.fact_id
        and o.canonical_unit = c.canonical_unit
    where w.rank < 7 and o.percent is null and o.count_role in ('done', 'closed') and is_comparable(o.canonical_value)
        and percent_agrees(o.canonical_value, o.canonical_value, w.whole_low, w.whole_high, c.low, c.high)
)
select *
from unexplained
anti join of_another using (submission_id, fact_id);
