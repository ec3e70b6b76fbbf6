// A list of messages above a box: what is in sight, and what is not lost below.

import { h } from "./dom.js";

const NEAR = 60;

/** Where each list was last put by us: whoever is still there has not moved, wherever the end is. */
const put = new WeakMap();

const hint = (list) => list.nextElementSibling;

const to = (list, top) => {
  list.scrollTop = top;
  put.set(list, list.scrollTop);
};

/** What comes below or changes around a reader does not move a list; only the reader does. */
const hasMoved = (list) => Math.abs(list.scrollTop - (put.get(list) ?? 0)) > 1;

/** To the end; a last message longer than the list is shown from its beginning, where one reads. */
export const toEnd = (list) => {
  const last = list.querySelector(".message:last-of-type");
  to(list, list.scrollHeight);
  if (last && last.offsetHeight > list.clientHeight) to(list, last.offsetTop - list.offsetTop);
  hint(list)?.classList.remove("below");
};

/** After a change: who is at the end stays there; who reads further up is told that something came.

 What answers oneself is shown wherever one reads. */
export const keepPlace = (list, came, answered = false) => {
  if (came && answered) toEnd(list);
  else if (!hasMoved(list)) toEnd(list);
  else if (came) hint(list)?.classList.add("below");
};

/** Who went back to the end is at the end. */
const looked = (list) => {
  if (list.scrollHeight - list.scrollTop - list.clientHeight > NEAR) return;
  put.set(list, list.scrollTop);
  hint(list)?.classList.remove("below");
};

/** A list, and the way down from further up. */
export const listOf = (label, first) => {
  const list = h("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": label, tabindex: "0" }, first);
  const down = h("div", { class: "down" }, h("button", { type: "button", class: "button", onclick: () => { toEnd(list); list.focus(); } }, "↓ New below"));
  list.addEventListener("scroll", () => looked(list), { passive: true });
  new ResizeObserver(() => keepPlace(list, false)).observe(list);
  return [list, down];
};
