// The six things to try; the server ticks them off by what really happened.

import { h, hidden, say, swap } from "./dom.js";
import { name } from "./state.js";

let told = [];
let unfolded = null;

const helps = (each, doing) => {
  if (each.points) return h("button", { type: "button", class: "button", "data-key": `try-${each.name}`, onclick: () => doing.point(each.points) }, "Show me the switch");
  const label = each.person && each.name === "another" ? `Be ${name(each.person)}` : "Put it in the box";
  return h("button", { type: "button", class: "button", "data-key": `try-${each.name}`, onclick: () => doing.fill(each) }, label);
};

const item = (each, isNext, doing) => {
  const open = unfolded === null ? isNext : unfolded === each.name;
  const fold = h("details", { open, name: "tries" },
    h("summary", { "data-key": `fold-${each.name}` }, h("span", { class: "tick", "aria-hidden": "true" }, each.done ? "✔" : ""), h("span", {}, each.title), hidden(each.done ? " (done)" : " (to do)")),
    h("div", { class: "how" }, h("p", {}, each.how), each.fills && h("p", {}, h("code", {}, each.fills)), helps(each, doing)));
  fold.querySelector("summary").addEventListener("click", () => { unfolded = fold.open ? "" : each.name; });
  return h("li", { class: each.done ? "done" : "", "data-try": each.name, "data-done": String(each.done) }, fold);
};

const rejoice = (now) => {
  const before = new Set(told.filter((each) => each.done).map((each) => each.name));
  const fresh = now.filter((each) => each.done && !before.has(each.name));
  if (told.length && fresh.length) {
    unfolded = null;
    say(`Done: ${fresh.map((each) => each.title).join(", ")}`);
  }
};

/** `doing` has fill(try) and point(switch). */
export const drawTries = (place, tries, doing) => {
  const same = JSON.stringify(tries) === JSON.stringify(told);
  if (same) return;
  rejoice(tries);
  told = tries;
  const done = tries.filter((each) => each.done).length;
  const next = tries.find((each) => !each.done)?.name;
  swap(place,
    h("h2", {}, "Six things to try ", h("span", { class: "small" }, `${done} of ${tries.length}`)),
    h("progress", { max: tries.length, value: done, "aria-label": "Tried so far" }),
    h("ol", { class: "tries" }, tries.map((each) => item(each, each.name === next, doing))),
    done === tries.length && h("p", { class: "all" }, "All six. This was the real bot: the same program, on your own Slack, Prometheus and deployer. The README says how to connect them."));
};
