// A list of messages above a box: what is in sight, and what is not lost below.

import { h } from "./dom.js";

const NEAR = 60;

/** Lists whose reader has moved up. What changes around a reader at the end does not count. */
const away = new WeakSet();

const hint = (list) => list.nextElementSibling;

const end = (list) => { list.scrollTop = list.scrollHeight; };

/** To the end; a last message longer than the list is shown from its beginning, where one reads. */
export const toEnd = (list) => {
  const last = list.querySelector(".message:last-of-type");
  end(list);
  if (last && last.offsetHeight > list.clientHeight) list.scrollTop = last.offsetTop - list.offsetTop;
  hint(list).classList.remove("below");
};

/** After a change: who is at the end stays there; who reads further up is told that something came.

 What answers oneself is shown wherever one reads. */
export const keepPlace = (list, came, answered = false) => {
  if (came && away.has(list) && !answered) hint(list).classList.add("below");
  else if (came) toEnd(list);
  else if (!away.has(list)) end(list);
};

const looked = (list) => {
  const up = list.scrollHeight - list.scrollTop - list.clientHeight > NEAR;
  if (up) away.add(list);
  else away.delete(list);
  if (!up) hint(list)?.classList.remove("below");
};

/** A list, and the way down from further up. */
export const listOf = (label, first) => {
  const list = h("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": label, tabindex: "0" }, first);
  const down = h("div", { class: "down" }, h("button", { type: "button", class: "button", onclick: () => { toEnd(list); list.focus(); } }, "↓ New below"));
  list.addEventListener("scroll", () => looked(list), { passive: true });
  new ResizeObserver(() => keepPlace(list, false)).observe(list);
  return [list, down];
};
