// Messages: a channel, a thread, and the Home tab.

import { h, hidden, post, refocus, toast } from "./dom.js";
import { blocks } from "./blocks.js";
import { changed, here, isReply, name, realName, replies, space, threadOf, timeline } from "./state.js";
import { keepPlace } from "./scroll.js";
import { mrkdwn, stamp } from "./words.js";

const COLOURS = { U0MEI: "one", U0RUI: "two", U0ANA: "three", U0SAM: "four" };

/** A person's mark: a letter on a colour; the app has its own. */
export const face = (id) =>
  h("span", { class: `face ${COLOURS[id] ?? (id === "USLACKBOT" ? "slackbot" : "app")}`, "aria-hidden": "true" },
    COLOURS[id] ? name(id)[0].toUpperCase() : id === "USLACKBOT" ? "✱" : "▲");

const place = (said) => ({ channel: said.channel, ts: said.ts });

const doing = (where, extra = {}) => async (more) => {
  const told = await post("/control/act", { as: here.me, do: "click", ...extra, ...where, ...more });
  const wrong = (told.saw ?? []).find((each) => each.kind === "error");
  if (told.error || wrong) toast(told.error ?? wrong.text);
};

const body = (said) => {
  if (said.by_app && said.blocks?.length) {
    const where = place(said);
    return h("div", { class: "blocks" }, blocks(said.blocks, { surface: "message", place: where, act: doing(where) }));
  }
  return mrkdwn(said.text);
};

const openThread = (said) => {
  here.thread = { room: said.channel, ts: isReply(said) ? said.thread_ts : said.ts };
  changed("thread");
};

const footOf = (said, inThread) => {
  if (inThread || said.whisper) return null;
  if (isReply(said)) return h("button", { type: "button", class: "replies", onclick: () => openThread(said), "data-key": `thread-${said.ts}` }, "In its thread");
  const found = replies(said.channel, said.ts);
  if (!found.length) return h("button", { type: "button", class: "replies quiet", onclick: () => openThread(said), "data-key": `thread-${said.ts}` }, "Reply in thread");
  const people = [...new Set(found.map((each) => each.user))].slice(0, 4);
  return h("button", { type: "button", class: "replies", onclick: () => openThread(said), "data-key": `thread-${said.ts}` },
    people.map(face), ` ${found.length} ${found.length === 1 ? "reply" : "replies"}`, h("span", { class: "small" }, ` last ${stamp(found.at(-1).ts)}`));
};

const reactions = (said) =>
  said.reactions?.length && h("div", { class: "reactions" }, said.reactions.map((each) => h("span", {}, `:${each.name}: ${each.count}`)));

const heading = (said) => {
  const bot = said.by_app || said.user === "USLACKBOT";
  return h("div", { class: "by" },
    h("strong", {}, realName(said.user)), bot && h("span", { class: "badge" }, "app"),
    h("time", { class: "small" }, stamp(said.ts)), said.edited && h("span", { class: "small" }, "(edited)"));
};

const mentionsMe = (said) => (said.text ?? "").includes(`<@${here.me}>`);

const classOf = (said, follows) => [
  "message", said.whisper && "whisper", mentionsMe(said) && !said.whisper && "called", follows && "follows",
].filter(Boolean).join(" ");

const drawn = (said, inThread, follows) =>
  h("article", {
    class: classOf(said, follows),
    "data-ts": said.ts, "aria-label": `${realName(said.user)}, ${stamp(said.ts)}`,
  },
    face(said.user),
    h("div", { class: "body" },
      said.whisper && h("p", { class: "only" }, "👁 Only visible to you"),
      said.subtype === "thread_broadcast" && !inThread && h("p", { class: "only" }, "replied in a thread, and here"),
      heading(said), body(said), reactions(said), footOf(said, inThread)));

const isApp = (said) => Boolean(said.bot_id) || said.user === space.app.user;

const TOGETHER = 300;
const isOneText = (blocks) => !blocks?.length || (blocks.length === 1 && ["section", "rich_text"].includes(blocks[0].type) && !blocks[0].accessory);
const isShort = (said) => !said.whisper && !said.subtype && isOneText(said.blocks) && !mentionsMe(said);

/** Short messages of one person in one breath stand together, under one name. */
const isSameBreath = (before, said) =>
  Boolean(before) && isShort(before) && isShort(said) && before.user === said.user && Number(said.ts) - Number(before.ts) < TOGETHER;

const signature = (said, inThread, follows) => {
  const below = inThread ? 0 : replies(said.channel, said.ts);
  return JSON.stringify([here.me, said.text, said.blocks, said.edited?.ts, said.reactions, below.length, below.at?.(-1)?.ts, follows]);
};

const stale = (node, said, inThread, follows) => {
  const now = signature(said, inThread, follows);
  if (node.dataset.signed === now) return null;
  const fresh = drawn({ ...said, by_app: isApp(said) }, inThread, follows);
  fresh.dataset.signed = now;
  return fresh;
};

const opened = (node) => [...node.querySelectorAll("details")].map((each) => each.open);

const replace = (old, fresh) => {
  const held = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const folds = opened(old);
  fresh.querySelectorAll("details").forEach((each, nth) => { if (nth in folds) each.open = folds[nth]; });
  old.replaceWith(fresh);
  if (held) refocus(fresh, held);
};

/** Bring a list of messages up to date, touching only what changed. */
const drawMessages = (list, found, inThread = false) => {
  const nodes = new Map([...list.querySelectorAll(".message")].map((node) => [node.dataset.ts, node]));
  const kept = new Set(found.map((said) => said.ts));
  for (const [ts, node] of nodes) if (!kept.has(ts)) node.remove();
  let after = list.querySelector(".intro");
  found.forEach((said, nth) => {
    const old = nodes.get(said.ts);
    const fresh = stale(old ?? { dataset: {} }, said, inThread, !inThread && isSameBreath(found[nth - 1], said));
    if (old && fresh) replace(old, fresh);
    const node = fresh ?? old;
    if (!old) after ? after.after(node) : list.prepend(node);
    after = node;
  });
  const last = found.at(-1);
  const answered = Boolean(last) && !nodes.has(last.ts) && (last.whisper || last.user === here.me);
  keepPlace(list, found.length > nodes.size, answered);
};

/** What stands before the first message of a channel. */
export const intro = () => {
  const room = space.rooms.get(here.room);
  const about = room?.is_im
    ? "Slipway writes here when something needs you, and at the end of what you started."
    : "Releases are announced here, each with one card that is kept current. Type /release below, or follow the list of things to try.";
  return h("div", { class: "intro" }, h("h2", {}, room?.is_im ? "Slipway and you" : `# ${room?.name ?? ""}`), h("p", {}, about));
};

const fresh = () => h("p", { class: "newline", role: "separator" }, h("span", {}, "New"));

/** The line above what this person has not read. */
export const drawNewLine = (list) => {
  list.querySelector(".newline")?.remove();
  if (here.newFrom === null) return;
  const first = [...list.querySelectorAll(".message")].find((node) => Number(node.dataset.ts) > here.newFrom && !node.classList.contains("whisper"));
  first?.before(fresh());
};

/** The channel's list, made once per channel and person. */
export const drawRoom = (list) => drawMessages(list, timeline(here.room));

export const drawThread = (list) => drawMessages(list, threadOf(here.thread.room, here.thread.ts), true);

/** The Home tab of the app, as the bot has published it for this person. */
export const homeTab = () => {
  const view = space.homes[here.me];
  if (!view) {
    return h("div", { class: "home" }, h("p", { class: "empty" }, "Slipway shows nothing here yet: it has published no Home tab for ", name(here.me), "."));
  }
  const at = { surface: "home", place: { home: true }, held: view.state.values, act: doing({ home: true }) };
  return h("div", { class: "home" }, hidden(`Home of Slipway, as ${name(here.me)} sees it`), blocks(view.blocks, at));
};
