{#- Two current rows of one thing would be added by whoever sums them. -#}
{% test at_most_one_current(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as current_count
from {{ model }}
where is_current
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
