-- Text that no rule could read, and files that could not be read at all.
with texts as (

    select
        document_key,
        locator,
        quote,
        reason,
        char_start,
        char_end
    from {{ ref('int_rejections') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

files as (

    select
        document_key,
        'file' as locator,
        coalesce(rejection_detail, file_name) as quote,
        coalesce(rejection_reason, 'rejected') as reason,
        cast(null as integer) as char_start,
        cast(null as integer) as char_end
    from submissions
    where intake_status = 'rejected'

)

select * from texts
union all
select * from files
