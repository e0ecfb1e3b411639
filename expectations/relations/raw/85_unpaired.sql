-- A figure of what was done that no requirement was found for, beside a target in its own unit that no figure answers: one
-- of the two is worded so that nobody can tell. Figures beside the matter (次, 万元 spent) have no such target.
create table unpaired_figures as
with unanswered as (
    select r.submission_id, r.item_key, r.canonical_unit, count(*) as targets,
        string_agg(figure(r.target_value, r.target_unit), '、' order by r.requirement_no, r.fact_id) as targets_text
    from facts r
    where r.fact = 'requirement' and r.target_value is not null and r.canonical_unit is not null
        and r.canonical_unit not in ('%', '百分点')
        and not exists (
            select 1 from facts p
            where p.submission_id = r.submission_id and p.item_key = r.item_key and p.fact = 'progress'
                and (
                    p.requirement_no = r.requirement_no
                    or contains(',' || coalesce(p.answers, '') || ',', ',' || r.requirement_no || ',')
                )
                and (p.actual_value is not null or p.percent is not null or p.is_stated_zero)
        )
    group by r.submission_id, r.item_key, r.canonical_unit
)
select p.submission_id, p.item_key, p.fact_id, p.actual_value as value, p.unit, u.targets_text, p.char_start
from facts p
join unanswered u using (submission_id, item_key, canonical_unit)
where p.fact = 'progress' and p.requirement_no is null and p.answers is null and p.actual_value is not null
    and coalesce(p.count_role, 'done') in ('done', 'closed') and not p.is_plan and p.yoy_change is null
    -- one sum for several targets is targets_reported_as_one
    and not exists (select 1 from lumped_figures l where l.submission_id = p.submission_id and l.fact_id = p.fact_id);
