-- What did we know on a day? There is one answer: the versions of a requirement in a period never overlap.
select
    earlier.progress_key,
    later.progress_key as overlapping_progress_key
from {{ ref('fct_task_progress') }} as earlier
inner join {{ ref('fct_task_progress') }} as later
    on
        earlier.requirement_id = later.requirement_id
        and earlier.period = later.period
        and earlier.progress_key <> later.progress_key
        and earlier.known_from < later.known_from
where
    {{ in_window('earlier.period') }}
    and (earlier.known_to is null or earlier.known_to > later.known_from)
