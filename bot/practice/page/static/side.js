// The left side: who one is, the channels, the app.

import { h, hidden, post, redraw } from "./dom.js";
import { changed, directRoom, here, markRead, myRooms, name, PEOPLE, realName, space, unread } from "./state.js";
import { face } from "./room.js";

const role = (id) => space.users.get(id)?.profile.title ?? "";

const counted = (found) => (found.calls
  ? h("span", { class: "count" }, found.calls, hidden(found.calls === 1 ? " mention" : " mentions"))
  : found.count > 0 && hidden(" (unread)"));

/** Leave what is open here as read, and look somewhere else. */
export const go = (where) => {
  if (!here.home) markRead(here.me, here.room);
  Object.assign(here, { home: false, thread: null, newFrom: null }, where);
  const since = Number(here.read[here.me]?.[here.room] ?? 0);
  const fresh = space.rooms.get(here.room) && unread(here.me, space.rooms.get(here.room)).count;
  here.newFrom = !here.home && fresh ? since : null;
  changed("place");
};

const channel = (room) => {
  const on = !here.home && here.room === room.id;
  const found = on ? { count: 0, calls: 0 } : unread(here.me, room);
  return h("li", {}, h("button", {
    type: "button", class: `${on ? "on" : ""} ${found.count ? "unread" : ""}`, "aria-current": on ? "page" : null,
    "data-key": room.id, "data-room": room.name, onclick: () => go({ room: room.id }),
  }, h("span", { "aria-hidden": "true" }, "# "), room.name, counted(found)));
};

/** The app's own tabs: Home, and the conversation with it. */
export const openApp = async (tab) => {
  const told = await post("/control/act", { as: here.me, do: "home", tab });
  if (tab === "home") go({ home: true });
  else if (told.channel) go({ room: told.channel });
};

const app = () => {
  const room = directRoom();
  const on = here.home || room?.id === here.room;
  const found = room && !on ? unread(here.me, room) : { count: 0, calls: 0 };
  return h("li", {}, h("button", {
    type: "button", class: `${on ? "on" : ""} ${found.count ? "unread" : ""}`, "aria-current": on ? "page" : null,
    "data-key": "app", "data-room": "app", onclick: () => openApp(found.count ? "messages" : "home"),
  }, face(space.app.user), " Slipway", counted(found)));
};

export const become = (id) => {
  if (id === here.me) return;
  markRead(here.me, here.room);
  const room = space.rooms.get(here.room);
  here.me = id;
  go({ room: room?.is_im || here.home ? (directRoom()?.id ?? "C0RELEASES") : here.room });
  changed("person");
};

const waiting = (id) => myRooms(id).map((room) => unread(id, room).calls).reduce((sum, calls) => sum + calls, 0);

const person = (id) => {
  const calls = id === here.me ? 0 : waiting(id);
  return h("label", { class: id === here.me ? "person on" : "person" },
    h("input", { type: "radio", name: "me", value: id, checked: id === here.me, "data-key": `me-${id}`, onchange: () => become(id) }),
    face(id), h("span", { class: "who" }, h("span", {}, name(id)), h("span", { class: "role" }, role(id))),
    calls > 0 && h("span", { class: "count" }, calls, hidden(calls === 1 ? " mention" : " mentions")));
};

const standing = () => [
  here.me, here.room, here.home, PEOPLE.map(waiting), myRooms().map((room) => [room.id, room.name, unread(here.me, room)]),
];

/** The whole left side. */
export const drawSide = (place) => redraw(place, standing(), () => [
  h("p", { class: "team" }, "Slipway practice"),
  h("fieldset", { class: "people" }, h("legend", {}, "You are"), PEOPLE.map(person)),
  h("h2", {}, "Channels"),
  h("ul", {}, myRooms().filter((room) => !room.is_im).map(channel)),
  h("h2", {}, "Direct messages"),
  h("ul", {}, app()),
  h("p", { class: "self small" }, `${realName(here.me)}, ${role(here.me)}`),
]);
