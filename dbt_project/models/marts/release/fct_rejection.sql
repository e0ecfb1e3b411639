-- Text that no rule could read, and files that could not be read at all.
with rejections as (

    select * from {{ ref('stg_lake__rejections') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

texts as (

    select
        submissions.document_key,
        rejections.locator,
        rejections.quote,
        rejections.reason,
        cast(rejections.char_start as integer) as char_start,
        cast(rejections.char_end as integer) as char_end
    from rejections
    inner join submissions on rejections.run_id = submissions.run_id

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
