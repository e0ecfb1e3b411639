{#- The one division of the project: exact to six places, NULL where either side is missing or the divisor is zero,
    and NULL where the quotient would not fit DECIMAL(18,6), so that one absurd figure never stops a month. -#}
{% macro safe_divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('safe_divide', 'xushi')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator) -%}
    case
        when ({{ denominator }}) is null or ({{ denominator }}) = 0 or ({{ numerator }}) is null then null
        when abs(({{ numerator }}) / ({{ denominator }})) >= 100000000000 then null
        else cast(({{ numerator }}) / ({{ denominator }}) as decimal(18, 6))
    end
{%- endmacro %}

{#- A figure as a person writes it: no trailing zeros, no trailing point. -#}
{% macro plain_number(value) -%}
    {{ return(adapter.dispatch('plain_number', 'xushi')(value)) }}
{%- endmacro %}

{% macro default__plain_number(value) -%}
    rtrim(rtrim(cast(cast({{ value }} as decimal(24, 6)) as {{ dbt.type_string() }}), '0'), '.')
{%- endmacro %}

{% macro spark__plain_number(value) -%}
    regexp_replace(cast(cast({{ value }} as decimal(24, 6)) as string), '[.]?0*$', '')
{%- endmacro %}

{#- A figure rounded to two places for a sentence; what is compared is never rounded. -#}
{% macro shown(value) -%}
    {{ xushi.plain_number('round(cast(' ~ value ~ ' as decimal(24, 6)), 2)') }}
{%- endmacro %}

{#- A figure as BI servers take it: some read a DECIMAL of more than 18 digits as text. What does not fit is NULL in the
    wide view and stays as it is in the fact, so that one absurd figure never stops a query. -#}
{% macro bi_number(value) -%}
    cast(case when abs({{ value }}) < 1000000000000 then {{ value }} end as decimal(18, 6))
{%- endmacro %}
