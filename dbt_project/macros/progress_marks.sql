{#- What a row of progress counts as. Said once: `mart_progress` shows it row by row, `mart_task_matrix` adds it up over a
    task, `mart_region_scorecard` over a region, and the metrics over anything.  `p`, `r` and `d` are the aliases of
    fct_task_progress, dim_requirement and dim_document. -#}

{#- A rate may rest on it: published, judged, and in no list of exceptions. Where the figures say nothing of a due
    requirement and the city has determined it behind, it is surely open. -#}
{% macro is_rateable(p, d) -%}
    {{ p }}.publication_status = 'published'
    and coalesce({{ d }}.family, 'none') <> 'lag_table'
    and (
        coalesce({{ p }}.computed_status, 'none') not in (
            'none', 'insufficient_data', 'not_assessed', 'not_due', 'cancelled'
        )
        or (
            {{ p }}.is_due
            and coalesce({{ p }}.computed_status, 'none') in ('none', 'insufficient_data')
            and coalesce({{ p }}.determined_status, 'none') = 'behind_schedule'
        )
    )
{%- endmacro %}

{#- Completed, by its figures or because the city has determined so. -#}
{% macro is_completed(p) -%}
    coalesce({{ p }}.computed_status, 'none') in ('completed', 'completed_late')
    or coalesce({{ p }}.determined_status, 'none') in ('completed', 'completed_late')
{%- endmacro %}

{#- Completed, or meeting before the end of the year what is asked for its end: a quarter never completes a year. -#}
{% macro is_met(p) -%}
    {{ xushi.is_completed(p) }}
    or coalesce({{ p }}.computed_status, 'none') = 'met_so_far'
{%- endmacro %}

{#- Met; a quarter's part of a yearly duty is finished when something was done in it. -#}
{% macro is_finished(p, r) -%}
    coalesce({{ p }}.computed_status, 'none') in ('completed', 'completed_late')
    or (
        {{ r }}.indicator_type = 'recurring' and coalesce({{ p }}.computed_status, 'none') = 'on_schedule'
    )
{%- endmacro %}

{#- Nobody can say whether it is met: where it is due, its task is neither hit nor missed. -#}
{% macro is_undecided(p, d) -%}
    {{ p }}.publication_status <> 'published'
    or (
        coalesce({{ p }}.computed_status, 'none') = 'insufficient_data'
        and not ({{ xushi.is_rateable(p, d) }})
    )
{%- endmacro %}

{#- Short of its pace before the deadline: a note, no lag. -#}
{% macro is_pace_note(p) -%}
    coalesce({{ p }}.is_behind_schedule, false) and not {{ p }}.is_due
{%- endmacro %}

{% macro one_if(condition) -%}
    cast(case when {{ condition }} then 1 else 0 end as integer)
{%- endmacro %}

{#- The same as columns of ones and noughts: their sums are the figures of every view. -#}
{% macro progress_counts(p, r, d) -%}
    cast(1 as integer) as requirement_count,
    {{ xushi.one_if(p ~ ".publication_status = 'published'") }} as published_count,
    {{ xushi.one_if(p ~ ".publication_status = 'under_review'") }} as under_review_count,
    {{ xushi.one_if(p ~ ".publication_status = 'not_reported'") }} as not_reported_count,
    {{ xushi.one_if(p ~ ".is_due") }} as due_count,
    {{ xushi.one_if(p ~ ".is_due and (" ~ xushi.is_finished(p, r) ~ ")") }} as finished_count,
    {{ xushi.one_if(p ~ ".is_due and " ~ xushi.is_rateable(p, d)) }} as rateable_due_count,
    {{ xushi.one_if(p ~ ".is_due and " ~ xushi.is_rateable(p, d) ~ " and (" ~ xushi.is_finished(p, r) ~ ")") }}
        as rateable_finished_count,
    {{ xushi.one_if(p ~ ".is_due and (" ~ xushi.is_undecided(p, d) ~ ")") }} as undecided_due_count,
    {{ xushi.one_if("coalesce(" ~ p ~ ".computed_status, 'none') in ('completed', 'completed_late', 'met_so_far')") }}
        as met_count,
    {{ xushi.one_if(p ~ ".is_lagging") }} as lagging_count,
    {{ xushi.one_if(p ~ ".is_lagging and coalesce(" ~ p ~ ".lag_streak_months, 1) = 1") }} as newly_lagging_count,
    {{ xushi.one_if(p ~ ".is_caught_up") }} as caught_up_count,
    {{ xushi.one_if(p ~ ".is_overdue") }} as overdue_count,
    {{ xushi.one_if(xushi.is_pace_note(p)) }} as pace_note_count,
    {{ xushi.one_if(p ~ ".is_status_contradicted") }} as contradiction_count,
    {{ xushi.one_if("coalesce(" ~ p ~ ".computed_status, 'none') = 'insufficient_data'") }} as insufficient_data_count
{%- endmacro %}

{#- The light of a row or of a cell of many rows, the worst first: seven conditions (overdue, lagging, not reported, under
    review, pace note, met, met so far) and eight words, the last for what is simply under way. -#}
{% macro traffic_light(conditions, words) -%}
    case
        {%- for condition in conditions %}
        when {{ condition }} then {{ words[loop.index0] }}
        {%- endfor %}
        else {{ words[-1] }}
    end
{%- endmacro %}

{% macro light_codes() -%}
    {{ return(["'overdue'", "'lagging'", "'not_reported'", "'under_review'", "'pace_note'", "'met'", "'met_so_far'", "'open'"]) }}
{%- endmacro %}

{% macro light_words() -%}
    {{ return(["'逾期'", "'滞后'", "'未报送'", "'数据待核'", "'序时提示'", "'已完成'", "'目前达标'", "'推进中'"]) }}
{%- endmacro %}

{#- How bad the light is, for colours and orders: 4 overdue, 3 lagging, 2 not reported or under review, 1 a note, 0. -#}
{% macro light_ranks() -%}
    {{ return([4, 3, 2, 2, 1, 0, 0, 0]) }}
{%- endmacro %}
