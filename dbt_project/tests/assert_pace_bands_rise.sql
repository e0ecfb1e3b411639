-- Rows of several places and times combine threshold by threshold: one that moves a band past its neighbour would take
-- a class of pace away without a word.
select
    policy_key,
    pace_near_ratio,
    pace_on_ratio,
    pace_ahead_ratio
from {{ ref('int_policy') }}
where pace_near_ratio > pace_on_ratio or pace_on_ratio > pace_ahead_ratio
