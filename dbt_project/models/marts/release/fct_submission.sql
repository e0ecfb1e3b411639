-- A row per received submission, and one per expectation that no readable submission met.
with submissions as (

    select * from {{ ref('int_submissions') }}
    where amends_submission_id is null

),

expected as (

    select * from {{ ref('stg_registry__expected_submissions') }}

),

-- an obligation is met by its first readable report: a revision that follows does not make it late
matches as (

    select
        *,
        min(case when not is_rejected then known_from end) over (partition by expected_id) as first_known_from,
        row_number() over (
            partition by expected_id
            order by case when is_rejected then 1 else 0 end, known_from, submission_id
        ) as answer_no
    from {{ ref('int_expectation_matches') }}

),

met as (

    select distinct expected_id
    from matches
    where not is_rejected

),

rows_of as (

    select
        audit_rows.submission_id,
        count(*) as row_count,
        count(withheld.progress_key) as withheld_count
    from {{ ref('audit_task_progress') }} as audit_rows
    left join {{ ref('int_withheld') }} as withheld on audit_rows.progress_key = withheld.progress_key
    where audit_rows.publication_status = 'published'
    group by audit_rows.submission_id

),

blocked as (

    select distinct submission_id
    from {{ ref('int_findings') }}
    where severity = 'blocker' and record_key = submission_id

),

received as (

    select
        {{ surrogate_key(['submissions.submission_id']) }} as submission_key,
        submissions.submission_id,
        submissions.document_key,
        {{ surrogate_key(['submissions.region_code']) }} as region_key,
        submissions.reporting_unit,
        case
            when submissions.as_of_date is not null
                then {{ surrogate_key(['submissions.period_start', 'submissions.as_of_date']) }}
        end as period_key,
        submissions.period,
        submissions.family,
        submissions.file_name,
        submissions.replaces as scope,
        submissions.channel,
        matches.due_date,
        submissions.received_at,
        cast(submissions.revision as integer) as revision,
        submissions.rejection_reason,
        submissions.rejection_detail,
        case
            when submissions.intake_status = 'rejected' then 'rejected'
            when submissions.closed_at is not null then 'superseded'
            when blocked.submission_id is not null or rows_of.withheld_count = rows_of.row_count then 'withheld'
            when {{ shanghai_date('matches.first_known_from') }} > matches.due_date then 'late'
            else 'on_time'
        end as status,
        coalesce(matches.answer_no = 1 and not matches.is_rejected, false) as is_first_answer,
        matches.expected_id,
        {{ shanghai_date('matches.first_known_from') }} as answered_on
    from submissions
    left join matches on submissions.submission_id = matches.submission_id
    left join rows_of on submissions.submission_id = rows_of.submission_id
    left join blocked on submissions.submission_id = blocked.submission_id

),

missing as (

    select
        {{ surrogate_key(['expected.expected_id']) }} as submission_key,
        cast(null as {{ dbt.type_string() }}) as submission_id,
        cast(null as {{ dbt.type_string() }}) as document_key,
        {{ surrogate_key(['expected.region_code']) }} as region_key,
        expected.reporting_unit,
        {{ surrogate_key([year_start('substr(expected.period, 1, 4)'), period_end('expected.period')]) }} as period_key,
        expected.period,
        expected.family,
        cast(null as {{ dbt.type_string() }}) as file_name,
        cast(null as {{ dbt.type_string() }}) as scope,
        cast(null as {{ dbt.type_string() }}) as channel,
        expected.due_date,
        cast(null as timestamp) as received_at,
        cast(null as integer) as revision,
        cast(null as {{ dbt.type_string() }}) as rejection_reason,
        cast(null as {{ dbt.type_string() }}) as rejection_detail,
        'missing' as status,
        false as is_first_answer,
        expected.expected_id,
        cast(null as date) as answered_on
    from expected
    left join met on expected.expected_id = met.expected_id
    where met.expected_id is null

),

latest as (

    select max({{ shanghai_date('received_at') }}) as received_on
    from submissions

),

all_rows as (

    select
        received.*,
        submissions.region_code
    from received
    inner join submissions on received.submission_id = submissions.submission_id
    union all
    select
        missing.*,
        expected.region_code
    from missing
    inner join expected on missing.submission_key = {{ surrogate_key(['expected.expected_id']) }}

)

select
    all_rows.submission_key,
    all_rows.submission_id,
    all_rows.document_key,
    all_rows.region_key,
    all_rows.reporting_unit,
    all_rows.period_key,
    all_rows.period,
    all_rows.family,
    all_rows.file_name,
    all_rows.scope,
    all_rows.channel,
    all_rows.due_date,
    all_rows.received_at,
    all_rows.revision,
    all_rows.rejection_reason,
    all_rows.rejection_detail,
    all_rows.status,
    case when all_rows.expected_id is not null then {{ surrogate_key(['all_rows.expected_id']) }} end
        as expectation_key,
    all_rows.answered_on <= all_rows.due_date as is_on_time,
    cast(
        case
            when all_rows.is_first_answer and all_rows.answered_on > all_rows.due_date then policy.late_filing_points
            -- owed by the day of what has been received since: no clock says what day it is
            when all_rows.status = 'missing' and all_rows.due_date < latest.received_on
                then policy.missing_filing_points
        end as decimal(18, 6)
    ) as points_deducted
from all_rows
cross join latest
left join {{ ref('int_filing_policy') }} as policy
    on
        all_rows.region_code = policy.region_code
        and all_rows.period = policy.period
