"use strict";
/* Words: Chinese as written here, English from the dictionary; figures, days and places as people say them. */

let LANGUAGE = "zh";
let ENGLISH = {};

/** A text in the reader's language, with {names} filled in. */
function _(text, values = {}) {
  const told = LANGUAGE === "en" ? ENGLISH[text] ?? text : text;
  return told.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The field of a row that is written in both languages. */
function both(row, name) {
  return LANGUAGE === "en" ? row[`${name}_en`] || row[`${name}_zh`] : row[`${name}_zh`];
}

/** A figure without needless digits; a dash for none, never a zero. */
function figure(value, digits = 2) {
  if (value === null || value === undefined) return "—";
  if (typeof value !== "number") return String(value);
  return value.toLocaleString("zh-CN", { maximumFractionDigits: digits }).replace("-", "−");
}
function percent(value, digits = 2) {
  return value === null || value === undefined ? "—" : `${figure(value, digits)}%`;
}
function rate(value) {
  return value === null || value === undefined ? "—" : percent(value * 100, 1);
}
function amount(value, unit, digits = 4) {
  if (value === null || value === undefined) return "—";
  return unit === "%" ? `${figure(value, digits)}%` : `${figure(value, digits)}${unit ?? ""}`;
}

function day(iso) {
  if (!iso) return "—";
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number);
  return LANGUAGE === "en" ? iso.slice(0, 10) : `${year}年${month}月${date}日`;
}
function month(period) {
  if (!period) return "—";
  const [year, number] = period.split("-").map(Number);
  return LANGUAGE === "en" ? period : `${year}年${number}月`;
}
/** An instant that the snapshot keeps in UTC, as the clock in Shanghai shows it. */
function moment(iso) {
  if (!iso) return "—";
  const zoned = /[zZ]|[+-]\d\d:\d\d$/.test(iso) ? iso : `${iso}Z`;
  const shown = new Date(zoned).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16);
  return LANGUAGE === "en" ? shown : `${day(shown)} ${shown.slice(11)}`;
}

/** A locator as a person finds it. */
function spot(locator) {
  const cell = /table (\d+)\/row (\d+)\/cell (\d+)/.exec(locator ?? "");
  if (cell) return _("第{t}表第{r}行第{c}格", { t: cell[1], r: cell[2], c: cell[3] });
  const paragraph = /paragraph (\d+)/.exec(locator ?? "");
  return paragraph ? _("第{n}段", { n: paragraph[1] }) : locator ?? "";
}

/* A state is a word and a sign before it is a colour. The order is the order of concern. */
const STATES = {
  overdue: ["逾期", "■"],
  lagging: ["滞后", "◆"],
  not_reported: ["未报送", "×"],
  under_review: ["数据待核", "？"],
  pace_note: ["序时提示", "△"],
  open: ["推进中", "○"],
  met_so_far: ["目前达标", "◐"],
  met: ["已完成", "●"],
};
const MET = new Set(["completed", "completed_late"]);

/** The state of one requirement, by the same order as the matrix's cells. */
function stateOf(row) {
  if (row.is_overdue) return "overdue";
  if (row.is_lagging) return "lagging";
  if (row.publication_status !== "published") return row.publication_status;
  if (row.is_behind_schedule && !row.is_due) return "pace_note";
  if (MET.has(row.determined_status) || MET.has(row.computed_status)) return "met";
  return row.computed_status === "met_so_far" ? "met_so_far" : "open"; // a level that holds today can still be lost
}

/** Nothing of a region is known in a period: not reported, or all of it withheld. Its noughts are absences. */
function isUnheard(score) {
  return !score.published_count;
}
/** Why nothing is known of it. */
function unheardWord(score) {
  if (!score.requirement_count) return _("本期无数据");
  return score.under_review_count ? _("数据待核") : _("未报送");
}
function absentCount(counts) {
  return counts.not_reported_count + counts.under_review_count;
}
/** That nothing lags is said only where everything was heard. */
function noLagWords(totals) {
  const n = absentCount(totals);
  return n ? _("本期未见滞后的要求（{n}项未报或待核）。", { n }) : _("本期没有滞后的要求。");
}

const THEMES = {
  air: "大气", water: "水", soil: "土壤", solid_waste: "固废", rural: "农业农村", ecology: "生态", funds: "资金",
  compliance: "执法督察", climate: "气候", other: "其他",
};
const FAMILIES = {
  lag_table: "进度滞后情况表", assessment_table: "考核进展表", completion_list: "任务完成清单", narrative: "文字报告",
  workbook: "报送工作簿",
};
const SEVERITIES = { blocker: "阻断", error: "错误", warning: "警告", info: "提示" };
const FILINGS = {
  on_time: "按时报送", late: "迟报", missing: "未报送", withheld: "待核", superseded: "已由补报替代", rejected: "未能读取",
};
const ROLES = { target: "目标", deadline: "期限", actual: "实际", status: "状态", stage: "阶段" };
const STAGES = {
  not_started: "尚未开展", preparing: "前期工作", started: "已开工", main_works: "主体完成", commissioning: "安装调试",
  completed: "建设完成", trial_operation: "通水投运", accepted: "完成验收",
};
const LEVELS = {
  all: "各级", province_up: "省级以上", city: "市级", central: "中央级", province: "省级", county: "县级",
};
const COMPARATORS = { ">=": "≥", "<=": "≤", "=": "", ">": ">", "<": "<" };
