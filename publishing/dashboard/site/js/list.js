"use strict";
/* The rows that a count counts: what is shown stands in the address, so a list can be sent to somebody. */

const ONLY = {
  all: ["全部要求", () => true],
  lagging: ["滞后", (row) => row.is_lagging],
  overdue: ["逾期", (row) => row.is_overdue],
  due: ["已到期", (row) => row.is_due],
  pace_note: ["序时提示", (row) => row.is_behind_schedule && !row.is_due],
  contradicted: ["状态与数字不符", (row) => row.is_status_contradicted],
  determined: ["市局已认定", (row) => row.determined_status],
  met: ["已完成", (row) => stateOf(row) === "met"],
  met_so_far: ["目前达标", (row) => stateOf(row) === "met_so_far"],
  open: ["推进中", (row) => stateOf(row) === "open"],
  absent: ["未报送或数据待核", (row) => row.publication_status !== "published"],
  insufficient: ["数据不足", (row) => row.computed_status === "insufficient_data"],
  caught_up: ["已赶上", (row) => row.is_caught_up],
};

VIEWS.list = async (context) => {
  const { query } = context;
  const [name, holds] = ONLY[query.only] ?? ONLY.all;
  const rows = context.rows.filter((row) => holds(row)
    && (!query.region || row.region_key === query.region)
      && (!query.task || row.task_key === query.task)).sort(worstFirst);
  const parts = [month(context.period), regionName(context, query.region), taskName(context, query.task), _(name)];
  const title = parts.filter((part) => part).join(" · ");
  return [
    h("h1", null, title),
    choices(context),
    h("p", { class: "note", role: "status" }, _("共{n}项要求。点要求看原文出处。", { n: rows.length })),
    query.only === "pace_note" ? h("p", { class: "note" }, _("序时提示只说明低于按时间平均的进度，不是滞后结论。")) : null,
    rows.length ? rowTable(context, rows, title) : nothing(_("没有符合条件的要求。")),
  ];
};

function choices(context) {
  const { query } = context;
  const go = (name) => (event) => { location.hash = to("list",
    { ...listQuery(query), [name]: event.target.value }); };
  const choose = (name, label, first, pairs) => h("label", null, h("span", null, label),
    h("select", { name: `list-${name}`, onchange: go(name) },
      [["", first], ...pairs].map(([value, text]) => h("option", { value, selected: (query[name] ?? "") === value },
        text))));
  const { all, ...others } = ONLY;
  return h("div", { class: "filters" },
    choose("only", _("状态"), _(all[0]), Object.entries(others).map(([key, [text]]) => [key, _(text)])),
    choose("region", _("区域"), _("全部区域"), context.area.regions.map((region) => [region.key, region.name])),
    choose("task", _("任务"), _("全部任务"), [...context.tasks.values()].map((task) => [task.task_key, task.task_name])));
}
function listQuery({ only, region, task }) {
  return { only, region, task };
}
