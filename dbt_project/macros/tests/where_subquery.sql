{#- Data tests judge what this invocation wrote: of a table that keeps its months, the months of the window.  (dbt's own
    hook for the relation that a test reads.) -#}
{% macro get_where_subquery(relation) -%}
    {%- set asked = [] -%}
    {%- if config.get('where') %}{% do asked.append('(' ~ config.get('where') ~ ')') %}{% endif -%}
    {%- set start, end = xushi.window_month('start'), xushi.window_month('end') -%}
    {%- if execute and start and end and model.get('attached_node') -%}
        {%- set node = graph.nodes.get(model.attached_node) -%}
        {%- if node and node.config.get('incremental_strategy') == 'microbatch' -%}
            {%- do asked.append(
                "period_date >= cast('" ~ start ~ "-01' as date) and period_date < cast('" ~ end ~ "-01' as date)"
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if asked -%}
        {{ return('(select * from ' ~ relation ~ ' where ' ~ asked | join(' and ') ~ ') as windowed') }}
    {%- else -%}
        {{ return(relation) }}
    {%- endif -%}
{%- endmacro %}
