// Slack's mrkdwn and its tokens, as nodes.

import { h } from "./dom.js";
import { here, name, realName, roomName, space } from "./state.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found]);

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rocket: "🚀", eyes: "👀",
  rotating_light: "🚨", hourglass: "⌛", tada: "🎉", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎",
  wave: "👋", fire: "🔥", lock: "🔒", large_green_circle: "🟢", red_circle: "🔴", large_yellow_circle: "🟡",
  information_source: "ℹ️", bulb: "💡", bell: "🔔", no_bell: "🔕", arrow_right: "➡️", leftwards_arrow_with_hook: "↩️",
  pause_button: "⏸️", arrow_forward: "▶️", snowflake: "❄️", package: "📦", construction: "🚧",
};
export const emoji = (code) => EMOJI[code];

const clock = (date, more = {}) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, ...more });
const isToday = (date) => date.toDateString() === new Date().toDateString();
const day = (date, more) => date.toLocaleDateString([], { day: "numeric", month: "long", ...more });
const pretty = (date, more) => (isToday(date) ? "today" : day(date, more));
const FORMS = {
  date_num: (d) => d.toISOString().slice(0, 10),
  date: (d) => day(d, { year: "numeric" }),
  date_short: (d) => day(d, { month: "short", year: "numeric" }),
  date_long: (d) => day(d, { weekday: "long", year: "numeric" }),
  date_pretty: (d) => pretty(d, { year: "numeric" }),
  date_short_pretty: (d) => pretty(d, { month: "short" }),
  date_long_pretty: (d) => pretty(d, { weekday: "long" }),
  time: (d) => clock(d),
  time_secs: (d) => clock(d, { second: "2-digit" }),
  ago: (d) => `${Math.max(0, Math.round((Date.now() - d) / 1000))} s ago`,
};
export const stamp = (ts) => clock(new Date(Number(ts) * 1000));

export const dated = (seconds, form, fallback) => {
  const date = new Date(Number(seconds) * 1000);
  const text = form.replace(/\{(\w+)\}/g, (whole, key) => FORMS[key]?.(date) ?? whole) || fallback;
  return h("time", { datetime: date.toISOString(), title: fallback }, text);
};

export const mention = (id, fallback) => {
  const mine = id === here.me;
  const label = space.users.has(id) ? name(id) : (fallback ?? id);
  return h("span", { class: mine ? "mention mine" : "mention", title: realName(id) }, `@${label}`);
};

const group = (id, fallback) => {
  const found = space.groups.get(id);
  return h("span", { class: "mention" }, `@${found?.handle ?? (fallback ?? id).replace(/^@/, "")}`);
};

export const link = (url, label) =>
  /^https?:|^mailto:/.test(url)
    ? h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, label || url)
    : h("span", {}, label || url);

const token = (inside) => {
  const [target, label] = [inside.split("|")[0], inside.split("|").slice(1).join("|")];
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || roomName(target.slice(1))}`);
  if (target.startsWith("!date^")) {
    const [, seconds, form] = target.split("^");
    return dated(seconds, form, label);
  }
  if (target.startsWith("!subteam^")) return group(target.split("^")[1], label);
  if (target.startsWith("!")) return h("span", { class: "mention mine" }, `@${target.slice(1)}`);
  return link(unescape(target), unescape(label));
};

const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<!\w)\*(?=\S)([^*\n]*[^*\s])\*(?!\w)|(?<!\w)_(?=\S)([^_\n]*[^_\s])_(?!\w)|(?<!\w)~(?=\S)([^~\n]*[^~\s])~(?!\w)|:([a-z0-9_+-]+):/g;

const inline = (text) => {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, code, inside, bold, italic, struck, short] = found;
    if (short && !emoji(short)) continue;
    parts.push(unescape(text.slice(at, found.index)));
    if (code) parts.push(h("code", {}, unescape(code)));
    else if (inside) parts.push(token(inside));
    else if (bold) parts.push(h("strong", {}, inline(bold)));
    else if (italic) parts.push(h("em", {}, inline(italic)));
    else if (struck) parts.push(h("s", {}, inline(struck)));
    else parts.push(emoji(short));
    at = found.index + whole.length;
  }
  return [...parts, unescape(text.slice(at))];
};

const lines = (text) => {
  const out = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) out.push(h("blockquote", { dir: "auto" }, quoted.map((each) => h("span", { class: "line" }, inline(each)))));
    quoted = [];
  };
  for (const each of text.split("\n")) {
    if (each.startsWith("&gt;")) { quoted.push(each.slice(4).trimStart()); continue; }
    flush();
    out.push(h("span", { class: "line", dir: "auto" }, each ? inline(each) : "\u00a0"));
  }
  flush();
  return out;
};

/** mrkdwn as nodes; `verbatim` changes nothing here, for addresses are never guessed. */
export const mrkdwn = (text) =>
  h("div", { class: "mrkdwn" }, (text ?? "").split("```").map((part, nth) =>
    nth % 2
      ? h("pre", {}, h("code", {}, unescape(part.replace(/^\n|\n$/g, ""))))
      : part.trim() ? lines(part.replace(/^\n+|\n+$/g, "")) : []));

/** A text object of either kind. */
export const textOf = (object) =>
  object?.type === "mrkdwn" ? mrkdwn(object.text) : h("span", { dir: "auto" }, plain(object));

/** Plain text, with the emoji codes Slack would replace. */
export const plain = (object) =>
  (object?.text ?? "").replace(/:([a-z0-9_+-]+):/g, (whole, short) => emoji(short) ?? whole);
