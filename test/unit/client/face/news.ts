// Events and what a person is told of each, for more than one test.
import type { ClientEvent } from "../../../../src/client/port/views.ts";
import { ALICE, BOB, event, id, plain } from "./plain-face.ts";

export const READY = event("ready", { user: "alice", device: "a", name: "Alice", realm: "r", server: "s" });
const DEVICE = "0123456789abcdef";
const OTHER = "fedcba9876543210";
const PAIRED = { how: "device", label: "laptop", cosigned: OTHER, cosignedLabel: "old phone" };
const ROOM = { id: id("9"), kind: "room", conversation: "#plans" };

export const EVENTS: readonly (readonly [string, ClientEvent])[] = [
  ["* @bob added Carol (@carol) to #plans", member({ change: "added", by: "bob" })],
  ["* you added Carol (@carol) to #plans", member({ change: "added", by: "alice" })],
  ["* @bob added Carol (@carol) to #plans", member({ change: "added", by: "bob", device: DEVICE })],
  ["* Carol (@carol) joined #plans", member({ change: "added" })],
  ["* Carol (@carol) joined #plans", member({ change: "joined", by: "carol", device: DEVICE })],
  ["* a device of Carol (@carol) left #plans", member({ change: "removed", device: DEVICE })],
  ["* a device of yours left #plans", member({ user: "alice", name: "Alice", change: "removed", device: DEVICE })],
  ["* @bob removed Carol (@carol) from #plans", member({ change: "removed", by: "bob" })],
  ["* Carol (@carol) joined #plans", member({ change: "joined", by: "carol" })],
  ["* you joined #plans", member({ change: "joined", user: "alice", name: "Alice" })],
  [
    "* @dave left @dave: what you write waits until they write again",
    member({ conversation: "@dave", change: "left", user: "dave", name: "dave" }),
  ],
  ["* @dave left #plans", member({ change: "left", user: "dave", name: "dave" })],
  ["* @bob made Carol (@carol) admin in #plans", member({ change: "role", by: "bob", role: "admin" })],
  ["* [eve] joined #plans", member({ change: "added", user: "", name: "eve" })],
  ["* you are in #plans now; /to #plans goes there", conversation({ change: "added" })],
  [
    "* there is a conversation with @bob now; /to @bob goes there",
    conversation({ change: "added", conversation: "@bob", kind: "direct" }),
  ],
  ["* you are no longer in #plans", conversation({ change: "removed" })],
  ["* @bob renamed #old to #plans", conversation({ change: "renamed", was: "#old", by: "bob" })],
  ["* @bob set the topic of #plans: tea", conversation({ change: "topic", topic: "tea", by: "bob" })],
  ["* @bob took the topic of #plans away", conversation({ change: "topic", topic: "", by: "bob" })],
  [
    "* you changed who comes into #plans: who asks and is let in; newcomers may read 7 days of before",
    conversation({ change: "policy", join: "ask", history: 7, by: "alice" }),
  ],
  [
    "* @bob changed who comes into #plans: newcomers may read nothing of before",
    conversation({ change: "policy", history: "none", by: "bob" }),
  ],
  [
    "* from now on messages in #plans disappear after 1 day (@bob)",
    conversation({ change: "timer", expire: 86_400, by: "bob" }),
  ],
  ["* from now on messages in #plans stay (@bob)", conversation({ change: "timer", expire: 0, by: "bob" })],
  ["* @bob ended #plans: nothing can be written there any more", conversation({ change: "closed", by: "bob" })],
  ["* there is #plans (tea): /join #plans", conversation({ change: "listed", topic: "tea", join: "open" })],
  ["* there is #plans: /join #plans asks to be let in", conversation({ change: "listed", join: "ask" })],
  ["* #plans is not announced any more", conversation({ change: "unlisted" })],
  [
    "* #plans has grown so large that its keys are lighter from now on: whoever records its messages and has a quantum computer one day could read them",
    conversation({ change: "suite", suite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519" }),
  ],
  ["* older messages of #plans are no longer on the server", conversation({ change: "trimmed" })],
  [
    "* Carol (@carol) asks to be let into #plans: /approve #plans carol or /deny #plans carol",
    event("asked", { conversation: "#plans", user: "carol", name: "Carol" }),
  ],
  [
    "* @carol asks to be let into #lobby: /approve carol or /deny carol",
    event("asked", { user: "carol", name: "carol" }),
  ],
  ["* you were not let into #plans", event("denied", { conversation: "#plans", user: "alice", name: "Alice" })],
  [
    "* Bob (@bob) has a new device (01234567), only the CA vouches for it",
    event("device", { ...BOB, device: DEVICE, change: "added" }),
  ],
  [
    "* Bob (@bob) has a new device (01234567), by their recovery phrase: only the CA vouches for it",
    event("device", { ...BOB, device: DEVICE, change: "added", how: "phrase" }),
  ],
  [
    "* Bob (@bob) has a new device (01234567), co-signed by their device fedcba98",
    event("device", { ...BOB, device: DEVICE, change: "added", how: "device", cosigned: OTHER }),
  ],
  [
    "* you have a new device (01234567), by an invitation: only the CA vouches for it; if it is not yours: /revoke 01234567",
    event("device", { ...ALICE, device: DEVICE, change: "added", how: "invitation" }),
  ],
  [
    "* you have a new device laptop (01234567), co-signed by your device old phone (fedcba98); if it is not yours: /revoke 01234567",
    event("device", { ...ALICE, ...PAIRED, device: DEVICE, change: "added" }),
  ],
  ["* a device of Bob (@bob) was revoked (01234567)", event("device", { ...BOB, device: DEVICE, change: "revoked" })],
  ["* a device of yours was revoked (01234567)", event("device", { ...ALICE, device: DEVICE, change: "revoked" })],
  [
    "* your device laptop (01234567) was revoked",
    event("device", { ...ALICE, device: DEVICE, change: "revoked", label: "laptop" }),
  ],
  ["* your device 01234567 is called laptop", event("label", { user: "alice", device: DEVICE, label: "laptop" })],
  ["* your device 01234567 has no name any more", event("label", { user: "alice", device: DEVICE, label: "" })],
  [
    "* a device was certified in your name: laptop (01234567), by another device of yours; if it is not yours: /revoke 01234567",
    event("certificate", { user: "alice", device: DEVICE, change: "issued", how: "device", label: "laptop" }),
  ],
  [
    "* a certificate of yours was revoked: device laptop (01234567), by somebody at the server",
    event("certificate", { user: "alice", device: DEVICE, change: "revoked", by: "@console", label: "laptop" }),
  ],
  ["* @bob is typing", event("typing", { user: "bob", on: true })],
  ["* @bob is online", event("presence", { user: "bob", on: true })],
  ["* a message was not sent: gone", event("state", { state: "failed", reason: { code: "x", message: "gone" } })],
  ["* new keys were made", event("notice", { code: "healed", message: "new keys were made" })],
  ["! alarm (replayed): somebody plays", event("alarm", { code: "replayed", message: "somebody plays" })],
];

/** What is no news for a person. */
export const SILENT: readonly (readonly [string, ClientEvent])[] = [
  ["own presence", event("presence", { user: "alice", on: true })],
  ["somebody stops typing", event("typing", { user: "bob", on: false })],
  ["typing elsewhere", event("typing", { user: "bob", on: true, conversation: "#plans" })],
  ["queued", event("state", { message: id("1"), state: "queued" })],
  ["stored", event("state", { message: id("1"), state: "stored" })],
  ["delivered", event("state", { message: id("1"), state: "delivered", user: "bob" })],
  ["read, of what was never shown", event("state", { message: id("1"), state: "read", user: "bob" })],
];

/** What is printed of the last of them, after `ready`. */
export function shown(interactive: boolean, ...events: readonly ClientEvent[]): readonly string[] {
  const { face, printed } = plain(interactive);
  for (const one of [READY, ...events.slice(0, -1)]) face.show(one);
  printed.length = 0;
  for (const one of events.slice(-1)) face.show(one);
  return printed;
}

function member(fields: object): ClientEvent {
  return event("member", { conversation: "#plans", user: "carol", name: "Carol", ...fields });
}

export function conversation(fields: object): ClientEvent {
  return event("conversation", { ...ROOM, ...fields });
}
