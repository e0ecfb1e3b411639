-- What was owed and what came of it, as fct_submission has it: the same unit or region and period, a table for a table and
-- a narrative for a narrative; an obligation is met by its first readable report. City-issued documents answer none.
create macro shanghai_day(instant) as cast(make_timestamp(epoch_us(instant) + 28800000000) as date);

create table obligations as
with owed as (
    select *, case when family = 'narrative' then 'narrative' else 'table' end as report_form
    from expected_submissions
),
sent as (
    select
        submission_id, reporting_unit, region_code, period, family, status, file_name, shanghai_day(received_at) as received_on,
        case when family = 'narrative' then 'narrative' else 'table' end as report_form
    from submissions
    where period is not null and not issued_by_city
),
matched as (
    select s.*, o.expected_id
    from sent s
    join owed o
        on o.period = s.period and o.report_form = s.report_form
        and (o.reporting_unit = s.reporting_unit or (o.region_code = s.region_code and o.region_code <> 'UNKNOWN'))
    qualify row_number() over (
        partition by s.submission_id
        order by case when s.family = o.family then 0 else 1 end, o.due_date, o.expected_id
    ) = 1
),
answered as (
    select
        expected_id,
        min(received_on) filter (where status <> 'rejected') as answered_on,
        arg_min(submission_id, row(received_on, submission_id)) filter (where status <> 'rejected') as first_submission_id,
        count(*) filter (where status = 'rejected') as refused,
        min(file_name) filter (where status = 'rejected') as refused_file
    from matched
    group by expected_id
)
select
    o.*, a.answered_on, a.first_submission_id, coalesce(a.refused, 0) as refused, a.refused_file,
    -- no clock says what day it is: only what has been received since
    (select max(shanghai_day(received_at)) from submissions) as latest_on
from owed o
left join answered a using (expected_id);
