-- Counts that a sentence gives beside their whole (30家…已完成16家，关停14家), the whole in the unit of its counts.
create table counted as
with roled as (
    select
        submission_id, item_key, coalesce(sub_item, '') as sub_item, quote, locator, fact_id, char_start,
        count_role, actual_value as value, unit, base_value, base_unit, is_approximate, actual_comparator
    from facts
    where fact in ('progress', 'indicator') and actual_value is not null
        and count_role in ('done', 'closed', 'stage', 'started', 'remaining', 'part')
        and not is_plan
),
-- what is left (其余3个, 未完成3家) is left of something: the only total or target of its sentence in its unit
sentence_wholes as (
    select submission_id, locator, quote, target_unit as unit, min(target_value) as whole
    from facts
    where fact in ('progress', 'indicator') and target_value is not null and target_unit is not null
        and coalesce(count_role, 'total') = 'total' and not coalesce(is_approximate, false)
    group by all
    having count(distinct target_value) = 1
),
remaining as (
    select distinct submission_id, locator, quote, unit
    from roled
    where count_role = 'remaining'
),
placed as (
    select
        r.* exclude (base_value, base_unit),
        case
            when r.base_value is not null then case when r.base_unit = r.unit then r.base_value end
            when r.count_role in ('done', 'closed', 'stage', 'remaining') and m.unit is not null then w.whole
        end as whole
    from roled r
    left join remaining m
        on m.submission_id = r.submission_id and m.locator = r.locator and m.quote = r.quote and m.unit = r.unit
    left join sentence_wholes w
        on w.submission_id = r.submission_id and w.locator = r.locator and w.quote = r.quote and w.unit = r.unit
)
select *
from placed
where whole is not null and is_comparable(value) and is_comparable(whole);

create table count_lists as
select
    submission_id, locator, min(item_key) as item_key, sub_item, quote, whole, unit, min(fact_id) as fact_id,
    count(*) as listed,
    count(*) filter (where count_role = 'stage') as stages,
    count(*) filter (where count_role in ('done', 'closed')) as finished,
    count(*) filter (where count_role = 'remaining') as remainders,
    cast(coalesce(sum(value) filter (where count_role in ('done', 'closed', 'remaining')), 0) as decimal(24, 6)) as apart,
    string_agg(plain(value), ' + ' order by char_start, fact_id) filter (where count_role in ('done', 'closed', 'remaining'))
        as apart_text,
    max(value) as largest,
    cast(sum(value) as decimal(24, 6)) as total,
    string_agg(plain(value), ' + ' order by char_start, fact_id) as sum_text
from counted
where count_role in ('done', 'closed', 'stage', 'remaining') and not is_approximate and actual_comparator is null
-- a sentence of a narrative may be told in several items
group by submission_id, locator, sub_item, quote, whole, unit;

-- Sentences that name a part of a count just before it in words that leave no doubt: 20项…，其中23项; 66个指标中，68个; 发现问题
-- 104个，已整改168个. Read in the words, for their facts do not say which count is of which.
create table worded_parts as
with sentences as (
    select submission_id, quote, min(fact_id) as fact_id
    from facts
    where fact in ('progress', 'indicator') and quote is not null and regexp_matches(quote, '其中|中[，,]|发现|發現')
    group by all
),
matched as (
    select s.*, unnest(
        regexp_extract_all(quote, count || '[^。；;0-9()（）]{0,30}?其中[^0-9。；;，,]{0,10}?' || count || ending)
        || regexp_extract_all(quote, count || '[^。；;，,0-9]{0,16}?中[，,]' || count || ending)
        || regexp_extract_all(quote, '(?:发现|發現)[^0-9。；;，,]{0,12}' || count
            || '[，,、]?已?(?:全部)?(?:完成)?(?:整改|整治)(?:完成|到位)?' || count || ending)
    ) as words
    from sentences s
    cross join (
        select
            '[0-9]+(?:\.[0-9]+)?[万萬]?[个個项項家件条條处處台座户戶名人所起套亩篇宗]' as count,
            -- a noun behind the part (8个县，其中12个镇) makes it a count of other things
            '(?:已|未|为|為|属|是|完成|达|達|纳入|列入|提前|尚|仍|按|超|[，,。；;、）)]|$)' as ending
    )
),
read as (
    select
        *,
        regexp_extract_all(words, '([0-9]+(?:\.[0-9]+)?)[万萬]?[个個项項家件条條处處台座户戶名人所起套亩篇宗]', 1) as figures,
        regexp_extract_all(words, '[0-9]([万萬]?[个個项項家件条條处處台座户戶名人所起套亩篇宗])', 1) as units
    from matched
)
select
    submission_id, fact_id, quote, words, units[1] as unit,
    try_cast(figures[1] as decimal(24, 6)) as whole, try_cast(figures[2] as decimal(24, 6)) as value
from read
where len(figures) = 2 and len(units) = 2 and units[1] = units[2] and not regexp_matches(words, '累计|累計|每|约|余|多');

-- What cannot exceed its whole: each count, and done, closed and remaining together, for nothing is two of them.
create table excesses as
select submission_id, fact_id, value, whole, unit, plain(value) as sum_text
from counted
where value > whole
union all
select submission_id, fact_id, apart, whole, unit, apart_text || ' = ' || plain(apart)
from count_lists
where apart > whole and largest <= whole
union all
select w.submission_id, w.fact_id, w.value, w.whole, w.unit, plain(w.value)
from worded_parts w
where w.value > w.whole and is_comparable(w.value) and is_comparable(w.whole)
    and not exists (
        select 1 from counted c
        where c.submission_id = w.submission_id and c.quote = w.quote and c.value = w.value and c.value > c.whole
    );

-- The whole that the progress text names beside the target that it answers (省清单内26个, asked 24个).
create table restated_totals as
select
    p.submission_id, p.item_key, p.fact_id, p.target_value as total, p.target_unit as unit, r.target_value as target,
    r.target_unit, r.requirement_no
from facts p
join facts r
    on r.submission_id = p.submission_id and r.item_key = p.item_key and r.requirement_no = p.requirement_no
    and r.fact = 'requirement' and r.canonical_unit = p.canonical_unit
where p.fact = 'progress' and p.count_role = 'total' and not p.is_approximate
    and coalesce(r.target_comparator, '=') = '='
    and p.canonical_target_value <> r.canonical_target_value
    -- another target of the item, or the sum of them, may be the whole that is meant
    and not exists (
        select 1 from targets o
        where o.submission_id = p.submission_id and o.item_key = p.item_key
            and o.canonical_target_value = p.canonical_target_value
    )
    and p.canonical_target_value <> (
        select coalesce(sum(o.canonical_target_value), 0) from targets o
        where o.submission_id = p.submission_id and o.item_key = p.item_key and o.canonical_unit = p.canonical_unit
    );

-- A rate of all levels of money beside the rates of its levels, of one year in one sentence.
create table level_rates as
with rates as (
    select
        submission_id, item_key, fact_id, quote, char_start, indicator,
        coalesce(actual_value, case when is_stated_zero then 0 end) as rate,
        split_part(scope, ' ', 1) as year,
        nullif(split_part(scope, ' ', 2), '') as level
    from facts
    where fact in ('progress', 'indicator') and regexp_matches(coalesce(scope, ''), '^(19|20)\d\d( [a-z_]+)?$')
        and (unit = '%' or is_stated_zero) and not is_plan
)
select
    w.submission_id, w.item_key, w.fact_id, w.rate, w.year, w.quote,
    cast(min(p.rate) as decimal(24, 6)) as lowest, cast(max(p.rate) as decimal(24, 6)) as highest,
    string_agg(coalesce(p.indicator, p.level) || plain(p.rate) || '%', '、' order by p.char_start, p.fact_id) as parts_text
from rates w
join rates p
    on p.submission_id = w.submission_id and p.item_key = w.item_key and p.year = w.year and p.quote = w.quote
    and coalesce(p.level, 'all') <> 'all' and p.char_start > w.char_start
where coalesce(w.level, 'all') = 'all' and w.rate is not null and p.rate is not null
group by all
having count(*) > 1;

-- Changes with what they can be held against: the same change as a rate, or the value before.
create table changes as
select
    a.submission_id, a.fact_id, a.actual_value as value, a.unit, a.yoy_change as change, a.yoy_unit as change_unit,
    a.previous_value as previous, abs(b.yoy_change) as rate, a.indicator
from facts a
left join facts b
    on b.submission_id = a.submission_id and b.locator = a.locator and b.quote = a.quote and b.indicator = a.indicator
    and b.fact_id <> a.fact_id and b.actual_value is null and b.yoy_unit = '%'
where a.actual_value is not null and a.yoy_change is not null and not coalesce(a.is_approximate, false)
    and a.change_base is null and is_comparable(a.actual_value) and is_comparable(a.yoy_change)
    and (b.fact_id is not null or a.previous_value is not null);
