{#- The name of a file without its folder and its last suffix: the extraction run's id for a file of the lake. -#}
{% macro file_stem(path) -%}
    {{ return(adapter.dispatch('file_stem', 'xushi')(path)) }}
{%- endmacro %}

{% macro default__file_stem(path) -%}
    regexp_replace({{ path }}, '^.*[/\\]|[.][^.]*$', '', 'g')
{%- endmacro %}

{% macro spark__file_stem(path) -%}
    regexp_replace({{ path }}, '^.*[/\\]|[.][^.]*$', '')
{%- endmacro %}

{#- The first group of the first match of a pattern, or NULL. -#}
{% macro first_group(value, pattern) -%}
    {{ return(adapter.dispatch('first_group', 'xushi')(value, pattern)) }}
{%- endmacro %}

{% macro default__first_group(value, pattern) -%}
    nullif(regexp_extract({{ value }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{% macro postgres__first_group(value, pattern) -%}
    substring({{ value }} from '{{ pattern }}')
{%- endmacro %}
