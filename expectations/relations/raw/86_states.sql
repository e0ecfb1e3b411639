-- Counts of a paragraph by their state (24个提前完成，9个超序时，11个按序时推进) beside the count that they divide: of the counts
-- in the same unit in the sentence before them, the nearest to their sum. A remainder small beside the whole was left out; a large one means that some are listed.
create table listed_states as
with counted as (
    select
        submission_id, fact_id, item_key, locator, unit, actual_value as value, status, status_phrase, char_start,
        count_role, is_approximate, quote
    from facts
    where fact in ('progress', 'indicator') and unit is not null and actual_value is not null and not is_plan
        and base_value is null and is_comparable(actual_value) and locator is not null
),
listed as (
    select
        submission_id, locator, unit, char_start, min(quote) as quote, min(fact_id) as fact_id,
        count(*) as states, count(distinct status_phrase) as phrases,
        cast(sum(value) as decimal(24, 6)) as total,
        string_agg(plain(value) || '（' || status_phrase || '）', ' + ' order by value desc, fact_id) as sum_text,
        bool_or(status = 'behind_schedule') as names_behind,
        bool_or(is_approximate) as is_approximate
    from counted
    where status in ('completed', 'on_schedule', 'basically_on_schedule', 'behind_schedule')
        and coalesce(count_role, 'done') in ('done', 'closed')
    group by submission_id, locator, unit, char_start
    having count(*) >= 3 and count(distinct status_phrase) = count(*)
),
preceded as (
    select l.*, w.value as whole
    from listed l
    join counted w
        on w.submission_id = l.submission_id and w.locator = l.locator and w.unit = l.unit and w.status is null
        and w.char_start < l.char_start and coalesce(w.count_role, 'part') in ('part', 'total')
    qualify row_number() over (
        partition by l.submission_id, l.locator, l.unit, l.char_start order by w.char_start desc, abs(w.value - l.total), w.fact_id
    ) = 1
)
select *
from preceded
where not is_approximate and total <> whole and abs(whole - total) * 10 <= whole;
