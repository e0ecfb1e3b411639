{#- The rows of the policy seed that hold for places (city_code, province_code, theme, category, as_of_date, '' for none),
    the most specific of each policy first (`choice_no` 1): the city's before the province's before all, and within a
    place the category's before the theme's before all tasks.  A place without any keeps a row, so that tests miss it. -#}
{% macro policies_of(places) %}
    select
        {{ places }}.*,
        thresholds.policy,
        thresholds.threshold,
        thresholds.choice,
        row_number() over (
            partition by
                {{ places }}.city_code, {{ places }}.province_code, {{ places }}.theme, {{ places }}.category,
                {{ places }}.as_of_date, thresholds.policy
            order by
                case coalesce(thresholds.place_code, '') when '' then 2 when {{ places }}.city_code then 0 else 1 end,
                case coalesce(thresholds.category, '') when '' then 2 when {{ places }}.category then 0 else 1 end
        ) as choice_no
    from {{ places }}
    left join {{ ref('policy_thresholds') }} as thresholds
        on
            coalesce(thresholds.place_code, '') in ('', {{ places }}.city_code, {{ places }}.province_code)
            and coalesce(thresholds.category, '') in ('', {{ places }}.category, {{ places }}.theme)
            and {{ places }}.as_of_date >= thresholds.valid_from
            and (thresholds.valid_to is null or {{ places }}.as_of_date < thresholds.valid_to)
{% endmacro %}

{#- What a policy is known by: a city, a province, a category of tasks and an as-of date. -#}
{% macro policy_key(city_code, province_code, category, as_of_date) -%}
    {{ xushi.surrogate_key([
        "coalesce(" ~ city_code ~ ", '')", "coalesce(" ~ province_code ~ ", '')", category, as_of_date
    ]) }}
{%- endmacro %}
