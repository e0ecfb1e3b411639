-- Points by which a stated completion of the year's plan is said to be ahead of or behind the prorated plan (完成年度计划
-- 77.2%，超序时进度10.5个百分点), beside the points that follow: completion − months elapsed ÷ 12. A month that has ended
-- counts whole; within a month the plan may be counted by months or by days, and either is right.
create table stated_variances as
with sentences as (
    select submission_id, quote, min(fact_id) as fact_id
    from facts
    where fact in ('progress', 'indicator') and not is_plan and regexp_matches(quote, '序[时時][进進]度')
    group by all
),
matched as (
    select s.*, unnest(regexp_extract_all(s.quote,
        '(?:年度|全年|当年|當年)[^。；;%％]{0,12}?[0-9]+(?:\.[0-9]+)?[%％][^。；;%％]{0,6}?'
        || '(?:超|高于|高於|快于|快於|领先|領先|低于|低於|慢于|慢於|落后|落後|滞后|滯後)'
        || '序[时時][进進]度[0-9]+(?:\.[0-9]+)?[个個]?百分[点點]')) as words
    from sentences s
),
told as (
    select m.submission_id, m.fact_id, m.quote, m.words, s.as_of_date,
        try_cast(regexp_extract(words, '([0-9]+(?:\.[0-9]+)?)[%％]', 1) as decimal(18, 6)) as pct,
        try_cast(regexp_extract(words, '序[时時][进進]度([0-9]+(?:\.[0-9]+)?)', 1) as decimal(18, 6)) as points,
        case when regexp_matches(words, '低于|慢于|落后|滞后|低於|慢於|落後|滯後') then -1 else 1 end as sign
    from matched m
    join current_submissions s using (submission_id)
    where s.as_of_date is not null
),
planned as (
    select
        *,
        cast(100 * (month(as_of_date) - 1 + cast(day(as_of_date) as decimal(9, 4)) / day(last_day(as_of_date))) / 12
            as decimal(18, 6)) as by_months,
        cast(100 * cast(dayofyear(as_of_date) as decimal(9, 4)) / 365 as decimal(18, 6)) as by_days
    from told
)
select *, cast(pct - by_months as decimal(18, 6)) as computed
from planned
where pct is not null and points is not null
    -- a sentence that names another month than the document's speaks of that month
    and len(list_filter(
        regexp_extract_all(quote, '([0-9]{1,2})月', 1), m -> try_cast(m as integer) is distinct from month(as_of_date)
    )) = 0
    -- the plan is itself rounded to whole or tenth points before the difference is taken
    and abs(pct - by_months - sign * points) > 0.6 and abs(pct - by_days - sign * points) > 0.6;
