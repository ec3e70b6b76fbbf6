// Charts as SVG: Slack's data_visualization, and the live lines of the fleet.

import { h, hidden, s } from "./dom.js";

const DASHES = ["", "6 4", "2 3", "8 3 2 3", "1 4", "12 4"];

export const nice = (most) => {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= most * 0.999);
};

const short = (value) => (Math.abs(value) >= 1000 ? `${+(value / 1000).toFixed(1)}k` : `${+value.toFixed(2)}`);

/** Broken where nothing is known: a gap is not a zero. */
const path = (values, x, y) => {
  let pen = "M";
  return values.map((value, nth) => {
    if (value === null) { pen = "M"; return ""; }
    const point = `${pen}${x(nth).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
    return point;
  }).join("");
};

const frame = (box, top, unit) => [0, 0.5, 1].map((share) => {
  const y = box.bottom - share * (box.bottom - box.top);
  return s("g", { class: "grid" },
    s("line", { x1: box.left, x2: box.right, y1: y, y2: y }),
    s("text", { x: box.left - 5, y: y + 3.5, "text-anchor": "end" }, `${short(top * share)}${unit}`));
});

const alone = (values, x, y, kind) => {
  const known = values.flatMap((value, nth) => (value === null ? [] : [nth]));
  return known.length === 1 && s("circle", { class: `dot ${kind}`, cx: x(known[0]), cy: y(values[known[0]]), r: 2.5 });
};

/** A small live chart. `lines`: [{kind, values}] with one value (or null) per second. */
export const liveChart = ({ lines, unit, limit, label, least }) => {
  const box = { left: 32, right: 300, top: 7, bottom: 62 };
  const known = lines.flatMap((line) => line.values).filter((value) => value !== null);
  const top = nice(Math.max(least, ...known, limit ? limit * 1.2 : 0));
  const count = Math.max(2, ...lines.map((line) => line.values.length));
  const x = (nth) => box.left + (nth / (count - 1)) * (box.right - box.left);
  const y = (value) => box.bottom - Math.min(value / top, 1) * (box.bottom - box.top);
  return s("svg", { viewBox: "0 0 304 79", class: "live", role: "img", "aria-label": label },
    frame(box, top, ""),
    limit && s("g", { class: "limit" }, s("line", { x1: box.left, x2: box.right, y1: y(limit), y2: y(limit) }),
      s("text", { x: box.left + 3, y: y(limit) - 3 }, `limit ${limit}${unit}`)),
    lines.map((line) => s("path", { class: `line ${line.kind}`, d: path(line.values, x, y) })),
    lines.map((line) => alone(line.values, x, y, line.kind)),
    s("text", { class: "when", x: box.left, y: 74 }, "60 s ago"),
    s("text", { class: "when", x: box.right, y: 74, "text-anchor": "end" }, "now"));
};

// ------------------------------------------------------------------ data_visualization

const frameNow = () => ({ left: 40, right: matchMedia("(max-width: 760px)").matches ? 310 : 540, top: 12, bottom: 170 });

const valuesOf = (series, categories) =>
  categories.map((label) => series.data.find((point) => point.label === label)?.value ?? null);

const bars = (all, x, y, width) => all.map((values, nth) => values.map((value, at) => value !== null &&
  s("rect", { class: `fill series-${nth}`, x: x(at) - width / 2 + (nth * width) / all.length, y: y(Math.max(value, 0)),
    width: Math.max(1, width / all.length - 2), height: Math.abs(y(0) - y(value)) })));

const area = (values, x, y) => {
  const known = values.map((value) => value ?? 0);
  return `${path(known, x, y)}L${x(known.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`;
};

const marks = (kind, all, x, y, width) => {
  if (kind === "bar") return bars(all, x, y, width);
  return all.map((values, nth) => [
    kind === "area" && s("path", { class: `fill soft series-${nth}`, d: area(values, x, y) }),
    s("path", { class: `line series-${nth}`, d: path(values, x, y), "stroke-dasharray": DASHES[nth] }),
    alone(values, x, y, `series-${nth}`),
  ]);
};

const ticks = (labels, x, most) => {
  const every = Math.ceil(labels.length / most);
  return labels.map((label, nth) => nth % every === 0 &&
    s("text", { class: "tick", x: x(nth), y: 188, "text-anchor": nth === 0 ? "start" : nth === labels.length - 1 ? "end" : "middle" }, label));
};

const plotted = (chart, title) => {
  const box = frameNow();
  const { categories } = chart.axis_config;
  const all = chart.series.map((series) => valuesOf(series, categories));
  const top = nice(Math.max(0.0001, ...all.flat().filter((value) => value !== null)));
  const inset = chart.type === "bar" ? (box.right - box.left) / categories.length / 2 : 0;
  const span = box.right - box.left - 2 * inset;
  const x = (nth) => box.left + inset + (categories.length > 1 ? (nth / (categories.length - 1)) * span : span / 2);
  const y = (value) => box.bottom - (value / top) * (box.bottom - box.top);
  const width = Math.min(60, (span / categories.length) * 0.8);
  return s("svg", { viewBox: `0 0 ${box.right + 12} 198`, class: "chart", role: "img", "aria-label": `${title}; the numbers are in the table below` },
    frame(box, top, ""), marks(chart.type, all, x, y, width), ticks(categories, x, box.right > 400 ? 8 : 4));
};

const slice = (from, to, nth) => {
  const at = (share) => [100 + 80 * Math.sin(2 * Math.PI * share), 100 - 80 * Math.cos(2 * Math.PI * share)];
  if (to - from > 0.9999) return s("circle", { class: `fill series-${nth}`, cx: 100, cy: 100, r: 80 });
  const [[x1, y1], [x2, y2]] = [at(from), at(to)];
  return s("path", { class: `fill series-${nth}`, d: `M100 100L${x1} ${y1}A80 80 0 ${to - from > 0.5 ? 1 : 0} 1 ${x2} ${y2}Z` });
};

const pie = (chart, title) => {
  const total = chart.segments.reduce((sum, each) => sum + each.value, 0);
  let from = 0;
  return s("svg", { viewBox: "0 0 200 200", class: "pie", role: "img", "aria-label": `${title}; the numbers are in the table below` },
    chart.segments.map((each, nth) => {
      const start = from;
      from += each.value / total;
      return slice(start, from, nth);
    }));
};

const legend = (names) => h("ul", { class: "legend" }, names.map((label, nth) =>
  h("li", {}, s("svg", { viewBox: "0 0 22 8", "aria-hidden": "true" },
    s("line", { class: `line series-${nth}`, x1: 0, x2: 22, y1: 4, y2: 4, "stroke-dasharray": DASHES[nth] })), label)));

const numbersOf = (chart) => {
  if (chart.type === "pie") return h("table", {}, chart.segments.map((each) => h("tr", {}, h("th", { scope: "row" }, each.label), h("td", {}, each.value))));
  const { categories, x_label: across = "" } = chart.axis_config;
  return h("table", {},
    h("tr", {}, h("th", { scope: "col" }, across), chart.series.map((each) => h("th", { scope: "col" }, each.name))),
    categories.map((label, nth) => h("tr", {}, h("th", { scope: "row" }, label),
      chart.series.map((each) => h("td", {}, valuesOf(each, categories)[nth] ?? "–")))));
};

/** Slack's chart block: the picture, its legend, and its numbers for who cannot see it. */
export const visualization = (block) => {
  const { chart, title } = block;
  const names = (chart.type === "pie" ? chart.segments : chart.series).map((each) => each.label ?? each.name);
  const axis = chart.axis_config ?? {};
  const about = [axis.y_label, axis.x_label && `over ${axis.x_label}`].filter(Boolean).join(" ");
  return h("figure", { class: "visualization" },
    h("figcaption", {}, h("strong", {}, title), about && h("span", { class: "small" }, ` ${about}`)),
    chart.type === "pie" ? pie(chart, title) : plotted(chart, title),
    legend(names),
    h("details", {}, h("summary", {}, "Numbers", hidden(` of ${title}`)), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Numbers of ${title}` }, numbersOf(chart))));
};
