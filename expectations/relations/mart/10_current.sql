-- The candidate records that stand today, beside their requirement and the names of region and task.
create view current_progress as
select
    p.*,
    coalesce(p.determined_status, p.reported_status) as judged_status,
    r.requirement_text,
    r.sub_item,
    r.target_unit,
    r.canonical_target_value,
    r.target_class,
    r.target_comparator,
    r.indicator_type,
    r.judged_deadline_date,
    coalesce(d.name, '未知区域') as region_name,
    coalesce(t.task_name, '未写明任务') as task_name
from audit_task_progress p
left join audit_requirement r on r.requirement_key = p.requirement_key
left join dim_region d on d.region_key = p.region_key
left join dim_task t on t.task_key = p.task_key
where p.is_current;
