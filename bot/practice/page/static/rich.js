// rich_text, tables and everything that is read, not pressed.

import { h } from "./dom.js";
import { roomName, space } from "./state.js";
import { dated, emoji, link, mention } from "./words.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

const styled = (node, style = {}) =>
  Object.entries(STYLES).reduce((inside, [key, tag]) => (style[key] ? h(tag, {}, inside) : inside), node);

const PIECES = {
  text: (part) => part.text,
  link: (part) => link(part.url, part.text),
  user: (part) => mention(part.user_id),
  usergroup: (part) => h("span", { class: "mention" }, `@${space.groups.get(part.usergroup_id)?.handle ?? part.usergroup_id}`),
  channel: (part) => h("span", { class: "mention" }, `#${roomName(part.channel_id)}`),
  broadcast: (part) => h("span", { class: "mention mine" }, `@${part.range}`),
  emoji: (part) => emoji(part.name) ?? fromCode(part.unicode) ?? `:${part.name}:`,
  date: (part) => dated(part.timestamp, part.format, part.fallback ?? ""),
  color: (part) => part.value,
  team: (part) => part.team_id,
};

const fromCode = (unicode) => unicode && String.fromCodePoint(...unicode.split("-").map((each) => parseInt(each, 16)));

const pieces = (elements) => elements.map((part) => styled(PIECES[part.type]?.(part) ?? "", part.style));

const list = (part) =>
  h(part.style === "ordered" ? "ol" : "ul", {
    class: `indent-${part.indent ?? 0}`,
    start: part.offset ? part.offset + 1 : null,
  }, part.elements.map((each) => h("li", { dir: "auto" }, pieces(each.elements))));

const PARTS = {
  rich_text_section: (part) => h("p", { dir: "auto" }, pieces(part.elements)),
  rich_text_list: list,
  rich_text_quote: (part) => h("blockquote", { dir: "auto" }, pieces(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, h("code", {}, pieces(part.elements))),
};

export const richText = (block) =>
  h("div", { class: "rich" }, block.elements.map((part) => PARTS[part.type]?.(part) ?? ""));

/** What a rich text says, as plain words: what a person wrote into a field. */
export const words = (block) =>
  (block?.elements ?? []).flatMap((part) => part.elements ?? []).map((part) => part.text ?? "").join("");

const cell = (found) => (found.type === "rich_text" ? richText(found) : found.text);

const aligned = (block, nth) => {
  const found = (block.column_settings ?? [])[nth] ?? {};
  return `cell ${found.align ?? "left"}${found.is_wrapped ? " wrapped" : ""}`;
};

const scrolled = (label, inside) =>
  h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, inside);

/** A table; its first row is its header, as Slack draws it. */
export const table = (block) => {
  const [first, ...rest] = block.rows;
  return scrolled("Table", h("table", {},
    h("thead", {}, h("tr", {}, first.map((each, nth) => h("th", { scope: "col", class: aligned(block, nth) }, cell(each))))),
    h("tbody", {}, rest.map((row) => h("tr", {}, row.map((each, nth) => h("td", { class: aligned(block, nth) }, cell(each))))))));
};

/** A data table shows `page_size` rows and turns its pages. */
export const dataTable = (block) => {
  const [first, ...rest] = block.rows;
  const size = block.page_size ?? 5;
  const heads = block.row_header_column_index ?? 0;
  let page = 0;
  const body = h("tbody");
  const where = h("span", { "aria-live": "polite" });
  const turn = (by) => {
    page = Math.max(0, Math.min(page + by, Math.ceil(rest.length / size) - 1));
    const shown = rest.slice(page * size, (page + 1) * size);
    body.replaceChildren(...shown.map((row) => h("tr", {}, row.map((each, nth) =>
      nth === heads ? h("th", { scope: "row", class: "cell" }, cell(each)) : h("td", { class: `cell ${each.type === "raw_number" ? "right" : ""}` }, cell(each))))));
    where.textContent = `${page * size + 1}–${page * size + shown.length} of ${rest.length}`;
  };
  turn(0);
  const pager = rest.length > size && h("div", { class: "pager" },
    h("button", { type: "button", onclick: () => turn(-1) }, "Earlier rows"), where,
    h("button", { type: "button", onclick: () => turn(1) }, "More rows"));
  return h("div", {}, scrolled(block.caption, h("table", {}, h("caption", {}, block.caption),
    h("thead", {}, h("tr", {}, first.map((each) => h("th", { scope: "col", class: "cell" }, cell(each))))), body)), pager);
};
