"use strict";
/* Parts that several pages share: a state's word, a count that leads to its rows, tables that fold up on a phone. */

function badge(state, more = "") {
  const [word, sign] = STATES[state] ?? [state, ""];
  return h("span", { class: `state ${state}` }, h("i", { "aria-hidden": "true" }, sign), _(word), more);
}

/** The verdict's name by its code. */
function statusName(context, code) {
  if (!code) return "—";
  const found = context.statuses.get(code);
  return found ? (LANGUAGE === "en" ? found.name_en : found.name_zh) : code;
}

/** A count as a link to the rows that it counts; nothing to open where there is none. */
function count(number, query, name) {
  if (!number) return h("span", { class: "none" }, "0");
  return h("a", { class: "count", href: to("list", query), "aria-label": `${name} ${number}` }, String(number));
}

/** A table in a box that scrolls by itself; `columns` are [title, class], a cell is an element, a text or a list. */
function dataTable(caption, columns, rows, options = {}) {
  const head = h("tr", null, columns.map(([title, kind]) => h("th", { scope: "col", class: kind }, title)));
  const body = rows.map((cells) => h("tr", cells.attributes ?? null, (cells.cells ?? cells).map((cell, i) => {
    const attributes = { class: columns[i][1], "data-label": columns[i][0] };
    return i === 0 && options.rowHeader !== false
      ? h("th", { ...attributes, scope: "row" }, cell)
      : h("td", attributes, h("div", null, cell));
  })));
  const table = h("table", { class: options.class ?? "cards" },
    h("caption", { class: options.showCaption ? null : "hidden" }, caption), h("thead", null, head),
      h("tbody", null, body));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}

function nothing(text) {
  return h("p", { class: "nothing" }, text);
}

function section(title, note, ...content) {
  return h("section", null, h("h2", null, title), note ? h("p", { class: "note" }, note) : null, content);
}

/** What a district wrote, in its own language whatever the page's is. */
function original(text, tag = "span", attributes = {}) {
  return h(tag, { lang: "zh-CN", ...attributes }, text ?? "");
}

function taskName(context, key) {
  return context.tasks.get(key)?.task_name ?? "";
}
function regionName(context, key) {
  return context.regions.get(key)?.name ?? "";
}

/** A requirement with its number and scope: (1) stands before the text as it is, a bare 1 gets its point. */
function requirementOf(row) {
  const number = row.sub_item ?? "";
  return `${/[0-9]$/.test(number) ? `${number}. ` : number}${row.requirement_text ?? ""}${scopeWords(row)}`;
}

/** What a figure is about beside its task: `2023 province_up` is 2023年度省级以上; a pollutant stands as it is. */
function scopeWords({ scope, requirement_text: text }) {
  if (!scope) return "";
  const words = scope.split(" ").map((part) =>
    (/^\d{4}$/.test(part) ? _("{year}年度", { year: part }) : LEVELS[part] ? _(LEVELS[part]) : part));
  if (words.length === 1 && text?.includes(words[0])) return ""; // the text says it already
  return LANGUAGE === "en" ? ` (${words.join(" ")})` : `（${words.join("")}）`;
}

/** Target and actual as written: ≥75% against 74.29%; a class or a stage where there is no number. */
function targetOf(row) {
  if (row.target_class) return row.target_class;
  if (row.target_value === null) return "—";
  return `${COMPARATORS[row.target_comparator] ?? ""}${amount(row.target_value, row.target_unit)}`;
}
function actualOf(row) {
  if (row.publication_status === "under_review") return _("数据待核");
  if (row.publication_status === "not_reported") return _("未报送");
  if (row.actual_class) return row.actual_class;
  if (row.actual_value !== null) return amount(row.actual_value, row.unit) + (row.is_stated_zero ? _("（自报为零）") : "");
  if (row.stage) return _(STAGES[row.stage] ?? row.stage);
  return _("未报数字");
}

function evidenceLink(row, text) {
  return h("a", { href: to("evidence", {}, row.progress_key) }, text);
}

/** The rows of a list, worst first; each leads to its evidence. */
function rowTable(context, rows, caption, options = {}) {
  const columns = [
    [_("区域"), "where"], [_("状态"), "what"], [_("任务与要求"), "wide"], [_("目标"), "number"], [_("实际"), "number"],
    [_("期限"), "when"], [_("说明"), "wide"],
  ];
  return dataTable(caption, columns, rows.map((row, i) => ({
    attributes: options.first && i >= options.first ? { class: "on-paper" } : null,
    cells: [
      regionName(context, row.region_key), badge(stateOf(row), marksOf(row)),
      [original(taskName(context, row.task_key), "span", { class: "task" }),
        evidenceLink(row, original(requirementOf(row)))],
      targetOf(row), actualOf(row), day(row.deadline_date), original(reasonOf(row)),
    ],
  })));
}
function marksOf(row) {
  return row.is_overdue ? h("small", null, _("{n}天", { n: row.days_overdue }))
    : row.lag_streak_months > 1 ? h("small", null, _("连续{n}个月", { n: row.lag_streak_months })) : null;
}
function reasonOf(row) {
  return both(row, "lag_reason") || (row.reported_status_phrase ? _("自评：{text}", { text: row.reported_status_phrase })
    : "");
}

const CONCERN = Object.keys(STATES);
function worstFirst(a, b) {
  return CONCERN.indexOf(stateOf(a)) - CONCERN.indexOf(stateOf(b)) || (b.days_overdue ?? 0) - (a.days_overdue ?? 0)
    || (b.lag_streak_months ?? 0) - (a.lag_streak_months ?? 0);
}
