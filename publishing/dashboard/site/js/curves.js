"use strict";
/* Planned against actual, month by month, with the milestones that the requirement itself names. */

VIEWS.curves = async (context) => {
  const year = await context.year();
  const requirements = objects(year.requirements);
  const worst = [...context.rows].sort(worstFirst)[0];
  const known = new Map(requirements.map((r) => [r.task_key, r.task_name]));
  const chosen = known.has(context.argument) ? context.argument : worst?.task_key ?? requirements[0]?.task_key;
  const points = grouped(objects(year.points), (point) => point.requirement_id);
  const mine = requirements.filter((r) => r.task_key === chosen && (!context.query.region || r.region_key === context.query.region));
  const ladders = [...grouped(mine, (r) => `${r.region_key} ${r.ladder_id}`).values()];
  return [
    h("h1", null, _("进度曲线：计划与实际")),
    h("div", { class: "filters" }, h("label", null, h("span", null, _("任务")),
      h("select", { name: "task", onchange: (event) => { location.hash = to("curves", {}, event.target.value); } },
        [...known].map(([key, name]) => h("option", { value: key, selected: key === chosen }, name))))),
    h("p", { class: "note" }, _("虚线为计划（按时间平均或按节点），菱形为目标文件写明的节点；没有上报的月份不连线。")),
    ladders.length ? ladders.map((ladder) => curveOf(context, ladder, points)) : nothing(_("没有这项任务的要求。")),
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
  return requirement.target_value !== null && requirement.target_unit !== "%" && requirement.rung_planned_pct === null;
}

function curveOf(context, ladder, points) {
  const last = ladder.at(-1);
  const region = regionName(context, last.region_key);
  const level = isLevel(last);
  const told = ladderMonths(ladder, points, level);
  const title = h("h2", null, `${region} · `, original(ladder.length > 1 ? last.indicator_text || last.requirement_text : last.requirement_text));
  const drawable = told.some((m) => m.actual !== null);
  const why = last.indicator_type === "qualitative" || last.indicator_type === "standing" ? _("定性要求，没有数字可画。") : _("各期都没有上报数字，不画曲线，也不按零计。");
  return h("section", { class: "curve" }, title,
    drawable ? chart(context, _("{region}计划与实际曲线，数字见下表", { region }), 250, (width) => curveOption(ladder, told, level, width)) : nothing(why),
    curveTable(ladder, told, level));
}

/** Month by month: of a ladder's rungs, the one in force (the first not yet due, else the last). */
function ladderMonths(ladder, points, level) {
  const months = new Map();
  for (const requirement of ladder) {
    for (const point of points.get(requirement.requirement_id) ?? []) {
      const plan = level ? requirement.target_value : point.planned_pct_prorated ?? point.planned_pct_stepped;
      const entry = { point, requirement, plan, actual: level ? valueOf(point) : doneOf(point, requirement) };
      const held = months.get(point.period);
      if (!held || held.point.is_due) months.set(point.period, entry);
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
    .map((r) => [r.deadline_date, level ? r.target_value : r.rung_planned_pct]);
  const unit = level ? ladder.at(-1).target_unit ?? "" : "%";
  const plan = level ? told.map((m) => [m.point.as_of_date, m.plan]) : planLine(ladder, milestones, year);
  return {
    grid: { left: 48, right: 24, top: 34, bottom: 28 },
    legend: { top: 0, left: 0, itemGap: 18, textStyle: { fontFamily: FONT, color: INK } },
    xAxis: { type: "time", min: `${year}-01-01`, max: `${year}-12-31`, splitNumber: width < 500 ? 4 : 12,
      axisLabel: { color: INK, hideOverlap: true, formatter: (at) => _("{n}月", { n: new Date(at).getMonth() + 1 }) }, splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: level ? null : (value) => Math.max(100, Math.ceil(value.max / 20) * 20),
      axisLabel: { color: INK, formatter: (value) => (level ? String(value) : `${value}%`) }, splitLine: { lineStyle: { color: "#e3e8ec" } } },
    series: [
      { name: level ? _("目标") : _("计划"), type: "line", data: plan, showSymbol: false, lineStyle: { type: "dashed", width: 2, color: "#8a5a00" }, itemStyle: { color: "#8a5a00" } },
      { name: _("节点"), type: "scatter", data: milestones, symbol: "diamond", symbolSize: 13, itemStyle: { color: "#8a5a00" },
        label: { show: true, position: "left", color: "#6b4600", fontSize: 12, formatter: ({ value }) => `${Number(value[0].slice(5, 7))}/${Number(value[0].slice(8))} ${figure(value[1])}${unit === "%" ? "%" : ""}` } },
      { name: _("实际"), type: "line", connectNulls: false, data: told.map((m) => [m.point.as_of_date, m.actual]), symbol: "circle", symbolSize: 9,
        lineStyle: { width: 3, color: "#14507a" }, itemStyle: { color: "#14507a" },
        label: { show: true, position: "bottom", color: "#14507a", fontSize: 12, formatter: ({ value }) => `${figure(value[1])}${unit === "%" ? "%" : ""}` } },
    ],
  };
}

/** The plan as it is judged: straight from the start to the deadline, or in steps where only milestones bind. */
function planLine(ladder, milestones, year) {
  const last = ladder.at(-1);
  const start = last.baseline_start_date ?? `${year}-01-01`;
  const isStepped = !["cumulative", "count_with_start"].includes(last.indicator_type);
  const line = [[start, 0]];
  for (const [at, pct] of milestones) {
    if (isStepped) line.push([at, line.at(-1)[1]]);
    line.push([at, pct]);
  }
  if (milestones.length && milestones.at(-1)[0] < `${year}-12-31`) line.push([`${year}-12-31`, milestones.at(-1)[1]]);
  return milestones.length ? line : [];
}

function curveTable(ladder, told, level) {
  const unit = level ? ladder.at(-1).target_unit : "%";
  const columns = [[_("期次"), "when"], [level ? _("目标") : _("计划"), "number"], [_("实际"), "number"], [_("差"), "number"], [_("状态"), "what"]];
  return dataTable(_("计划与实际"), columns, told.map((m) => {
    const gap = m.plan === null || m.actual === null ? null : m.actual - m.plan;
    return [evidenceLink(m.point, month(m.period)), amount(m.plan, unit), actualCell(m, unit),
      gap === null ? "—" : level ? figure(gap) : _("{n}个百分点", { n: (gap > 0 ? "+" : "") + figure(gap) }), badge(stateOf(m.point))];
  }), { class: "compact" });
}
function actualCell({ point, actual }, unit) {
  if (point.publication_status !== "published") return _(STATES[point.publication_status][0]);
  if (actual !== null) return amount(actual, unit);
  return point.stage ? _(STAGES[point.stage] ?? point.stage) : _("未报数字");
}
