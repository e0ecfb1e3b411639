-- Tasks by their durable id, one member per campaign year.
with items as (

    select
        task_id,
        campaign_year,
        task_name,
        period,
        submission_id,
        item_seq
    from {{ ref('int_items') }}

),

themes as (

    select * from {{ ref('task_themes') }}

),

named as (

    select
        items.*,
        row_number() over (
            partition by task_id, campaign_year
            order by period, task_name, submission_id, item_seq
        ) as choice
    from items

),

themed as (

    select
        named.task_id,
        named.campaign_year,
        named.task_name,
        themes.theme,
        themes.category,
        row_number() over (
            partition by named.task_id, named.campaign_year
            order by themes.priority
        ) as theme_choice
    from named
    left join themes on named.task_name like '%' || themes.keyword || '%'
    where named.choice = 1

)

select
    {{ surrogate_key(['task_id', 'campaign_year']) }} as task_key,
    task_id,
    campaign_year,
    task_name,
    coalesce(theme, 'other') as theme,
    coalesce(category, 'other') as category,
    {{ year_start('campaign_year') }} as valid_from,
    cast(null as date) as valid_to,
    true as is_current
from themed
where theme_choice = 1
