-- Items with the as-of date of their document, and each passage of their progress beside what its sub-item asks.
create table item_periods as
select i.*, s.as_of_date
from items i
join current_submissions s using (submission_id);

create table item_texts as
with asked as (
    select submission_id, item_key, sub_item, joined(concat_ws('\n', quote, requirement), '\n') as asked
    from facts
    where fact = 'requirement' and sub_item is not null
    group by all
),
answers as (
    select
        p.submission_id, p.item_key,
        list({'sub_item': p.sub_item, 'asked': a.asked, 'reported': p.quote} order by p.place) as answers
    from (
        select submission_id, item_key, sub_item, quote, min(char_start) as place
        from facts
        where fact = 'progress' and quote is not null
        group by all
    ) p
    left join asked a using (submission_id, item_key, sub_item)
    group by all
)
select i.*, a.answers
from item_periods i
left join answers a using (submission_id, item_key);
