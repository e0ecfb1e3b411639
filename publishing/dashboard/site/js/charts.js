"use strict";
/* Charts: every one has a table beside it that says the same; tips are drawn as text, never as markup. */

const INK = "#22303c";
const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif';
const alive = [];

/** A place for a chart, drawn once it stands in the page. */
function chart(context, label, height, optionOf, onClick) {
  const box = h("div", { class: "chart", role: "img", "aria-label": label });
  box.style.height = `${height}px`;
  context.after.push(() => {
    const drawn = echarts.init(box, null, { renderer: "canvas",
      devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    drawn.setOption({
      animation: false, textStyle: { fontFamily: FONT, color: INK },
      tooltip: { renderMode: "richText", confine: true, textStyle: { fontFamily: FONT, fontSize: 13 } },
      ...optionOf(box.clientWidth),
    });
    if (onClick) drawn.on("click", onClick);
    alive.push([drawn, box, optionOf]);
  });
  return box;
}

function forgetCharts() {
  for (const [drawn] of alive.splice(0)) drawn.dispose();
}
function fitCharts() {
  for (const [drawn, box, optionOf] of alive) {
    if (!box.isConnected || drawn.getWidth() === box.clientWidth) continue;
    drawn.resize({ width: box.clientWidth });
    drawn.setOption(optionOf(box.clientWidth));
  }
}
addEventListener("resize", fitCharts);

/* Depth of the lag on the map: one hue, so that it reads without telling colours apart; the count stands on it. */
const DEPTHS = ["#e9eef2", "#fbdcb6", "#f0a35e", "#b8482a"];
const ABSENT = "#ffffff";
/** Upper ends of the classes: 0, up to a sixth, up to a half, above, of the largest count of the area's periods. */
function depthSteps(largest) {
  const low = Math.max(1, Math.round(largest / 6));
  return [0, low, Math.max(low + 1, Math.round(largest / 2))];
}
function depthOf(number, steps) {
  const at = steps.findIndex((end) => number <= end);
  return at < 0 ? steps.length : at;
}

/** The map: boundaries with their approval number, or hexagons that say that they are none. */
function mapChart(context, drawn, scores, steps) {
  const name = `area-${context.area.code}`;
  echarts.registerMap(name, drawn.collection);
  const byRegion = new Map(scores.map((score) => [score.region_key, score]));
  const box = boxOf(drawn.collection);
  const stretch = drawn.kind === "schematic" ? 1 : Math.cos((box.north + box.south) / 2 * Math.PI / 180);
  const ratio = (box.north - box.south) / ((box.east - box.west) * stretch);
  const height = Math.round(Math.min(470, Math.max(200,
    Math.min(innerWidth - 60, 540, 150 * drawn.collection.features.length) * ratio)));
  const widest = drawn.kind === "schematic" ? 150 * (box.east - box.west) : Infinity; // one region alone is no poster
  const told = scores.map((score) => `${score.region_name} ${mapWords(score)}`).join("；");
  return chart(context, _("各地滞后情况图：{told}", { told }), height, (width) => ({
    tooltip: {
      renderMode: "richText", confine: true,
      formatter: (item) => {
        const score = byRegion.get(item.name);
        if (!score) return regionName(context, item.name);
        const late = isAbsent(score) ? "" : `\n${_("逾期{n}项", { n: score.overdue_count })}`;
        return `${score.region_name}\n${mapWords(score)}${late}`;
      },
    },
    series: [{
      type: "map", map: name, nameProperty: "name", aspectScale: stretch, selectedMode: false,
      layoutCenter: ["50%", "50%"], layoutSize: Math.min(width - 8, (height - 8) / ratio, widest) * Math.max(1,
        ratio),
      itemStyle: { borderColor: drawn.kind === "schematic" ? "#9aa7b3" : "#6b7885", borderWidth: 1,
        areaColor: ABSENT },
      emphasis: { itemStyle: { borderColor: INK, borderWidth: 2 }, label: { show: true } },
      labelLayout: { hideOverlap: true }, // what has no room for its word has it in the table and in its tip
      label: { show: true, fontFamily: FONT, fontSize: 13, lineHeight: 18,
        formatter: (item) => {
          const score = byRegion.get(item.name);
          const words = score ? mapWords(score).replace("（", "\n（") : _("本期无数据");
          return `{name|${regionName(context, item.name)}}\n${words}`;
        },
        rich: { name: { fontWeight: 700, fontSize: 14, lineHeight: 20, fontFamily: FONT } } },
      data: drawn.collection.features.map(({ properties: { name: key } }) => {
        const score = byRegion.get(key);
        const depth = score ? depthOf(score.lagging_count, steps) : -1;
        const absent = depth < 0 || isAbsent(score);
        const areaColor = absent ? ABSENT : DEPTHS[depth];
        const color = !absent && depth === 3 ? "#ffffff" : INK;
        return { name: key, value: score ? score.lagging_count : null,
          itemStyle: { areaColor, borderType: absent ? "dashed" : "solid" },
          emphasis: { itemStyle: { areaColor }, label: { color } }, label: { color } };
      }),
    }],
  }), (item) => { location.hash = to("list", { only: "lagging", region: item.name }); });
}
function isAbsent(score) {
  return isUnheard(score) && !score.lagging_count;
}
function mapWords(score) {
  const { lagging_count: n } = score;
  if (isUnheard(score)) return unheardWord(score) + (n ? _("，原滞后{n}项", { n }) : "");
  if (n) return _("滞后{n}项", { n });
  const gone = absentCount(score);
  return gone ? _("未见滞后（{n}项未报或待核）", { n: gone }) : _("无滞后");
}
function boxOf(collection) {
  const box = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  (function walk(value) {
    if (typeof value[0] !== "number") return value.forEach(walk);
    box.west = Math.min(box.west, value[0]); box.east = Math.max(box.east, value[0]);
    box.south = Math.min(box.south, value[1]); box.north = Math.max(box.north, value[1]);
  })(collection.features.map((feature) => feature.geometry.coordinates));
  return box;
}
