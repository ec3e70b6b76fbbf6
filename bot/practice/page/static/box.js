// The message box: what is typed, its hints, and where it goes.

import { h, post, say, toast } from "./dom.js";
import { here, name, PEOPLE, realName, roomName, space, stageIsSet } from "./state.js";
import { toEnd } from "./scroll.js";

const drafts = new Map();
let verbs = [];

export const learn = (found) => { verbs = found; };

const keyOf = (place) => `${here.me}/${place.room}/${place.ts ?? ""}`;
export const setDraft = (place, text, me = here.me) => drafts.set(`${me}/${place.room}/${place.ts ?? ""}`, text);

// ------------------------------------------------------------------ hints

const hint = (text, note, put) => ({ text, note, put });

const verbHints = (rest) => verbs
  .filter((verb) => verb.name.startsWith(rest))
  .map((verb) => hint(`/release ${verb.usage}`, verb.summary, `/release ${verb.name} `));

const commandHints = (typed) => [
  hint("/release <verb> <what>", "Ask or act: start, pause, why, status, …", "/release "),
  hint("/rollback <service>", "Take users back, at once", "/rollback "),
].filter((each) => each.put.startsWith(typed));

const people = (rest) => [...PEOPLE, space.app.user]
  .filter((id) => name(id).startsWith(rest))
  .map((id) => hint(`@${name(id)}`, realName(id), `@${name(id)} `));

/** What could be meant by what stands before the caret: [{text, note, put}], and from where on it is replaced. */
export const hintsFor = (typed, inThread) => {
  const called = /(^|\s)@(\w*)$/.exec(typed);
  if (called) return { from: typed.length - called[2].length - 1, list: people(called[2].toLowerCase()) };
  if (inThread || !typed.startsWith("/")) return { from: 0, list: [] };
  if (!typed.includes(" ")) return { from: 0, list: commandHints(typed) };
  const rest = /^\/release (\S*)$/.exec(typed);
  if (rest) return { from: 0, list: verbHints(rest[1].toLowerCase()) };
  return { from: 0, list: [] };
};

/** How the verb that is being typed is used, as one quiet line. */
const usage = (typed) => {
  const found = /^\/release (\S+) /.exec(typed);
  const verb = found && verbs.find((each) => each.name === found[1]);
  return verb ? `/release ${verb.usage}` : "";
};

// ------------------------------------------------------------------ sending

const landed = (told) => {
  const wrong = (told.saw ?? []).find((each) => each.kind === "error");
  if (told.error) toast(told.error);
  return !told.error && !wrong;
};

const send = async (place, text) => {
  const command = text.startsWith("/");
  const deed = { as: here.me, do: command ? "command" : "message", channel: place.room, text, wait: command ? 3 : 0 };
  if (place.ts) deed.thread_ts = place.ts;
  await stageIsSet;
  return landed(await post("/control/act", deed));
};

// ------------------------------------------------------------------ the box itself

const optionId = (id, nth) => `${id}-hint-${nth}`;

class Box {
  constructor(place, id) {
    this.place = place;
    this.id = id;
    this.at = -1;
    this.found = { from: 0, list: [] };
    this.list = h("ul", { class: "hints", role: "listbox", id: `${id}-hints`, "aria-label": "Hints", hidden: true });
    this.usage = h("p", { class: "usage small", id: `${id}-usage` });
    this.field = h("textarea", {
      id, rows: 1, autocomplete: "off", spellcheck: "false", enterkeyhint: "send", "aria-label": this.label(),
      "aria-autocomplete": "list", "aria-controls": `${id}-hints`, "aria-describedby": `${id}-usage`,
      placeholder: place.ts ? "Reply, or @slipway pause" : "Message, or /release", value: drafts.get(keyOf(place)) ?? "",
    });
    this.sends = h("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤");
    this.form = h("form", { class: "box" }, this.list, h("div", { class: "typing" }, this.field, this.sends), this.usage);
    this.listen();
    requestAnimationFrame(() => this.fit());
  }

  label() {
    return this.place.ts ? "Reply in the thread" : `Message ${roomName(this.place.room)} as ${name(here.me)}`;
  }

  listen() {
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.show([]), 150));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 160)}px`;
    this.usage.textContent = usage(this.field.value) || (this.place.ts ? "In a thread, mention the bot: @slipway pause" : "");
  }

  typed() {
    drafts.set(keyOf(this.place), this.field.value);
    this.fit();
    this.found = hintsFor(this.field.value.slice(0, this.field.selectionStart), Boolean(this.place.ts));
    this.show(this.found.list);
  }

  show(list) {
    this.at = -1;
    this.list.hidden = !list.length;
    this.field.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...list.map((each, nth) => {
      const row = h("li", { role: "option", id: optionId(this.id, nth), "aria-selected": "false" }, h("span", { class: "use" }, each.text), h("span", { class: "small" }, each.note));
      row.addEventListener("mousedown", (event) => { event.preventDefault(); this.put(nth); });
      return row;
    }));
    if (list.length) say(`${list.length} hints. Arrow keys choose, Tab takes.`);
  }

  move(by) {
    const rows = [...this.list.children];
    this.at = (this.at + by + rows.length) % rows.length;
    rows.forEach((row, nth) => row.setAttribute("aria-selected", String(nth === this.at)));
    rows[this.at].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", optionId(this.id, this.at));
  }

  put(nth) {
    const rest = this.field.value.slice(this.field.selectionStart);
    const before = this.field.value.slice(0, this.found.from);
    this.field.value = `${before}${this.found.list[nth].put}${rest}`;
    this.field.focus();
    this.typed();
  }

  key(event) {
    const open = !this.list.hidden;
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) this.move(event.key === "ArrowDown" ? 1 : this.at < 0 ? 0 : -1);
    else if (open && (event.key === "Tab" || (event.key === "Enter" && this.at >= 0))) this.put(Math.max(this.at, 0));
    else if (open && event.key === "Escape") { event.stopPropagation(); this.show([]); }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.send();
    else return;
    event.preventDefault();
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    this.write("");
    this.show([]);
    this.form.classList.add("sending");
    toEnd(this.form.parentElement.querySelector(".messages"));
    if (!(await send(this.place, text)) && !this.field.value) this.write(text);
    this.form.classList.remove("sending");
  }

  write(text) {
    this.field.value = text;
    drafts.set(keyOf(this.place), text);
    this.fit();
  }
}

/** A message box for a channel, or for a thread where `ts` is its root. */
export const box = (place, id) => new Box(place, id);
