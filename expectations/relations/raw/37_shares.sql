-- A share beside its part and a whole: 床位5375张，其中护理型4191张，占比77.97%. The whole is the one that the fact names, else the
-- only other count of the sentence in the same unit; and the words say that the share is of what the sentence counts, for
-- 占全省的 is of something else. Any figure of the sentence may explain it.
create table unexplained_shares as
with shared as (
    select
        submission_id, fact_id, quote, locator, actual_value, unit, canonical_value, canonical_unit, percent, base_value,
        base_unit, percent_low(percent, actual_comparator, is_approximate) as low,
        percent_high(percent, actual_comparator, is_approximate) as high,
        figure_low(actual_value, unit, canonical_value, actual_comparator, is_approximate) as part_low,
        figure_high(actual_value, unit, canonical_value, actual_comparator, is_approximate) as part_high
    from facts
    where fact in ('progress', 'indicator') and percent_kind = 'share' and percent between 0 and 100
        and is_comparable(canonical_value) and canonical_unit not in ('%', '百分点') and not is_plan
        and coalesce(count_role, 'part') in ('part', 'done', 'closed')
        and (base_value is not null or regexp_matches(quote, '占(?:比|总|總|其|全部|在建|清单|清單)[^，,。；;0-9]{0,8}?' || plain(percent)))
),
others as (
    select distinct s.submission_id, s.fact_id, coalesce(o.target_value, o.actual_value) as whole,
        coalesce(o.target_unit, o.unit) as whole_unit, coalesce(o.canonical_target_value, o.canonical_value) as canonical
    from shared s
    join facts o
        on o.submission_id = s.submission_id and o.quote = s.quote and o.locator = s.locator and o.fact_id <> s.fact_id
        and o.canonical_unit = s.canonical_unit
    where is_comparable(coalesce(o.canonical_target_value, o.canonical_value))
        and coalesce(o.canonical_target_value, o.canonical_value) > 0
        and coalesce(o.canonical_target_value, o.canonical_value) >= s.canonical_value  -- a whole is no smaller than its part
    union
    select submission_id, fact_id, base_value, base_unit, base_value
    from shared
    where base_value > 0 and base_unit = unit and canonical_value = actual_value
),
weighed as (
    select
        s.*, o.whole, o.whole_unit, o.canonical,
        percent_agrees(s.part_low, s.part_high, o.canonical - figure_slack(o.whole, o.whole_unit, o.canonical),
            o.canonical + figure_slack(o.whole, o.whole_unit, o.canonical), s.low, s.high) as agrees,
        o.whole = s.base_value as is_named
    from shared s
    join others o using (submission_id, fact_id)
)
select *
from weighed
qualify not bool_or(agrees) over (partition by submission_id, fact_id)
    and (
        count(distinct canonical) over (partition by submission_id, fact_id) = 1
        or bool_or(coalesce(is_named, false)) over (partition by submission_id, fact_id)
    )
    and row_number() over (partition by submission_id, fact_id order by coalesce(is_named, false) desc, canonical desc) = 1;
