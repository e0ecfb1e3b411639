{#- Timestamps are kept as UTC without a zone; days are days of Asia/Shanghai. Nothing here reads a clock. -#}
{% macro utc_timestamp(value) -%}
    {{ return(adapter.dispatch('utc_timestamp', 'xushi')(value)) }}
{%- endmacro %}

{% macro default__utc_timestamp(value) -%}
    cast({{ value }} at time zone 'UTC' as timestamp)
{%- endmacro %}

{% macro spark__utc_timestamp(value) -%}
    cast({{ value }} as timestamp)
{%- endmacro %}

{#- The day in Asia/Shanghai of a UTC timestamp without a zone. The zone has had no daylight saving since 1991. -#}
{% macro shanghai_date(utc_value) -%}
    cast({{ utc_value }} + interval '8' hour as date)
{%- endmacro %}

{#- The UTC timestamp of the midnight that opens the day after a day of Asia/Shanghai. -#}
{% macro end_of_shanghai_day(day) -%}
    (cast({{ day }} as timestamp) + interval '16' hour)
{%- endmacro %}

{#- The last day of the month of a day. -#}
{% macro month_end(day) -%}
    {{ return(adapter.dispatch('month_end', 'xushi')(day)) }}
{%- endmacro %}

{% macro default__month_end(day) -%}
    cast(last_day({{ day }}) as date)
{%- endmacro %}

{% macro postgres__month_end(day) -%}
    cast(date_trunc('month', {{ day }}) + interval '1 month' - interval '1 day' as date)
{%- endmacro %}

{#- The same day so many whole months later. -#}
{% macro months_later(day, months) -%}
    {{ return(adapter.dispatch('months_later', 'xushi')(day, months)) }}
{%- endmacro %}

{% macro default__months_later(day, months) -%}
    cast({{ day }} + ({{ months }}) * interval '1' month as date)
{%- endmacro %}

{% macro spark__months_later(day, months) -%}
    add_months({{ day }}, {{ months }})
{%- endmacro %}

{#- The last day of a registered period written YYYY-MM. -#}
{% macro period_end(period) -%}
    {{ xushi.month_end("cast(" ~ period ~ " || '-01' as date)") }}
{%- endmacro %}

{#- 1 January of a year. -#}
{% macro year_start(year) -%}
    cast(cast({{ year }} as {{ dbt.type_string() }}) || '-01-01' as date)
{%- endmacro %}

{#- 31 December of a year. -#}
{% macro year_end(year) -%}
    cast(cast({{ year }} as {{ dbt.type_string() }}) || '-12-31' as date)
{%- endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'xushi')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    cast(({{ later }}) - ({{ earlier }}) as integer)
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{#- Calendar months from a start day to an as-of day: the end of a month counts the month whole, a day within a month
    counts its share (design: prorated plan, calendar-month basis). -#}
{% macro months_elapsed(start_day, as_of) -%}
    cast(
        greatest(
            (extract(year from {{ as_of }}) - extract(year from {{ start_day }})) * 12
            + extract(month from {{ as_of }}) - extract(month from {{ start_day }})
            + {{ xushi.safe_divide(
                'extract(day from ' ~ as_of ~ ')', 'extract(day from ' ~ xushi.month_end(as_of) ~ ')'
            ) }},
            0
        ) as decimal(18, 6)
    )
{%- endmacro %}

{#- Calendar months that a deadline allows from a start day: the month of the deadline counts whole. -#}
{% macro months_allowed(start_day, deadline) -%}
    cast(
        (extract(year from {{ deadline }}) - extract(year from {{ start_day }})) * 12
        + extract(month from {{ deadline }}) - extract(month from {{ start_day }}) + 1
        as decimal(18, 6)
    )
{%- endmacro %}

{#- The last day of a quarter that is not later than a day; NULL in the first quarter before its end. -#}
{% macro last_quarter_end(day) -%}
    case
        when extract(month from {{ day }}) = 12 and extract(day from {{ day }}) = 31 then {{ day }}
        when extract(month from {{ day }}) >= 10 or (extract(month from {{ day }}) = 9 and extract(day from {{ day }}) = 30)
            then cast(cast(extract(year from {{ day }}) as {{ dbt.type_string() }}) || '-09-30' as date)
        when extract(month from {{ day }}) >= 7 or (extract(month from {{ day }}) = 6 and extract(day from {{ day }}) = 30)
            then cast(cast(extract(year from {{ day }}) as {{ dbt.type_string() }}) || '-06-30' as date)
        when extract(month from {{ day }}) >= 4 or (extract(month from {{ day }}) = 3 and extract(day from {{ day }}) = 31)
            then cast(cast(extract(year from {{ day }}) as {{ dbt.type_string() }}) || '-03-31' as date)
    end
{%- endmacro %}

{#- A date in a Chinese sentence: 2023年9月30日. -#}
{% macro date_zh(day) -%}
    cast(extract(year from {{ day }}) as {{ dbt.type_string() }}) || '年'
    || cast(extract(month from {{ day }}) as {{ dbt.type_string() }}) || '月'
    || cast(extract(day from {{ day }}) as {{ dbt.type_string() }}) || '日'
{%- endmacro %}

{#- Seconds from one timestamp to a later one, to the millisecond. -#}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between', 'xushi')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    cast(extract(epoch from ({{ later }} - {{ earlier }})) as decimal(18, 3))
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    cast(cast({{ later }} as double) - cast({{ earlier }} as double) as decimal(18, 3))
{%- endmacro %}
