-- What a good engineer would write for this lake alone: fct_task_progress in one pass, without the tables between.
-- `lake` is a variable of the session.  nation.sql says what cannot occur here, so it is left out: other families,
-- verdicts of the city, unresolved regions, ladders of increments, parts, shared figures, bands, findings.
create macro key_of(parts) as md5(list_aggr(list_transform(parts, lambda p: coalesce(p, '<null>')), 'string_agg', '|'));
create macro quotient(a, b) as case when b is null or b = 0 or a is null then null else cast(a / b as decimal(18, 6)) end;
create macro lake_rows(kind) as table
from read_parquet(getvariable('lake') || '/' || kind || '/*/*.parquet', hive_partitioning = true, hive_types_autocast = false);

create temp table submission as
select
    s.submission_id, s.region_code, s.reporting_unit, s.period, s.campaign_year, s.revision, s.as_of_date,
    make_date(s.campaign_year, 1, 1) as year_start,
    cast(s.received_at at time zone 'UTC' as timestamp) as known_from,
    case
        when n.received_at is not null then greatest(
            cast(n.received_at at time zone 'UTC' as timestamp), cast(s.received_at at time zone 'UTC' as timestamp)
        )
    end as closed_at,
    key_of([s.submission_id]) as document_key,
    key_of([s.region_code]) as region_key,
    key_of([make_date(s.campaign_year, 1, 1)::varchar, s.as_of_date::varchar]) as period_key,
    cast(
        month(s.as_of_date) - 1 + cast(day(s.as_of_date) / day(last_day(s.as_of_date)) as decimal(18, 6))
        as decimal(18, 6)
    ) as elapsed
from read_parquet(getvariable('lake') || '/registry/submissions.parquet') as s
inner join read_parquet(getvariable('lake') || '/registry/extraction_runs.parquet') as r
    on s.submission_id = r.submission_id and r.is_live
left join read_parquet(getvariable('lake') || '/registry/submissions.parquet') as n
    on s.superseded_by = n.submission_id
where s.status = 'extracted';

create temp table fact as
select
    submission_id, fact, item_key, requirement_no, fact_id, requirement, indicator_type, milestone_stage, target_value,
    target_class, target_upper, target_unit, canonical_target_value, deadline, actual_value, actual_class, unit,
    canonical_value, percent, is_stated_zero, stage, status, status_phrase, quote, locator
from lake_rows('facts');

create temp table rung as
with joined as (
    select
        s.*, i.item_seq, i.item_no, i.item_key, i.requirement_text as item_requirement_text, i.progress_text,
        d.task_id, d.requirement_id, f.requirement_no as no, f.requirement, f.indicator_type, f.milestone_stage,
        f.target_value, f.target_class, f.target_upper, f.target_unit,
        coalesce(f.canonical_target_value, f.target_value) as target, f.deadline, f.quote, f.locator,
        coalesce(
            f.deadline, case when f.indicator_type = 'water_class' then make_date(s.campaign_year, 12, 31) end
        ) as judged_deadline,
        key_of([
            key_of([d.task_id, s.region_code, '', s.campaign_year::varchar, '1']), null,
            f.requirement_no::varchar, s.period, s.submission_id
        ]) as progress_key,
        case when f.indicator_type = 'milestone' then f.requirement_no else 0 end as ladder
    from fact as f
    inner join submission as s using (submission_id)
    inner join (from lake_rows('items')) as i on f.submission_id = i.submission_id and f.item_key = i.item_key
    inner join (from lake_rows('identities')) as d on f.submission_id = d.submission_id and f.fact_id = d.fact_id
    where f.fact = 'requirement'
),
planned as (
    select
        *,
        cast(month(judged_deadline) as decimal(18, 6)) as allowed,
        judged_deadline <= as_of_date as is_due,
        case indicator_type
            when 'cumulative' then quotient(100 * target, max(target) over ladders)
            when 'fund_execution' then cast(target_value as decimal(18, 6))
            when 'physical_progress' then cast(target_value as decimal(18, 6))
        end as rung_pct
    from joined
    window ladders as (partition by submission_id, item_key, ladder)
)
select
    *,
    max(allowed) over ladders as ladder_months,
    max(target) over ladders as ladder_target,
    coalesce(lag(allowed) over rungs, cast(0 as decimal(18, 6))) as from_months,
    coalesce(lag(rung_pct) over rungs, cast(0 as decimal(18, 6))) as from_pct,
    coalesce(max(case when is_due then rung_pct end) over ladders, cast(0 as decimal(18, 6))) as due_pct,
    coalesce(max(case when is_due then target end) over ladders, cast(0 as decimal(24, 6))) as due_target
from planned
window
    ladders as (partition by submission_id, item_key, ladder),
    rungs as (partition by submission_id, item_key, ladder order by judged_deadline, no);

create temp table judged as
with stage_rank as (
    from (values ('not_started', 0), ('preparing', 10), ('started', 20), ('main_works', 30), ('completed', 45)) as t (stage, rank)
),
class_rank as (from (values ('Ⅰ类', 1), ('Ⅱ类', 2), ('Ⅲ类', 3), ('Ⅳ类', 4), ('Ⅴ类', 5)) as t (class, rank)),
answered as (
    select
        r.*,
        r.indicator_type = 'cumulative' as is_count,
        r.indicator_type in ('fund_execution', 'physical_progress') as is_percent,
        r.indicator_type in ('cumulative', 'physical_progress') as is_earned,
        coalesce(f.is_stated_zero, false) as is_stated_zero,
        case when f.is_stated_zero then cast(0 as decimal(24, 6)) else f.actual_value end as actual_value,
        case when f.is_stated_zero then cast(0 as decimal(24, 6)) else f.canonical_value end as actual,
        case when f.is_stated_zero then r.target_unit else f.unit end as unit,
        f.actual_class,
        cast(f.percent as decimal(18, 6)) as reported_completion_pct,
        g.stage,
        w.status as reported_status,
        w.status_phrase,
        coalesce(f.quote, g.quote, w.quote, r.quote) as source_quote,
        coalesce(f.locator, g.locator, w.locator, r.locator) as source_locator,
        reached.rank as stage_rank,
        asked.rank as asked_rank,
        actual_rank.rank <= target_rank.rank as is_class_met
    from rung as r
    left join fact as f
        on
            r.submission_id = f.submission_id and r.item_key = f.item_key and f.fact = 'progress'
            and (f.actual_value is not null or f.actual_class is not null or f.is_stated_zero)
    left join fact as g
        on
            r.submission_id = g.submission_id and r.item_key = g.item_key and r.no = g.requirement_no
            and g.fact = 'progress' and g.stage is not null
    left join fact as w
        on
            r.submission_id = w.submission_id and r.item_key = w.item_key and r.no = w.requirement_no
            and w.fact = 'progress' and w.status is not null
    left join stage_rank as reached on g.stage = reached.stage
    left join stage_rank as asked on r.milestone_stage = asked.stage
    left join class_rank as actual_rank on f.actual_class = actual_rank.class
    left join class_rank as target_rank on r.target_class = target_rank.class
),
measured as (
    select
        *,
        case when is_count then quotient(100 * actual, target) end as computed_pct,
        case when is_count then quotient(100 * actual, ladder_target) when is_percent then cast(actual_value as decimal(18, 6)) end
            as ladder_pct,
        case when is_count then least(quotient(100 * elapsed, allowed), cast(100 as decimal(18, 6))) end as prorated_pct,
        case
            when is_percent then due_pct
            when is_count then least(coalesce(quotient(100 * due_target, target), 0), cast(100 as decimal(18, 6)))
        end as stepped_pct
    from answered
),
held as (
    select
        *,
        case when is_count then computed_pct else ladder_pct end as pct,
        case when is_earned then ladder_pct end as curve_pct,
        case
            when is_count and is_due then cast(100 as decimal(18, 6))
            when is_count then prorated_pct
            when is_percent and is_due then rung_pct
        end as held_pct
    from measured
),
earned as (
    select
        h.*,
        case
            when not h.is_earned then null
            when c.rung_pct is not null
                then c.from_months
                    + quotient((h.ladder_pct - c.from_pct) * (c.allowed - c.from_months), c.rung_pct - c.from_pct)
            when h.ladder_pct is not null then h.ladder_months
        end as earned_months,
        cast(h.pct - h.held_pct as decimal(18, 6)) as variance,
        quotient(h.pct, h.held_pct) as spi
    from held as h
    left join rung as c
        on
            h.submission_id = c.submission_id and h.item_key = c.item_key and h.ladder = c.ladder
            and h.curve_pct >= c.from_pct and h.curve_pct < c.rung_pct
),
paced as (
    select
        *,
        case
            when not is_count or is_due or spi is null or elapsed <= 3 or target < 5 then null
            when spi >= 1.1 then 'ahead'
            when spi >= 1 then 'on_pace'
            when spi >= 0.8 then 'near_pace'
            else 'behind_pace'
        end as pace_class,
        case
            when is_count then computed_pct >= 100
            when is_percent then cast(actual_value as decimal(18, 6)) >= target_value
            when indicator_type = 'water_class' then is_class_met
            when milestone_stage = 'completed' and stage = 'preparing' then null
            else stage_rank >= asked_rank
        end as is_met
    from earned
),
computed as (
    select
        *,
        case
            when is_met and not is_due and indicator_type = 'water_class' then 'met_so_far'
            when is_met then 'completed'
            when not is_met and is_due and indicator_type = 'physical_progress' and variance >= -5
                then 'basically_on_schedule'
            when not is_met and is_due then 'unmet'
            when not is_met and indicator_type = 'water_class' then 'not_met_so_far'
            when not is_met and is_count
                then
                    case pace_class
                        when 'ahead' then 'on_schedule'
                        when 'on_pace' then 'on_schedule'
                        when 'near_pace' then 'basically_on_schedule'
                        when 'behind_pace' then 'behind_pace'
                        else 'not_due'
                    end
            when not is_met then 'not_due'
            when is_due then 'insufficient_data'
            else 'not_due'
        end as status
    from paced
)
select
    *,
    is_due and (status = 'unmet' or (status = 'insufficient_data' and coalesce(reported_status = 'behind_schedule', false)))
        as is_due_unmet,
    coalesce(reported_status = 'behind_schedule', false) or (is_due and status = 'unmet') as is_lagging
from computed;

-- What was asked, as versions over the year.
create temp table definition as
with by_period as (
    select * from rung
    qualify
        row_number() over (
            partition by requirement_id, period
            order by (closed_at is null or closed_at > known_from) desc, known_from desc, revision desc
        ) = 1
),
marked as (
    select
        *,
        row(requirement, target_value, target_upper, target_class, target_unit, deadline)
        is distinct from lag(row(requirement, target_value, target_upper, target_class, target_unit, deadline)) over months
            as is_new,
        lag(period) over months is not null
        and row(target, target_class, deadline) is distinct from lag(row(target, target_class, deadline)) over months
            as is_rebaselined
    from by_period
    window months as (partition by requirement_id order by period)
)
select
    requirement_id, region_code, campaign_year, period, task_id, judged_deadline, is_rebaselined,
    key_of([requirement_id, (sum(is_new::int) over (partition by requirement_id order by period))::varchar]) as requirement_key
from marked;

-- What was owed and did not come, whole or in part.
create temp table absent as
with asked as (
    select
        requirement_id, region_code, campaign_year, any_value(reporting_unit) as reporting_unit, min(period) as first_period,
        min(known_from) as first_known_from,
        min(min(period)) over (partition by region_code, campaign_year) as first_list_period
    from rung
    group by requirement_id, region_code, campaign_year
),
owed as (
    select
        e.region_code, e.period, cast(e.period[:4] as integer) as campaign_year, e.due_date + interval 16 hour as owed_from,
        min(s.known_from) as first_received
    from read_parquet(getvariable('lake') || '/registry/expected_submissions.parquet') as e
    left join submission as s on e.reporting_unit = s.reporting_unit and e.period = s.period
    group by all
),
absences as (
    select
        a.requirement_id, a.region_code, a.campaign_year, o.period, null as submission_id,
        greatest(o.owed_from, a.first_known_from) as known_from, o.first_received as closed_at
    from owed as o
    inner join asked as a
        on
            o.region_code = a.region_code and o.campaign_year = a.campaign_year
            and (o.period >= a.first_period or a.first_period = a.first_list_period)
    where o.first_received is null or o.first_received > greatest(o.owed_from, a.first_known_from)
    union all
    select a.requirement_id, a.region_code, a.campaign_year, s.period, s.submission_id, s.known_from, s.closed_at
    from submission as s
    inner join asked as a
        on
            s.reporting_unit = a.reporting_unit and s.campaign_year = a.campaign_year and s.period > a.first_period
    anti join rung as r on s.submission_id = r.submission_id and a.requirement_id = r.requirement_id
)
select *
from absences as b
anti join rung as r
    on
        b.requirement_id = r.requirement_id and b.period = r.period and b.known_from >= r.known_from
        and (r.closed_at is null or b.known_from < r.closed_at);

create temp table version as
with united as (
    select
        progress_key, requirement_id, region_code, campaign_year, period, submission_id, known_from, closed_at, revision,
        true as is_spoken, is_lagging, is_due_unmet, status, progress_text, is_due
    from judged
    union all by name
    select
        key_of([requirement_id, period, coalesce(submission_id, 'missing'), known_from::varchar]) as progress_key,
        requirement_id, region_code, campaign_year, period, submission_id, known_from, closed_at, -1 as revision,
        false as is_spoken, false as is_lagging, false as is_due_unmet
    from absent
),
ended as (
    select
        *,
        least(
            closed_at,
            case
                when closed_at is null or closed_at > known_from
                    then lead(known_from) over (
                        partition by requirement_id, period, (closed_at is null or closed_at > known_from)
                        order by known_from, revision, submission_id
                    )
            end
        ) as known_to
    from united
)
select *, known_to is null as is_current, cast(period[:4] as integer) * 12 + cast(period[6:] as integer) as month_no
from ended;

create temp table streak as
with islands as (
    select *, month_no - row_number() over (partition by requirement_id, is_lagging order by month_no) as island
    from version
    where is_current
)
select
    requirement_id, month_no, is_lagging, progress_text,
    case when is_lagging then row_number() over (partition by requirement_id, is_lagging, island order by month_no) else 0 end
        as months,
    bool_or(is_due_unmet) over (partition by requirement_id order by month_no) as was_due_unmet
from islands;

create table fct_task_progress as
select
    v.progress_key, j.item_key, j.item_no, j.item_seq,
    case when v.is_spoken then 'published' else 'not_reported' end as publication_status,
    coalesce(d.requirement_key, d0.requirement_key) as requirement_key,
    v.requirement_id,
    key_of([d0.task_id, v.campaign_year::varchar]) as task_key,
    coalesce(s.region_key, key_of([v.region_code])) as region_key,
    coalesce(
        s.period_key, key_of([v.period[:4] || '-01-01', last_day(cast(v.period || '-01' as date))::varchar])
    ) as period_key,
    v.period,
    s.document_key,
    coalesce(s.as_of_date, last_day(cast(v.period || '-01' as date))) as as_of_date,
    j.reported_status, j.status_phrase as reported_status_phrase, j.stage, j.target_value, j.actual_value, j.actual_class,
    j.unit, j.reported_completion_pct, j.computed_pct as computed_completion_pct, j.prorated_pct as planned_pct_prorated,
    j.stepped_pct as planned_pct_stepped, j.variance as schedule_variance_pp, j.spi as schedule_performance_index,
    cast(j.elapsed - j.earned_months as decimal(18, 6)) as months_behind,
    coalesce(
        j.is_due, coalesce(d.judged_deadline, d0.judged_deadline) <= last_day(cast(v.period || '-01' as date)), false
    ) as is_due,
    case when j.is_due_unmet then cast(j.as_of_date - j.judged_deadline as integer) end as days_overdue,
    j.pace_class,
    case
        when j.elapsed < j.ladder_months
            then quotient(j.ladder_months - j.earned_months, j.ladder_months - j.elapsed)
    end as required_pace_ratio,
    case when j.status = 'completed' and j.is_due and e.was_due_unmet then 'completed_late' else j.status end
        as computed_status,
    j.is_due_unmet and j.as_of_date > j.judged_deadline as is_overdue,
    j.status = 'unmet' or coalesce(j.pace_class = 'behind_pace', false) as is_behind_schedule,
    v.is_lagging,
    (j.reported_status in ('completed', 'on_schedule', 'basically_on_schedule') and j.is_due and j.status = 'unmet')
    or (
        j.reported_status = 'completed'
        and ((j.is_due and j.status = 'basically_on_schedule') or coalesce(j.stage_rank < j.asked_rank, false))
    ) as is_status_contradicted,
    j.is_stated_zero,
    case
        when not v.is_spoken then null
        when not v.is_lagging then 0
        when e.month_no = v.month_no - 1 then e.months + 1
        else 1
    end::integer as lag_streak_months,
    case when v.is_spoken then coalesce(e.is_lagging and not v.is_lagging, false) end as is_caught_up,
    case
        when v.is_spoken
            then coalesce(e.progress_text = v.progress_text and v.status not in ('completed', 'met_so_far'), false)
    end as is_stale,
    case when v.is_spoken then coalesce(d.is_rebaselined and d.period = v.period, false) end as is_rebaselined,
    j.item_requirement_text, j.progress_text, j.source_quote, j.source_locator,
    v.known_from, v.known_to, v.is_current
from version as v
left join judged as j on v.progress_key = j.progress_key
left join submission as s on v.submission_id = s.submission_id
asof left join definition as d on v.requirement_id = d.requirement_id and v.period >= d.period
inner join (select * from definition qualify row_number() over (partition by requirement_id order by period) = 1) as d0
    on v.requirement_id = d0.requirement_id
asof left join streak as e on v.requirement_id = e.requirement_id and v.month_no > e.month_no;
