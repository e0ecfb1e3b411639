"use strict";
/* Who reported, when, and how that has been over the year. */

VIEWS.filings = async (context) => {
  const year = await context.year();
  const scores = objects(year.scores);
  const owed = scores.filter((score) => score.expected_report_count);
  return [
    h("h1", null, _("报送率与及时率（{month}）", { month: month(context.period) })),
    isExceptionList(context, "every") ? h("p", { class: "note" }, _("本期来自市局印发的滞后情况表，不产生应报任务，不计报送率。")) : null,
    owed.length ? [rateTable(context, owed), rateChart(context, owed)]
      : nothing(_("没有登记应报单位和期限，报送率无从计算，不作为零。")),
    section(_("本期收到和应收的报送"), null, objects(context.lists.filings).length
      ? filingTable(context, objects(context.lists.filings)) : nothing(_("本期没有报送记录。"))),
  ];
};

/** This period and the year so far, region by region. */
function rateTable(context, owed) {
  const columns = [[_("区域"), "where"], [_("本期报送"), "what"], [_("本期按时"), "what"], [_("全年应报"), "number"],
    [_("全年报送率"), "number"], [_("全年及时率"), "number"]];
  const soFar = owed.filter((score) => score.period <= context.period);
  return dataTable(_("报送率与及时率"), columns, context.area.regions.map((region) => {
    const mine = soFar.filter((score) => score.region_key === region.key);
    const now = mine.find((score) => score.period === context.period);
    const sum = (name) => mine.reduce((total, score) => total + score[name], 0);
    const due = sum("expected_report_count");
    return [region.name, now ? `${now.received_report_count}/${now.expected_report_count}` : _("无应报登记"),
      now ? `${now.on_time_report_count}/${now.expected_report_count}` : "—", due ? String(due) : "—",
      due ? rate(sum("received_report_count") / due) : "—", due ? rate(sum("on_time_report_count") / due) : "—"];
  }), { class: "compact" });
}

/** Reports received and received in time, of those owed, month by month: drawn, and as a table. */
function rateChart(context, owed) {
  const total = (list, name) => list.reduce((sum, score) => sum + score[name], 0);
  const months = [...grouped(owed, (score) => score.period)].map(([period, list]) => ({
    period, owed: total(list, "expected_report_count"), received: total(list, "received_report_count"),
    onTime: total(list, "on_time_report_count"),
  }));
  const line = (name, of, color, symbol) => ({
    name, type: "line", symbol, symbolSize: 9, itemStyle: { color }, lineStyle: { color, width: 3 },
    data: months.map((m) => of(m) / m.owed * 100),
    label: { show: true, color, formatter: ({ value }) => percent(value, 1) },
  });
  const columns = [[_("期次"), "when"], [_("应报"), "number"], [_("收到"), "number"], [_("按时报送"), "number"],
    [_("报送率"), "number"], [_("及时率"), "number"]];
  const name = _("逐月报送率与及时率");
  return section(name, null,
    chart(context, _("逐月报送率与及时率图，数字见下表"), 230, () => ({
      grid: { left: 48, right: 36, top: 40, bottom: 26 },
      legend: { top: 0, left: 0, textStyle: { fontFamily: FONT, color: INK } },
      xAxis: { type: "category", data: months.map((m) => month(m.period)), axisLabel: { color: INK } },
      yAxis: { type: "value", min: 0, max: 100, axisLabel: { color: INK, formatter: "{value}%" },
        splitLine: { lineStyle: { color: "#e3e8ec" } } },
      series: [line(_("报送率"), (m) => m.received, "#14507a", "circle"),
        line(_("及时率"), (m) => m.onTime, "#8a5a00", "rect")],
    })),
    dataTable(name, columns, months.map((m) => [month(m.period), String(m.owed), String(m.received), String(m.onTime),
      rate(m.received / m.owed), rate(m.onTime / m.owed)]), { class: "compact" }));
}

function filingTable(context, filings) {
  const columns = [[_("单位"), "where"], [_("情况"), "what"], [_("文件"), "wide"], [_("应报"), "when"], [_("收到"), "when"],
    [_("说明"), "wide"]];
  return dataTable(_("报送"), columns, filings.map((f) => [
    original(f.reporting_unit ?? regionName(context, f.region_key)),
      h("span", { class: `filing ${f.status}` }, _(FILINGS[f.status] ?? f.status)),
    original(f.file_name ?? "—"), day(f.due_date), moment(f.received_at),
    [f.revision ? _("第{n}次补报", { n: f.revision }) : "", f.channel ? original(f.channel) : "",
      original(f.rejection_detail ?? "")].filter(Boolean).map((part) => h("div", null, part)),
  ]));
}
