-- Corrections that did not fit what is read now, of submissions that still stand.
create table unmatched_corrections as
select c.*
from corrections c
semi join current_submissions using (submission_id)
where c.state = 'unmatched';
