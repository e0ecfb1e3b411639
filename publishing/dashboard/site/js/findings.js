"use strict";
/* Where words and figures disagree, and what is held back and why. */

VIEWS.contradictions = async (context) => {
  const details = await context.details();
  const rows = context.rows.filter((row) => row.is_status_contradicted).sort(worstFirst);
  const findings = objects(details.findings).filter((finding) => !finding.resolved_at);
  const serious = findings.filter(({ severity }) => severity !== "info");
  return [
    h("h1", null, _("上报状态与数字不符（{month}）", { month: month(context.period) })),
    section(_("上报好于数字、期限或阶段所允许"), _("两说并列，不替任何一方下结论；市局认定后以认定为准。"),
      rows.length ? verdictTable(context, rows) : nothing(_("本期没有上报状态与数字不符的要求。"))),
    section(_("核对发现"), _("数字、单位、期限、前后文的核对结果；每条可看算式和原文。"),
      serious.length ? serious.map((finding) => findingCard(context, finding, details))
        : nothing(_("本期没有警告以上的核对发现。"))),
  ];
};

function verdictTable(context, rows) {
  const columns = [[_("区域"), "where"], [_("要求"), "wide"], [_("区县自评"), "what"], [_("系统测算"), "what"],
    [_("市局认定"), "what"], [_("目标"), "number"], [_("实际"), "number"]];
  return dataTable(_("上报状态与数字不符的要求"), columns, rows.map((row) => [
    regionName(context, row.region_key), evidenceLink(row, original(row.requirement_text)),
    [original(row.reported_status_phrase ?? ""), h("small", null, statusName(context, row.reported_status))],
    statusName(context, row.computed_status),
    row.determined_status ? statusName(context, row.determined_status) : _("尚未认定"),
    targetOf(row), actualOf(row),
  ]));
}

function findingCard(context, finding, details) {
  const check = context.checks.get(finding.check_id) ?? {};
  const documents = byKey(details.documents, "document_key");
  const name = documents.get(finding.document_key)?.file_name;
  return h("article", { class: `finding ${finding.severity}` },
    h("h3", null, h("span", { class: `tag ${finding.severity}` }, _(SEVERITIES[finding.severity])), " ",
      regionName(context, finding.region_key), " · ", both(check, "name") ?? finding.check_id),
    h("p", null, original(both(finding, "message"))),
    finding.arithmetic ? h("p", { class: "arithmetic" }, h("span", null, _("算式")), original(finding.arithmetic))
      : null,
    finding.source_quote ? original(finding.source_quote, "blockquote") : null,
    h("p", { class: "source" }, original(name ?? ""), " ", spot(finding.source_locator),
      finding.progress_key ? [" · ", evidenceLink(finding, _("看这条要求的出处"))] : null));
}

const UNREAD = new Set(["missing", "rejected", "withheld"]);

VIEWS.withheld = async (context) => {
  const details = await context.details();
  const rows = context.rows.filter((row) => row.publication_status !== "published");
  const review = rows.filter((row) => row.publication_status === "under_review");
  const missing = rows.filter((row) => row.publication_status === "not_reported");
  const blockers = objects(details.findings).filter((f) => f.severity === "blocker" && !f.resolved_at);
  const filings = objects(context.lists.filings).filter((f) => UNREAD.has(f.status));
  const unread = objects(details.documents).filter((document) => document.unread_count);
  return [
    h("h1", null, _("数据待核与未报送（{month}）", { month: month(context.period) })),
    h("p", { class: "note" }, _("待核和未报的要求仍列在各表中，数字空着，不作为零；已认定或已自报的滞后不因此消失。")),
    section(_("数据待核"), _("有阻断问题的记录暂不公布数字，待核实或放行。"),
      blockers.map((finding) => findingCard(context, finding, details)),
      review.length ? rowTable(context, review, _("数据待核")) : nothing(_("本期没有待核的要求。"))),
    section(_("未报送"), null,
      filings.length ? filingTable(context, filings) : null,
      missing.length ? [h("p", { class: "note" }, countsByRegion(context, missing)),
        rowTable(context, missing.sort(worstFirst), _("未报送"), { first: 12 }),
        missing.length > 12 ? h("p", { class: "more" },
          h("a", { href: to("list", { only: "absent" }) }, _("全部{n}项", { n: missing.length }))) : null]
        : nothing(_("本期没有未报送的要求。"))),
    section(_("未读懂的数字"), _("读取规则未能识别的数字单独记录，不猜测。"),
      unread.length ? dataTable(_("未读懂的数字"), [[_("文件"), "wide"], [_("处数"), "number"]],
        unread.map((document) => [original(document.file_name), String(document.unread_count)]), { class: "compact" })
        : nothing(_("本期文件中的数字都已识别。"))),
  ];
};

function countsByRegion(context, rows) {
  return [...grouped(rows, (row) => row.region_key)]
    .map(([key, list]) => `${regionName(context, key)} ${_("{n}项", { n: list.length })}`).join("；");
}
