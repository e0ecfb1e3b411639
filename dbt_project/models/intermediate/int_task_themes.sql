-- Theme and category of each name of a task, by the first word of the seed that stands in it.
with names as (

    select distinct task_name
    from {{ ref('int_stated_requirements') }}
    where {{ of_window_years('campaign_year') }}

),

themes as (

    select * from {{ ref('task_themes') }}

),

ranked as (

    select
        names.task_name,
        themes.theme,
        themes.category,
        row_number() over (
            partition by names.task_name
            order by themes.priority
        ) as choice
    from names
    left join themes on names.task_name like '%' || themes.keyword || '%'

)

select
    task_name,
    coalesce(theme, 'other') as theme,
    coalesce(category, 'other') as category
from ranked
where choice = 1
