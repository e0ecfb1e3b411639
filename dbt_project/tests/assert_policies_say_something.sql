-- A row without a value, or for a category that no task has, would silently be no rule at all.
with topics as (

    select theme as topic
    from {{ ref('task_themes') }}
    union
    select category as topic
    from {{ ref('task_themes') }}
    union
    select 'other' as topic

)

select
    policies.policy,
    policies.place_code,
    policies.category
from {{ ref('policy_thresholds') }} as policies
left join topics on policies.category = topics.topic
where
    (policies.policy = 'pace_basis' and policies.choice is null)
    or (policies.policy <> 'pace_basis' and policies.threshold is null)
    or (policies.category is not null and topics.topic is null)
