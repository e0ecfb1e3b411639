-- Who reported what, when: a row per filing and per report that is owed and missing. One report may come in several
-- filings, so what is owed is counted on one row of each alone: the missing one, or else the first that came. The
-- counts add up to the rates' two sides. A file sent back unread has the family of the report that it was sent for.
with submissions as (

    select
        *,
        case
            when expectation_key is null then family
            else coalesce(family, max(family) over (partition by region_key, period, expectation_key))
        end as expected_family,
        row_number() over (
            partition by region_key, period, expectation_key
            order by case when status = 'missing' then 0 else 1 end, received_at, submission_key
        ) as row_no,
        max(case when status not in ('missing', 'rejected') then 1 else 0 end)
            over (partition by region_key, period, expectation_key) as is_answered,
        max(case when status not in ('missing', 'rejected') and is_on_time then 1 else 0 end)
            over (partition by region_key, period, expectation_key) as is_answered_on_time
    from {{ ref('fct_submission').include(database=false) }}

),

regions as (

    select * from {{ ref('dim_region').include(database=false) }}

),

documents as (

    select * from {{ ref('dim_document').include(database=false) }}

)

select
    submissions.submission_key,
    submissions.period,
    {{ period_date('submissions.period') }} as period_date,
    {{ is_latest_period('submissions.period', 'submissions.region_key') }} as is_latest_period,
    regions.region_code,
    regions.name as region_name,
    submissions.reporting_unit,
    submissions.expected_family as family,
    {{ word_of('family', 'submissions.expected_family') }} as family_zh,
    submissions.file_name,
    documents.title as document_title,
    submissions.scope,
    submissions.channel,
    submissions.due_date,
    submissions.received_at,
    {{ shanghai_date('submissions.received_at') }} as received_date,
    cast(
        case
            when {{ shanghai_date('submissions.received_at') }} > submissions.due_date
                then {{ days_between('submissions.due_date', shanghai_date('submissions.received_at')) }}
        end as integer
    ) as days_late,
    submissions.revision,
    submissions.status,
    {{ word_of('submission_status', 'submissions.status') }} as status_zh,
    submissions.rejection_reason,
    submissions.rejection_detail,
    submissions.is_on_time,
    {{ one_if('submissions.expectation_key is not null and submissions.row_no = 1') }} as expected_report_count,
    {{ one_if(
        'submissions.expectation_key is not null and submissions.row_no = 1 and submissions.is_answered = 1'
    ) }} as received_report_count,
    {{ one_if(
        'submissions.expectation_key is not null and submissions.row_no = 1 and submissions.is_answered_on_time = 1'
    ) }} as on_time_report_count,
    submissions.points_deducted,
    submissions.region_key,
    submissions.period_key,
    submissions.document_key
from submissions
inner join regions on submissions.region_key = regions.region_key
left join documents on submissions.document_key = documents.document_key
