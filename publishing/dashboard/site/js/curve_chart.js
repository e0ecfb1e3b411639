"use strict";
/* How a curve is drawn: the plan dashed, milestones as diamonds, what was reported as a line with its figures. */

function curveOption(ladder, told, level, width) {
  const year = told[0].period.slice(0, 4);
  const milestones = ladder.filter((r) => r.deadline_date && (level ? r.target_value : r.rung_planned_pct) !== null)
    .map((r) => [monthsTo(r.deadline_date, year), level ? r.target_value : r.rung_planned_pct, r.deadline_date])
    .filter(([at]) => at > 0 && at <= 12);
  const unit = level ? ladder.at(-1).target_unit ?? "" : "%";
  const plan = level ? told.map((m) => [monthsTo(m.point.as_of_date, year), m.plan])
    : planLine(ladder, milestones, year);
  return {
    grid: { left: 48, right: 24, top: 34, bottom: 28 },
    legend: { top: 0, left: 0, itemGap: 18, textStyle: { fontFamily: FONT, color: INK } },
    xAxis: { type: "value", min: 0, max: 12, interval: width < 560 ? 3 : 1,
      axisLabel: { color: INK, formatter: (at) => (at ? _("{n}月底", { n: at }) : "") }, splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: level ? null : (value) => Math.max(100, Math.ceil(value.max / 20) * 20),
      axisLabel: { color: INK, formatter: (value) => (level ? String(value) : `${value}%`) },
        splitLine: { lineStyle: { color: "#e3e8ec" } } },
    series: [
      { name: level ? _("目标") : _("计划"), type: "line", data: plan, symbol: "none",
        lineStyle: { type: "dashed", width: 2, color: "#8a5a00" }, itemStyle: { color: "#8a5a00" } },
      { name: _("节点"), type: "scatter", data: milestones, symbol: "diamond", symbolSize: 13,
        itemStyle: { color: "#8a5a00" },
        label: { show: true, position: "left", color: "#6b4600", fontSize: 12,
          formatter: ({ value }) => `${dayOfYear(value[2])} ${pointLabel(value[1], unit)}` } },
      { name: _("实际"), type: "line", connectNulls: false,
        data: told.map((m) => [monthsTo(m.point.as_of_date, year), m.actual]), symbol: "circle", symbolSize: 9,
        lineStyle: { width: 3, color: "#14507a" }, itemStyle: { color: "#14507a" },
        label: { show: true, position: "bottom", color: "#14507a", fontSize: 12,
          formatter: ({ value }) => pointLabel(value[1], unit) } },
    ],
  };
}

function dayOfYear(iso) {
  return _("{m}月{d}日", { m: Number(iso.slice(5, 7)), d: Number(iso.slice(8, 10)) });
}
function pointLabel(value, unit) {
  return unit === "%" ? percent(value) : figure(value);
}

/** Months of the year that are over by a day: 3 at the end of March, 3.3 on the tenth of April. */
function monthsTo(iso, year) {
  const [y, m, d] = iso.slice(0, 10).split("-").map(Number);
  return (y - Number(year)) * 12 + m - 1 + (iso.endsWith("-01-01") ? 0 : d / new Date(y, m, 0).getDate());
}

/** The plan as it is judged: straight from the start to the deadline, or in steps where only milestones bind. */
function planLine(ladder, milestones, year) {
  const last = ladder.at(-1);
  const start = last.baseline_start_date ? Math.max(0, monthsTo(last.baseline_start_date, year)) : 0;
  const isStepped = !["cumulative", "count_with_start"].includes(last.indicator_type);
  const line = [[start, 0]];
  for (const [at, pct] of milestones) {
    if (isStepped) line.push([at, line.at(-1)[1]]);
    line.push([isStepped ? at : Math.ceil(at), pct]); // the month of a deadline counts whole
  }
  if (milestones.length && line.at(-1)[0] < 12) line.push([12, line.at(-1)[1]]);
  return milestones.length ? line : [];
}
