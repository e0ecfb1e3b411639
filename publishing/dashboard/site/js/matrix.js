"use strict";
/* Tasks × regions: in each cell a word, a sign and a colour; an empty cell means that the region has no such task. */

VIEWS.matrix = async (context) => [
  h("h1", null, _("任务矩阵（{month}）", { month: month(context.period) })),
  h("p", { class: "note" }, _("格内为该地该任务各项要求中最需关注的状态；点开看明细。"), " ", _("空格表示该地没有这项任务。")),
  stateLegend(),
  matrixTable(context),
];

function stateLegend() {
  return h("ul", { class: "states", "aria-label": _("图例") },
    Object.keys(STATES).map((state) => h("li", null, badge(state))));
}

function matrixTable(context) {
  const cells = new Map(objects(context.lists.cells).map((cell) => [`${cell.task_key} ${cell.region_key}`, cell]));
  if (!cells.size) return nothing(_("本期没有任务要求的数据；空缺不等于按时完成。"));
  const tasks = objects(context.lists.tasks);
  const regions = context.area.regions.filter((region) =>
    tasks.some((task) => cells.has(`${task.task_key} ${region.key}`)));
  const themes = [...grouped(tasks, (task) => task.theme ?? "other")];
  const label = _("任务矩阵");
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    h("table", { class: "matrix" }, h("caption", { class: "hidden" }, label),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, _("任务")),
        regions.map((region) => h("th", { scope: "col" },
          h("a", { href: to("list", { region: region.key }) }, region.name))))),
      themes.map(([theme, members]) => h("tbody", null,
        h("tr", { class: "theme" }, h("th", { scope: "rowgroup", colspan: regions.length + 1 },
          _(THEMES[theme] ?? THEMES.other))),
        [...members].sort((a, b) => worstOf(cells, regions, a) - worstOf(cells, regions, b)).map((task) => h("tr",
          null,
          h("th", { scope: "row" }, h("a", { href: to("curves", {}, task.task_key) }, original(task.task_name))),
          regions.map((region) => matrixCell(cells.get(`${task.task_key} ${region.key}`), task, region))))))));
}

function worstOf(cells, regions, task) {
  const places = regions.map((region) => cells.get(`${task.task_key} ${region.key}`)).filter(Boolean);
  return Math.min(...places.map((cell) => CONCERN.indexOf(cell.cell_status)));
}

function matrixCell(cell, task, region) {
  if (!cell) return h("td", { class: "blank" }, h("span", { class: "hidden" }, _("无此任务")));
  const [word, sign] = STATES[cell.cell_status];
  const more = cellWords(cell);
  return h("td", { class: `cell ${cell.cell_status}` },
    h("a", { href: to("list", { task: task.task_key, region: region.key }),
      "aria-label": `${region.name} ${task.task_name}：${_(word)} ${more}` },
    h("span", { class: "word" }, h("i", { "aria-hidden": "true" }, sign), _(word)), more ? h("small", null, more)
      : null));
}

/** What the word rests on: how many of how many, and how long. */
function cellWords(cell) {
  const of = cell.requirement_count;
  if (cell.cell_status === "overdue") return _("{n}/{of}项，{d}天",
    { n: cell.overdue_count, of, d: cell.max_days_overdue });
  if (cell.cell_status === "lagging") {
    return _("{n}/{of}项", { n: cell.lagging_count, of })
      + (cell.max_lag_streak_months > 1 ? _("，连续{n}个月", { n: cell.max_lag_streak_months }) : "");
  }
  const some = { not_reported: cell.not_reported_count, under_review: cell.under_review_count,
    pace_note: cell.pace_note_count }[cell.cell_status];
  return some === undefined ? _("{n}项", { n: of }) : _("{n}/{of}项", { n: some, of });
}
