// Dialogs: what is shown, and the modals of the app. The browser keeps the focus inside them.

import { $, h, post, say, toast } from "./dom.js";
import { here, name, space } from "./state.js";
import { plain } from "./words.js";
import { blocks } from "./blocks.js";
import { collected } from "./elements.js";

/** A dialog that only shows something. */
export const shows = (title, ...inside) => {
  const dialog = h("dialog", { class: "dialog wide", "aria-labelledby": "shown-title" },
    h("h2", { id: "shown-title" }, title), h("div", { class: "body", tabindex: "0" }, inside),
    h("div", { class: "feet" }, h("button", { type: "button", class: "button primary", onclick: () => dialog.close() }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

// ------------------------------------------------------------------ modals of the app

let open = null;

const troubled = (told) => {
  const wrong = (told.saw ?? []).find((each) => each.kind === "error");
  if (told.error || wrong) toast(told.error ?? wrong.text);
};

const send = async (view, form) => {
  const sending = open.dialog.querySelector("[data-submit]");
  sending?.setAttribute("aria-busy", "true");
  troubled(await post("/control/act", { as: here.me, do: "submit", view: view.id, values: collected(form) }));
  sending?.removeAttribute("aria-busy");
};

const leave = async (view) => troubled(await post("/control/act", { as: here.me, do: "close", view: view.id }));

const form = (view, kept) => {
  const place = { view: view.id };
  const at = {
    surface: "modal", place, held: { ...view.state.values, ...kept }, errors: view.errors,
    act: async (more) => troubled(await post("/control/act", { as: here.me, do: "click", ...place, ...more })),
  };
  const made = h("form", { novalidate: true }, h("div", { class: "body" }, blocks(view.blocks, at)),
    h("div", { class: "feet" },
      h("button", { type: "button", class: "button", "data-close": true, onclick: () => leave(view) }, plain(view.close) || "Close"),
      view.submit && h("button", { type: "submit", class: "button primary", "data-submit": true }, plain(view.submit))));
  made.addEventListener("submit", (event) => { event.preventDefault(); send(view, made); });
  return made;
};

const puts = (made, values) => {
  for (const node of made.querySelectorAll("[data-field=text], [data-field=one], [data-field=moment]")) {
    const raw = values[node.dataset.block]?.[node.dataset.action];
    if (typeof raw === "string") node.value = raw;
  }
};

const build = (view) => {
  const made = form(view, {});
  if (open?.view.id === view.id) puts(made, collected(open.dialog));
  open?.dialog.remove();
  const dialog = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title", "data-view": view.callback_id },
    h("h2", { id: "modal-title" }, h("span", { class: "app-mark", "aria-hidden": "true" }, "▲"), plain(view.title), h("span", { class: "small" }, ` for ${name(here.me)}`)), made);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(view); });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("[aria-invalid]") ?? dialog.querySelector("[data-field]"))?.focus();
  open = { view, dialog, text: JSON.stringify([view.blocks, view.errors, view.hash]) };
  const errors = Object.values(view.errors ?? {});
  if (errors.length) say(errors.join(" "));
};

/** Show the modal this person has on top, or none. */
export const drawModal = () => {
  const view = (space.modals[here.me] ?? []).at(-1);
  if (!view) {
    open?.dialog.remove();
    if (open) $("#box")?.focus();
    open = null;
    return;
  }
  if (open && open.view.id === view.id && open.text === JSON.stringify([view.blocks, view.errors, view.hash])) return;
  build(view);
};
