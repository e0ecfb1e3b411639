{#- The window: the registered periods that this invocation computes, as the command line names them
    (--event-time-start and --event-time-end, the first of a month each, the end left out). Months before it are read
    from the tables that keep them, months after it are none of its business. -#}

{#- 'YYYY-MM' of the first period of the window, or of the first one after it; none where no window was named. -#}
{% macro window_month(which) -%}
    {%- set given = invocation_args_dict.get('event_time_' ~ which) -%}
    {{ return((given | string)[:7] if given else none) }}
{%- endmacro %}

{#- True for the periods of the window. Parsing, linting and unit tests name no window and see everything. -#}
{% macro in_window(period) -%}
    {%- set start, end = xushi.window_month('start'), xushi.window_month('end') -%}
    {%- if execute and start and end -%}
        ({{ period }} >= '{{ start }}' and {{ period }} < '{{ end }}')
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- A table that keeps its months is never built without a window: dbt would run it, silently, up to today. -#}
{% macro require_window() -%}
    {%- if execute and flags.WHICH in ('run', 'build') and not (xushi.window_month('start') and xushi.window_month('end')) -%}
        {{ exceptions.raise_compiler_error(
            this.identifier ~ ': name the window with --event-time-start YYYY-MM-01 --event-time-end YYYY-MM-01'
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- The first day of a registered period, the event time of every table that keeps its months. -#}
{% macro period_date(period) -%}
    cast({{ period }} || '-01' as date)
{%- endmacro %}

{#- True for the campaign years that the window touches: where the months of a year are looked at together. -#}
{% macro of_window_years(campaign_year) -%}
    {{ campaign_year }} in (
        select distinct campaign_year
        from {{ ref('int_submissions') }}
        where {{ xushi.in_window('period') }}
        union
        select distinct cast(substr(period, 1, 4) as integer)
        from {{ ref('stg_registry__expected_submissions') }}
        where {{ xushi.in_window('period') }}
    )
{%- endmacro %}
