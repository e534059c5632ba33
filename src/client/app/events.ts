// Entries as the events that a face is told, in the order of the log. What is only for programs gives none.
import { type DeviceId, type Handle, type LogId, logKind } from "../../model/ids.ts";
import type { HeldEntry, Vault } from "../port/vault.ts";
import type { ClientEvent } from "../port/views.ts";
import { messageView, type ViewWorld } from "./names.ts";
import { isOver } from "./expiry/expiry.ts";
import { receiptEvents } from "./receipts/heard-receipts.ts";
import { type CommitSaid, type Opened, readOpened } from "./payload/opened.ts";

export interface EventsWorld extends ViewWorld {
  readonly vault: Pick<Vault, "named" | "history">;
}

type Place = { readonly at: number; readonly conversation: string };

export function eventsOf(entry: HeldEntry, world: EventsWorld): readonly ClientEvent[] {
  const opened = readOpened(entry.payload);
  const place = { at: entry.at, conversation: world.nameOf(entry.log) };
  switch (opened.kind) {
    case "text":
    case "file":
    case "newer":
    case "deleted":
    case "expired":
      return [{ event: "message", ...messageView(entry, world) }];
    case "unreadable":
      return entry.aside || entry.kind !== "app" ? [] : [{ event: "message", ...messageView(entry, world) }];
    case "about":
    case "timer":
    case "listing":
      return aboutEvents(opened, entry, world);
    case "label":
      return [{ event: "label", at: entry.at, user: world.user, device: opened.device, label: opened.label }];
    case "commit":
      return commitEvents(opened, place, { ...world, log: entry.log });
    default:
      return doneEvents(entry, opened, world);
  }
}

type Said<K extends Opened["kind"]> = Extract<Opened, { readonly kind: K }>;

function aboutEvents(
  said: Said<"about"> | Said<"timer"> | Said<"listing">,
  { at, log, sender }: HeldEntry,
  { nameOf, people }: EventsWorld,
): readonly ClientEvent[] {
  const by = people.sender(sender).user;
  const kind = logKind(log) ?? "room";
  const place = { event: "conversation", at, conversation: nameOf(log), id: log, kind, by } as const;
  if (said.kind === "timer") return [{ ...place, change: "timer", expire: said.expire }];
  if (said.kind === "listing") {
    const { log: id, name, topic, join, on } = said;
    const listed = { ...place, id, kind: "room", conversation: `#${name}` };
    return [on ? { ...listed, change: "listed", topic, join } : { ...listed, change: "unlisted" }];
  }
  const { name, topic, was } = said;
  const renamed = { ...place, change: "renamed", ...(was === undefined ? {} : { was }) } as const;
  return [
    ...(name === undefined || was === place.conversation ? [] : [renamed]),
    ...(topic === undefined || topic === "" ? [] : [{ ...place, change: "topic", topic } as const]),
  ];
}

/** What was done to a message that is there. */
function doneEvents(entry: HeldEntry, opened: Opened, world: EventsWorld): readonly ClientEvent[] {
  const { at, seq, log, sender } = entry;
  const done = {
    at,
    seq,
    conversation: world.nameOf(log),
    from: world.people.sender(sender),
    mine: sender === world.self,
  };
  if (opened.kind === "delete") return [{ event: "deleted", ...done, message: opened.target }];
  if (opened.kind === "react") {
    const { target, emoji, on } = opened;
    return [{ event: "reaction", ...done, message: target, emoji, on }];
  }
  if (opened.kind !== "settled") return [];
  if (opened.of === "receipt" && opened.news !== undefined)
    return receiptEvents(entry, opened.news, { ...world, user: done.from.user });
  if (opened.of !== "edit") return [];
  const row = world.vault.named(log, opened.target);
  const target = row && readOpened(row.payload);
  // It was edited again or deleted since: that has an event of its own. Or its time is over.
  if ((target?.kind !== "text" && target?.kind !== "file") || isOver(target, world.now())) return [];
  return [{ event: "edited", ...done, message: opened.target, text: target.text ?? "" }];
}

function commitEvents(
  said: CommitSaid,
  place: Place,
  world: EventsWorld & { readonly log: LogId },
): readonly ClientEvent[] {
  const back = new Set(said.added.map(({ device }) => device));
  const again = new Set(said.removed.filter(({ device }) => back.has(device)).map(({ device }) => device));
  const by = said.by;
  const events: ClientEvent[] = [];
  const left = new Set(said.left);
  const beside = (device: DeviceId) => (said.beside?.includes(device) === true ? { beside: true } : {});
  for (const { device, user, name } of said.removed) {
    if (again.has(device)) continue;
    const gone = left.has(user) ? ({ change: "left", by: user } as const) : ({ change: "removed", by } as const);
    const out = said.out?.includes(device) === true ? { out: true } : {};
    events.push({ event: "member", ...place, user, name, device, ...gone, ...out, ...beside(device) });
  }
  for (const { device, user, name } of said.added) {
    if (again.has(device)) continue;
    const change = said.isExternal ? "joined" : "added";
    events.push({ event: "member", ...place, user, name, device, change, by, ...beside(device) });
  }
  for (const { device, user } of said.added) if (again.has(device)) events.push(anewEvent(device, user, place));
  return [...events, ...termsEvents(said, place, world)];
}

/** Whoever is out is no member. */
function isOut({ removed, added, beside = [] }: CommitSaid, user: Handle): boolean {
  const isBack = added.some((one) => one.user === user);
  return !isBack && removed.some((one) => one.user === user && !beside.includes(one.device));
}

/** Everybody sees it: it has lost its keys, or somebody says so in its name. */
function anewEvent(device: DeviceId, user: Handle, place: Place): ClientEvent {
  const message = `a device of @${user} (${device.slice(0, 8)}) had lost its keys and came into ${place.conversation} anew`;
  return { event: "notice", at: place.at, conversation: place.conversation, code: "came-in-anew", message };
}

function termsEvents(
  said: CommitSaid,
  place: Place,
  world: EventsWorld & { readonly log: LogId },
): readonly ClientEvent[] {
  const { by, terms, movedTo } = said;
  const events: ClientEvent[] = [];
  for (const { user, role } of terms?.roles ?? []) {
    if (isOut(said, user)) continue;
    const name = world.people.nameOf(user) ?? user;
    events.push({ event: "member", ...place, user, name, change: "role", by, role });
  }
  const where = { event: "conversation", ...place, id: world.log, kind: logKind(world.log) ?? "room", by } as const;
  if (terms?.join !== undefined || terms?.history !== undefined) {
    const { join, history } = terms;
    const changed = { ...(join === undefined ? {} : { join }), ...(history === undefined ? {} : { history }) };
    events.push({ ...where, change: "policy", ...changed });
  }
  if (movedTo !== undefined) events.push({ ...where, change: "suite", suite: movedTo });
  if (terms?.closed === true) events.push({ ...where, change: "closed" });
  return events;
}
