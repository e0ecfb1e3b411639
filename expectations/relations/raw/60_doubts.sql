-- Names that are like a known one and not like enough, as the current records use them: one row a name, with its first
-- place. A requirement's name is kept as a JSON list that begins with its words.
create table doubtful_names as
with named as (
    select
        entry_id, kind, context, wording, durable_id, other_id, score, first_submission_id,
        case kind when 'requirement' then wording ->> '$[0]' else wording end as said,
        case kind when 'requirement' then other_wording ->> '$[0]' else other_wording end as other_said
    from doubts
),
used as (
    select
        n.*, i.submission_id, i.document_sha256, i.region_code, i.period, i.locator, i.item_seq
    from named n
    join items i
        on (n.kind = 'task' and coalesce(i.task, i.content, i.requirement_text) = n.wording)
        or (n.kind = 'requirement' and i.submission_id = n.first_submission_id
            and contains(coalesce(i.requirement_text, i.content, i.task, ''), n.said))
)
select *
from used
qualify row_number() over (partition by entry_id order by period, submission_id, item_seq) = 1;

-- Two wordings of one task for one place in one document: it says that they differ, though earlier ones were alike.
create table tasks_listed_apart as
with named as (
    select
        i.submission_id, i.document_sha256, i.item_key, i.item_seq, i.region_code, i.period, i.locator,
        c.wording, c.durable_id, regexp_replace(c.wording, '[[:punct:]\s，。；：、（）“”《》]', '', 'g') as letters
    from items i
    join crosswalk c on c.kind = 'task' and c.wording = coalesce(i.task, i.content, i.requirement_text)
)
select later.*, earlier.wording as other_wording
from named later
join named earlier
    on earlier.submission_id = later.submission_id and earlier.durable_id = later.durable_id
    and earlier.region_code is not distinct from later.region_code
    and earlier.letters <> later.letters and earlier.item_seq < later.item_seq
qualify row_number() over (partition by later.submission_id, later.item_key order by earlier.item_seq) = 1;
