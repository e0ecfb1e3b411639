-- What each candidate of the pace threshold would have said of the tables that the city has issued: how many notes, and
-- how many of them the city itself determined behind at the same date. A lag table lists exceptions, so nothing is
-- counted from one. Looked at before `pace_near_ratio` is changed.
with issued as (

    select
        tasks.campaign_year,
        progress.schedule_performance_index,
        progress.determined_status = 'behind_schedule' as is_determined_behind
    from {{ ref('fct_task_progress').include(database=false) }} as progress
    inner join {{ ref('dim_task').include(database=false) }} as tasks on progress.task_key = tasks.task_key
    inner join {{ ref('dim_document').include(database=false) }} as documents
        on progress.document_key = documents.document_key
    where
        progress.is_current
        and documents.is_issued_by_city
        and documents.family <> 'lag_table'
        and not progress.is_due
        and progress.pace_class is not null
        and progress.determined_status is not null

),

candidates as (

    select cast(0.50 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.55 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.60 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.65 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.70 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.75 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.80 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.85 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.90 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(0.95 as decimal(18, 6)) as candidate_ratio
    union all
    select cast(1.00 as decimal(18, 6)) as candidate_ratio

),

counted as (

    select
        issued.campaign_year,
        candidates.candidate_ratio,
        count(*) as judged_count,
        sum(case when issued.is_determined_behind then 1 else 0 end) as behind_count,
        sum(case when issued.schedule_performance_index < candidates.candidate_ratio then 1 else 0 end) as noted_count,
        sum(
            case
                when issued.schedule_performance_index < candidates.candidate_ratio and issued.is_determined_behind
                    then 1
                else 0
            end
        ) as noted_behind_count
    from issued
    cross join candidates
    group by issued.campaign_year, candidates.candidate_ratio

)

select
    campaign_year,
    cast(candidate_ratio as decimal(18, 6)) as candidate_ratio,
    cast(judged_count as integer) as judged_count,
    cast(behind_count as integer) as behind_count,
    cast(noted_count as integer) as noted_count,
    cast(noted_behind_count as integer) as noted_behind_count,
    {{ safe_divide('noted_behind_count', 'noted_count') }} as precision_ratio,
    {{ safe_divide('noted_behind_count', 'behind_count') }} as recall_ratio
from counted
