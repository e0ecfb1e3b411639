-- Which submission answers which expectation: the same unit and period, a table for a table and a narrative for a
-- narrative (districts lay out the same report in one form or another). City-issued documents answer none.
with submissions as (

    select
        *,
        case when family = 'narrative' then 'narrative' else 'table' end as report_form
    from {{ ref('int_submissions') }}
    where period is not null and not is_issued_by_city and amends_submission_id is null

),

expected as (

    select
        *,
        case when family = 'narrative' then 'narrative' else 'table' end as report_form
    from {{ ref('stg_registry__expected_submissions') }}

),

matched as (

    select
        submissions.submission_id,
        expected.expected_id,
        expected.due_date,
        submissions.known_from,
        submissions.is_extracted,
        submissions.intake_status = 'rejected' as is_rejected,
        row_number() over (
            partition by submissions.submission_id
            order by
                case when submissions.family = expected.family then 0 else 1 end,
                expected.due_date,
                expected.expected_id
        ) as choice
    from submissions
    inner join expected
        on
            submissions.period = expected.period
            and submissions.report_form = expected.report_form
            and (
                submissions.reporting_unit = expected.reporting_unit
                or (
                    submissions.region_code = expected.region_code
                    and expected.region_code <> '{{ var("unknown_region") }}'
                )
            )

)

select
    submission_id,
    expected_id,
    due_date,
    known_from,
    is_extracted,
    is_rejected
from matched
where choice = 1
