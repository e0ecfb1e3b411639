"use strict";
/* For analysts, apart from the first pages: indices and forecasts, none of them a verdict. */

VIEWS.analysis = async (context) => {
  const rows = context.rows.filter((row) => row.schedule_performance_index !== null || row.months_behind !== null);
  return [
    h("h1", null, _("分析（{month}）", { month: month(context.period) })),
    h("p", { class: "note" }, _("供分析人员参考：指数和预测按直线计划推算，不是结论，不进入印发文件。")),
    section(_("区域指标"), null, scoreTable(context)),
    section(_("进度偏差"), null, rows.length ? varianceTable(context, rows) : nothing(_("本期没有可以测算指数的要求。"))),
    section(_("序时提示阈值回测"), _("市局已印发各表中按不同阈值会提示的事项，市局同期认定滞后的有多少。"), backtest(context)),
  ];
};

function scoreTable(context) {
  const columns = [[_("区域"), "where"], [_("可判定到期"), "number"], [_("其中完成"), "number"],
    [_("到期完成率（BEI）"), "number"], [_("任务命中率"), "number"], [_("分值合计"), "number"],
    [_("有风险分值"), "number"], [_("数据不足"), "number"]];
  return dataTable(_("区域指标"), columns, context.scores.map((score) => [
    h("a", { href: to("list", { region: score.region_key, only: "due" }) }, score.region_name),
    String(score.rateable_due_count), String(score.rateable_finished_count),
    score.rateable_due_count ? rate(score.baseline_execution_index) : _("不计比率"),
    score.due_task_count ? rate(score.hit_task_rate) : _("不计比率"),
    figure(score.points_total), figure(score.points_at_risk),
    count(score.insufficient_data_count, { region: score.region_key, only: "insufficient" }, columns[7][0]),
  ]), { class: "compact" });
}

function varianceTable(context, rows) {
  const columns = [[_("区域"), "where"], [_("要求"), "wide"], [_("进度偏差（百分点）"), "number"], [_("SPI"), "number"],
    [_("滞后月数"), "number"], [_("所需提速"), "number"], [_("预计完成"), "when"]];
  const sorted = [...rows].sort((a, b) => (a.schedule_performance_index ?? 9) - (b.schedule_performance_index ?? 9));
  return dataTable(_("进度偏差"), columns, sorted.map((row) => [
    regionName(context, row.region_key), evidenceLink(row, original(requirementOf(row))),
    figure(row.schedule_variance_pp), figure(row.schedule_performance_index), figure(row.months_behind, 1),
    row.required_pace_ratio === null ? "—" : _("{n}倍", { n: figure(row.required_pace_ratio, 1) }),
    day(row.forecast_finish_date),
  ]));
}

function backtest(context) {
  const rows = objects(context.index.backtest);
  if (!rows.length) return nothing(_("还没有既有序时进度又有市局认定的要求可以回测。"));
  const columns = [[_("考核年度"), "when"], [_("阈值"), "number"], [_("有认定"), "number"], [_("认定滞后"), "number"],
    [_("曾提示"), "number"], [_("准确率"), "number"], [_("召回率"), "number"]];
  return dataTable(_("序时提示阈值回测"), columns, rows.map((row) => [
    String(row.campaign_year), figure(row.candidate_ratio), String(row.judged_count), String(row.behind_count),
    String(row.noted_count), rate(row.precision_ratio), rate(row.recall_ratio),
  ]), { class: "compact" });
}
