-- The planned curve of each ladder: straight lines from the start through the rungs (earned schedule).
with rungs as (

    select
        submission_id,
        ladder_id,
        rung_no,
        months_allowed,
        rung_planned_pct
    from {{ ref('int_ladders') }}
    where rung_planned_pct is not null and months_allowed is not null and plan_basis in ('prorated', 'ladder', 'none')

),

joined as (

    select
        rungs.*,
        lag(months_allowed) over ladder as earlier_months,
        lag(rung_planned_pct) over ladder as earlier_pct
    from rungs
    window ladder as (partition by submission_id, ladder_id order by rung_no)

)

select
    submission_id,
    ladder_id,
    rung_no,
    coalesce(earlier_months, cast(0 as decimal(18, 6))) as from_months,
    coalesce(earlier_pct, cast(0 as decimal(18, 6))) as from_pct,
    months_allowed as to_months,
    rung_planned_pct as to_pct
from joined
