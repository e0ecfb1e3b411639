{#- A schema is named as the model says, without the target's prefix: `marts` is the contract's name. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
