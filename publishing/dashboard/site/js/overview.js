"use strict";
/* The first page: how the month stands in figures and words, on the map, in the matrix, and what lags. */

VIEWS.overview = async (context) => {
  const [drawn, year] = await Promise.all([context.map(), context.year()]);
  const lagging = context.rows.filter((row) => row.is_lagging).sort(worstFirst);
  return [
    h("h1", null, _("{area}重点任务进度总览（截至{day}）", { area: context.area.name, day: day(context.totals.as_of_date) })),
    headline(context),
    figures(context, year),
    mapSection(context, drawn, year),
    section(_("任务矩阵"), _("格内为该地该任务各项要求中最需关注的状态；点开看明细。"), matrixTable(context)),
    section(_("滞后清单"), lagNote(context),
      lagging.length ? rowTable(context, lagging, _("滞后清单"), { first: 8 }) : nothing(noLagWords(context.totals)),
      lagging.length > 8 ? h("p", { class: "more" },
        h("a", { href: to("list", { only: "lagging" }) }, _("全部{n}项滞后要求", { n: lagging.length }))) : null),
  ];
};

/** One paragraph that can be read aloud. */
function headline(context) {
  const { totals: t, scores } = context;
  if (!t.requirement_count) return h("p", { class: "headline" }, _("本期没有任务要求的数据；空缺不等于按时完成。"));
  const unheard = scores.filter((score) => score.requirement_count && isUnheard(score));
  const named = (list) => list.map((score) => score.region_name).join(LANGUAGE === "en" ? ", " : "、");
  const silent = unheard.filter((score) => !score.under_review_count);
  const withheld = unheard.filter((score) => score.under_review_count);
  const determined = context.rows.filter((row) => row.determined_status).length;
  const told = scores.filter((score) => score.requirement_count).length;
  const said = [
    _("{n}个区域共有考核要求{all}项，已到期{due}项。", { n: told, all: t.requirement_count, due: t.due_count }),
    lagWords(context),
    silent.length ? _("{names}本期未报送，其数字空缺，不作为零。", { names: named(silent) }) : "",
    withheld.length ? _("{names}本期数据待核，其数字空缺，不作为零。", { names: named(withheld) }) : "",
    elapsed(t.as_of_date),
    determined ? _("市局已认定{n}项。", { n: determined }) : _("本期尚无市局认定，滞后依据区县自评和到期未完成。"),
    isExceptionList(context, "every")
      ? _("本期来自进度滞后情况表：只列滞后事项，未列出的不等于未报送或按进度，不计比率、不排名。") : "",
  ];
  return h("p", { class: "headline" }, said.join(LANGUAGE === "en" ? " " : ""));
}

/** How much lags and for how long; who has most of it, unless the period is a list of exceptions: it ranks nobody. */
function lagWords(context) {
  const { totals: t, scores } = context;
  if (!t.lagging_count) return noLagWords(t);
  const longest = Math.max(0, ...context.rows.map((row) => row.days_overdue ?? 0));
  const most = Math.max(...scores.map((score) => score.lagging_count));
  const names = scores.filter((score) => score.lagging_count === most).map((score) => score.region_name);
  const parts = [
    _("滞后{n}项，其中逾期{o}项", { n: t.lagging_count, o: t.overdue_count }),
    longest ? _("，最长逾期{n}天", { n: longest }) : "",
    names.length < 3 && scores.length > 2 && !isExceptionList(context, "some")
      ? _("；最多的是{names}（{n}项）", { names: names.join(LANGUAGE === "en" ? ", " : "、"), n: most }) : "",
  ];
  return `${parts.join("")}${LANGUAGE === "en" ? "." : "。"}`;
}
/** Whether "every" document of the period is a lag table, or "some": a ranking may rest on none of them. */
function isExceptionList(context, quantity) {
  const told = context.rows.filter((row) => row.family);
  return told.length > 0 && told[quantity]((row) => row.family === "lag_table");
}
function elapsed(asOf) {
  if (!asOf) return "";
  const number = Number(asOf.slice(5, 7));
  return _("全年时间已过{n}个月，按时间平均应达{p}（序时进度）。", { n: number, p: percent(number / 12 * 100, 1) });
}
function lagNote(context) {
  return context.rows.some((row) => row.determined_status)
    ? _("市局认定为滞后的事项；逾期天数自期限次日起算。") : _("区县自评滞后或到期未完成的事项，待市局认定；逾期天数自期限次日起算。");
}

/** The figures, each a way to its rows, each beside its change since the period before. */
function figures(context, year) {
  const { totals: t } = context;
  const since = (name) => heardChange(context, objects(year.scores), name);
  const tiles = [
    [_("考核要求"), t.requirement_count, to("list"), null],
    [_("已到期"), t.due_count, to("list", { only: "due" }), null],
    [_("滞后"), t.lagging_count, to("list", { only: "lagging" }), since("lagging_count")],
    [_("其中逾期"), t.overdue_count, to("list", { only: "overdue" }), since("overdue_count")],
    [_("状态与数字不符"), t.contradiction_count, to("contradictions"), since("contradiction_count")],
    [_("数据待核"), t.under_review_count, to("withheld"), null],
    [_("未报送"), t.not_reported_count, to("withheld"), silenceChange(context)],
  ];
  const filed = t.expected_report_count
    ? `${t.received_report_count}/${t.expected_report_count}` : _("无应报登记");
  return h("ul", { class: "figures" }, [...tiles, [_("已报送单位"), filed, to("filings"),
    t.expected_report_count ? _("按时{n}", { n: t.on_time_report_count }) : null]].map(([name, value, href, more]) =>
    h("li", null, h("a", { href }, h("span", { class: "name" }, name),
      h("strong", { class: /^[\d/]+$/.test(value) ? null : "words" }, String(value)),
      h("small", null, more ?? "\u00a0")))));
}
function mapSection(context, drawn, year) {
  // one scale for the year: a colour means the same in every period
  const largest = Math.max(3, ...objects(year.scores).map((score) => score.lagging_count));
  const steps = depthSteps(largest);
  const missing = drawn.missing.map((key) => regionName(context, key));
  const notes = [
    drawn.kind === "schematic" ? _("示意图，按各地驻地的相对方位排列，不作为行政区划界线依据。")
      : _("审图号：{number}", { number: drawn.approval_no }),
    missing.length ? _("图上未含：{names}", { names: missing.join("、") }) : "", context.area.map_problem ?? "",
  ].filter(Boolean);
  return section(_("各地滞后情况"), null, h("div", { class: "two" },
    h("figure", null, mapChart(context, drawn, context.scores, steps), legend(steps),
      h("figcaption", null, notes.map((note) => h("p", null, note)))),
    h("div", null, regionTable(context), trend(context,
      objects(year.scores).filter((score) => score.period <= context.period), false))));
}
function legend(steps) {
  const ranges = steps.map((end, i) => (i === 0 ? _("无滞后") : steps[i - 1] + 1 === end ? _("{n}项", { n: end })
    : _("{from}–{to}项", { from: steps[i - 1] + 1, to: end })));
  ranges.push(_("{from}项以上", { from: steps.at(-1) + 1 }));
  return h("ul", { class: "legend" }, ranges.map((text, i) => h("li", { class: `depth${i}` }, text)),
    h("li", { class: "absent" }, _("未报或待核")));
}

/** What the map says, as a table; the order is the administrative one, never a rank. */
function regionTable(context) {
  const longest = (key) => context.rows.filter((row) => row.region_key === key).reduce((most, row) => Math.max(most,
    row.days_overdue ?? 0), 0);
  const only = (score, name) => ({ only: name, region: score.region_key });
  const columns = [[_("区域"), "where"], [_("要求"), "number"], [_("已到期"), "number"], [_("滞后"), "number"],
    [_("其中逾期"), "number"], [_("最长逾期"), "number"], [_("序时提示"), "number"], [_("未报或待核"), "number"]];
  return dataTable(_("各地滞后情况"), columns, context.scores.map((score) => [
    h("a", { href: to("list", { region: score.region_key }) }, score.region_name),
    count(score.requirement_count, { region: score.region_key }, columns[1][0]),
      count(score.due_count, only(score, "due"), columns[2][0]),
    isAbsent(score) ? "—" : count(score.lagging_count, only(score, "lagging"), columns[3][0]),
      isAbsent(score) ? "—" : count(score.overdue_count, only(score, "overdue"), columns[4][0]),
    longest(score.region_key) ? _("{n}天", { n: longest(score.region_key) }) : "—",
    count(score.pace_note_count, only(score, "pace_note"), columns[6][0]),
    count(absentCount(score), only(score, "absent"), columns[7][0]),
  ]), { class: "compact" });
}
