-- Requirements on which a report was owed and none came: the whole report is missing, or it is silent on one.
-- City-issued documents and lag tables owe nothing, so their silence means nothing.
with submissions as (

    select * from {{ ref('int_submissions') }}
    where is_extracted and {{ in_window('period') }}

),

expected as (

    select
        *,
        cast(substr(period, 1, 4) as integer) as campaign_year,
        {{ end_of_shanghai_day('due_date') }} as owed_from
    from {{ ref('stg_registry__expected_submissions') }}
    where {{ in_window('period') }}

),

-- the lists of the whole campaign year, the months before the window from what was kept
requirements as (

    select
        requirements.requirement_id,
        requirements.campaign_year,
        requirements.period,
        requirements.region_code,
        requirements.reporting_unit,
        requirements.family,
        requirements.is_issued_by_city,
        min(requirements.known_from) as known_from
    from {{ ref('int_stated_requirements') }} as requirements
    where {{ of_window_years('requirements.campaign_year') }}
    group by
        requirements.requirement_id,
        requirements.campaign_year,
        requirements.period,
        requirements.region_code,
        requirements.reporting_unit,
        requirements.family,
        requirements.is_issued_by_city

),

-- when a requirement was first stated, and which of them made a region's first list of the year
first_stated as (

    select
        requirement_id,
        region_code,
        campaign_year,
        min(period) as first_period,
        min(known_from) as first_known_from,
        min(min(period)) over (partition by region_code, campaign_year) as first_list_period
    from requirements
    group by requirement_id, region_code, campaign_year

),

first_received as (

    select
        expected_id,
        min(known_from) as first_known_from
    from {{ ref('int_expectation_matches') }}
    where is_extracted
    group by expected_id

),

missing as (

    select distinct
        first_stated.requirement_id,
        first_stated.region_code,
        first_stated.campaign_year,
        expected.period,
        cast(null as {{ dbt.type_string() }}) as submission_id,
        greatest(expected.owed_from, first_stated.first_known_from) as known_from,
        first_received.first_known_from as closed_at
    from expected
    inner join first_stated
        on
            expected.region_code = first_stated.region_code
            and expected.campaign_year = first_stated.campaign_year
            and (
                expected.period >= first_stated.first_period
                -- months before the first list owed a report on that list too
                or first_stated.first_period = first_stated.first_list_period
            )
    left join first_received on expected.expected_id = first_received.expected_id
    where
        first_received.first_known_from is null
        or first_received.first_known_from > greatest(expected.owed_from, first_stated.first_known_from)

),

silent as (

    select distinct
        requirements.requirement_id,
        requirements.region_code,
        requirements.campaign_year,
        submissions.period,
        submissions.submission_id,
        submissions.known_from,
        submissions.closed_at
    from submissions
    inner join requirements
        on
            submissions.reporting_unit = requirements.reporting_unit
            and submissions.family = requirements.family
            and submissions.campaign_year = requirements.campaign_year
            and submissions.period > requirements.period
    left join {{ ref('int_stated_requirements') }} as present_requirements
        on
            submissions.submission_id = present_requirements.submission_id
            and requirements.requirement_id = present_requirements.requirement_id
    where
        not submissions.is_issued_by_city
        and not requirements.is_issued_by_city
        and submissions.family <> 'lag_table'
        and submissions.replaces = 'all'
        and present_requirements.requirement_id is null

),

both_kinds as (

    select * from missing
    union all
    select * from silent

),

cancellations as (

    select
        requirement_id,
        event_date,
        recorded_at
    from {{ ref('stg_registry__requirement_changes') }}
    where event = 'cancelled'

),

-- of what was cancelled nothing is owed, from the day on which that is known
owed as (

    select
        both_kinds.*,
        cancellations.recorded_at as released_at
    from both_kinds
    left join cancellations
        on
            both_kinds.requirement_id = cancellations.requirement_id
            and cancellations.event_date <= {{ period_end('both_kinds.period') }}

)

select
    {{ surrogate_key(['requirement_id', 'period', "coalesce(submission_id, 'missing')", 'known_from']) }}
        as progress_key,
    requirement_id,
    region_code,
    campaign_year,
    period,
    submission_id,
    known_from,
    min(
        case
            when closed_at is null then released_at
            when released_at is null then closed_at
            else least(closed_at, released_at)
        end
    ) as closed_at
from owed
where released_at is null or released_at > known_from
group by requirement_id, region_code, campaign_year, period, submission_id, known_from
