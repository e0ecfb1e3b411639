-- A code is in force only while its parent is: otherwise a sum over a parent's parts on a day would lose or double one.
select
    child.region_code,
    child.valid_from,
    child.valid_to,
    parent.region_code as parent_code,
    parent.valid_from as parent_valid_from,
    parent.valid_to as parent_valid_to
from {{ ref('dim_region') }} as child
inner join {{ ref('dim_region') }} as parent on child.parent_code = parent.region_code
where
    child.valid_from < parent.valid_from
    or (parent.valid_to is not null and (child.valid_to is null or child.valid_to > parent.valid_to))
