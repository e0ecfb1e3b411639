-- What stewards corrected in each row, as known then: one footnote a row.
with versions as (

    select * from {{ ref('int_versions') }}

),

items as (

    select distinct
        progress_key,
        item_key
    from {{ ref('int_progress') }}

),

corrections as (

    select * from {{ ref('stg_registry__corrections') }}
    where state in ('applied', 'expired', 'withdrawn')

),

labels as (

    select * from {{ ref('correctable_columns') }}

),

noted as (

    select
        versions.progress_key,
        corrections.correction_id,
        corrections.decided_at,
        labels.name_zh || '由' || coalesce(corrections.expected_value, '空') || '更正为'
        || coalesce(corrections.corrected_value, '空')
        || '（' || corrections.decided_by || '，' || {{ date_zh(shanghai_date('corrections.decided_at')) }}
        || '：' || corrections.reason || '）' as note_zh,
        labels.name_en || ' corrected from ' || coalesce(corrections.expected_value, 'nothing') || ' to '
        || coalesce(corrections.corrected_value, 'nothing')
        || ' (' || corrections.decided_by || ', '
        || cast({{ shanghai_date('corrections.decided_at') }} as {{ dbt.type_string() }})
        || ': ' || corrections.reason || ')' as note_en
    from versions
    inner join items on versions.progress_key = items.progress_key
    inner join corrections
        on
            versions.base_submission_id = corrections.submission_id
            and items.item_key = corrections.item_key
            and versions.submission_id <> versions.base_submission_id
            and versions.known_from >= corrections.decided_at
            and (corrections.withdrawn_at is null or versions.known_from < corrections.withdrawn_at)
    inner join labels on corrections.column_name = labels.column_name

)

select
    progress_key,
    {{ dbt.listagg('note_zh', "'；'", 'order by decided_at, correction_id') }} as correction_note_zh,
    {{ dbt.listagg('note_en', "'; '", 'order by decided_at, correction_id') }} as correction_note_en
from noted
group by progress_key
