// What can be pressed, picked or filled in.

import { h, post } from "./dom.js";
import { here, myRooms, PEOPLE, realName } from "./state.js";
import { plain } from "./words.js";
import { words } from "./rich.js";
import { confirmed } from "./confirm.js";

const optionsOf = (element) =>
  element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);

const PEOPLE_OPTIONS = () => PEOPLE.map((id) => ({ value: id, text: { text: realName(id) } }));
const ROOM_OPTIONS = () => myRooms().map((room) => ({ value: room.id, text: { text: room.is_im ? "Slipway" : `#${room.name}` } }));
const OFFERED = {
  static_select: optionsOf, users_select: PEOPLE_OPTIONS, channels_select: ROOM_OPTIONS,
  conversations_select: ROOM_OPTIONS,
};

const INITIAL = ["initial_user", "initial_channel", "initial_conversation", "initial_date", "initial_time", "initial_value"];
const initialOf = (element, held) => {
  const kept = held ?? {};
  if (kept.selected_option) return kept.selected_option.value;
  for (const key of ["value", "selected_user", "selected_channel", "selected_conversation", "selected_date", "selected_time"]) {
    if (kept[key]) return kept[key];
  }
  if (element.initial_option) return element.initial_option.value;
  return INITIAL.map((key) => element[key]).find((value) => typeof value === "string") ?? "";
};
const initialsOf = (element, held) =>
  (held?.selected_options ?? element.initial_options ?? element.initial_users ?? element.initial_channels ?? element.initial_conversations ?? [])
    .map((each) => each.value ?? each);

/** Attributes every element carries, so that tests, focus and forms can find it. */
const marks = (block, element) => ({
  "data-block": block.block_id, "data-action": element.action_id, "data-key": `${block.block_id}/${element.action_id}`,
});

const act = async (at, block, element, more, node) => {
  if (element.confirm && !(await confirmed(element.confirm))) return node.focus();
  node.setAttribute("aria-busy", "true");
  await at.act({ block_id: block.block_id, action_id: element.action_id, ...(element.confirm ? { confirmed: true } : {}), ...more });
  node.removeAttribute("aria-busy");
};

const button = (block, element, at) => {
  const node = h("button", {
    type: "button", class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label, ...marks(block, element),
  }, plain(element.text));
  node.addEventListener("click", () => {
    if (element.url) window.open(element.url, "_blank", "noreferrer");
    if (!node.hasAttribute("aria-busy")) act(at, block, element, element.value ? { value: element.value } : {}, node);
  });
  return node;
};

const overflow = (block, element, at) => {
  const list = h("ul", { class: "menu", hidden: true });
  const open = h("button", { type: "button", class: "button more", "aria-label": "More", "aria-expanded": "false", ...marks(block, element) }, "⋯");
  const show = (on) => { list.hidden = !on; open.setAttribute("aria-expanded", String(on)); };
  for (const option of element.options) {
    const pick = () => { show(false); open.focus(); act(at, block, element, { value: option.value }, open); };
    list.append(h("li", {}, h("button", { type: "button", onclick: pick }, plain(option.text))));
  }
  open.addEventListener("click", () => { show(list.hidden); list.querySelector("button")?.focus(); });
  const box = h("span", { class: "overflow" }, open, list);
  box.addEventListener("keydown", (event) => { if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); show(false); open.focus(); } });
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) show(false); });
  return box;
};

/** Picking says so at once, except in a form that is sent as a whole. */
const dispatched = (node, block, element, at, read) => {
  if (block.type === "input" && !block.dispatch_action) return node;
  node.addEventListener("change", () => {
    const value = read();
    act(at, block, element, Array.isArray(value) ? { values: value } : { value }, node);
  });
  return node;
};

const select = (block, element, at, held) => {
  const several = element.type.startsWith("multi_");
  const chosen = several ? initialsOf(element, held) : [initialOf(element, held)];
  const offered = OFFERED[element.type.replace("multi_", "")](element);
  const node = h("select", { ...marks(block, element), multiple: several, "aria-label": element.placeholder ? plain(element.placeholder) : "Choose", "data-field": several ? "many" : "one" },
    !several && h("option", { value: "" }, plain(element.placeholder) || "Choose…"),
    offered.map((option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, plain(option.text))));
  const read = () => (several ? [...node.selectedOptions].map((each) => each.value) : node.value);
  return dispatched(node, block, element, at, read);
};

const external = (block, element, at, held) => {
  const list = `offered-${block.block_id}-${element.action_id}`;
  const node = h("input", { ...marks(block, element), list, "data-field": "one", autocomplete: "off", placeholder: plain(element.placeholder), "aria-label": plain(element.placeholder) || "Search", value: held?.selected_option?.text?.text ?? "" });
  const offers = h("datalist", { id: list });
  node.addEventListener("input", async () => {
    const told = await post("/control/act", { as: here.me, do: "options", ...at.place, block_id: block.block_id, action_id: element.action_id, value: node.value });
    const found = (told.saw ?? []).find((each) => each.kind === "options")?.options ?? [];
    offers.replaceChildren(...found.map((each) => h("option", { value: plain(each.text) })));
  });
  return h("span", {}, dispatched(node, block, element, at, () => node.value), offers);
};

const choices = (block, element, at, held) => {
  const several = element.type === "checkboxes";
  const chosen = several ? initialsOf(element, held) : [initialOf(element, held)];
  const group = `${block.block_id}-${element.action_id}`;
  const box = h("div", { class: "choices", role: several ? "group" : "radiogroup", "aria-label": element.action_id, ...marks(block, element), "data-field": several ? "checks" : "radio" },
    element.options.map((option) => h("label", {},
      h("input", { type: several ? "checkbox" : "radio", name: group, value: option.value, checked: chosen.includes(option.value) }),
      h("span", {}, plain(option.text), option.description && h("span", { class: "small" }, plain(option.description))))));
  const read = () => {
    const picked = [...box.querySelectorAll("input:checked")].map((each) => each.value);
    return several ? picked : (picked[0] ?? "");
  };
  return dispatched(box, block, element, at, read);
};

const KINDS = {
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local", number_input: "text",
  email_text_input: "email", url_text_input: "url", plain_text_input: "text",
};

const local = (seconds) => {
  const date = new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60000);
  return date.toISOString().slice(0, 16);
};

const typed = (block, element, at, held) => {
  const long = element.multiline || element.type === "rich_text_input";
  const moment = element.type === "datetimepicker";
  const began = held?.selected_date_time ?? element.initial_date_time;
  const start = held?.rich_text_value ? words(held.rich_text_value) : element.type === "rich_text_input" ? words(element.initial_value) : initialOf(element, held);
  const node = h(long ? "textarea" : "input", {
    ...marks(block, element), type: long ? null : KINDS[element.type], "data-field": moment ? "moment" : "text",
    inputmode: element.type === "number_input" ? "decimal" : null, maxlength: element.max_length, rows: long ? 3 : null,
    placeholder: element.placeholder && plain(element.placeholder), "aria-label": element.placeholder ? plain(element.placeholder) : element.action_id,
    value: moment && began ? local(began) : start,
  });
  return dispatched(node, block, element, at, () => (moment ? Math.round(new Date(node.value) / 1000) : node.value));
};

const feedback = (block, element, at) =>
  h("span", { class: "feedback" }, [element.positive_button, element.negative_button].map((each) => {
    const node = h("button", { type: "button", class: "button", "aria-label": each.accessibility_label, ...marks(block, element) }, plain(each.text));
    node.addEventListener("click", () => act(at, block, element, { value: each.value }, node));
    return node;
  }));

/** Pictures would have to be fetched from elsewhere, so their words stand for them. */
export const picture = (element) => h("span", { class: "picture", role: "img", "aria-label": element.alt_text }, "🖼 ", element.alt_text);

const MADE = {
  button, overflow, workflow_button: button, feedback_buttons: feedback, image: (block, element) => picture(element),
  icon_button: (block, element, at) => button(block, { ...element, accessibility_label: element.accessibility_label ?? plain(element.text) }, at),
  checkboxes: choices, radio_buttons: choices, external_select: external, multi_external_select: external,
  ...Object.fromEntries(["static_select", "users_select", "channels_select", "conversations_select"].flatMap((each) => [[each, select], [`multi_${each}`, select]])),
  ...Object.fromEntries([...Object.keys(KINDS), "rich_text_input"].map((each) => [each, typed])),
};

/** One element. `at` says where it stands: `place` for deeds, `act` to do one, `held` values of a view. */
export const element = (block, found, at) =>
  MADE[found.type]
    ? MADE[found.type](block, found, at, at.held?.[block.block_id]?.[found.action_id])
    : h("span", { class: "small" }, `(${found.type} is not practised here)`);

const READ = {
  text: (node) => node.value,
  one: (node) => node.value || undefined,
  many: (node) => [...node.selectedOptions].map((each) => each.value),
  checks: (node) => [...node.querySelectorAll("input:checked")].map((each) => each.value),
  radio: (node) => node.querySelector("input:checked")?.value,
  moment: (node) => (node.value ? Math.round(new Date(node.value) / 1000) : undefined),
};

/** What a form holds, as {block_id: {action_id: raw}}; what is empty and optional is left out. */
export const collected = (form) => {
  const values = {};
  for (const node of form.querySelectorAll("[data-field]")) {
    const raw = READ[node.dataset.field](node);
    if (raw !== undefined) (values[node.dataset.block] ??= {})[node.dataset.action] = raw;
  }
  return values;
};

