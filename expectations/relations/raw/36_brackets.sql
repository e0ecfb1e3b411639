-- A count with its parts in brackets (调整及新开61条（调整52条、新开9条）): every part has one count, in the unit of the whole.
-- 其中, 含 and 等 list some; so does a sum far below the whole. Brackets whose parts the facts know are counts_against_whole.
create table bracket_sums as
with sentences as (
    select submission_id, quote, min(fact_id) as fact_id
    from facts
    where fact in ('progress', 'indicator') and quote is not null
    group by all
),
matched as (
    select s.*, unnest(regexp_extract_all(quote,
        '[0-9]+(?:\.[0-9]+)?(?:万|萬|亿|億)?[\x{4e00}-\x{9fff}]{1,10}[（(][^（）()。]*[0-9][^（）()。]*[）)]')) as words
    from sentences s
),
split as (
    select
        submission_id, fact_id, quote, words,
        try_cast(regexp_extract(words, '^[0-9.]+') as decimal(24, 6)) as whole,
        regexp_extract(words, '[（(](.*)[）)]$', 1) as bracket,
        regexp_extract(words, '[（(].*?[0-9.]+((?:万|萬|亿|億)?[\x{4e00}-\x{9fff}]{1,3})(?:[、，,；;]|[）)]$)', 1) as unit
    from matched
),
parts as (
    select
        *,
        list_filter(regexp_split_to_array(bracket, '[、，,；;]'), x -> trim(x) <> '') as pieces,
        regexp_extract_all(bracket, '([0-9]+(?:\.[0-9]+)?)(?:万|萬|亿|億)?[\x{4e00}-\x{9fff}]', 1) as numerals
    from split
    where unit <> '' and whole is not null
        and not regexp_matches(words, '其中|含|包括|等|以上|以下|余|多|约|近|/|每')
        -- 35天（去年40天、前年41天）compares
        and not regexp_matches(words, '上年|去年|前年|同期|同比|目标|目標|任务|任務|计划|計劃|第|增|减|減|降|升|较|較')
        -- the whole is in the unit of its parts, and of nothing else: 3个镇（甲镇5个、乙镇6个）
        and regexp_extract(words, '^[0-9.]+(.*?)[（(]', 1) = unit
),
summed as (
    select
        *,
        list_transform(pieces, x -> try_cast(regexp_extract(x, '([0-9]+(?:\.[0-9]+)?)' || unit || '$', 1) as decimal(24, 6))) as values_
    from parts
    where len(pieces) >= 2 and len(numerals) = len(pieces) and is_comparable(whole)
)
select
    submission_id, fact_id, quote, words, unit, whole,
    cast(list_sum(values_) as decimal(24, 6)) as total,
    array_to_string(list_transform(values_, v -> plain(v)), ' + ') as sum_text
from summed
where list_count(values_) = len(pieces) and list_sum(values_) < 1e15
    and list_sum(values_) <> whole
    and (list_sum(values_) > whole or (whole - list_sum(values_)) * 10 <= whole)
    and not exists (
        select 1 from counted c
        where c.submission_id = summed.submission_id and c.quote = summed.quote and c.whole = summed.whole
    );
