-- Arithmetic that the checks share. Figures are DECIMAL(24, 6); a figure's last written place is read back from it.

-- One unit of the last place that is written: 26.15 -> 0.01, 40 -> 1.
create macro last_place(v) as cast(
    [1, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001][
        1 + length(rtrim(split_part(cast(cast(v as decimal(24, 6)) as varchar), '.', 2), '0'))
    ] as decimal(24, 6));

-- The true values that a stated percentage stands for: rounded or cut at its last place, a bound, or approximate.
create macro percent_low(p, comparator, approximate) as cast(case
    when comparator = '<=' then 0
    when comparator = '>=' then p
    when approximate then p - greatest(last_place(p), abs(p) / 10)
    else p - last_place(p) / 2
end as decimal(24, 6));

create macro percent_high(p, comparator, approximate) as cast(case
    when comparator = '>=' then 1000000
    when comparator = '<=' then p + 0.000001
    when approximate then p + greatest(last_place(p), abs(p) / 10)
    else p + last_place(p)
end as decimal(24, 6));

-- Half of the last place, in the canonical unit, where a figure was rounded when it was written; a plain count is exact.
create macro figure_slack(v, unit, canonical) as coalesce(try_cast(case
    when v is null or v = 0 or canonical is null then 0
    when last_place(v) < 1 or regexp_matches(unit, '^[百千万亿]') then abs(last_place(v) / 2 * (canonical / v))
    else 0
end as decimal(24, 6)), 0);

-- 余 and 多 raise a figure by less than one unit of its last place; 约 and 近 stand for a tenth on either side.
create macro figure_low(v, unit, canonical, comparator, approximate) as try_cast(canonical - case
    when comparator = '<=' then abs(canonical)
    when comparator = '>=' then 0
    when approximate then abs(canonical) / 10
    else figure_slack(v, unit, canonical)
end as decimal(24, 6));

create macro figure_high(v, unit, canonical, comparator, approximate) as try_cast(canonical + case
    when comparator = '<=' then 0
    when comparator = '>=' then greatest(2 * figure_slack(v, unit, canonical), abs(canonical) / 10)
    when approximate then abs(canonical) / 10
    else figure_slack(v, unit, canonical)
end as decimal(24, 6));

-- Products of two figures stay inside DECIMAL(38, 12) below these bounds; what is above them is no progress figure.
create macro is_comparable(v) as v is not null and abs(v) < 1e15;

-- Does done / whole lie in what the percentage stands for? Compared by products, for a quotient would not be exact.
create macro percent_agrees(done_low, done_high, whole_low, whole_high, low, high) as
    100 * done_high >= low * whole_low and 100 * done_low < high * whole_high;

-- A figure as a person writes it: no trailing zeros.
create macro plain(v) as case
    when v is null then null
    when strpos(cast(v as varchar), '.') = 0 then cast(v as varchar)
    else rtrim(rtrim(cast(v as varchar), '0'), '.')
end;
-- A figure with its unit, if it has one.
create macro figure(v, unit) as plain(v) || coalesce(unit, '');
create macro rounded(v, places) as
    coalesce(plain(try_cast(round(v, places) as decimal(24, 6))), cast(round(v, places) as varchar));

-- A canonical figure in the unit that its neighbour was written in: 10517 亩 -> 1.05万亩, by the ratio of the two.
create macro in_written_unit(canonical, v, written_canonical) as
    case when written_canonical is null or written_canonical = 0 then canonical else canonical * v / written_canonical end;

-- Values of a group as one text: each once, in their order, so that the same facts give the same words.
create macro joined(v, separator) as array_to_string(list_sort(list_distinct(list(v))), separator);
