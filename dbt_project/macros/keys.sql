{#- The md5 of the parts, joined by a mark that no part contains; NULL is a part of its own.
    The same parts give the same key on every engine and in every rebuild. -#}
{% macro surrogate_key(parts) -%}
    {{ return(adapter.dispatch('surrogate_key', 'xushi')(parts)) }}
{%- endmacro %}

{% macro default__surrogate_key(parts) -%}
    md5(
        {%- for part in parts %}
        coalesce(cast({{ part }} as {{ dbt.type_string() }}), '<null>')
        {%- if not loop.last %} || '|' || {% endif -%}
        {% endfor %}
    )
{%- endmacro %}
