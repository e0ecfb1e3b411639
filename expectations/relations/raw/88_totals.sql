-- The row of a whole city or province beside the rows of its districts, of one indicator in one table. What the city holds
-- itself (市本级) may stand beside the districts or outside the whole: both sums are tried. A table may leave districts out,
-- and the city's row may be the city's own work, so only sums near the whole are held against it.
create table district_sums as
with told as (
    select submission_id, indicator, fact, canonical_unit as unit, region_code, fact_id,
        case when fact = 'requirement' then canonical_target_value else canonical_value end as value,
        regexp_extract(locator, '^table [0-9]+') as grid, sub_item, deadline
    from facts
    where fact in ('requirement', 'progress') and region_code is not null and region_code <> 'UNKNOWN'
        and indicator is not null and canonical_unit not in ('%', '百分点')
        and not coalesce(is_plan, false) and not coalesce(is_approximate, false)
        and coalesce(count_role, 'done') = 'done' and coalesce(target_comparator, '=') <> '<='
),
valued as (
    select * from told where is_comparable(value)
    qualify count(*) over (partition by submission_id, grid, indicator, fact, unit, sub_item, deadline, region_code) = 1
),
summed as (
    select
        w.submission_id, w.fact, w.indicator, w.unit, w.fact_id, w.value as whole,
        count(*) as districts,
        cast(sum(d.value) as decimal(24, 6)) as with_own,
        cast(coalesce(sum(d.value) filter (where not contains(d.region_code, '-')), 0) as decimal(24, 6)) as without_own,
        string_agg(plain(d.value), ' + ' order by d.region_code) as sum_text
    from valued w
    join valued d
        on d.submission_id = w.submission_id and d.fact = w.fact and d.indicator = w.indicator and d.unit = w.unit
        and d.grid = w.grid and d.sub_item is not distinct from w.sub_item and d.deadline is not distinct from w.deadline
        and d.region_code <> w.region_code and length(w.region_code) = 6
        and case when right(w.region_code, 4) = '0000' then left(d.region_code, 2) = left(w.region_code, 2)
                 when right(w.region_code, 2) = '00' then left(d.region_code, 4) = left(w.region_code, 4) else false end
    where w.grid <> ''
    group by w.submission_id, w.fact, w.indicator, w.unit, w.fact_id, w.value
    having count(*) >= 3
)
select *, case when abs(whole - with_own) <= abs(whole - without_own) then with_own else without_own end as total
from summed
where not exists (
        -- the figure that its own percentage contradicts is percent_against_counts
        select 1 from unexplained_percents u where u.submission_id = summed.submission_id and u.fact_id = summed.fact_id
    )
    and whole <> with_own and whole <> without_own
    and least(abs(whole - with_own), abs(whole - without_own)) * 10 <= whole;
