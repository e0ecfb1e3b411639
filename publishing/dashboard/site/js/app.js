"use strict";
/* The frame of every page: choices, ways, and which view answers an address. */

const NAVIGATION = [
  ["overview", "总览"], ["matrix", "任务矩阵"], ["list", "清单"], ["curves", "进度曲线"], ["streaks", "连续滞后"],
  ["contradictions", "状态不符"], ["filings", "报送"], ["withheld", "待核与未报"], ["search", "检索"], ["analysis", "分析"],
];

/** What a view is told: the area and period, their lists and vocabularies, and what is to be drawn afterwards. */
async function contextOf(index, query) {
  const area = index.areas.find(({ code }) => code === query.area) ?? busiest(index.areas);
  if (!area) return null;
  const periods = area.periods.map(({ period }) => period);
  const period = periods.includes(query.period) ? query.period : latest(area);
  const lists = await XUSHI.load(`${area.code}/${period}`);
  const at = periods.indexOf(period);
  return {
    index, area, period, lists, query, after: [], totals: area.periods[at], before: area.periods[at - 1] ?? null,
    rows: objects(lists.rows), scores: objects(lists.scores), regions: new Map(area.regions.map((r) => [r.key, r])),
    tasks: byKey(lists.tasks, "task_key"), statuses: byKey(index.statuses, "code"),
      checks: byKey(index.checks, "check_id"),
    details: () => XUSHI.load(`${area.code}/${period}-details`),
      year: () => XUSHI.load(`${area.code}/${period.slice(0, 4)}`),
    map: () => XUSHI.load(`${area.code}/map`),
  };
}
/** Where nothing was chosen: the area with the most regions, at its newest period that has requirements. */
function busiest(areas) {
  return [...areas].sort((a, b) => b.regions.length - a.regions.length || (a.code < b.code ? -1 : 1))[0];
}
function latest(area) {
  const told = area.periods.filter(({ requirement_count: count }) => count);
  return (told.at(-1) ?? area.periods.at(-1)).period;
}

/** A record that was asked for by its key alone: where it stands. */
async function placeOf(key) {
  const shard = /^[0-9a-f]/.test(key) ? key[0] : "other";
  const found = await XUSHI.load(`keys-${shard}`).catch(() => ({}));
  const [area, period] = (Object.hasOwn(found, key) ? found[key] : "").split("/");
  return { area, period };
}

let turn = 0;
async function show() {
  const mine = ++turn;
  const { route, argument, query } = place();
  LANGUAGE = query.lang === "en" ? "en" : "zh";
  document.documentElement.lang = LANGUAGE === "en" ? "en" : "zh-CN";
  const main = document.getElementById("main");
  try {
    const index = await XUSHI.load("index");
    const found = route === "evidence" ? await placeOf(argument) : {};
    const context = await contextOf(index, { ...query, ...(found.area ? found : {}) });
    if (context === null) return main.replaceChildren(nothing(_("还没有可以显示的数据。")));
    context.argument = argument;
    const view = VIEWS[route] ?? VIEWS.unknown;
    const content = await view(context);
    if (mine !== turn) return undefined;
    forgetCharts();
    frame(context, route);
    main.replaceChildren(...[content].flat(Infinity).filter(Boolean));
    context.after.forEach((draw) => draw());
    document.title = `${main.querySelector("h1")?.textContent ?? ""} · ${context.area.name}`;
    if (turn > 1 && !main.contains(document.activeElement)) { main.focus({ preventScroll: true }); scrollTo(0, 0); }
  } catch (error) {
    main.replaceChildren(h("p", { class: "nothing", role: "alert" },
      _("数据文件未能打开：{name}。页面可能已被新的一版替换，请重新打开。", { name: error.message })));
  }
  return undefined;
}

function frame(context, route) {
  const { area, period, index } = context;
  document.getElementById("skip").textContent = _("跳到正文");
  const choose = (name, label, chosen, pairs) => h("label", null, h("span", null, label),
    h("select", { name, onchange: (event) => {
      const chosenNow = { ...context.query, [name]: event.target.value };
      if (name === "area") delete chosenNow.period;
      location.hash = to(["evidence"].includes(route) ? "overview" : route, { period: "", ...kept(chosenNow) });
    } }, pairs.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
  document.getElementById("top").replaceChildren(
    h("div", { class: "title" }, h("p", { class: "brand" }, _("{area}生态环境重点任务进度", { area: area.name })),
      h("div", { class: "choices" },
        index.areas.length > 1 ? choose("area", _("地区"), area.code, index.areas.map((a) => [a.code, a.name])) : null,
        choose("period", _("期次"), period, [...area.periods].reverse().map((p) => [p.period, month(p.period)])),
        h("a", { class: "language", lang: LANGUAGE === "en" ? "zh-CN" : "en",
          href: to(route, { ...context.query, lang: LANGUAGE === "en" ? "" : "en" }, context.argument) },
        LANGUAGE === "en" ? "中文" : "English"),
        h("button", { type: "button", onclick: () => print() }, _("打印")))),
    h("nav", { "aria-label": _("主导航") }, NAVIGATION.map(([name, text]) =>
      h("a", { href: to(name, { area: area.code, period }), "aria-current": name === route ? "page" : null },
        _(text)))));
  document.getElementById("foot").replaceChildren(...footer(context));
}
function kept(query) {
  return Object.fromEntries(Object.entries(query).filter(([name]) => KEPT.includes(name) || name === "only"));
}

/** What the pages are of, and the ways to the pages of the checks and of the models. */
function footer({ index, area }) { // from disk the link of the pages, or the folder that it leads to, may be open
  const up = location.protocol === "file:"
    ? (/\/dashboards\/[^/]+\//.test(location.pathname) ? "../../../" : "../../") : null;
  return [
    h("p", null, _("数据第{version}版，{at}公布；每个数字可点开查看原文出处。", { version: index.version, at: moment(index.published_at) }),
      " ", area.periods_left_out ? _("本页只收录最近{n}期。", { n: area.periods.length }) : "",
      index.areas_left_out ? _("另有{n}个地区未收录。", { n: index.areas_left_out }) : ""),
    h("p", null,
      index.links.includes("checks")
        ? [h("a", { href: up ? `${up}reports/data_docs/index.html` : "../checks/index.html" }, _("核对规则与结果")), " · "]
        : null,
      index.links.includes("models")
        ? [h("a", { href: up ? `${up}docs/index.html` : "../models/index.html" }, _("数据模型说明")), " · "] : null,
      h("a", { href: "licences.html" }, _("图表库许可"))),
  ];
}

VIEWS.unknown = async () => [h("h1", null, _("没有这一页")), nothing(_("请从上方导航选择。"))];

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault(); // its address would be taken for a page's
  document.getElementById("main").focus();
});
addEventListener("hashchange", show);
XUSHI.load("texts").then((texts) => { ENGLISH = texts; }).catch(() => {}).then(show);
