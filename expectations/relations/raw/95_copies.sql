-- A stamped scan and the editable file of the same revision (`copy_pairs`): what each says of each matter, and where they
-- differ. A matter is an item of a table, or what a text says of one indicator.
create macro bare(text) as regexp_replace(coalesce(text, ''), '[\s\p{P}\p{S}]', '', 'g');

create table copy_items_of_both as
select
    p.record_id, p.copy_id, sides.side, i.item_key as matter_key, i.item_no, coalesce(i.region_code, '') as region_code,
    bare(coalesce(i.task, i.content)) as bare_task, coalesce(i.task, i.content, i.item_no) as task,
    coalesce(i.progress_text, i.task) as quote, i.locator, i.item_seq as place
from copy_pairs p
cross join (values ('record'), ('copy')) as sides (side)
join (
    select submission_id, item_key, item_no, region_code, task, content, progress_text, locator, item_seq from items
    union all
    select submission_id, item_key, item_no, region_code, task, content, progress_text, locator, item_seq from copy_items
) i on i.submission_id = case sides.side when 'record' then p.record_id else p.copy_id end;

-- The same words in the same region are the same item; of the others, the same number in the same region.
create table paired_by_words as
select
    record_id, copy_id, min(matter_key) filter (where side = 'record') as record_key,
    min(matter_key) filter (where side = 'copy') as copy_key
from copy_items_of_both
where bare_task <> ''
group by record_id, copy_id, region_code, bare_task
having count(*) filter (where side = 'record') = 1 and count(*) filter (where side = 'copy') = 1;

create table paired_items as
from paired_by_words
union all
select
    record_id, copy_id, min(matter_key) filter (where side = 'record'), min(matter_key) filter (where side = 'copy')
from copy_items_of_both i
where item_no is not null
    and not exists (
        from paired_by_words w
        where w.record_id = i.record_id and w.copy_id = i.copy_id
            and i.matter_key = case i.side when 'record' then w.record_key else w.copy_key end
    )
group by record_id, copy_id, region_code, item_no
having count(*) filter (where side = 'record') = 1 and count(*) filter (where side = 'copy') = 1;

-- What each side says: a field, a key that two ways of writing one thing share, and the words as they stand.
create table copy_statements as
with told as (
    select p.record_id, p.copy_id, 'record' as side, f.* exclude (submission_id, period, reporting_unit, sender_code)
    from facts f
    join copy_pairs p on f.submission_id = p.record_id
    union all by name
    select p.record_id, p.copy_id, 'copy' as side, f.* exclude (submission_id, period, reporting_unit, sender_code)
    from copy_facts f
    join copy_pairs p on f.submission_id = p.copy_id
),
placed as (
    select
        told.*,
        coalesce(pair.record_key, case when own.matter_key is null then
            concat_ws('|', coalesce(told.region_code, ''), bare(told.indicator), bare(told.scope)) end) as matter,
        own.matter_key is null as is_statement
    from told
    left join copy_items_of_both own
        on own.record_id = told.record_id and own.copy_id = told.copy_id and own.side = told.side
        and own.matter_key = told.item_key
    left join paired_items pair
        on pair.record_id = told.record_id and pair.copy_id = told.copy_id
        and told.item_key = case told.side when 'record' then pair.record_key else pair.copy_key end
),
fields as (
    select *, 'figure' as field, plain(coalesce(canonical_value, actual_value)) || coalesce(canonical_unit, unit, '') as key,
        figure(actual_value, unit) as shown
    from placed where fact <> 'requirement' and actual_value is not null
    union all by name
    select *, 'figure' as field, '0' || coalesce(canonical_unit, unit, '') as key, '0' || coalesce(unit, '') as shown
    from placed where fact <> 'requirement' and is_stated_zero and actual_value is null
    union all by name
    select *, 'class' as field, actual_class as key, actual_class as shown from placed where actual_class is not null
    union all by name
    select *, 'percent' as field, plain(percent) || '%' || coalesce(percent_kind, '') as key, plain(percent) || '%' as shown
    from placed where percent is not null
    union all by name
    select *, 'target' as field, coalesce(target_comparator, '') || plain(coalesce(canonical_target_value, target_value))
            || coalesce(canonical_unit, target_unit, '') as key,
        '目标' || figure(target_value, target_unit) as shown
    from placed where fact = 'requirement' and target_value is not null
    union all by name
    select *, 'deadline' as field, cast(deadline as varchar) as key, '期限' || cast(deadline as varchar) as shown
    from placed where deadline is not null
    union all by name
    select *, 'status' as field, status as key, coalesce(status_phrase, status) as shown
    from placed where status is not null and status <> 'unknown'
)
select record_id, copy_id, side, matter, is_statement, field, key, shown, quote, locator, fact_id, char_start
from fields
where matter is not null;

create table copy_differences as
select
    one.*,
    exists (
        from copy_statements other
        where other.record_id = one.record_id and other.copy_id = one.copy_id and other.matter = one.matter
            and other.field = one.field and other.side <> one.side
    ) as is_told_otherwise
from copy_statements one
where not exists (
    from copy_statements other
    where other.record_id = one.record_id and other.copy_id = one.copy_id and other.matter = one.matter
        and other.field = one.field and other.key = one.key and other.side <> one.side
);

-- What a picture does not show surely was not used: only what a scan says otherwise is a difference, silence is not.
create table judged_differences as
select d.*, p.period, p.record_file, p.copy_file, p.is_picture,
    p.is_picture and d.side = 'copy' and not d.is_told_otherwise as is_uncompared
from copy_differences d
join copy_pairs p using (record_id, copy_id);

create table stamped_differences as
with by_matter as (
    select
        record_id, copy_id, matter, bool_or(is_statement) as is_statement, min(period) as period,
        min(record_file) as record_file, min(copy_file) as copy_file,
        array_to_string(list_distinct(list(shown order by char_start, fact_id) filter (where side = 'record')), '、') as record_says,
        array_to_string(list_distinct(list(shown order by char_start, fact_id) filter (where side = 'copy')), '、') as copy_says,
        arg_min(quote, row(char_start, fact_id)) filter (where side = 'record') as record_quote,
        arg_min(locator, row(char_start, fact_id)) filter (where side = 'record') as record_locator,
        arg_min(fact_id, row(char_start, fact_id)) filter (where side = 'record') as record_fact,
        arg_min(quote, row(char_start, fact_id)) filter (where side = 'copy') as copy_quote
    from judged_differences
    where not is_uncompared
    group by record_id, copy_id, matter
),
unpaired as (
    select i.record_id, i.copy_id, i.side, i.matter_key, i.task, i.quote, i.locator, p.period, p.record_file, p.copy_file
    from copy_items_of_both i
    join copy_pairs p using (record_id, copy_id)
    where not exists (
        from paired_items w
        where w.record_id = i.record_id and w.copy_id = i.copy_id
            and i.matter_key = case i.side when 'record' then w.record_key else w.copy_key end
    )
    and not (p.is_picture and i.side = 'copy')
)
select
    record_id as submission_id, period, record_file, copy_file,
    case when is_statement and record_fact is not null then 'facts' when is_statement then 'submissions' else 'items' end
        as record_table,
    case when is_statement then coalesce(record_fact, record_id) else matter end as record_key,
    coalesce(nullif(record_says, ''), '没有这一项') as record_says, coalesce(nullif(copy_says, ''), '没有这一项') as copy_says,
    record_quote, record_locator, copy_quote
from by_matter
union all
select
    record_id, period, record_file, copy_file, case side when 'record' then 'items' else 'submissions' end,
    case side when 'record' then matter_key else record_id end,
    case side when 'record' then task else '没有这一项' end, case side when 'record' then '没有这一项' else task end,
    case side when 'record' then quote end, case side when 'record' then locator end,
    case side when 'copy' then quote end
from unpaired;

-- Stamped scans that stand beside an editable file and could not be held against it, wholly or in part.
create table uncompared_scans as
with beside as (
    select
        s.submission_id, s.period, s.file_name as record_file, s.status, s.rejection_detail, e.file_name as copy_file,
        s.family as record_family, e.family as copy_family
    from current_submissions s
    join current_submissions e
        on e.period = s.period and not e.is_stamped and e.status = 'extracted' and not e.issued_by_city
        and (e.reporting_unit = s.reporting_unit or (e.region_code = s.region_code and e.region_code <> 'UNKNOWN'))
    where s.is_stamped and (s.status = 'rejected' or s.family is distinct from e.family)
    qualify row_number() over (partition by s.submission_id order by e.received_at desc, e.submission_id) = 1
),
unread as (
    select record_id, copy_id, matter as unread_key from judged_differences where is_uncompared
    union
    select i.record_id, i.copy_id, i.matter_key
    from copy_items_of_both i
    join copy_pairs p using (record_id, copy_id)
    where p.is_picture and i.side = 'copy' and not exists (
        from paired_items w where w.record_id = i.record_id and w.copy_id = i.copy_id and w.copy_key = i.matter_key
    )
)
select
    submission_id, period, record_file, copy_file,
    case when status = 'rejected' then '盖章件未能读取：' || coalesce(rejection_detail, '原因不明')
        else '两份读成不同的类别' end as why_zh,
    case when status = 'rejected' then 'the stamped copy could not be read'
        else 'the two were read as different kinds of document' end as why_en
from beside
union all
select
    p.record_id, p.period, p.record_file, p.copy_file,
    '盖章件由图像识别，有' || count(*) || '项没有把握或没有读出', count(*) || ' matters of the picture were not read surely'
from unread
join copy_pairs p using (record_id, copy_id)
group by p.record_id, p.copy_id, p.period, p.record_file, p.copy_file;
