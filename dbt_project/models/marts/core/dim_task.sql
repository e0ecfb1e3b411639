-- Tasks by their durable id and campaign year, a row for each name that a task has had in the year.
-- The name that holds has the plain key, which facts carry; former names stand beside it with their months.
-- The years that the window touches are written anew.
with stated as (

    select
        task_id,
        campaign_year,
        period,
        task_name,
        min(case when closed_at is null then 0 else 1 end) as is_replaced
    from {{ ref('int_stated_requirements') }}
    where {{ of_window_years('campaign_year') }}
    group by task_id, campaign_year, period, task_name

),

aged as (

    select
        stated.*,
        min(period) over (partition by task_id, campaign_year, task_name) as first_period
    from stated

),

-- regions change their wording at different times: a name holds as long as one of them still uses it
by_period as (

    select
        aged.*,
        row_number() over (
            partition by task_id, campaign_year, period
            order by is_replaced, first_period, task_name
        ) as choice
    from aged

),

marked as (

    select
        by_period.*,
        lag(task_name) over (partition by task_id, campaign_year order by period) as earlier_name
    from by_period
    where choice = 1

),

numbered as (

    select
        marked.*,
        sum(case when task_name = earlier_name then 0 else 1 end) over (
            partition by task_id, campaign_year
            order by period
            rows between unbounded preceding and current row
        ) as version_no
    from marked

),

versions as (

    select
        task_id,
        campaign_year,
        version_no,
        min(task_name) as task_name,
        min(period) as first_period
    from numbered
    group by task_id, campaign_year, version_no

),

bounded as (

    select
        versions.*,
        case
            when version_no = 1 then {{ year_start('campaign_year') }}
            else cast(first_period || '-01' as date)
        end as valid_from,
        version_no = max(version_no) over (partition by task_id, campaign_year) as is_current
    from versions

),

themed as (

    select
        bounded.*,
        themes.theme,
        themes.category
    from bounded
    inner join {{ ref('int_task_themes') }} as themes on bounded.task_name = themes.task_name

)

select
    case
        when is_current then {{ surrogate_key(['task_id', 'campaign_year']) }}
        else {{ surrogate_key(['task_id', 'campaign_year', 'version_no']) }}
    end as task_key,
    task_id,
    campaign_year,
    task_name,
    theme,
    category,
    valid_from,
    lead(valid_from) over (partition by task_id, campaign_year order by version_no) as valid_to,
    is_current
from themed
