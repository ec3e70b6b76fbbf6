// Asking once more, before something is done.

import { h } from "./dom.js";
import { plain, textOf } from "./words.js";

/** A dialog that answers one question; true where the person said yes. */
export const confirmed = (asked) =>
  new Promise((answer) => {
    const dialog = h("dialog", { class: "dialog confirm", "aria-labelledby": "confirm-title" },
      h("h2", { id: "confirm-title" }, plain(asked.title)),
      h("div", { class: "body" }, textOf(asked.text)),
      h("div", { class: "feet" },
        h("button", { type: "button", class: "button", "data-deny": true, onclick: () => dialog.close() }, plain(asked.deny)),
        h("button", { type: "button", class: `button ${asked.style === "danger" ? "danger" : "primary"}`, "data-confirm": true, onclick: () => dialog.close("yes") }, plain(asked.confirm))));
    dialog.addEventListener("close", () => { dialog.remove(); answer(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
