{#- What is withheld or was never reported shows no figure: nothing becomes zero, and nothing leaks. -#}
{% test shown_as_it_is_known(model) %}
select progress_key
from {{ model }}
where
    publication_status <> 'published'
    and (
        actual_value is not null
        or computed_completion_pct is not null
        or reported_completion_pct is not null
        or schedule_variance_pp is not null
        or days_overdue is not null
        or computed_status is not null
    )
{% endtest %}
