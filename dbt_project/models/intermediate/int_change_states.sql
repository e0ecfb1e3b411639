-- What had become of each requirement by its as-of date, as known then: applications change nothing until the number of
-- the letter that approves them is recorded (design: three verdicts, change and cancellation).
with versions as (

    select * from {{ ref('int_versions') }}

),

changes as (

    select * from {{ ref('stg_registry__requirement_changes') }}

),

ranked as (

    select
        versions.progress_key,
        changes.event,
        changes.event_date,
        changes.approval_no,
        row_number() over (
            partition by versions.progress_key
            order by changes.event_date desc, changes.recorded_at desc, changes.change_id desc
        ) as choice
    from versions
    inner join changes
        on
            versions.requirement_id = changes.requirement_id
            and versions.as_of_date >= changes.event_date
            and versions.known_from >= changes.recorded_at

)

select
    progress_key,
    event,
    event_date,
    approval_no,
    case
        when event in ('change_applied', 'cancel_applied', 'cancelled') then event
        else 'normal'
    end as change_state,
    case event
        when 'cancelled' then '经' || approval_no || '批准，自' || {{ date_zh('event_date') }} || '起取消，不计入到期数'
        when 'change_approved' then '经' || approval_no || '批准调整（' || {{ date_zh('event_date') }} || '）'
        when 'cancel_applied' then {{ date_zh('event_date') }} || '申请取消，未获批准前照常考核'
        when 'change_applied' then {{ date_zh('event_date') }} || '申请调整，未获批准前照常考核'
        else '申请未获批准（' || {{ date_zh('event_date') }} || '），照常考核'
    end as change_note_zh,
    case event
        when 'cancelled'
            then
                'cancelled from ' || cast(event_date as {{ dbt.type_string() }}) || ' on (approval ' || approval_no
                || '), not counted as due'
        when 'change_approved'
            then
                'change approved ' || cast(event_date as {{ dbt.type_string() }}) || ' (approval ' || approval_no || ')'
        when 'cancel_applied'
            then
                'cancellation applied for ' || cast(event_date as {{ dbt.type_string() }})
                || ', assessed as before until approved'
        when 'change_applied'
            then
                'change applied for ' || cast(event_date as {{ dbt.type_string() }})
                || ', assessed as before until approved'
        else 'application refused ' || cast(event_date as {{ dbt.type_string() }}) || ', assessed as before'
    end as change_note_en
from ranked
where choice = 1
