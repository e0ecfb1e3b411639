-- The only target of a sub-item asks in one measure, and the only figure reported for it stands in another.
create table unit_mismatches as
with measures(unit, kind) as (
    values ('亩', 'area'), ('平方米', 'area'), ('平方公里', 'area'), ('公里', 'length'), ('米', 'length'),
        ('吨', 'mass'), ('立方米', 'volume'), ('吨/日', 'flow'), ('立方米/日', 'flow'),
        ('%', 'share'), ('百分点', 'points'), ('个百分点', 'points')
),
asked as (
    select submission_id, item_key, coalesce(sub_item, '') as sub_item, count(*) as targets,
        min(requirement_no) as requirement_no, min(target_value) as target, min(target_unit) as target_unit, min(m.kind) as kind
    from facts
    join measures m on m.unit = facts.canonical_unit
    where fact = 'requirement' and target_value is not null
    group by all
),
reported as (
    select submission_id, item_key, coalesce(sub_item, '') as sub_item, count(*) as figures,
        min(fact_id) as fact_id, min(actual_value) as value, min(facts.unit) as unit, min(m.kind) as kind,
        bool_or(facts.percent is not null) as has_percent
    from facts
    join measures m on m.unit = facts.canonical_unit
    where fact = 'progress' and actual_value is not null and yoy_change is null and not is_plan
        and coalesce(count_role, 'done') = 'done'
    group by all
)
select a.submission_id, a.item_key, a.requirement_no, a.target, a.target_unit, r.fact_id, r.value, r.unit
from asked a
join reported r using (submission_id, item_key, sub_item)
where a.targets = 1 and r.figures = 1 and a.kind <> r.kind
    -- physical progress and completion in % answer any measure
    and not (r.kind = 'share' and a.kind <> 'points')
    and not r.has_percent
    and not exists (
        select 1 from facts z
        where z.submission_id = a.submission_id and z.item_key = a.item_key and z.is_stated_zero
    );
