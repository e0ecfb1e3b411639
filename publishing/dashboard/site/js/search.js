"use strict";
/* Search over districts, tasks, requirements and what was written, within one area and period. */

VIEWS.search = async (context) => {
  const words = context.query.q ?? "";
  const form = h("form", { class: "search", role: "search", onsubmit: (event) => {
    event.preventDefault();
    location.hash = to("search", { q: event.target.elements.q.value.trim() });
  } }, h("label", null, h("span", null, _("检索区域、任务、要求、原文和文件名")),
    h("input", { name: "q", type: "search", value: words, autocomplete: "off", enterkeyhint: "search" })),
  h("button", { type: "submit" }, _("检索")));
  const head = [h("h1", null, _("检索（{month}）", { month: month(context.period) })), form];
  const terms = folded(words).split(/\s+/).filter(Boolean);
  if (!terms.length) return [...head, nothing(_("输入词语，多个词以空格分开，须同时出现。"))];
  const found = await searched(context, terms);
  return [...head, h("p", { class: "note", role: "status" },
    _("找到{n}项要求、{m}条核对发现。", { n: found.rows.length, m: found.findings.length })),
    found.rows.slice(0, SHOWN).map(({ row, texts }) => h("article", { class: "hit" },
      h("h2", null, regionName(context, row.region_key), " · ",
        evidenceLink(row, marked(row.requirement_text ?? taskName(context, row.task_key), terms))),
      h("p", null, badge(stateOf(row), marksOf(row)), " ", original(taskName(context, row.task_key))),
      texts.filter((text) => terms.some((term) => folded(text).includes(term))).slice(0, 2)
        .map((text) => h("p", { class: "source" }, marked(around(text, terms), terms))))),
    found.rows.length > SHOWN ? h("p", { class: "note" }, _("只显示前{n}项，请加词缩小范围。", { n: SHOWN })) : null,
    found.findings.slice(0, SHOWN).map((finding) => findingCard(context, finding, found.details))];
};
const SHOWN = 60;

/** Full and half width, upper and lower case are one. */
function folded(text) {
  return (text ?? "").normalize("NFKC").toLowerCase();
}

async function searched(context, terms) {
  const details = await context.details();
  const items = byKey(details.items, "item_key");
  const more = byKey(details.details, "progress_key");
  const documents = byKey(details.documents, "document_key");
  const holds = (texts) => { const all = folded(texts.join("\n")); return terms.every((term) => all.includes(term)); };
  const rows = context.rows.map((row) => {
    const item = items.get(row.item_key) ?? {};
    const own = more.get(row.progress_key) ?? {};
    const texts = [item.progress_text, own.source_quote, item.item_requirement_text, item.content_text,
      documents.get(own.document_key)?.file_name].filter(Boolean);
    const names = [regionName(context, row.region_key), taskName(context, row.task_key), row.requirement_text ?? "",
      reasonOf(row), _(STATES[stateOf(row)][0])];
    return { row, texts, all: [...names, ...texts] };
  }).filter(({ all }) => holds(all)).sort((a, b) => worstFirst(a.row, b.row));
  const findings = objects(details.findings).filter((f) => holds(
    [regionName(context, f.region_key), f.message_zh, f.message_en ?? "", f.source_quote ?? "", f.arithmetic ?? ""]));
  return { rows, findings, details };
}

/** The neighbourhood of the first hit in a long text. */
function around(text, terms) {
  const at = Math.min(...terms.map((term) => folded(text).indexOf(term)).filter((place) => place >= 0), text.length);
  const from = Math.max(0, at - 30);
  return `${from ? "…" : ""}${text.slice(from, at + 90)}${at + 90 < text.length ? "…" : ""}`;
}

/** The text with the terms marked, as nodes; where folding moves places the text stays unmarked. */
function marked(text, terms) {
  const low = folded(text);
  const node = original("", "span");
  if (low.length !== text.length) { node.append(text); return node; }
  let from = 0;
  while (from < text.length) {
    const [next] = terms.map((term) => [low.indexOf(term, from), term.length])
      .filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    if (!next) break;
    node.append(text.slice(from, next[0]), h("mark", null, text.slice(next[0], next[0] + next[1])));
    from = next[0] + next[1];
  }
  node.append(text.slice(from));
  return node;
}
