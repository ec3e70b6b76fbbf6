// Block Kit as this page shows it: one function per kind of block.

import { h } from "./dom.js";
import { visualization } from "./charts.js";
import { element, picture } from "./elements.js";
import { dataTable, richText, table } from "./rich.js";
import { link, mrkdwn, plain, textOf } from "./words.js";

const section = (block, at) =>
  h("div", { class: "section" },
    h("div", { class: "said" },
      block.text && textOf(block.text),
      block.fields && h("div", { class: "fields" }, block.fields.map((each) => h("div", {}, textOf(each))))),
    block.accessory && h("div", { class: "accessory" }, element(block, block.accessory, at)));

const context = (block) =>
  h("div", { class: "context" }, block.elements.map((each) => (each.type === "image" ? picture(each) : textOf(each))));

const actions = (block, at) => h("div", { class: "actions" }, block.elements.map((each) => element(block, each, at)));

const input = (block, at) => {
  const wrong = at.errors?.[block.block_id];
  const field = element(block, block.element, at);
  const id = `field-${block.block_id}`;
  const control = field.matches?.("input,select,textarea,[role]") ? field : (field.querySelector?.("input,select,textarea") ?? field);
  control.removeAttribute("aria-label");
  control.setAttribute("aria-labelledby", `${id}-label`);
  control.setAttribute("aria-describedby", `${id}-help`);
  if (wrong) control.setAttribute("aria-invalid", "true");
  return h("div", { class: wrong ? "input wrong" : "input" },
    h("div", { class: "label", id: `${id}-label`, onclick: () => control.focus() }, plain(block.label), block.optional && h("span", { class: "small" }, " (optional)")),
    field,
    h("div", { class: "small", id: `${id}-help` }, wrong ? h("span", { class: "error" }, wrong) : block.hint && plain(block.hint)));
};

const image = (block) => h("figure", {}, block.title && h("figcaption", {}, plain(block.title)), picture(block));

const container = (block, at) => {
  const head = [
    h("span", { class: "title" }, block.title ? plain(block.title) : richText(block.rich_text_title)),
    block.subtitle && h("span", { class: "small" }, textOf(block.subtitle)),
  ];
  const inside = h("div", { class: "inside" }, blocks(block.child_blocks, at));
  const kind = `container ${block.width ?? "standard"} ${block.has_header_divider ? "divided" : ""}`;
  if (!block.is_collapsible) return h("div", { class: kind }, h("div", { class: "head" }, head), inside);
  return h("details", { class: kind, open: !block.default_collapsed, "data-key": `open-${block.block_id}` }, h("summary", {}, head), inside);
};

const TASK = { pending: ["○", "waiting"], in_progress: ["◐", "under way"], complete: ["✔", "done"], error: ["✖", "failed"] };
const task = (block) => {
  const [sign, said] = TASK[block.status] ?? TASK.pending;
  return h("div", { class: `task ${block.status}` },
    h("span", { class: "sign", role: "img", "aria-label": said }, sign), h("strong", {}, block.title), h("span", { class: "small" }, said),
    [block.details, block.output].map((each) => each && richText(each)),
    (block.sources ?? []).map((each) => link(each.url, each.text)));
};

const card = (block, at) =>
  h("div", { class: "card" },
    block.hero_image && picture(block.hero_image),
    block.title && h("div", { class: "title" }, textOf(block.title)),
    block.subtitle && h("div", { class: "small" }, textOf(block.subtitle)),
    block.body && textOf(block.body),
    block.actions && h("div", { class: "actions" }, block.actions.map((each) => element(block, each, at))));

const fromMarkdown = (text) => text
  .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
  .replace(/\*\*(.+?)\*\*/g, "*$1*").replace(/^#+ (.*)$/gm, "*$1*").replace(/^[-*] /gm, "• ")
  .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>");

const BLOCKS = {
  section, context, actions, input, image, container, card, table,
  header: (block) => h("h3", { class: "header", dir: "auto" }, plain(block.text)),
  divider: () => h("hr"),
  rich_text: richText,
  markdown: (block) => mrkdwn(fromMarkdown(block.text)),
  data_table: dataTable,
  data_visualization: visualization,
  context_actions: actions,
  alert: (block) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, textOf(block.text)),
  carousel: (block, at) => h("div", { class: "carousel" }, block.elements.map((each) => card(each, at))),
  task_card: task,
  plan: (block) => h("div", { class: "plan" }, h("strong", {}, block.title), (block.tasks ?? []).map(task)),
  video: (block) => h("p", {}, "🎬 ", plain(block.title), " – ", block.alt_text),
  file: () => h("p", { class: "small" }, "(a file)"),
};

/** Blocks in their order; one this page does not know says so and hides nothing else. */
export const blocks = (found, at) =>
  found.map((block) => BLOCKS[block.type]?.(block, at) ?? h("p", { class: "small" }, `(a ${block.type} block)`));
