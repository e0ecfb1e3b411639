with runs as (

    select * from {{ ref('fct_refresh_run').include(database=false) }}

),

stages as (

    select * from {{ ref('fct_refresh_stage').include(database=false) }}

),

totals as (

    select
        run_id,
        sum(seconds) as seconds
    from stages
    group by run_id

)

select
    runs.run_id,
    runs.started_at,
    runs.requested_period,
    runs.status,
    runs.published_version,
    case stages.stage
        when 'discover' then 1
        when 'extract' then 2
        when 'resolve' then 3
        when 'raw_gate' then 4
        when 'transform' then 5
        when 'mart_gate' then 6
        when 'human_gate' then 7
        when 'release' then 8
        when 'publish' then 9
        else 10
    end as stage_no,
    stages.stage,
    case stages.stage
        when 'discover' then '收件'
        when 'extract' then '读取'
        when 'resolve' then '编号'
        when 'raw_gate' then '原始数据关口'
        when 'transform' then '建模'
        when 'mart_gate' then '数据集市关口'
        when 'human_gate' then '人工关口'
        when 'release' then '放行'
        when 'publish' then '发布'
        else stages.stage
    end as stage_zh,
    stages.seconds,
    runs.seconds as run_seconds,
    {{ safe_divide('stages.seconds * 100', 'totals.seconds') }} as share_pct
from stages
inner join runs on stages.run_id = runs.run_id
inner join totals on stages.run_id = totals.run_id
