-- Two rows for one place, category and day would leave to chance which one accuses a district.
select
    one.policy,
    one.place_code,
    one.category,
    one.valid_from,
    other.valid_from as other_valid_from
from {{ ref('policy_thresholds') }} as one
inner join {{ ref('policy_thresholds') }} as other
    on
        one.policy = other.policy
        and coalesce(one.place_code, '') = coalesce(other.place_code, '')
        and coalesce(one.category, '') = coalesce(other.category, '')
        and one.valid_from <= other.valid_from
        and (one.valid_from < other.valid_from or coalesce(one.note_en, '') < coalesce(other.note_en, ''))
where one.valid_to is null or one.valid_to > other.valid_from
