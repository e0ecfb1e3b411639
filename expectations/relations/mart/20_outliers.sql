-- Figures beside those that they can be compared with: other regions' completion of the same thing at the same time, and
-- the same record's own earlier months. z is Iglewicz and Hoaglin's modified z-score, 0.6745 · (x − median) ÷ MAD, with
-- 1.253314 · mean deviation where the MAD is zero. The comparison |z| > 3.5 is made by products, in decimals.
create macro is_far(x, middle, mad, deviations, n) as case
    when mad > 0 then 0.6745 * abs(x - middle) > 3.5 * mad
    else abs(x - middle) * n > 3.5 * 1.253314 * deviations
end;

-- Only what adds up is compared: rates and concentrations differ between places for good reasons. One thing asked of
-- several regions has one unit, one deadline and one place among the sub-items, whatever each region's name adds to it.
-- Who has not begun (0) tells nothing about the size of a figure; beside three zeros every beginning looks immense.
create view completions_beside as
with compared as (
    select
        p.*,
        cast(computed_completion_pct as decimal(18, 6)) as pct
    from current_progress p
    where publication_status = 'published' and task_key is not null
        and indicator_type in ('cumulative', 'count_with_start', 'process_stage')
        and computed_completion_pct > 0 and computed_completion_pct <= 1000000
        and not coalesce(is_shared_figure, false)
),
centred as (
    select
        *,
        count(*) over same as n,
        cast(median(pct) over same as decimal(18, 6)) as middle,
        coalesce(lag(pct) over same, 0) as next_below
    from compared
    window same as (
        partition by task_key, period, coalesce(sub_item, ''), indicator_type, target_unit, judged_deadline_date
        order by pct, progress_key rows between unbounded preceding and unbounded following
    )
)
select
    *,
    cast(median(abs(pct - middle)) over same as decimal(18, 6)) as mad,
    cast(sum(abs(pct - middle)) over same as decimal(24, 6)) as deviations
from centred
window same as (
    partition by task_key, period, coalesce(sub_item, ''), indicator_type, target_unit, judged_deadline_date
);

-- What a month added, beside what the months before it added: the first count of a year is spread over its months.
create view movements_beside as
with moved as (
    select
        *,
        try_cast(cast(movement_value as decimal(24, 6)) / movement_months as decimal(24, 6)) as per_month
    from current_progress
    where publication_status = 'published' and movement_value is not null and movement_months > 0
        and is_comparable(movement_value)
),
before as (
    select
        m.progress_key,
        count(*) as n,
        cast(median(e.per_month) as decimal(24, 6)) as middle,
        list(e.per_month order by e.period) as earlier
    from moved m
    join moved e
        on e.requirement_id = m.requirement_id and e.region_key is not distinct from m.region_key
        and e.campaign_year is not distinct from m.campaign_year and e.period < m.period
    where e.per_month >= 0
    group by m.progress_key
)
select
    m.*, b.n, b.middle, b.earlier,
    cast(list_median(list_transform(b.earlier, x -> abs(x - b.middle))) as decimal(24, 6)) as mad,
    cast(list_sum(list_transform(b.earlier, x -> abs(x - b.middle))) as decimal(24, 6)) as deviations
from moved m
join before b using (progress_key)
where m.per_month is not null;

-- A figure of the wrong size: ten times and more what everything comparable makes likely, or a ten-thousandth of it (亩
-- for 万亩). One row a record, by the nearest comparison. A stated percentage that contradicts its own counts is
-- percent_against_counts, and one that agrees with ten times the target is meant so.
create view wrong_sizes as
with sized as (
    select progress_key, 1 as nearness, pct as value, cast(100 as decimal(24, 6)) as middle, '%' as measure, 'target' as against,
        cast(1 as bigint) as n
    from completions_beside
    -- a target under 5 may well be met twelve times over
    where pct >= 1000 and reported_completion_pct is null and (canonical_target_value >= 5 or pct >= 100000)
    union all
    select progress_key, 2, per_month, middle, coalesce(canonical_unit, ''), 'months', n
    from movements_beside
    where n >= 4 and middle > 0 and per_month >= 10 * middle and is_far(per_month, middle, mad, deviations, n)
        and not coalesce(is_rebaselined, false) and not coalesce(is_corrected, false)
    union all
    select progress_key, 3, pct, middle, '%', 'regions', n
    from completions_beside
    where n >= 5 and middle > 0
        and (
            -- completions spread widely and evenly: a figure of the wrong size stands far off from all others
            (pct >= 10 * middle and pct >= 5 * next_below and is_far(pct, middle, mad, deviations, n))
            -- no spread of lags reaches a thousandth: there only a unit was lost
            or (pct > 0 and pct * 1000 <= middle)
        )
        and (reported_completion_pct is null or abs(reported_completion_pct - pct) <= 1)
)
select
    p.*, s.value, s.middle, s.measure, s.against, s.n as compared,
    s.against = 'target' and not contains(coalesce(p.unit, ''), coalesce(p.target_unit, ''))
        and not contains(coalesce(p.target_unit, ''), coalesce(p.unit, '')) and coalesce(p.canonical_unit, '') <> p.target_unit
        as is_other_thing
from sized s
join current_progress p using (progress_key)
qualify row_number() over (partition by progress_key order by nearness) = 1;
