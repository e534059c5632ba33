// Answers to what a person asked, as lines; and what is not answered, because an event tells it.
import { describe, expect, test } from "vitest";
import type { Reply } from "../../../../src/client/port/client.ts";
import { clientThat, text } from "../../../kit/lines.ts";
import { BOB, event, id, message, NOW, plain } from "./plain-face.ts";

async function answered(line: string, reply: Reply): Promise<readonly string[]> {
  const { face, printed, complaints } = plain(true);
  face.show(event("ready", { user: "alice", name: "Alice" }));
  face.show(message("file", { message: id("beef"), conversation: "#lobby", file: { name: "a", bytes: 1 } }));
  printed.length = 0;
  await face.onLine(
    text(line),
    clientThat(() => reply),
  );
  return [...printed, ...complaints];
}

const CONVERSATION = { conversation: "#plans", id: id("9"), kind: "room", members: 2, unread: 1, lastSeq: 9, epoch: 3 };
const OTHER_DEVICE = { device: "fedcba98", name: "A", user: "alice", verified: true, current: false, until: NOW };
const PERSON = { user: "bob", name: "Bob", devices: 1, verified: true, online: false };
const NUMBER = "11111 22222 33333 44444 55555 66666 77777 88888 99999 00000 12345 67890";

describe("answers", () => {
  test.each<readonly [string, Reply, readonly string[]]>([
    [
      "/whoami",
      { user: "alice", name: "Alice", device: "a1", fingerprint: "f2", realm: "c3" },
      ["  Alice (@alice), device a1", "  certificate f2", "  realm       c3"],
    ],
    ["/join plans", { state: "asked" }, ["* you asked to be let into #plans: somebody there decides"]],
    ["/join plans", { state: "member", conversation: "#plans" }, ["* what you type goes to #plans now"]],
    ["/create plans", { conversation: "#plans", id: id("9") }, ["* what you type goes to #plans now"]],
    [
      "/add carol",
      { epoch: 1, awaited: true },
      ["* no device of @carol can be brought into #lobby now: they come in by themselves when they are here"],
    ],
    ["/add carol", { epoch: 1 }, []],
    ["/add carol", { epoch: 1, there: true }, ["* @carol is in it already"]],
    ["/deny carol", { epoch: 1 }, ["* @carol was not let into #lobby"]],
    ["/read", { seq: 9, unread: 0 }, ["* #lobby: 0 unread"]],
    [
      "/privacy typing off",
      { receipts: true, typing: false, presence: true },
      ["  receipts on, typing off, presence on"],
    ],
    ["/mute 8h", { muted: true, until: NOW }, ["* #lobby is quiet until 08:00"]],
    ["/mute", { muted: true }, ["* #lobby is quiet for ever"]],
    ["/mute off", { muted: false }, ["* #lobby is heard again"]],
    [
      "/conversations",
      {
        conversations: [
          CONVERSATION,
          { ...CONVERSATION, role: "owner", topic: "tea", muted: true, expire: 604_800, closed: true, members: 1 },
          { ...CONVERSATION, role: "member", topic: "", muted: NOW, expire: 0 },
          { ...CONVERSATION, join: "ask", history: 7 },
        ],
      },
      [
        "  #plans  2 devices, 1 unread",
        "  #plans  1 device, 1 unread, you are owner, quiet, messages disappear after 1 week, ended: tea",
        "  #plans  2 devices, 1 unread, quiet until 08:00",
        "  #plans  2 devices, 1 unread, comes in: who asks and is let in; newcomers may read 7 days of before",
      ],
    ],
    [
      "/who",
      {
        members: [
          { ...PERSON, role: "admin", online: true, trusted: true },
          { ...PERSON, role: "member", verified: false },
        ],
      },
      ["  Bob (@bob)  admin, online, 1 device, verified", "  Bob (@bob)  offline, 1 device, name not proved"],
    ],
    ["/users", { users: [{ ...PERSON, devices: 0 }] }, ["  Bob (@bob)  offline, 0 devices"]],
    ["/search x", { messages: [] }, ["  nothing was found"]],
    [
      "/search x",
      {
        messages: [
          message("new", { message: id("2222") }),
          message("old", { message: id("1111"), conversation: "@bob" }),
        ],
      },
      ["@bob 1111 12:34 Bob: old", "2222 12:34 Bob: new"],
    ],
    ["/save beef", { bytes: 2048, sha256: "x", path: "/tmp/a (2).pdf" }, ["* saved, 2.0 KiB: /tmp/a (2).pdf"]],
    [
      "/verify bob",
      { user: "bob", name: "Bob", safetyNumber: NUMBER, verified: false, qr: ["▀▄", "█ "] },
      [
        "  you and Bob (@bob), not verified yet:",
        "    11111 22222 33333 44444",
        "    55555 66666 77777 88888",
        "    99999 00000 12345 67890",
        "    ▀▄",
        "    █ ",
        "  ask them for theirs by another way; if it is the same: /trust bob",
      ],
    ],
    [
      "/verify bob",
      { user: "bob", name: "bob", safetyNumber: "11111", verified: true },
      ["  you and @bob, verified:", "    11111"],
    ],
    ["/trust bob", {}, ["* @bob is verified now"]],
    ["/distrust bob", {}, ["* @bob is not verified any more"]],
    [
      "/devices bob",
      {
        devices: [
          {
            device: "0123456789abcdef",
            name: "Bob",
            user: "bob",
            added: NOW,
            until: NOW,
            verified: true,
            current: false,
          },
          {
            device: "fedcba9876543210",
            name: "Bob",
            user: "bob",
            until: NOW,
            verified: false,
            current: false,
            how: "password",
          },
        ],
      },
      [
        "  01234567  Bob (@bob), since 08:00, certified until 08:00",
        "  fedcba98  Bob (@bob), certified until 08:00, not proved",
        "            by their password: only the CA vouches for it",
      ],
    ],
    [
      "/devices",
      {
        devices: [
          { device: "01234567", name: "A", user: "alice", until: NOW, verified: true, current: true, label: "phone" },
          { ...OTHER_DEVICE, how: "device", cosigned: "01234567", cosignedLabel: "phone" },
          { ...OTHER_DEVICE, label: "old phone", verified: false, revoked: true },
        ],
      },
      [
        "  01234567  phone, this one, certified until 08:00",
        "  fedcba98  A (@alice), certified until 08:00",
        "            co-signed by your device phone (01234567)",
        "  fedcba98  old phone, put out",
      ],
    ],
    [
      "/audit bob",
      { certificates: [{ device: "d".repeat(16), how: "device", at: NOW, until: NOW }], acts: [] },
      [
        "  dddddddd  08:00, by another device of theirs, until 08:00",
        "  this realm keeps no log: nothing proves that there is no other",
      ],
    ],
    [
      "/audit alice",
      {
        certificates: [{ device: "d".repeat(16), how: "password", at: NOW, until: NOW }],
        log: { entries: 7, root: "ff" },
      },
      [
        "  dddddddd  08:00, by your password, until 08:00",
        "  7 entries of the realm's log were read; their root is ff",
      ],
    ],
    [
      "/audit nobody",
      { certificates: [], log: { entries: 7, root: "ff" } },
      [
        "  no certificate was ever issued in the name @nobody",
        "  7 entries of the realm's log were read; their root is ff",
      ],
    ],
    [
      "/admin invite bob uses=3",
      { line: "chat://h:1/#r", id: "1", user: "bob", uses: 3, role: "admin", expiresAt: NOW },
      ["  for @bob, 3 times, until 08:00, as admin of the realm:", "  chat-client join 'chat://h:1/#r'"],
    ],
    [
      "/admin limits",
      { messageRate: 1000, byteRate: 5, sources: { messageRate: "usual", byteRate: "setting" } },
      ["  limit        value  from", "  messageRate  1000   as usual", "  byteRate     5      set here"],
    ],
    [
      "/admin stats",
      { uptimeMs: 90_061_000, loopMeanMs: 0.437, databaseBytes: 3_000_000, damagedBlobs: [] },
      ["  uptime        1 d 1 h", "  loopMean      0.4 ms", "  databaseSize  2.9 MiB"],
    ],
    [
      "/admin devices",
      { devices: [{ user: "bob", device: "d".repeat(32), since: NOW, serial: "f".repeat(40) }], more: true },
      ["  user  device    since", "  bob   dddddddd  08:00", `  there are others: after=bob/${"d".repeat(32)}`],
    ],
  ])("%s: %o", async (line, reply, lines) => {
    expect(await answered(line, reply)).toEqual(lines);
  });

  test.each([
    "/edit beef x",
    "/delete beef",
    "/react beef 👍",
    "/file x",
    "/add carol",
    "/remove carol",
    "/approve carol",
    "/role carol admin",
    "/topic x",
    "/rename x",
    "/policy open",
    "/expire off",
    "/disband #plans",
    "/leave #plans",
    "/link down",
  ])("%s: an event tells it, and the answer nothing", async (line) => {
    expect(await answered(line, { seq: 1, epoch: 1, state: "left" })).toEqual([]);
  });

  test("who is listed with a proved name is told apart from then on", async () => {
    const { face, printed } = plain(true);
    const users = [{ ...PERSON }, { ...PERSON, user: "eve", name: "ＢＯＢ", verified: false }];
    await face.onLine(
      text("/users"),
      clientThat(() => ({ users })),
    );
    face.show(message("1"));
    await face.onLine(
      text("/users"),
      clientThat(() => ({ users: users.map((one) => ({ ...one, verified: true })) })),
    );
    face.show(message("2"));
    expect(printed.filter((line) => line.startsWith("12:34"))).toEqual(["12:34 Bob: 1", "12:34 Bob (@bob): 2"]);
  });

  test("a waiting file is one too, and has nothing to save yet", async () => {
    const waiting = [{ from: BOB, state: "queued", text: "", file: { name: "a.pdf", bytes: 3 } }];
    expect(await answered("/history", { messages: [], waiting })).toEqual([
      "--:-- Bob (file a.pdf, 3 bytes): [waiting]",
    ]);
  });

  test("what an answer holds of others cannot act on a terminal", async () => {
    const evil = "x\u001b[2J\n12:34 Bob: hi";
    const lines = [
      await answered("/conversations", { conversations: [{ ...CONVERSATION, conversation: evil, topic: evil }] }),
      await answered("/users", { users: [{ ...PERSON, name: evil, user: evil }] }),
      await answered("/devices", {
        devices: [
          { device: evil, name: evil, user: evil, verified: true, current: false },
          { device: evil, name: evil, user: evil, label: evil, cosigned: evil, how: evil, cosignedLabel: evil },
        ],
      }),
      await answered("/verify bob", { user: evil, name: evil, safetyNumber: evil, verified: false, qr: [evil] }),
      await answered("/save beef", { bytes: 1, path: evil }),
      await answered("/create plans", { conversation: evil }),
      await answered("/search x", { messages: [message("x", { conversation: evil, from: { ...BOB, name: evil } })] }),
    ].flat();
    expect(lines.length).toBeGreaterThan(9);
    // oxlint-disable-next-line no-control-regex
    expect(lines.filter((line) => /[\u0000-\u001f]/.test(line) || line.startsWith("12:34"))).toEqual([]);
  });

  test("a conversation that has an odd name is in the prompt as it is called", async () => {
    const { face, places } = plain(true);
    face.show(event("conversation", { id: id("9"), kind: "room", conversation: id("9"), change: "added" }));
    const conversations = [{ ...CONVERSATION, conversation: id("9") }];
    await face.onLine(
      text(`/to ${id("9")}`),
      clientThat(() => ({ conversations })),
    );
    expect(places).toEqual([id("9")]);
  });
});
