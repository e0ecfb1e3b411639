with stages as (

    select * from {{ ref('stg_registry__refresh_stages') }}

),

runs as (

    select run_id from {{ ref('fct_refresh_run') }}

)

select
    stages.run_id,
    stages.stage,
    cast(cast(stages.milliseconds as decimal(18, 3)) * 0.001 as decimal(18, 3)) as seconds
from stages
inner join runs on stages.run_id = runs.run_id
