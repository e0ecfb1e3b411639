-- The synthetic nation as views over `counties`, `periods` and `size`, which nation.py writes.
-- Every chance is a digest of what it is about, so that the same seed gives the same nation on any machine.
create macro chance(about, sides) as cast(md5_number_lower((select seed from size) || '/' || about) % sides as integer);

-- Ten requirements in six items, which a block of tasks repeats; `share` is the rung's part of the whole (or its percent).
create table slots as
from (
    values
    (1, 1, 1, 'cumulative', '池塘尾水治理', '治理面积', '万亩', null, null, '12-10', 1.0),
    (2, 2, 1, 'cumulative', '农村生活污水治理', '完成治理自然村', '个', null, null, '06-30', 0.5),
    (3, 2, 2, 'cumulative', '农村生活污水治理', '完成治理自然村', '个', null, null, '12-20', 1.0),
    (4, 3, 1, 'milestone', '污水处理厂扩建', null, null, 'started', null, '05-31', null),
    (5, 3, 2, 'milestone', '污水处理厂扩建', null, null, 'completed', null, '11-30', null),
    (6, 4, 1, 'fund_execution', '专项资金使用', '专项资金执行率', '%', null, null, '09-30', 60),
    (7, 4, 2, 'fund_execution', '专项资金使用', '专项资金执行率', '%', null, null, '12-10', 85),
    (8, 5, 1, 'water_class', '断面水质达标', '断面水质类别', null, null, 'Ⅲ类', null, null),
    (9, 6, 1, 'physical_progress', '管网工程', '管网形象进度', '%', null, null, '06-30', 50),
    (10, 6, 2, 'physical_progress', '管网工程', '管网形象进度', '%', null, null, '12-31', 100)
) as t (slot, item, no, indicator_type, task, indicator, unit, milestone_stage, target_class, deadline, share);

-- A report of a county for a month: some come late, some again, some not at all.
create table reports as
with drawn as (
    select
        counties.*,
        periods.*,
        code || '/' || period as about,
        chance('missing/' || code || '/' || period, 100) = 0 as is_missing,
        chance('late/' || code || '/' || period, 50) = 0 as is_late,
        chance('again/' || code || '/' || period, 50) = 0 as is_sent_again
    from counties cross join periods
),
sent as (
    select drawn.*, 0 as revision from drawn where not is_missing
    union all
    select drawn.*, 1 as revision from drawn where not is_missing and is_sent_again
)
select
    sent.*,
    'S' || md5(about || '/' || revision)[:12] as submission_id,
    md5(about || '/' || revision) || md5(revision || '/' || about) as sha256,
    name || '-' || period || '-' || revision || '.xlsx' as file_name,
    -- ten in the morning or later in Shanghai
    cast(as_of_date as timestamp) + interval 2 hour
    + to_days(cast(1 + chance('day/' || about, 8) + if(is_late, 12, 0) + 13 * revision as integer)) as received_at
from sent;

-- What a county is asked in a year, and how fast it works at it (percent of the prorated plan).
create table asked as
select
    code,
    year,
    block,
    slots.*,
    block * 6 + item as item_seq,
    code || '/' || year || '/' || block as about,
    '第' || (block + 1) || '片区' || task as task_name,
    case slot
        when 1 then (20 + chance('area/' || code || '/' || year || '/' || block, 480)) / 1000
        when 6 then share
        when 7 then share
        when 9 then share
        when 10 then share
        when 2 then share * 2 * (10 + chance('villages/' || code || '/' || year || '/' || block, 190))
        when 3 then share * 2 * (10 + chance('villages/' || code || '/' || year || '/' || block, 190))
    end::decimal(24, 6) as first_target,
    50 + chance('pace/' || code || '/' || year || '/' || block || '/' || item, 80) as pace,
    md5('requirement/' || code || '/' || year || '/' || block || '/' || slot)[:16] as requirement_id
from counties
cross join (select distinct year from periods)
cross join (select unnest(range((select blocks from size))) as block)
cross join slots;

create view stated as
select
    asked.* exclude (about),
    reports.* exclude (code, year),
    asked.about || '/' || asked.item || '/' || reports.month as place,
    md5(sha256 || '/' || item_seq)[:12] as item_key,
    'T' || md5(task_name)[:12] as task_id,
    'F' || md5(submission_id || '/' || block || '/' || slot)[:12] as requirement_fact,
    -- one target in twenty-five is raised in the middle of the year
    case
        when slot = 1 and month >= 7 and chance('raised/' || asked.about, 25) = 0 then first_target + 0.05
        else first_target
    end::decimal(24, 6) as target,
    least(1, month * pace / 1200 + 0.004 * revision) as done_share
from reports
inner join asked on reports.code = asked.code and reports.year = asked.year
-- now and then a report leaves out an item that an earlier one had
where not (item = 5 and month > 1 and chance('left out/' || asked.about || '/' || month, 100) = 0);

create view requirement_facts as
select
    stated.*,
    requirement_fact as fact_id,
    'requirement' as fact,
    no as requirement_no,
    coalesce(
        case slot when 4 then '开工建设' when 5 then '建设完成' when 8 then '断面水质达到Ⅲ类' end,
        indicator || '达到' || rtrim(rtrim(target::varchar, '0'), '.') || unit
    ) as requirement,
    if(slot in (4, 5), 'milestone', 'target') as requirement_kind,
    target as target_value,
    if(unit = '%', '>=', if(unit is null, null, '=')) as target_comparator,
    unit as target_unit,
    if(unit = '万亩', 10000 * target, target)::decimal(24, 6) as canonical_target_value,
    (year || '-' || stated.deadline)::date as deadline_date,
    if(no = 1, 5, null)::decimal(24, 6) as points
from stated;

-- The figures, on the last rung that they speak of; three in a hundred reports forget one.
create view figure_facts as
with counted as (
    select
        stated.*,
        case
            when slot = 1 then floor(10000 * target * done_share)
            when slot = 3 then floor(target * done_share)
            when slot in (6, 10) then round(100 * done_share, 2)
        end::decimal(24, 6) as figure,
        case
            when slot not in (4, 5) then null
            when done_share < 0.12 then 'preparing'
            when done_share < 0.5 then 'started'
            when done_share < 0.9 then 'main_works'
            else 'completed'
        end as stage,
        if(slot = 8, ['Ⅱ类', 'Ⅲ类', 'Ⅲ类', 'Ⅳ类'][1 + chance('class/' || place, 4)], null) as actual_class
    from stated
    where slot in (1, 3, 4, 5, 6, 8, 10) and chance('forgotten/' || place, 33) > 0
)
select
    counted.* exclude (unit, stage),
    stage,
    'F' || md5(requirement_fact || '/figure')[:12] as fact_id,
    'progress' as fact,
    no as requirement_no,
    coalesce(slot = 3 and figure = 0, false) as is_zero,
    if(slot = 3 and figure = 0, null, figure) as actual_value,
    case when slot = 1 then '亩' when slot = 3 and figure = 0 then null else counted.unit end as unit,
    if(slot in (1, 3), 'done', null) as count_role,
    if(slot in (6, 10), figure, null) as percent,
    case
        when slot in (4, 5) then '目前进展：' || stage
        when slot = 8 then '断面水质为' || actual_class
        when slot = 3 and figure = 0 then '尚无自然村完成治理'
        else indicator || '为' || rtrim(rtrim(figure::varchar, '0'), '.') || if(slot = 1, '亩', counted.unit)
    end as quote
from counted;

-- The judgement in words, a row of the workbook each; one in ten that should admit a lag does not.
create view status_facts as
with judged as (
    select
        stated.*,
        case
            when done_share >= 1 then 'completed'
            when 1200 * done_share >= 100 * month then 'on_schedule'
            when 1200 * done_share >= 80 * month or chance('boast/' || place || '/' || no, 10) = 0 then 'basically_on_schedule'
            else 'behind_schedule'
        end as status
    from stated
)
select
    judged.*,
    'F' || md5(requirement_fact || '/status')[:12] as fact_id,
    'progress' as fact,
    no as requirement_no,
    case status
        when 'completed' then '已完成'
        when 'on_schedule' then '按进度推进'
        when 'basically_on_schedule' then '基本按进度推进'
        else '进度滞后'
    end as quote
from judged;

-- The kinds of the lake, in the columns that a workbook fills; nation.py adds the empty ones.
create view facts as
with united as (
    select 1 as part, * replace (requirement as requirement), requirement as quote from requirement_facts
    union all by name
    select 2 as part, * exclude (target, indicator_type, target_class, milestone_stage, deadline) from figure_facts
    union all by name
    select 3 as part, quote as status_phrase,
        * exclude (target, indicator, unit, indicator_type, target_class, milestone_stage, deadline)
    from status_facts
)
select
    period, submission_id, file_name as document, sha256 as document_sha256, 'workbook' as family, fact, fact_id,
    item_key, item_seq, item_seq::varchar as item_no, requirement_no,
    if(fact = 'progress', 'number', null) as pairing, name as region, code as region_code, year as campaign_year,
    as_of_date, task_name as task, indicator, requirement, requirement_kind, milestone_stage, target_value,
    target_class, target_comparator, target_unit, actual_value, actual_class,
    if(fact = 'progress', unit, null) as unit,
    actual_value as canonical_value,
    if(unit = '万亩', '亩', unit) as canonical_unit,
    canonical_target_value, percent, if(percent is null, null, 'completion') as percent_kind,
    deadline_date as deadline, points, false as key_mark, indicator_type, count_role,
    coalesce(is_zero, false) as is_stated_zero, stage, status_phrase, status, false as is_plan,
    false as is_approximate, 'result' as section, 'benchmark' as rule_id, '1' as rule_version, quote,
    'table 1/row ' || (item_seq * 10 + no) || '/cell ' || (3 + part) as locator,
    ((item_seq * 10 + no) * 4 + part) * 100 as char_start,
    ((item_seq * 10 + no) * 4 + part) * 100 + length(quote) as char_end
from united;

create view items as
select
    period, submission_id, any_value(document) as document, any_value(document_sha256) as document_sha256, item_key,
    item_seq, any_value(item_no) as item_no, any_value(region) as region, any_value(region_code) as region_code,
    any_value(task) as task,
    string_agg(quote, chr(10) order by char_start) filter (where fact = 'requirement') as requirement_text,
    string_agg(quote, chr(10) order by char_start) filter (where fact = 'progress') as progress_text,
    'table 1/row ' || (item_seq * 10) || '/cell 1' as locator,
    false as issued_by_city
from facts
group by period, submission_id, item_key, item_seq;

-- every county reports for itself alone
create view item_regions as
select period, submission_id, document_sha256, item_key, region, region_code, 'lead' as role, 1 as place
from items
where false;

create view identities as
select period, submission_id, item_key, task_id, requirement_fact as fact_id, requirement_id from stated;

create view coverage as
select
    period, submission_id, file_name as document, sha256 as document_sha256, 17 * (select blocks from size) as in_fact,
    1 as named_non_measure, 0 as rejected
from reports;

create view rejections as
select
    period, submission_id, file_name as document, sha256 as document_sha256, 'paragraph 1' as locator,
    '详见附件3' as quote, 10 as char_start, 15 as char_end, 'unread' as reason
from reports
where chance('unread/' || about, 10) = 0;

-- The registry's tables.
create view submissions as
select
    submission_id, sha256, file_name, 'xlsx' as format, 20000 as size_bytes, name as reporting_unit,
    code as region_code, code as region_context, period, 'workbook' as family,
    name || '/' || period || '/workbook' as scope, revision, revision > 0 as is_resubmission, 'all' as replaces,
    '公文系统' as channel, false as is_stamped, received_at, received_at as first_seen_at, 'extracted' as status, name as publisher,
    name || year || '年重点任务进展情况表' as title, as_of_date, year as campaign_year, false as issued_by_city,
    lead(submission_id) over (partition by about order by revision) as superseded_by
from reports;

create view extraction_runs as
select
    submission_id || '.v1' as run_id, submission_id, 'v1' as extractor_version, received_at as started_at,
    received_at as finished_at, 'succeeded' as status, 6 * (select blocks from size) as item_count,
    27 * (select blocks from size) as fact_count, 0 as rejection_count,
    'facts/period=' || period || '/' || submission_id || '.v1.parquet' as lake_file, sha256 as lake_sha256,
    true as is_live
from reports;

create view expected_submissions as
select
    md5('expected/' || code || '/' || period)[:12] as expected_id, name as reporting_unit, code as region_code, period,
    'workbook' as family, as_of_date + 10 as due_date, 'register' as origin
from counties cross join periods;

create view crosswalk as
with named as (
    select 'region' as kind, code as context, name as wording, code as durable_id, null as first_submission_id
    from counties
    union all
    select distinct 'task', '', task_name, 'T' || md5(task_name)[:12], null from asked
    union all
    select distinct 'indicator', '', indicator, 'I' || md5(indicator)[:12], null from slots where indicator is not null
    union all
    -- resolve founds a requirement once, with the first report of the year that states it
    select
        'requirement', code || '/' || year, '["' || task_name || '",' || slot || ',' || coalesce(first_target::varchar, '') || ']',
        requirement_id, min_by(submission_id, received_at)
    from asked inner join reports using (code, year)
    group by all
)
select
    md5(kind || '/' || context || '/' || wording)[:16] as entry_id, named.*, wording as label,
    timestamp '2015-01-01' as created_at
from named;
