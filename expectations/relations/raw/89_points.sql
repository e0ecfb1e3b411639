-- Points of each region in one table: the points of an assessed content are counted once, whatever number of requirements
-- it has. Where two thirds of the regions have one sum, another sum is a slip of the pen or of the reading.
create table uneven_points as
with contents as (
    select submission_id, region_code, min(region) as region, coalesce(points_group, item_key || '/' || fact_id) as content,
        max(points) as points, min(fact_id) as fact_id
    from facts
    where fact = 'requirement' and points is not null and points between 0 and 1000 and region_code is not null
    group by all
),
sums as (
    select submission_id, region_code, min(region) as region, min(fact_id) as fact_id,
        cast(sum(points) as decimal(24, 6)) as total, string_agg(plain(points), ' + ' order by content) as sum_text
    from contents
    group by submission_id, region_code
),
usual as (
    select submission_id, total as usual_total, count(*) as agreeing, sum(count(*)) over (partition by submission_id) as regions
    from sums
    group by submission_id, total
    qualify row_number() over (partition by submission_id order by count(*) desc, total) = 1
)
select s.*, u.usual_total, u.agreeing, u.regions
from sums s
join usual u using (submission_id)
where u.regions >= 4 and 3 * u.agreeing >= 2 * u.regions and s.total <> u.usual_total;
