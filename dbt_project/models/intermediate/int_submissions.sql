-- Every received submission, with the live extraction, the as-of date that it is judged by, and the two clocks; and
-- beside it what it says once stewards' decisions are laid over some of its items (an amendment), known from later on.
with submissions as (

    select * from {{ ref('stg_registry__submissions') }}

),

live_runs as (

    select
        submission_id,
        run_id
    from {{ ref('stg_registry__extraction_runs') }}
    where is_live

),

amendments as (

    select * from {{ ref('stg_registry__amendments') }}
    where is_live

),

dated as (

    select
        submissions.*,
        coalesce(submissions.campaign_year, cast(substr(submissions.period, 1, 4) as integer)) as placed_year,
        coalesce(submissions.as_of_date, {{ period_end('submissions.period') }}) as placed_as_of_date
    from submissions

),

received as (

    select
        dated.submission_id,
        {{ surrogate_key(['dated.submission_id']) }} as document_key,
        live_runs.run_id,
        dated.sha256,
        dated.file_name,
        dated.reporting_unit,
        dated.region_code,
        dated.region_context,
        dated.period,
        dated.family,
        dated.revision,
        dated.replaces,
        dated.channel,
        dated.is_stamped,
        dated.received_at,
        dated.status as intake_status,
        dated.rejection_reason,
        dated.rejection_detail,
        dated.title,
        dated.publisher,
        dated.is_issued_by_city,
        dated.placed_year as campaign_year,
        dated.placed_as_of_date as as_of_date,
        case
            when dated.placed_as_of_date is not null
                then
                    least(
                        {{ year_start('dated.placed_year') }},
                        {{ year_start('extract(year from dated.placed_as_of_date)') }}
                    )
        end as period_start,
        dated.received_at as known_from,
        -- a submission that arrives after the one that replaces it is closed in the moment it arrives
        case
            when successors.received_at is not null then greatest(successors.received_at, dated.received_at)
        end as closed_at,
        dated.status = 'extracted' and live_runs.run_id is not null as is_extracted
    from dated
    left join live_runs on dated.submission_id = live_runs.submission_id
    left join submissions as successors on dated.superseded_by = successors.submission_id

)

select
    received.*,
    cast(null as {{ dbt.type_string() }}) as amends_submission_id
from received
union all
select
    amendments.amendment_id as submission_id,
    received.document_key,
    {{ file_stem('amendments.lake_file') }} as run_id,
    received.sha256,
    received.file_name,
    received.reporting_unit,
    received.region_code,
    received.region_context,
    received.period,
    received.family,
    received.revision,
    'rows' as replaces,
    received.channel,
    received.is_stamped,
    received.received_at,
    received.intake_status,
    received.rejection_reason,
    received.rejection_detail,
    received.title,
    received.publisher,
    received.is_issued_by_city,
    received.campaign_year,
    received.as_of_date,
    received.period_start,
    amendments.known_from,
    received.closed_at,
    received.is_extracted,
    received.submission_id as amends_submission_id
from amendments
inner join received on amendments.submission_id = received.submission_id
