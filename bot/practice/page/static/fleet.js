// The fleet: who gets the traffic, how it goes, and the switches that break things.

import { h, post, redraw, toast, unpressed } from "./dom.js";
import { liveChart } from "./charts.js";

let sites = [];
let chosen = "checkout";
let victim = {};
let limits = {};
let stage = { bot: "starting", lives: 0 };

export const learnLimits = (found) => { limits = found; };

const siteNow = () => sites.find((site) => site.service === chosen) ?? sites[0];

const share = (site, version) => site.revisions[version] ?? 0;

/** The version that is not what users came from: live, wanted, or the next to try. */
const candidate = (site) => {
  const live = site.versions.find((version) => version !== site.stable && (share(site, version) > 0 || site.mirror[version] > 0));
  if (live) return live;
  const wanted = Object.keys(site.wanted.revisions).find((version) => version !== site.stable && site.wanted.revisions[version] > 0);
  if (wanted) return wanted;
  const at = site.versions.indexOf(site.stable);
  return site.versions[at + 1] ?? site.versions.at(-1);
};

const target = (site) => victim[site.service] ?? candidate(site);

/** Colours tell apart what is certified, what is being tried, and what was tried before. */
const kindOf = (site, version) => {
  if (version === site.stable) return "stable";
  return version === candidate(site) ? "fresh" : "old";
};

// ------------------------------------------------------------------ figures

const SMOOTH = 4;
// One failure of one request is no rate: the last stragglers of a version would read 100 %.
const TELLS = 3;
const windows = (list, work) => list.map((_, nth) => work(Math.max(0, nth - SMOOTH + 1), nth + 1));
const sum = (list) => list.reduce((total, each) => total + each, 0);
const errors = (found) => windows(found.requests, (from, to) => {
  const asked = sum(found.requests.slice(from, to)) + sum(found.mirrored.slice(from, to));
  return asked >= TELLS ? (100 * sum(found.errors.slice(from, to))) / asked : null;
});
const latency = (found) => windows(found.p99, (from, to) => {
  const known = found.p99.slice(from, to).filter((each) => each !== null).sort((a, b) => a - b);
  return known.length ? 1000 * known[Math.floor(known.length / 2)] : null;
});

const shownVersions = (site) =>
  site.versions.filter((version) => site.figures[version] || version === site.stable);

const lines = (site, work) => shownVersions(site).filter((version) => site.figures[version])
  .map((version) => ({ version, kind: kindOf(site, version), values: work(site.figures[version]) }));

const last = (values) => values.at(-1);
const figureOf = (value, unit) => value.toFixed(unit === " %" ? 1 : 0);
const spoken = (what, found, unit) => `${what}: ${found.map((line) => `${line.version} ${last(line.values) === null ? "no requests now" : `${figureOf(last(line.values), unit)}${unit}`}`).join(", ")}`;

const figure = (title, found, unit, options) => h("figure", {},
  h("figcaption", {}, h("span", {}, title), h("span", { class: "values" }, found.filter((line) => line.kind !== "old").map((line) =>
    h("span", { class: line.kind }, line.version, " ", h("b", {}, last(line.values) === null ? "–" : `${figureOf(last(line.values), unit)}${unit}`))))),
  liveChart({ lines: found, unit, label: spoken(title, found, unit), ...options }));

const split = (site) => {
  const parts = Object.entries(site.revisions).filter(([, weight]) => weight > 0);
  const copied = Object.entries(site.mirror).filter(([, weight]) => weight > 0);
  return h("div", {},
    h("div", { class: "bar", role: "img", "aria-label": `Traffic: ${parts.map(([version, weight]) => `${version} ${weight} %`).join(", ")}` },
      parts.map(([version, weight]) => {
        const part = h("span", { class: kindOf(site, version) }, weight >= 18 && `${version} ${weight} %`);
        part.style.flexGrow = weight;
        return part;
      })),
    h("p", { class: "small keys" }, parts.map(([version, weight]) => h("span", { class: `key ${kindOf(site, version)}` }, `${version} ${+weight.toFixed(1)} % of users `)),
      copied.map(([version, weight]) => h("span", { class: "key fresh" }, `${version} gets a copy of ${weight} % `))));
};

// ------------------------------------------------------------------ switches

const tell = async (path, body) => {
  const told = await post(path, body);
  if (told.ok === false) toast(told.error);
};
const at = (site, verb) => `/fleet/${site.service}/${site.environment}/${verb}`;

const flip = (name, label, about, on, change) => h("button", {
  type: "button", role: "switch", "aria-label": about, title: about, "aria-checked": String(on), class: "switch", "data-key": `switch-${name}`, "data-switch": name,
  onclick: change,
}, h("span", { class: "knob", "aria-hidden": "true" }), h("span", {}, label));

const switches = (site) => {
  const version = target(site);
  const broken = site.broken[version] ?? {};
  const whole = site.broken[""] ?? {};
  return h("div", { class: "grid-of-two" },
    h("label", { class: "small victim" }, "Break version ", h("select", { "data-key": "victim", onchange: (event) => { victim[site.service] = event.target.value; draw(); } },
      site.versions.map((each) => h("option", { value: each, selected: each === version }, `${each}${each === site.stable ? " (stable)" : ""}`)))),
    flip("errors", "Fail 35 %", `Fail 35 % of the requests to ${version}`, Boolean(broken.error_rate), () => tell(at(site, "break"), { version, error_rate: broken.error_rate ? 0 : 0.35 })),
    flip("slow", "+400 ms", `+400 ms for every answer of ${version}`, Boolean(broken.latency), () => tell(at(site, "break"), { version, latency: broken.latency ? 0 : 0.4 })),
    flip("metrics", "Cut metrics", `Cut metrics: ${site.service} shows nobody its numbers`, Boolean(whole.metrics), () => tell(at(site, "break"), { metrics: whole.metrics ? "ok" : "absent" })),
    h("button", { type: "button", class: "button danger", "data-key": "kill", "data-switch": "kill", "aria-disabled": String(stage.bot === "gone"), onclick: () => tell("/stage/kill") }, "kill -9 the bot"),
    h("p", { class: "small whole", "data-bot": stage.bot }, BOT[stage.bot], stage.lives > 1 && ` It was started ${stage.lives} times.`));
};

const BOT = {
  starting: "The bot is starting.", listening: "The bot is listening.", gone: "The bot is gone.",
};

const tabs = () => h("div", { class: "tabs", role: "group", "aria-label": "Service" }, sites.map((site) =>
  h("button", { type: "button", "aria-pressed": String(site.service === chosen), "data-key": `site-${site.service}`, onclick: () => { chosen = site.service; draw(); } },
    site.service, site.versions.some((version) => version !== site.stable && share(site, version) > 0) && h("span", { class: "moving", role: "img", "aria-label": "moving" }, " ●"))));

const PARTS = ["head", "split", "switches", "figures"];

const parts = () => {
  const place = document.querySelector("#fleet");
  if (!place.children.length) place.append(...PARTS.map((each) => h("div", { class: each })));
  return [...place.children];
};

const draw = () => {
  if (!sites.length) return;
  const site = siteNow();
  const { figures, unserved, ...state } = site;
  const [head, users, knobs, drawn] = parts();
  redraw(head, [chosen, sites.map((each) => [each.service, each.revisions])], () => [h("h2", {}, "Fleet"), tabs()]);
  redraw(users, [state.revisions, state.mirror, state.stable, chosen], () => split(site));
  redraw(knobs, [chosen, state.broken, state.stable, target(site), stage.bot, stage.lives], () => switches(site));
  redraw(drawn, [figures, chosen, limits], () => [
    figure("Errors", lines(site, errors), " %", { limit: limits[site.service], least: 8 }),
    figure("Slowest 1 %", lines(site, latency), " ms", { least: 50 }),
  ]);
};

export const drawFleet = (told) => { sites = told.sites; unpressed("fleet", draw); };
export const drawBot = (told) => { stage = told; unpressed("fleet", draw); };

/** Lead a person's eye and focus to a switch. */
export const point = (name) => {
  const found = document.querySelector(`[data-switch="${name}"]`);
  if (!found) return;
  found.scrollIntoView({ block: "center", behavior: "smooth" });
  found.focus({ preventScroll: true });
  found.classList.add("pointed");
  setTimeout(() => document.querySelector(`[data-switch="${name}"]`)?.classList.remove("pointed"), 2500);
};
