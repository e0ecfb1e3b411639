{#- A kind of the lake's files, those outside the window left out by their folders' names as far as a pattern can.
    Files of several versions of the program are united by name, for which every file of the pattern is opened, whatever
    a filter says of its folder: without this a month's refresh would open every file of the history. -#}
{% macro files_of_window(relation) -%}
    {{ return(adapter.dispatch('files_of_window', 'xushi')(relation)) }}
{%- endmacro %}

{% macro default__files_of_window(relation) -%}
    {{ return(relation) }}
{%- endmacro %}

{#- One set of characters a place: it may let a few more folders in, which `in_window` then leaves out. The folder
    0000-00, whose file is empty and has the schema, is always there, so that no pattern is without a file. -#}
{% macro duckdb__files_of_window(relation) -%}
    {%- set start, end = xushi.window_month('start'), xushi.window_month('end') -%}
    {%- if not (execute and start and end) -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set periods = ['0000-00'] -%}
    {%- for month_no in range(
        (start[:4] | int) * 12 + (start[5:] | int) - 1, (end[:4] | int) * 12 + (end[5:] | int) - 1
    ) -%}
        {%- do periods.append('%04d-%02d' | format(month_no // 12, month_no % 12 + 1)) -%}
    {%- endfor -%}
    {%- set places = [] -%}
    {%- for place in range(7) -%}
        {%- set signs = periods | map(attribute=place) | unique | sort | join -%}
        {%- do places.append(signs if signs | length == 1 else '[' ~ signs ~ ']') -%}
    {%- endfor -%}
    {{ return(relation | string | replace('/*/*.parquet', '/period=' ~ (places | join) ~ '/*.parquet')) }}
{%- endmacro %}
