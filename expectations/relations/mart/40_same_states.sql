-- Two regions in the same state of the same thing, of which one is called on schedule and the other behind. The state is
-- the same where the words are the same but for the region's name, dates, figures and the verdict itself, and the completion
-- is equal; or where the stage is the same, no figure is given and most of the words agree. What is contradicted by its own
-- figures is status_better_than_figures or behind_though_met.
create macro bare_words(t, region) as regexp_replace(
    replace(replace(regexp_replace(coalesce(t, ''),
        '[0-9０-９.]+(年|月|日)|底|截至|（重点考核）|【重点考核】|(基本)?按(进度|序时)(完成|推进)|进度滞后|未按(进度|序时)(完成|推进)'
        || '|未达(到)?(预期|序时)进度|达到(预期|序时)进度|(未|基本)?完成任务要求|达到任务要求', '', 'g'),
        region, ''), rtrim(region, '市区县'), ''),
    '[^\x{4e00}-\x{9fff}A-Za-z]', '', 'g');

-- The passage of a sub-item, where the text numbers its passages as the requirements are numbered.
create macro passage(t, sub_item) as coalesce(nullif(regexp_extract(
    translate(t, '（）', '()'), '(?s)\(' || regexp_extract(sub_item, '[0-9]+') || '\)(.*?)(\([0-9]+\)|$)', 1), ''), t);

create view same_states as
with stated as (
    select
        *,
        case when judged_status in ('completed', 'on_schedule') then 'good' when judged_status = 'behind_schedule' then 'bad' end
            as verdict,
        coalesce(reported_status_phrase, item_status_phrase, judged_status) as phrase,
        bare_words(requirement_text, region_name) as asked,
        bare_words(case when sub_item is null then progress_text else passage(progress_text, sub_item) end, region_name) as words,
        cast(round(computed_completion_pct, 1) as decimal(18, 1)) as pct
    from current_progress
    where publication_status = 'published' and not coalesce(is_status_contradicted, false)
        and not (judged_status = 'behind_schedule' and coalesce(computed_status, '') in ('completed', 'completed_late'))
        and length(progress_text) < 2000
),
paired as (
    select
        good.task_key, good.period, good.asked, good.judged_deadline_date,
        good.progress_key as good_key, bad.progress_key as bad_key,
        good.region_name as good_region, bad.region_name as bad_region, good.phrase as good_phrase, bad.phrase as bad_phrase,
        1 - levenshtein(good.words, bad.words) / greatest(length(good.words), length(bad.words), 1) as likeness,
        good.pct, good.stage, bad.source_quote as bad_quote
    from stated good
    join stated bad
        on good.verdict = 'good' and bad.verdict = 'bad' and bad.task_key = good.task_key and bad.period = good.period
        and bad.region_key <> good.region_key and bad.asked = good.asked
        -- one city judges both; and the pairs stay few where a whole nation reports
        and left(bad.region_code, 4) = left(good.region_code, 4)
        and bad.judged_deadline_date is not distinct from good.judged_deadline_date
        and bad.is_due is not distinct from good.is_due
        and bad.pct is not distinct from good.pct and bad.stage is not distinct from good.stage
    where least(length(good.words), length(bad.words)) >= 10
)
select *
from paired
where likeness >= 0.9 or (likeness >= 0.6 and stage is not null and pct is null);
