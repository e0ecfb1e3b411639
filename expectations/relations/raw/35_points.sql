-- Rates whose difference is written with % where it is points (65.3%，上年同期61.5%，同比上升3.8%): from the facts that hold
-- all three, and from sentences of which the facts hold the change alone.
create table points_as_percent as
with of_facts as (
    select f.submission_id, f.fact_id, c.indicator, c.value, c.previous, abs(c.change) as size, f.quote
    from changes c
    join facts f using (submission_id, fact_id)
    where c.unit = '%' and c.change_unit = '%' and c.previous is not null
),
sentences as (
    select submission_id, quote, min(fact_id) as fact_id
    from facts
    where fact in ('progress', 'indicator') and quote is not null
    group by all
),
matched as (
    select s.*, unnest(regexp_extract_all(quote,
        '[^，,。；;]{0,12}[0-9]+(?:\.[0-9]+)?[%％][，,（(、]?(?:上年同期|去年同期|上年|去年|同期)(?:为|為)?[0-9]+(?:\.[0-9]+)?[%％][）)]?[，,、]?(?:同比)?(?:上升|下降|提高|提升|降低|增加|减少|減少|增长|增長)(?:了)?[0-9]+(?:\.[0-9]+)?[%％]'))
        as words
    from sentences s
    anti join of_facts o on o.submission_id = s.submission_id and o.quote = s.quote
),
read as (
    select
        submission_id, fact_id, quote, words,
        list_transform(regexp_extract_all(words, '([0-9]+(?:\.[0-9]+)?)[%％]', 1), v -> try_cast(v as decimal(24, 6))) as figures
    from matched
),
told as (
    select submission_id, fact_id, indicator, value, previous, size, quote
    from of_facts
    union
    select submission_id, fact_id, nullif(regexp_extract(words, '^[^0-9]*'), ''), figures[1], figures[2], figures[3], quote
    from read
    where len(figures) = 3
)
select * from told
where value is not null and previous is not null and size is not null
    and is_comparable(value) and is_comparable(previous) and is_comparable(size)
    and abs(abs(value - previous) - size) <= last_place(size);
