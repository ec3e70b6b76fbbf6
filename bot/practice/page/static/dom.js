// Small tools for building what is seen. Nothing is ever made from a string of HTML.

const SVG = "http://www.w3.org/2000/svg";

const set = (node, name, value) => {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "class") node.setAttribute("class", value);
  else if (name === "value" && node.namespaceURI !== SVG) node.value = value;
  else node.setAttribute(name, value === true ? "" : value);
};

const fill = (node, children) => {
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
};

/** An element: h("p", { class: "small" }, "text", other). */
export const h = (tag, attributes = {}, ...children) => {
  const node = fill(document.createElement(tag), children);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  return node;
};

/** The same for SVG. */
export const s = (tag, attributes = {}, ...children) => {
  const node = fill(document.createElementNS(SVG, tag), children);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  return node;
};

export const $ = (selector) => document.querySelector(selector);

/** Something only a screen reader says. */
export const hidden = (text) => h("span", { class: "hidden" }, text);

/** Say it aloud, once, without moving anybody's focus. */
export const say = (text) => {
  const region = $("#spoken");
  region.replaceChildren(h("p", {}, text));
};

let fading = 0;

/** A short notice for a person about what they just did. */
export const toast = (text) => {
  const place = $("#toast");
  place.replaceChildren(h("p", {}, text));
  place.classList.add("on");
  clearTimeout(fading);
  fading = setTimeout(() => place.classList.remove("on"), 7000);
};

/** Replace what is in a place, keeping the focus on what has the same data-key. */
export const swap = (place, ...children) => {
  const held = place.contains(document.activeElement) && document.activeElement.closest("[data-key]");
  const key = held && held.dataset.key;
  place.replaceChildren();
  fill(place, children);
  if (key) refocus(place, key);
};

export const refocus = (place, key) => {
  const found = [...place.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  if (found) found.focus({ preventScroll: true });
};

// What is pressed must still stand when the finger is lifted, or no click comes of it.
let pressing = false;
const waiting = new Map();

const lifted = () => setTimeout(() => {
  pressing = false;
  const due = [...waiting.values()];
  waiting.clear();
  due.forEach((draw) => draw());
});

addEventListener("pointerdown", () => { pressing = true; }, true);
addEventListener("pointerup", lifted, true);
addEventListener("pointercancel", lifted, true);

/** Draw now, or as soon as nothing is being pressed; of several with one key, the last. */
export const unpressed = (key, draw) => {
  if (pressing) waiting.set(key, draw);
  else draw();
};

/** Draw a place again only where what it is drawn from has changed. */
export const redraw = (place, from, make) => {
  const now = JSON.stringify(from);
  if (place.drawnFrom === now) return;
  place.drawnFrom = now;
  swap(place, make());
};

/** Send JSON; answers what came back, or an object with an error that can be shown. */
export const post = async (path, body = {}) => {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (answer.ok) return told;
    return { ok: false, error: told.sentence ? `${told.sentence} ${told.remedy}` : told.error };
  } catch {
    return { ok: false, error: "Nothing was sent: the practice workspace does not answer. Is it still running?" };
  }
};

/** A WebSocket that comes back by itself; `open` says whether it stands. */
export const follow = (path, { message, open }) => {
  let pause = 300;
  const connect = () => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${path}`);
    socket.onopen = () => { pause = 300; open?.(true); };
    socket.onmessage = (event) => message(JSON.parse(event.data));
    socket.onclose = () => {
      open?.(false);
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, 5000);
    };
  };
  connect();
};
