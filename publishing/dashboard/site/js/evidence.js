"use strict";
/* Where a figure comes from: its words in the document, the rule that read them, three verdicts, the arithmetic. */

VIEWS.evidence = async (context) => {
  const row = context.rows.find((found) => found.progress_key === context.argument);
  if (!row) return [h("h1", null, _("没有这条记录")), nothing(_("它可能属于更早的版本，或编号有误。"))];
  const [details, year] = await Promise.all([context.details(), context.year()]);
  const more = byKey(details.details, "progress_key").get(row.progress_key) ?? {};
  const documents = byKey(details.documents, "document_key");
  const item = byKey(details.items, "item_key").get(row.item_key) ?? {};
  return [
    h("p", { class: "way" }, h("a", { href: to("list", { region: row.region_key }) },
      regionName(context, row.region_key)), " › ",
      h("a", { href: to("curves", {}, row.task_key) }, original(taskName(context, row.task_key)))),
    h("h1", null, original(requirementOf(row))),
    h("p", { class: "lead" }, badge(stateOf(row), marksOf(row)), " ", original(both(row, "lag_reason") ?? "")),
    both(more, "footnote") ? h("p", { class: "footnote" }, original(both(more, "footnote"))) : null,
    h("div", { class: "two" }, verdicts(context, row, more), measures(row)),
    evidenceSection(context, row, more, details, documents),
    textSection(item),
    findingsOf(context, row, details),
    historySection(context, row, details, year),
  ];
};

function facts(pairs) {
  return h("dl", { class: "facts" },
    pairs.filter(Boolean).map(([name, value]) => [h("dt", null, name), h("dd", null, value)]));
}

function verdicts(context, row, more) {
  return section(_("三种结论"), null, facts([
    [_("区县自评"), row.reported_status ? [original(row.reported_status_phrase ?? ""),
      `（${statusName(context, row.reported_status)}）`] : _("未作自评")],
    [_("系统测算"), statusName(context, row.computed_status)],
    [_("市局认定"), row.determined_status ? [statusName(context, row.determined_status),
      h("small", null, `${more.determined_by ?? ""} ${moment(more.determined_at)} `,
        original(more.determination_reason ?? ""))] : _("尚未认定")],
    row.is_status_contradicted ? [_("提示"), _("自评好于数字、期限或阶段所允许")] : null,
  ]));
}

function measures(row) {
  return section(_("数字"), null, facts([
    [_("目标"), targetOf(row)],
    [_("实际"), actualOf(row)],
    [_("期限"), row.deadline_date ? day(row.deadline_date) : _("未写期限")],
    row.reported_completion_pct !== null ? [_("上报完成率"), percent(row.reported_completion_pct)] : null,
    row.computed_completion_pct !== null ? [_("按数测算完成率"), percent(row.computed_completion_pct)] : null,
    row.planned_pct_prorated !== null ? [_("序时进度"), percent(row.planned_pct_prorated)] : null,
    row.planned_pct_stepped !== null ? [_("节点应达"), percent(row.planned_pct_stepped)] : null,
    row.schedule_variance_pp !== null ? [_("与计划相差"), _("{n}个百分点", { n: figure(row.schedule_variance_pp) })] : null,
    row.days_overdue ? [_("逾期"), _("{n}天", { n: row.days_overdue })] : null,
    row.points !== null ? [_("分值"), _("{n}分", { n: figure(row.points) })] : null,
  ]));
}

function documentWords(document) {
  if (!document) return _("没有来源文件");
  return [original(document.file_name), h("small", null, [
    document.publisher, _(FAMILIES[document.family] ?? ""), _("收到{at}", { at: moment(document.received_at) }),
    document.revision ? _("第{n}次补报", { n: document.revision }) : "", `SHA-256 ${document.sha256.slice(0, 12)}…`,
  ].filter(Boolean).join(" · "))];
}

const ROLE_ORDER = ["target", "deadline", "actual", "status", "stage"];
/** Each quote with its file, its cell and the rule that read it. */
function evidenceSection(context, row, more, details, documents) {
  const found = objects(details.evidence).filter((quote) => quote.progress_key === row.progress_key);
  const quotes = [...grouped(found, (q) => [q.quote, q.locator, q.document_key, q.rule_id].join("\n")).values()]
    .map((same) => ({ ...same[0],
      roles: same.map((q) => q.role).sort((a, b) => ROLE_ORDER.indexOf(a) - ROLE_ORDER.indexOf(b)) }))
    .sort((a, b) => ROLE_ORDER.indexOf(a.roles[0]) - ROLE_ORDER.indexOf(b.roles[0]));
  const cards = quotes.map((quote) => h("article", { class: "quote" },
    h("h3", null, quote.roles.map((role) => _(ROLES[role] ?? role)).join(" · ")), original(quote.quote, "blockquote"),
    h("p", { class: "source" }, h("strong", null, spot(quote.locator)), " ",
      documentWords(documents.get(quote.document_key))),
    h("p", { class: "source" }, _("读取规则 {rule}（第{version}版）",
      { rule: quote.rule_id, version: quote.rule_version }))));
  const whole = more.source_quote && !quotes.some((quote) => quote.quote === more.source_quote)
    ? h("article", { class: "quote" }, h("h3", null, _("进展原文")), original(more.source_quote, "blockquote"),
      h("p", { class: "source" }, h("strong", null, spot(more.source_locator)), " ",
        documentWords(documents.get(more.document_key)))) : null;
  return section(_("原文出处"), null, cards.length || whole ? [cards, whole]
    : nothing(row.publication_status === "not_reported" ? _("本期未报送，没有原文。") : _("没有可以引用的原文。")));
}

function textSection(item) {
  const parts = [[_("考核内容"), item.content_text], [_("目标要求"), item.item_requirement_text],
    [_("进展情况"), item.progress_text]].filter(([, text]) => text);
  if (!parts.length) return null;
  return h("details", { class: "texts" }, h("summary", null, _("这一事项的全文")),
    parts.map(([name, text]) => [h("h3", null, name), original(text, "p", { class: "asis" })]));
}

function findingsOf(context, row, details) {
  const found = objects(details.findings).filter((f) => f.progress_key === row.progress_key
    || (row.item_key && f.item_key === row.item_key));
  return found.length ? section(_("核对发现"), null, found.map((finding) => findingCard(context, finding, details)))
    : null;
}

/** Month by month as it is known now, and what was known before a resubmission or a correction. */
function historySection(context, row, details, year) {
  const months = objects(year.points).filter((point) => point.requirement_id === row.requirement_id);
  const earlier = objects(details.earlier).filter((known) => known.requirement_id === row.requirement_id);
  const columns = [[_("期次"), "when"], [_("状态"), "what"], [_("实际"), "number"], [_("完成率"), "number"],
    [_("计划"), "number"]];
  return section(_("历次情况"), null,
    dataTable(_("逐月情况"), columns, months.map((point) => [
      point.progress_key === row.progress_key ? h("strong", null, month(point.period))
        : evidenceLink(point, month(point.period)),
      badge(stateOf(point)), actualCell({ point, actual: point.actual_value }, point.unit),
      percent(point.computed_completion_pct ?? point.reported_completion_pct),
      percent(point.planned_pct_prorated ?? point.planned_pct_stepped),
    ]), { class: "compact" }),
    earlier.length ? earlierTable(context, earlier) : null);
}

function earlierTable(context, earlier) {
  const columns = [[_("自何时"), "when"], [_("至何时"), "when"], [_("自评"), "what"], [_("实际"), "number"], [_("原文"), "wide"]];
  return dataTable(_("本期此前的说法"), columns, earlier.map((known) => [
    moment(known.known_from), moment(known.known_to), statusName(context, known.reported_status),
    amount(known.actual_value, known.unit), original(known.source_quote),
  ]), { showCaption: true });
}
