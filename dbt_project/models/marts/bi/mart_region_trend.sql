-- Month by month: each region's figures beside those of the last period before in which it was heard, in the same
-- campaign year. A period's figures are a state; neither they nor their change are ever summed over periods.
with cards as (

    select * from {{ ref('mart_region_scorecard').include(database=false) }}

),

-- a month of silence is no month without lag: nothing is compared with it
heard as (

    select
        region_key,
        period,
        lag(period) over (partition by region_key, substr(period, 1, 4) order by period) as previous_period,
        lag(lagging_count) over (partition by region_key, substr(period, 1, 4) order by period)
            as previous_lagging_count,
        lag(overdue_count) over (partition by region_key, substr(period, 1, 4) order by period)
            as previous_overdue_count
    from cards
    where published_count > 0

)

select
    cards.region_key,
    cards.region_code,
    cards.region_name,
    cards.period,
    cards.period_date,
    cards.period_key,
    cards.as_of_date,
    cards.is_latest_period,
    cast(substr(cards.period, 1, 4) as integer) as campaign_year,
    cards.published_count > 0 as is_heard,
    cards.requirement_count,
    cards.published_count,
    cards.under_review_count,
    cards.not_reported_count,
    cards.due_count,
    cards.rateable_due_count,
    cards.rateable_finished_count,
    cards.baseline_execution_index,
    cards.due_task_count,
    cards.hit_task_count,
    cards.hit_task_rate,
    cards.lagging_count,
    cards.newly_lagging_count,
    cards.caught_up_count,
    cards.overdue_count,
    cards.pace_note_count,
    cards.contradiction_count,
    cards.max_days_overdue,
    cards.max_lag_streak_months,
    heard.previous_period,
    cast(heard.previous_lagging_count as integer) as previous_lagging_count,
    cast(cards.lagging_count - heard.previous_lagging_count as integer) as lagging_change,
    cast(heard.previous_overdue_count as integer) as previous_overdue_count,
    cast(cards.overdue_count - heard.previous_overdue_count as integer) as overdue_change,
    cards.points_total,
    cards.points_at_risk,
    cards.expected_report_count,
    cards.received_report_count,
    cards.on_time_report_count,
    cards.reporting_rate,
    cards.on_time_rate
from cards
left join heard on cards.region_key = heard.region_key and cards.period = heard.period
