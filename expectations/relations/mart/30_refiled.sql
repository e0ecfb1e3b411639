-- Values that a unit corrected by telephone and then filed again as they were before: two words of one sender.
create view refiled_corrections as
select
    p.*,
    c.correction_id,
    c.column_name_zh,
    c.expected_value,
    c.corrected_value,
    c.caller,
    c.called_at
from current_progress as p
inner join fct_correction as c on c.requirement_id = p.requirement_id and c.period = p.period
where c.channel = 'telephone'
    and c.state = 'expired'
    and p.known_from > c.decided_at
    and not coalesce(p.is_corrected, false)
    and case c.column_name
        when 'actual_value' then p.actual_value = try_cast(c.expected_value as decimal(38, 10))
        when 'percent' then p.reported_completion_pct = try_cast(c.expected_value as decimal(38, 10))
        when 'target_value' then p.target_value = try_cast(c.expected_value as decimal(38, 10))
        when 'deadline' then p.judged_deadline_date = try_cast(c.expected_value as date)
        when 'stage' then p.stage = c.expected_value
        when 'status' then p.reported_status = c.expected_value
        else false
    end;
