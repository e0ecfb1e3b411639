-- A row per requirement as one submission states it, typed, with the date by which it is judged.
-- An item without a stated requirement is a requirement as a whole, so that no item is ever lost.
with items as (

    select * from {{ ref('int_items') }}

),

stated as (

    select
        *,
        row_number() over (
            partition by submission_id, item_key
            order by coalesce(requirement_no, 9999), char_start, fact_id
        ) as requirement_seq,
        row_number() over (
            partition by submission_id, item_key, sub_item
            order by coalesce(requirement_no, 9999), char_start, fact_id
        ) as scope_no
    from {{ ref('int_facts') }}
    where fact = 'requirement' and task_item_id is not null

),

identified as (

    select
        identities.submission_id,
        identities.item_key,
        coalesce(identities.fact_id, '') as fact_id,
        identities.requirement_id
    from {{ ref('stg_lake__identities') }} as identities
    inner join {{ ref('int_submissions') }} as submissions on identities.run_id = submissions.run_id

),

known_types as (

    select
        code as wording,
        code
    from {{ ref('indicator_types') }}
    union all
    select
        alias as wording,
        code
    from {{ ref('indicator_type_aliases') }}

),

types as (

    select * from {{ ref('indicator_types') }}

),

classes as (

    select * from {{ ref('water_classes') }}

),

stages as (

    select * from {{ ref('stages') }}

),

joined as (

    select
        items.submission_id,
        items.item_key,
        items.task_item_id,
        items.period,
        items.campaign_year,
        items.as_of_date,
        stated.fact_id as requirement_fact_id,
        coalesce(stated.requirement_seq, 1) as requirement_seq,
        stated.requirement_no,
        stated.sub_item,
        coalesce(stated.scope_no, 1) as scope_no,
        coalesce(
            stated.requirement_text, stated.quote, items.requirement_text, items.content, items.task_wording
        ) as requirement_text,
        stated.indicator_wording,
        case when stated.indicator_wording is not null then stated.indicator_id end as indicator_id,
        stated.scope,
        coalesce(
            stated.scope_year,
            {{ first_group('stated.indicator_wording', '((?:19|20)[0-9]{2})') }},
            cast(items.campaign_year as {{ dbt.type_string() }})
        ) as scope_year,
        stated.stated_ladder_id,
        stated.milestone_stage,
        stated.grading_text,
        stated.target_value,
        stated.target_class,
        stated.target_comparator,
        stated.target_upper,
        stated.target_unit,
        stated.canonical_target_value,
        stated.target_dimension,
        stated.deadline_date,
        stated.points,
        coalesce(stated.points_group, items.item_key) as points_group,
        coalesce(stated.is_key, false) as is_key,
        stated.lead_unit,
        stated.joint_units,
        coalesce(
            stated.requirement_kind,
            case
                when stated.target_value is not null or stated.target_class is not null then 'target'
                else 'milestone'
            end
        ) as kind,
        coalesce(
            known_types.code,
            case
                when stated.target_class is not null then 'water_class'
                when stated.target_dimension = 'percent' then 'rate'
                when stated.target_value is not null then 'cumulative'
                when stated.deadline_date is not null then 'milestone'
                else 'qualitative'
            end
        ) as indicator_type
    from items
    left join stated
        on
            items.submission_id = stated.submission_id
            and items.item_key = stated.item_key
    left join known_types on stated.indicator_type = known_types.wording

)

select
    joined.*,
    -- given by meaning in the resolve stage; what was landed without it is known by its number
    coalesce(
        identified.requirement_id,
        {{ surrogate_key(['joined.task_item_id', 'joined.sub_item', 'joined.scope_no']) }}
    ) as requirement_id,
    {{ surrogate_key([
        'joined.task_item_id', 'joined.sub_item', 'joined.scope_no', 'joined.period', 'joined.submission_id'
    ]) }} as progress_key,
    types.figure as figure_kind,
    types.plan as plan_basis,
    types.early as early_verdict,
    case
        when joined.target_comparator in ('<=', '>=') then joined.target_comparator
        when types.is_lower_better then '<='
        else '>='
    end as judged_comparator,
    classes.rank as target_class_rank,
    stages.rank as milestone_stage_rank,
    {{ year_start('joined.campaign_year') }} as baseline_start_date,
    -- a recurring duty falls due each quarter; a yearly figure without a date falls due at the end of its year
    case
        when types.plan = 'recurring' then {{ last_quarter_end('joined.as_of_date') }}
        when joined.deadline_date is not null then joined.deadline_date
        when types.assumes_year_end then {{ year_end('joined.campaign_year') }}
    end as judged_deadline_date
from joined
inner join types on joined.indicator_type = types.code
left join identified
    on
        joined.submission_id = identified.submission_id
        and joined.item_key = identified.item_key
        and coalesce(joined.requirement_fact_id, '') = identified.fact_id
left join classes on joined.target_class = classes.wording
left join stages on joined.milestone_stage = stages.stage
