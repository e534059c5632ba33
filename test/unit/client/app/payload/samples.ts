// One right payload of each kind, and ways to make any.
import fc from "fast-check";
import type { FileKey, FileTicket } from "../../../../../src/client/files/ticket.ts";
import { EXPIRE_LEAST, EXPIRE_MOST } from "../../../../../src/client/app/payload/fields.ts";
import type { Payload } from "../../../../../src/client/app/payload/payload.ts";
import type { DeviceId, LogId, MessageId, Sha256 } from "../../../../../src/model/ids.ts";

export const MID = "ab".repeat(16) as MessageId;
export const TICKET: FileTicket = {
  blob: "01".repeat(32) as Sha256,
  key: "02".repeat(32) as FileKey,
  size: 70_000,
  sha256: "03".repeat(32) as Sha256,
  name: "photo.png",
  type: "image/png",
};
const ROOM = `0003${"0c".repeat(14)}` as LogId;
const KEY = Buffer.alloc(1216, 5).toString("base64url");
const SEALED = Buffer.alloc(1500, 6).toString("base64url");

type Samples = { readonly [K in Payload["kind"]]: Extract<Payload, { readonly kind: K }> };

/** With everything that may be left out. */
export const FULL: Samples = {
  text: { kind: "text", text: '*hello* "you"\n\tand 👋', replyTo: MID, expire: 60, bot: true },
  file: { kind: "file", ticket: TICKET, text: "look", replyTo: MID, expire: 60, bot: true },
  edit: { kind: "edit", target: MID, text: "hullo" },
  delete: { kind: "delete", target: MID },
  react: { kind: "react", target: MID, emoji: "👍", on: true },
  receipt: { kind: "receipt", delivered: 7, read: 5, without: [2, 6] },
  about: { kind: "about", name: "plans", topic: "What we do" },
  listing: { kind: "listing", log: ROOM, name: "plans", topic: "", join: "ask", on: true },
  timer: { kind: "timer", expire: 3600 },
  "archive-ask": { kind: "archive-ask", publicKey: KEY, after: 7 },
  "archive-grant": {
    kind: "archive-grant",
    to: "0d".repeat(16) as DeviceId,
    ask: MID,
    chain: "0e".repeat(32) as Sha256,
    more: false,
    sealed: SEALED,
  },
  label: { kind: "label", device: "0d".repeat(16) as DeviceId, label: "old laptop", since: 5 },
};

/** As literals are. */
const PLAIN = { noNullPrototype: true };
const OPTIONAL = { requiredKeys: [], ...PLAIN };

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => Buffer.from(raw).toString("hex"));
const mid = hex(16) as fc.Arbitrary<MessageId>;
const sha256 = hex(32) as fc.Arbitrary<Sha256>;
const text = fc.string({ unit: "binary", minLength: 1 }).filter((any) => any.isWellFormed());
const line = fc.string({ unit: "grapheme-composite", maxLength: 50 }).filter((any) => !/\p{Cc}/u.test(any));
const label = fc.string({ maxLength: 64 }).map((any) => any.replaceAll(/\p{Cc}/gu, "").trim());
const name = fc.stringMatching(/^[a-zäöß0-9](?:[a-zäöß0-9._-]{0,40}[a-z0-9])?$/).filter((any) => any !== "lobby");
const emoji = fc.constantFrom("👍", "❤️", "👨‍👩‍👧‍👦", "🇨🇭", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "é", "✓", "👋🏿");
const expire = fc.integer({ min: EXPIRE_LEAST, max: EXPIRE_MOST });
const base64url = (least: number, most: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((raw) => Buffer.from(raw).toString("base64url"));
const ticket = fc.record(
  {
    blob: sha256,
    key: hex(32) as fc.Arbitrary<FileKey>,
    size: fc.nat(1_000_000_000),
    sha256,
    name: fc.stringMatching(/^[a-z]{1,20}\.[a-z]{1,4}$/),
    type: fc.constantFrom("image/png", "application/octet-stream"),
  },
  PLAIN,
);

const answers = fc.record({ replyTo: mid, expire }, OPTIONAL);

/** Any payload that can be sent. */
export const anyPayload: fc.Arbitrary<Payload> = fc.oneof(
  fc.tuple(text, answers).map(([said, more]): Payload => ({ kind: "text", text: said, ...more })),
  fc
    .tuple(ticket, fc.record({ text }, OPTIONAL), answers)
    .map(([file, caption, more]): Payload => ({ kind: "file", ticket: file, ...caption, ...more })),
  fc.record({ kind: fc.constant("edit" as const), target: mid, text }, PLAIN),
  fc.record({ kind: fc.constant("delete" as const), target: mid }, PLAIN),
  fc.record({ kind: fc.constant("react" as const), target: mid, emoji, on: fc.boolean() }, PLAIN),
  fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()).map(([a, b]): Payload => {
    const [delivered, read] = [Math.max(a, b), Math.min(a, b)];
    return { kind: "receipt", delivered, read, ...(read % 2 === 0 ? { without: [...new Set([0, read])] } : {}) };
  }),
  fc.record({ kind: fc.constant("about" as const), name, topic: line }, { requiredKeys: ["kind", "topic"], ...PLAIN }),
  fc.record(
    {
      kind: fc.constant("listing" as const),
      log: hex(14).map((rest) => `0003${rest}` as LogId),
      name,
      topic: line,
      join: fc.constantFrom("open" as const, "ask" as const),
      on: fc.boolean(),
    },
    PLAIN,
  ),
  fc.record({ kind: fc.constant("timer" as const), expire: fc.oneof(fc.constant(0), expire) }, PLAIN),
  fc.record({ kind: fc.constant("archive-ask" as const), publicKey: base64url(32, 200), after: fc.nat() }, PLAIN),
  fc.record(
    {
      kind: fc.constant("archive-grant" as const),
      to: hex(16) as fc.Arbitrary<DeviceId>,
      ask: mid,
      chain: sha256,
      more: fc.boolean(),
      sealed: base64url(1, 300),
    },
    PLAIN,
  ),
  fc.record(
    { kind: fc.constant("label" as const), device: hex(16) as fc.Arbitrary<DeviceId>, label, since: fc.nat() },
    { requiredKeys: ["kind", "device", "label"], ...PLAIN },
  ),
);
