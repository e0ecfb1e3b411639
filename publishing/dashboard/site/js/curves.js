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
  if (requirement.indicator_type === "reference") return null; // a share of money or of a part is no completion
  return point.unit === "%" && point.actual_value !== null ? point.actual_value : point.reported_completion_pct;
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
