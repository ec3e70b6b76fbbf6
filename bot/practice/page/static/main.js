// Wires the page: streams in, drawings out.

import { $, follow, h, hidden, post, redraw, say, swap, toast, unpressed } from "./dom.js";
import { changed, directRoom, followSpace, here, markRead, name, onChange, openStage, realName, roomName, space } from "./state.js";
import { become, drawSide, go, openApp } from "./side.js";
import { drawNewLine, drawRoom, drawThread, homeTab, intro } from "./room.js";
import { listOf, toEnd } from "./scroll.js";
import { box, learn, setDraft } from "./box.js";
import { drawModal, shows } from "./dialogs.js";
import { drawBot, drawFleet, learnLimits, point } from "./fleet.js";
import { drawTries } from "./tries.js";

const FIRST = "/release start checkout v1.4.2";
const PHONE = "(max-width: 760px)";
let roomKey = "";
let threadKey = "";
let stage = null;
let lost = false;
let returned = 0;
let config = "";

// ------------------------------------------------------------------ the top of the room

const toggle = (which, inside) => h("button", {
  type: "button", class: "drawer", "data-key": which, "data-drawer": which, "aria-expanded": String(document.body.dataset.open === which),
  onclick: () => openDrawer(document.body.dataset.open === which ? "" : which),
}, inside);

const openDrawer = (which) => {
  document.body.dataset.open = which;
  drawTop();
  if (which) $(`#${which} button, #${which} input`)?.focus();
};

const appTabs = () => h("div", { class: "tabs", role: "group", "aria-label": "Slipway" },
  h("button", { type: "button", "aria-pressed": String(here.home), "data-key": "tab-home", onclick: () => openApp("home") }, "Home"),
  h("button", { type: "button", "aria-pressed": String(!here.home), "data-key": "tab-messages", onclick: () => openApp("messages") }, "Messages"));

const isApp = () => here.home || directRoom()?.id === here.room;

const tried = () => (stage ? `${stage.tries.filter((each) => each.done).length}/${stage.tries.length}` : "");

const drawTop = () => {
  if (!space.ready) return;
  const title = isApp() ? "Slipway" : `#${roomName(here.room)}`;
  document.title = `${title} · Slipway practice`;
  redraw($("#top"), [title, here.home, here.me, tried(), document.body.dataset.open], () => [
    toggle("side", [h("span", { "aria-hidden": "true" }, "☰"), hidden("Channels and people")]),
    h("h1", {}, title), isApp() && appTabs(),
    h("span", { class: "as small" }, `as ${name(here.me)}`),
    toggle("panel", [h("span", { "aria-hidden": "true" }, "Try "), tried(), hidden(" tried: the list, and the fleet")]),
  ]);
};

// ------------------------------------------------------------------ room and thread

const freshRoom = () => {
  roomKey = `${here.me}/${here.room}/${here.home}`;
  if (here.home) return swap($("#room"), homeTab());
  const typing = box({ room: here.room }, "box");
  swap($("#room"), listOf(`Messages in ${roomName(here.room)}`, intro()), typing.form);
  if (!matchMedia(PHONE).matches) typing.field.focus();
  return null;
};

const drawMain = () => {
  const made = roomKey !== `${here.me}/${here.room}/${here.home}`;
  if (made) freshRoom();
  else if (here.home) redraw($("#room"), [here.me, space.homes[here.me]], homeTab);
  if (here.home) return;
  const list = $("#room .messages");
  drawRoom(list);
  if (made) { drawNewLine(list); toEnd(list); }
  if (document.visibilityState === "visible") markRead(here.me, here.room);
};

const closeThread = () => {
  const back = here.thread?.ts;
  here.thread = null;
  changed("thread");
  document.querySelector(`[data-key="thread-${back}"]`)?.focus();
};

const freshThread = () => {
  const { room, ts } = here.thread;
  threadKey = `${here.me}/${room}/${ts}`;
  const typing = box({ room, ts }, "reply");
  swap($("#thread"),
    h("div", { class: "head" }, h("h2", {}, "Thread ", h("span", { class: "small" }, `#${roomName(room)}`)),
      h("button", { type: "button", class: "close", "aria-label": "Close the thread", onclick: closeThread }, "✕")),
    listOf("Messages in the thread"), typing.form);
  if (!matchMedia(PHONE).matches) typing.field.focus();
};

const drawSideThread = () => {
  const open = Boolean(here.thread);
  $("#thread").hidden = !open;
  $("#main").classList.toggle("threaded", open);
  if (!open) { threadKey = ""; return; }
  const made = threadKey !== `${here.me}/${here.thread.room}/${here.thread.ts}`;
  if (made) freshThread();
  drawThread($("#thread .messages"));
  if (made) toEnd($("#thread .messages"));
};

// ------------------------------------------------------------------ notices

const notice = () => {
  if (lost) return ["gone", "The practice workspace does not answer. Trying again…"];
  if (!stage || stage.bot === "starting") return ["", stage?.trouble ? `The bot does not start: ${stage.trouble}` : "Setting the stage: the bot starts, and what runs is adopted…"];
  if (stage.bot === "gone") return ["gone", stage.trouble ? `The bot is gone. ${stage.trouble}` : "Bot gone: its process was killed with -9. Its record is on disk; it is being started again…"];
  if (Date.now() < returned) return ["back", "The bot is back, and goes on where it was."];
  return ["", ""];
};

const drawNotice = () => {
  const [kind, text] = notice();
  const place = $("#notice");
  if (place.textContent === text) return;
  place.className = kind;
  place.replaceChildren(...(text ? [h("p", {}, text)] : []));
};

const heard = (told) => {
  if (stage && stage.bot === "gone" && told.bot === "listening") {
    returned = Date.now() + 5000;
    setTimeout(drawNotice, 5100);
  }
  stage = told;
  if (told.ready) openStage();
  document.body.dataset.bot = told.bot;
  drawNotice();
  unpressed("tries", () => drawTries($("#tries"), told.tries, { fill: fillBox, point: showSwitch }));
  drawBot(told);
  drawTop();
};

const fillBox = (each) => {
  if (each.person) become(each.person);
  setDraft({ room: "C0RELEASES" }, each.fills);
  roomKey = "";
  openDrawer("");
  go({ room: "C0RELEASES" });
  $("#box").focus();
};

const showSwitch = (each) => {
  if (matchMedia(PHONE).matches) openDrawer("panel");
  point(each);
};

// ------------------------------------------------------------------ what came in

const speak = (told) => {
  const said = told.message;
  const mine = told.kind === "ephemeral" ? told.reader === here.me : said.channel === here.room || told.channel === here.room;
  if (mine && said.user !== here.me) say(`${realName(said.user)}: ${said.text}`);
};

const draw = (what, detail) => {
  if (!space.ready) return;
  if (what === "message" || what === "ephemeral") speak({ ...detail, kind: what });
  if (what === "place" || what === "person") openDrawer("");
  unpressed("chat", drawChat);
};

const drawChat = () => {
  drawTop();
  drawMain();
  drawSideThread();
  drawModal();
  drawSide($("#side"));
};

const reset = async () => {
  const told = await post("/stage/reset");
  if (told.ok === false) return toast(told.error);
  return location.reload();
};

const learnWords = async () => {
  const [words, file] = await Promise.all(["/stage/words", "/stage/config"].map(async (path) => (await fetch(path)).json()));
  learn(words.verbs);
  learnLimits(file.limits);
  config = file.text;
};

const begin = async () => {
  setDraft({ room: "C0RELEASES" }, FIRST);
  onChange(draw);
  drawNotice();
  $("#config").addEventListener("click", () => shows("The config this runs on", h("pre", {}, h("code", {}, config))));
  $("#reset").addEventListener("click", reset);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (document.body.dataset.open) openDrawer("");
    else if (here.thread) closeThread();
  });
  document.addEventListener("visibilitychange", () => changed("looked"));
  await learnWords();
  followSpace((open) => { lost = !open; drawNotice(); });
  follow("/stage/stream", { message: heard });
  follow("/fleet/stream", { message: drawFleet });
};

begin();
