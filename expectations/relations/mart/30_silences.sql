-- Requirements of which the progress text says nothing: no figure, no class, no stage, no verdict of their own, and none of
-- the words that tell them from the other requirements of their item. Whether words speak of a requirement is judged
-- by pairs of characters, as no list of words is whole; a requirement without words of its own is never called silent.
create macro bigrams(t) as list_distinct(list_filter(
    list_transform(range(1, length(t)), i -> substr(t, i, 2)), b -> regexp_full_match(b, '[\x{4e00}-\x{9fff}]{2}')
));
-- Less dates, words that stand in every requirement, and the state that is asked for: 建成，通水试运行 names no thing.
create macro telling_words(t) as bigrams(regexp_replace(t,
    '[0-9０-９.]+ *(年底?前?|月底?前?|日前?)|年底前?|月底前?|底前|全部|完成|推进|加强|做好|落实|工作|任务|管理|开展|组织|实施'
    || '|全面|积极|继续|稳步|持续|年度|要求|达到|进度|不低于|不高于|以上|以下|推進|加強|落實|組織|實施|繼續|穩步|達到'
    || '|开工|动工|建成|完工|竣工|完毕|投产|投运|投入|运行|试运行|通水|验收|销号|建设|整治|治理|改造|工程|项目|設施|设施|項目',
    '|', 'g'));

create view silent_requirements as
with spoken as (
    select
        *,
        coalesce(telling_words(requirement_text), []) as own,
        coalesce(bigrams(progress_text), []) as told
    from current_progress
    where publication_status = 'published' and submission_id is not null and item_key is not null
),
others as (
    select a.progress_key, flatten(list(b.own)) as words
    from spoken a
    join spoken b using (submission_id, item_key)
    where b.requirement_text is distinct from a.requirement_text
    group by a.progress_key
),
telling as (
    select s.*, list_filter(s.own, b -> not list_contains(coalesce(o.words, []), b)) as words
    from spoken s
    left join others o using (progress_key)
)
select *
from telling
where actual_value is null and actual_class is null and stage is null and reported_completion_pct is null
    and not coalesce(is_stated_zero, false) and not coalesce(is_shared_figure, false)
    and judged_status is null
    -- a rate is rate_due_not_reported and rate_not_yet_reported
    and indicator_type is distinct from 'rate'
    and computed_status in ('insufficient_data', 'not_due', 'not_assessed')
    and (
        trim(coalesce(progress_text, '')) = ''
        or (length(progress_text) >= 8 and len(words) >= 2 and not list_has_any(words, told))
    );

-- Requirements of two works joined by 以及 of which the progress tells the one and not the other, by the same pairs of
-- characters. Places and offices stand in both, so a third of the words may be met by chance. Stations and sections are
-- station_not_reported.
create view half_told_requirements as
with halves as (
    select
        *,
        telling_words(split_part(requirement_text, '以及', 1)) as first_words,
        telling_words(split_part(requirement_text, '以及', 2)) as second_words,
        coalesce(bigrams(progress_text), []) as told
    from current_progress
    where publication_status = 'published' and item_key is not null
        and length(requirement_text) - length(replace(requirement_text, '以及', '')) = 2
        and not regexp_matches(requirement_text, '子站|监测站|监测点|断面')
        and computed_status is distinct from 'completed' and judged_status is distinct from 'completed'
),
own as (
    select
        *,
        list_filter(first_words, b -> not list_contains(second_words, b)) as first_own,
        list_filter(second_words, b -> not list_contains(first_words, b)) as second_own
    from halves
),
shares as (
    select
        *,
        cast(len(list_intersect(first_own, told)) as decimal(9, 3)) / greatest(len(first_own), 1) as first_told,
        cast(len(list_intersect(second_own, told)) as decimal(9, 3)) / greatest(len(second_own), 1) as second_told
    from own
    where least(len(first_own), len(second_own)) >= 4
)
select
    *,
    trim(case when first_told < second_told then split_part(requirement_text, '以及', 1) else split_part(requirement_text, '以及', 2) end)
        as untold
from shares
where least(first_told, second_told) * 3 <= 1 and greatest(first_told, second_told) * 5 >= 3;
