"use strict";
/* How long a lag lasts, and what has caught up: months side by side. */

VIEWS.streaks = async (context) => {
  const year = await context.year();
  const every = [...new Set(objects(year.points).map((point) => point.period))].sort();
  const periods = every.filter((period) => period <= context.period);
  const points = grouped(objects(year.points), (point) => point.requirement_id);
  const named = byKey(year.requirements, "requirement_id");
  const streakOf = ({ list }) => list.get(context.period).lag_streak_months ?? 0;
  const lasting = [...points]
    .map(([id, list]) => ({ requirement: named.get(id), list: new Map(list.map((p) => [p.period, p])) }))
    .filter(({ requirement, list }) => requirement && list.get(context.period)?.is_lagging)
    .sort((a, b) => streakOf(b) - streakOf(a));
  const caughtUp = context.rows.filter((row) => row.is_caught_up);
  return [
    h("h1", null, _("连续滞后（{year}年，截至{month}）", { year: context.period.slice(0, 4), month: month(context.period) })),
    trend(context, objects(year.scores).filter((score) => score.period <= context.period)),
    section(_("本期滞后的要求逐月情况"), _("连续月数按逐月公布的数据计；未报送的月份不中断也不增加结论，如实标出。"),
      lasting.length ? streakTable(context, lasting, periods) : nothing(noLagWords(context.totals))),
    section(_("滞后后赶上的要求"), null,
      caughtUp.length ? rowTable(context, caughtUp.sort(worstFirst), _("滞后后赶上的要求")) : nothing(_("本期没有由滞后转为赶上的要求。"))),
  ];
};

function streakTable(context, lasting, periods) {
  const columns = [[_("要求"), "wide"], [_("区域"), "where"], [_("连续月数"), "number"],
    ...periods.map((p) => [month(p), "what"])];
  return dataTable(_("本期滞后的要求逐月情况"), columns, lasting.map(({ requirement, list }) => [
    [original(requirement.task_name, "span", { class: "task" }),
      original(requirementOf(requirement))],
    regionName(context, requirement.region_key), String(list.get(context.period).lag_streak_months ?? "—"),
    ...periods.map((period) => {
      const point = list.get(period);
      return point ? h("a", { class: "plainlink", href: to("evidence", {}, point.progress_key) },
        badge(stateOf(point))) : "—";
    }),
  ]), { class: "cards" });
}

/** Months side by side; the table beside the chart stands where there is room for it. */
function trend(context, scores, withTable = true) {
  const total = (list, name) => list.reduce((sum, score) => sum + score[name], 0);
  const periods = [...grouped(scores, (score) => score.period)].map(([period, list]) => ({
    period, lagging: total(list, "lagging_count"), overdue: total(list, "overdue_count"),
    absent: list.filter((score) => score.requirement_count && isUnheard(score)),
  }));
  const name = _("逐月滞后项数");
  if (!periods.some((p) => p.lagging)) return section(name, null, nothing(_("各期都没有滞后的要求。")));
  const bars = (text, color, ink, of) => ({
    name: text, type: "bar", stack: "lag", barMaxWidth: 46, itemStyle: { color }, data: periods.map(of),
    label: { show: true, color: ink, formatter: ({ value }) => value || "" },
  });
  return section(name, null,
    chart(context, _("逐月滞后项数图，数字见连续滞后页的表"), 220, () => ({
      grid: { left: 40, right: 16, top: 34, bottom: 26 },
      legend: { top: 0, left: 0, textStyle: { fontFamily: FONT, color: INK } },
      xAxis: { type: "category", data: periods.map((p) => month(p.period)), axisLabel: { color: INK },
        axisTick: { show: false } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: INK },
        splitLine: { lineStyle: { color: "#e3e8ec" } } },
      series: [bars(_("滞后（未逾期）"), "#f0a35e", INK, (p) => p.lagging - p.overdue),
        bars(_("逾期"), "#b8482a", "#fff", (p) => p.overdue)],
    })),
    withTable ? trendTable(context, name, periods)
      : h("p", { class: "note" }, h("a", { href: to("streaks") }, _("逐月数字与连续滞后"))));
}

function trendTable(context, name, periods) {
  const columns = [[_("期次"), "when"], [_("滞后"), "number"], [_("其中逾期"), "number"], [_("未报送或待核的区域"), "wide"]];
  return dataTable(name, columns, periods.map((p) => [
    h("a", { href: to("list", { period: p.period, only: "lagging" }) }, month(p.period)), String(p.lagging),
    String(p.overdue), p.absent.map((score) => regionName(context, score.region_key)).join("、") || "—",
  ]), { class: "compact" });
}
