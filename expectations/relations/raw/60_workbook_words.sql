-- Figures that the words of a workbook's row tell where the row's cell gives the figure too, in the same unit.
create table workbook_words as
select
    words.submission_id, words.fact_id, words.item_key, words.requirement_no,
    words.actual_value as told_value, words.unit as told_unit,
    figure_low(words.actual_value, words.unit, words.canonical_value, words.actual_comparator, words.is_approximate)
        as told_low,
    figure_high(words.actual_value, words.unit, words.canonical_value, words.actual_comparator, words.is_approximate)
        as told_high,
    coalesce(cell.actual_value, 0) as cell_value, cell.unit as cell_unit,
    case when cell.actual_value is null then 0 else
        figure_low(cell.actual_value, cell.unit, cell.canonical_value, cell.actual_comparator, cell.is_approximate)
    end as cell_low,
    case when cell.actual_value is null then 0 else
        figure_high(cell.actual_value, cell.unit, cell.canonical_value, cell.actual_comparator, cell.is_approximate)
    end as cell_high,
    cell.locator as cell_locator
from facts as words
join facts as cell using (submission_id, item_key, requirement_no)
where words.family = 'workbook'
    and words.fact = 'indicator'
    and words.section = 'result'
    and coalesce(words.count_role, 'done') = 'done'
    and not words.is_plan
    and is_comparable(words.canonical_value)
    and cell.fact = 'progress'
    and cell.rule_id in ('workbook.figure', 'workbook.zero')
    and coalesce(cell.canonical_unit, cell.unit) = words.canonical_unit;
