"use strict";
/* Planned against actual, month by month, with the milestones that the requirement itself names. */

VIEWS.curves = async (context) => {
  const year = await context.year();
  const requirements = objects(year.requirements);
  const worst = [...context.rows].sort(worstFirst)[0];
  const known = new Map(requirements.map((r) => [r.task_key, r.task_name]));
  const chosen = known.has(context.argument) ? context.argument : worst?.task_key ?? requirements[0]?.task_key;
  const points = grouped(objects(year.points), (point) => point.requirement_id);
  const mine = requirements.filter((r) => r.task_key === chosen
    && (!context.query.region || r.region_key === context.query.region));
  const ladders = [...grouped(mine, (r) => `${r.region_key} ${r.ladder_id}`).values()];
  return [
    h("h1", null, _("进度曲线：计划与实际")),
    h("div", { class: "filters" }, h("label", null, h("span", null, _("任务")),
      h("select", { name: "task", onchange: (event) => { location.hash = to("curves", {}, event.target.value); } },
        [...known].map(([key, name]) => h("option", { value: key, selected: key === chosen }, name))))),
    h("p", { class: "note" }, _("虚线为计划（按时间平均或按节点），菱形为目标文件写明的节点；没有上报的月份不连线。")),
    ladders.length ? curvesOf(context, ladders, points) : nothing(_("没有这项任务的要求。")),
  ];
};

/** The share that is done: the stated or computed completion, or the figure where it is a percentage itself. */
function doneOf(point, requirement) {
  if (point.publication_status !== "published") return null;
  if (point.computed_completion_pct !== null) return point.computed_completion_pct;
  if (point.unit === "%" && point.actual_value !== null) return point.actual_value;
  return requirement.indicator_type === "reference" ? null : point.reported_completion_pct;
}
/** The level that a figure is held against where it is no share: a concentration, a ratio. */
function isLevel(requirement) {
  return requirement.target_value !== null && requirement.target_unit !== "%"
    && requirement.rung_planned_pct === null;
}

/** What can be drawn first, worst before the rest; then what has no figure, without an empty chart. */
function curvesOf(context, ladders, points) {
  const told = ladders.map((ladder) => ({ ladder, months: ladderMonths(ladder, points, isLevel(ladder.at(-1))) }));
  const concern = ({ months }) => Math.min(...months.map((m) => CONCERN.indexOf(stateOf(m.point))));
  const isDrawn = ({ months }) => months.some((m) => m.actual !== null);
  const drawn = told.filter(isDrawn).sort((a, b) => concern(a) - concern(b));
  const others = told.filter((one) => !isDrawn(one));
  return [
    h("div", { class: "curves" }, drawn.map(({ ladder, months }) => curveOf(context, ladder, months))),
    others.length ? section(_("没有数字可画的要求"), _("定性要求，或各期都没有上报数字；不画曲线，也不按零计。"),
      h("div", { class: "curves" }, others.map(({ ladder, months }) => curveOf(context, ladder, months, false))))
        : null,
  ];
}

function curveOf(context, ladder, told, drawable = true) {
  const last = ladder.at(-1);
  const region = regionName(context, last.region_key);
  const level = isLevel(last);
  const title = h(drawable ? "h2" : "h3", null, `${region} · `,
    original(ladder.length > 1 ? last.indicator_text || last.requirement_text : last.requirement_text));
  return h("section", { class: "curve" }, title,
    drawable ? chart(context, _("{region}计划与实际曲线，数字见下表", { region }), 250,
      (width) => curveOption(ladder, told, level, width)) : null,
    curveTable(`${region} ${last.requirement_text} ${_("计划与实际")}`, ladder, told, level));
}

/** Month by month: of a ladder's rungs, the one of most concern; of equals, the first that is not due yet. */
function ladderMonths(ladder, points, level) {
  const months = new Map();
  for (const requirement of ladder) {
    for (const point of points.get(requirement.requirement_id) ?? []) {
      const plan = level ? requirement.target_value : point.planned_pct_prorated ?? point.planned_pct_stepped;
      const entry = { point, requirement, plan, actual: level ? valueOf(point) : doneOf(point, requirement) };
      const held = months.get(point.period);
      const worse = held ? CONCERN.indexOf(stateOf(point)) - CONCERN.indexOf(stateOf(held.point)) : -1;
      if (worse < 0 || (worse === 0 && held.point.is_due)) months.set(point.period, entry);
    }
  }
  return [...months.entries()].sort().map(([period, entry]) => ({ period, ...entry }));
}
function valueOf(point) {
  return point.publication_status === "published" ? point.actual_value : null;
}

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

function curveTable(caption, ladder, told, level) {
  const unit = level ? ladder.at(-1).target_unit : "%";
  const columns = [[_("期次"), "when"], [level ? _("目标") : _("计划"), "number"], [_("实际"), "number"], [_("差"), "number"],
    [_("状态"), "what"]];
  return dataTable(caption, columns, told.map((m) => {
    const gap = m.plan === null || m.actual === null ? null : m.actual - m.plan;
    return [evidenceLink(m.point, month(m.period)), amount(m.plan, unit), actualCell(m, unit),
      gap === null ? "—" : level ? figure(gap) : _("{n}个百分点", { n: (gap > 0 ? "+" : "") + figure(gap) }),
        badge(stateOf(m.point))];
  }), { class: "compact" });
}
function actualCell({ point, actual }, unit) {
  if (point.publication_status !== "published") return _(STATES[point.publication_status][0]);
  if (actual !== null) return amount(actual, unit);
  return point.stage ? _(STAGES[point.stage] ?? point.stage) : _("未报数字");
}
