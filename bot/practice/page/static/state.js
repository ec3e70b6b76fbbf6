// What stands in the workspace, kept current by its stream, and where the person here looks.

import { follow } from "./dom.js";

export const PEOPLE = ["U0MEI", "U0RUI", "U0ANA", "U0SAM"];

export const space = {
  ready: false,
  app: null,
  users: new Map(),
  groups: new Map(),
  rooms: new Map(),
  whispers: {},
  modals: {},
  homes: {},
};

/** Where we are. `read` holds, per person and room, the newest message that was seen. */
export const here = {
  me: PEOPLE[0],
  room: "C0RELEASES",
  home: false,
  thread: null,
  read: {},
  newFrom: null,
};

let opens = null;
/** Kept once the stage is set; what is typed before that waits for it. */
export const stageIsSet = new Promise((keep) => { opens = keep; });
export const openStage = () => opens();

const listeners = new Set();
export const onChange = (listener) => listeners.add(listener);
export const changed = (what, detail = {}) => listeners.forEach((listener) => listener(what, detail));

export const name = (id) => space.users.get(id)?.name ?? (id === "USLACKBOT" ? "Slackbot" : id);
export const realName = (id) => space.users.get(id)?.real_name ?? name(id);
export const roomName = (id) => {
  const room = space.rooms.get(id);
  return room?.is_im ? "Slipway" : (room?.name ?? id);
};
export const myRooms = (me = here.me) =>
  [...space.rooms.values()].filter((room) => room.members.includes(me) && !room.is_archived);
export const directRoom = (me = here.me) =>
  [...space.rooms.values()].find((room) => room.is_im && room.user === me);
export const isReply = (said) => Boolean(said.thread_ts) && said.thread_ts !== said.ts;

const bySaid = (a, b) => Number(a.ts) - Number(b.ts);
const whispersIn = (room) => (space.whispers[here.me] ?? []).filter((said) => said.channel === room);

const isAside = (said) => !said.thread_ts || here.thread?.ts !== said.thread_ts;

/** What is seen in a channel: its roots, broadcast replies, and what only this person sees.

 An answer in a thread that is not open would be lost on who asked, so it is shown here. */
export const timeline = (room) => {
  const said = [...(space.rooms.get(room)?.messages.values() ?? [])];
  const roots = said.filter((each) => !isReply(each) || each.subtype === "thread_broadcast");
  return [...roots, ...whispersIn(room).filter(isAside).map(asWhisper)].sort(bySaid);
};

/** A thread: its root, and every reply. */
export const threadOf = (room, root) => {
  const said = [...(space.rooms.get(room)?.messages.values() ?? [])];
  const kept = said.filter((each) => each.ts === root || (isReply(each) && each.thread_ts === root));
  const mine = whispersIn(room).filter((each) => each.thread_ts === root).map(asWhisper);
  return [...kept, ...mine].sort(bySaid);
};

export const replies = (room, root) => {
  const said = space.rooms.get(room)?.messages.values() ?? [];
  return [...said].filter((each) => isReply(each) && each.thread_ts === root);
};

const asWhisper = (said) => ({ ...said, whisper: true });

/** Unread messages of a person in a room, and how many of them ask for this person. */
export const unread = (me, room) => {
  const since = Number(here.read[me]?.[room.id] ?? 0);
  const fresh = [...room.messages.values()].filter(
    (said) => Number(said.ts) > since && said.user !== me && (!isReply(said) || said.subtype),
  );
  const calls = fresh.filter((said) => room.is_im || (said.text ?? "").includes(`<@${me}>`));
  return { count: fresh.length, calls: calls.length };
};

export const markRead = (me, id) => {
  const newest = [...(space.rooms.get(id)?.messages.values() ?? [])].at(-1);
  here.read[me] ??= {};
  if (newest) here.read[me][id] = newest.ts;
};

const roomOf = (room) => ({
  ...room,
  members: room.members ?? [room.user, space.app.user],
  messages: new Map((room.messages ?? []).map((said) => [said.ts, { ...said, channel: room.id }])),
});

const whole = (state) => {
  space.app = state.app;
  space.users = new Map(state.users.map((user) => [user.id, user]));
  space.groups = new Map(state.groups.map((group) => [group.id, group]));
  space.rooms = new Map(state.channels.map((room) => [room.id, roomOf(room)]));
  space.whispers = Object.fromEntries(Object.entries(state.ephemerals));
  space.modals = state.modals;
  space.homes = state.homes;
  for (const me of PEOPLE) for (const room of myRooms(me)) if (!here.read[me]?.[room.id]) markRead(me, room.id);
  space.ready = true;
  if (!space.rooms.has(here.room)) Object.assign(here, { room: "C0RELEASES", home: false, thread: null });
};

const putView = (entry) => {
  const stack = (space.modals[entry.user] ??= []);
  const at = stack.findIndex((view) => view.id === entry.view.id);
  if (entry.view.type === "home") space.homes[entry.user] = entry.view;
  else if (at >= 0) stack[at] = entry.view;
  else stack.push(entry.view);
};

const swapWhisper = (entry) => {
  const seen = space.whispers[entry.reader] ?? [];
  space.whispers[entry.reader] = seen.map((said) => (said.ts === entry.message.ts ? entry.message : said));
};

const putMessage = (entry) =>
  space.rooms.get(entry.channel)?.messages.set(entry.message.ts, { ...entry.message, channel: entry.channel });

const CHANGES = {
  message: putMessage,
  message_changed: putMessage,
  message_deleted: (entry) => space.rooms.get(entry.channel)?.messages.delete(entry.ts),
  ephemeral: (entry) => (space.whispers[entry.reader] ??= []).push(entry.message),
  ephemeral_changed: swapWhisper,
  ephemeral_deleted: (entry) => {
    space.whispers[entry.reader] = (space.whispers[entry.reader] ?? []).filter((said) => said.ts !== entry.ts);
  },
  channel: (entry) => space.rooms.set(entry.channel.id, roomOf(entry.channel)),
  joined: (entry) => space.rooms.get(entry.channel)?.members.push(entry.user),
  left: (entry) => {
    const room = space.rooms.get(entry.channel);
    if (room) room.members = room.members.filter((member) => member !== entry.user);
  },
  archived: (entry) => { space.rooms.get(entry.channel).is_archived = entry.archived; },
  view_opened: putView,
  view_changed: putView,
  view_errors: putView,
  home_published: putView,
  view_closed: (entry) => {
    space.modals[entry.user] = (space.modals[entry.user] ?? []).filter((view) => view.id !== entry.view);
  },
};

/** Begin to follow the workspace. */
export const followSpace = (open) =>
  follow("/control/stream", {
    open,
    message: (told) => {
      if (told.type === "state") {
        whole(told.state);
        changed("state");
      } else if (told.kind === "reset") {
        location.reload();
      } else if (CHANGES[told.kind]) {
        CHANGES[told.kind](told);
        changed(told.kind, told);
      }
    },
  });
