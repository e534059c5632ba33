// A server that lies: about who wrote, about what was written, about what there is. The client shows it and believes none of it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId, LogId } from "../../src/model/ids.ts";
import { CHAIN_START } from "../../src/wire/chain.ts";
import type { Entry } from "../../src/wire/messages.ts";
import { codes, goesOn } from "../kit/after-a-lie.ts";
import { Liar } from "../kit/liar.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

let realm: TestRealm;
let other: TestRealm;
beforeAll(async () => {
  [realm, other] = await Promise.all([
    makeRealm({ clients: ["alice", "bob", "carol"] }),
    makeRealm({ clients: ["bob"] }),
  ]);
});
afterAll(() => {
  realm.remove();
  other.remove();
});

const STRANGER = "5a".repeat(16) as DeviceId;
/** Entries 1 and 2 are how Bob and Carol, and then Alice, came in. */
const FIRST = 3;

describe("about who wrote", () => {
  it.each<readonly [string, string, Liar["certificates"]]>([
    [
      "another user than the certificate says",
      "sender-mismatch",
      () => ({ user: "carol", chain: realm.client("bob").chain }),
    ],
    [
      "a good certificate of another device",
      "sender-mismatch",
      () => ({ user: "carol", chain: realm.client("carol").chain }),
    ],
    ["a certificate of another CA", "sender-unverified", () => ({ user: "bob", chain: other.client("bob").chain })],
    ["a self-signed certificate", "sender-unverified", () => ({ user: "bob", chain: realm.selfSigned("bob").chain })],
    ["the certificate of the server", "sender-unverified", () => ({ user: "bob", chain: realm.server().chain })],
    ["noise", "sender-unverified", () => ({ user: "bob", chain: [Buffer.from("noise")] })],
    ["no certificate", "sender-unverified", () => ({ user: "bob", chain: [] })],
    ["a device that it does not know", "sender-unverified", () => undefined],
  ])("%s: %s, and the sender is shown as unverified, by no name", async (_what, code, certificates) => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    // No member: only the server says whose device it is.
    liar.certificates = certificates;
    liar.deliver(liar.store({ ...(await liar.said("hello")), sender: STRANGER }));
    const [message] = await alice.messages(1);
    expect(message).toMatchObject({ placeholder: "unbelieved", from: { user: "", verified: false } });
    expect(message?.from.name).toMatch(/^unverified sender [0-9a-f]{8}$/);
    expect(codes(alice)).toEqual(["sender-mismatch", code]);
    await goesOn(liar, alice);
  });
});

describe("about who wrote, otherwise", () => {
  it("of members nobody is asked: their certificates are in the group", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    liar.certificates = () => ({ user: "carol", chain: other.client("bob").chain });
    liar.deliver(await liar.write("by bob"), await liar.write("by carol", liar.carol));
    const seen = await alice.messages(2);
    expect(seen.map(({ from }) => [from.user, from.verified])).toEqual([
      ["bob", true],
      ["carol", true],
    ]);
    expect(await alice.ask({ do: "history", to: "#lobby" })).toMatchObject({
      messages: [{ from: { user: "bob", verified: true } }, { from: { user: "carol", verified: true } }],
    });
    expect([codes(alice), liar.link.of("getDevices")]).toEqual([[], []]);
  });

  it("the name is the certificate's; an expired one still says whose device it is, and that is noted", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const validity = { notBefore: new Date(Date.now() - 240_000), notAfter: new Date(Date.now() - 1_000) };
    const { chain } = realm.issueClient({ user: "dora", device: STRANGER, name: "Dora D.", validity });
    liar.certificates = () => ({ user: "dora", chain });
    liar.deliver(liar.store({ ...(await liar.said("old")), sender: STRANGER }));
    expect((await alice.messages(1))[0]).toMatchObject({ from: { user: "dora", name: "Dora D." } });
    expect(alice.notes.join()).toMatch(/dora.*expired/);
    expect(codes(alice)).toEqual(["sender-mismatch"]);
  });
});

describe("about what was written", () => {
  it("repeats, holes and disorder between deliveries cost nothing", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const made: Entry[] = [];
    for (let at = 0; at < 60; at += 1) made.push(await liar.write(`m${at}`));
    for (const [from, to] of [
      [0, 5],
      [3, 7],
      [20, 25],
      [7, 9],
      [10, 12],
      [0, 1],
      [40, 60],
      [9, 20],
    ] as const)
      liar.deliver(...made.slice(from, to));
    const seen = await alice.messages(60);
    expect(seen.map(({ seq }) => seq)).toEqual(made.map(({ seq }) => seq));
    expect(codes(alice)).toEqual([]);
  });

  it("a hole inside one delivery stops the conversation with an alarm; the next connection mends it", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const made: Entry[] = [];
    for (let at = 0; at < 5; at += 1) made.push(await liar.write(`m${at}`));
    liar.deliver(...made.filter((_, at) => at !== 2));
    await alice.face.until((face) => face.of("alarm").length > 0, "alarm");
    expect([codes(alice), alice.texts()]).toEqual([["log-hole"], []]);
    liar.link.cut();
    expect((await alice.messages(5)).map(({ seq }) => seq)).toEqual(made.map(({ seq }) => seq));
  });

  it("sealed by a member and no message: a placeholder, never a crash", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    for (const plaintext of ["", "{", '{"v":2,"kind":"text","text":"x"}', '{"v":1,"kind":"poll"}', "\xff"])
      liar.deliver(liar.store(await liar.sealed(Buffer.from(plaintext, "latin1"))));
    await goesOn(liar, alice);
    expect((await alice.messages(6)).slice(0, 6).map(({ placeholder }) => placeholder)).toEqual([
      "unreadable",
      "unreadable",
      "newer-version",
      "newer-version",
      "unreadable",
      undefined,
    ]);
    expect(codes(alice)).toEqual([]);
  });
});

describe("about what there is", () => {
  it("a history that was changed behind a message is a fork, though the greeting says that all is well", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    for (const text of ["one", "two"]) liar.deliver(await liar.write(text));
    const three = await liar.write("three");
    liar.deliver(three);
    await alice.messages(3);
    liar.rewind(FIRST);
    const forged = await liar.write("TWO");
    liar.store(three);
    await liar.write("four");
    liar.link.cut();
    await alice.messages(5);
    expect(forged.seq).toBe(FIRST + 1);
    expect(alice.texts()).toEqual(["one", "two", "three", "TWO", "four"]);
    expect(codes(alice)).toEqual(["log-forked"]);
    expect(alice.face.of("alarm")[0]?.message).toContain(`only up to ${FIRST}, this device holds ${FIRST + 2}`);
    const { messages } = (await alice.ask({ do: "history", to: "#lobby" })) as {
      messages: readonly { text: string; lost?: true }[];
    };
    expect(messages.map(({ text, lost }) => (lost === true ? `${text} (lost)` : text))).toEqual([
      "one",
      "two (lost)",
      "TWO",
      "three",
      "four",
    ]);
  });

  it("a message that it says is stored, and something else is in its place: it is sent again, and is there once", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const seq = liar.entries.length + 1;
    const stored = {
      type: "appended",
      result: "ok",
      seq,
      epoch: liar.epoch,
      at: 1,
      head: seq,
      code: "",
      devices: [],
    } as const;
    liar.instead = ({ type }) => (type === "append" ? stored : undefined);
    expect(await alice.send("promised")).toMatchObject({ seq });
    liar.instead = undefined;
    liar.deliver(await liar.write("in its place"));
    await alice.messages(1);
    expect(await alice.ask({ do: "history", to: "#lobby" })).toMatchObject({
      messages: [{ text: "in its place", seq }],
      waiting: [{ text: "promised", state: "stored" }],
    });
    liar.link.cut();
    await alice.messages(2);
    expect(alice.texts()).toEqual(["in its place", "promised"]);
    expect(liar.heard.filter((one) => one.includes("promised"))).toHaveLength(1);
    await goesOn(liar, alice);
  });

  it("an unknown message and an answer that nobody waits for change nothing", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const { log } = liar;
    liar.link.say({ type: "page", log, entries: [], head: 9, first: 1, chain: CHAIN_START }, 77);
    liar.link.say({ type: "error", code: "x", message: "\x1b[2J", hint: "" });
    const entry = await liar.write("not here");
    liar.link.say({ type: "deliver", log: "00030000000000000000000000000001" as LogId, entries: [entry] });
    liar.deliver(entry);
    expect((await alice.messages(1))[0]).toMatchObject({ text: "not here", conversation: "#lobby" });
  });
});

describe("what was missed", () => {
  it("and is there, but not given: the conversation stops with an alarm; the next connection mends it", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const [one, two] = [await liar.write("one"), await liar.write("two")];
    liar.rewind(one.seq - 1);
    const { log, chains } = liar;
    const [chain = CHAIN_START] = chains.slice(-1);
    const page = { type: "page", log, entries: [], head: two.seq, first: FIRST, chain } as const;
    liar.instead = ({ type }) => (type === "fetch" ? page : undefined);
    liar.deliver(two);
    await alice.face.until((face) => face.of("alarm").length > 0, "alarm");
    expect([codes(alice), alice.texts()]).toEqual([["log-hole"], []]);
    liar.instead = undefined;
    liar.store(one);
    liar.store(two);
    liar.link.cut();
    expect(await alice.messages(2)).toMatchObject([{ text: "one" }, { text: "two" }]);
    await goesOn(liar, alice);
  });

  it("is asked for again on another connection when the server does not give it", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    liar.link.cut();
    await alice.face.until((face) => face.of("link").length > 1, "cut");
    await liar.write("one");
    const error = { type: "error", code: "store-failed", message: "", hint: "" } as const;
    liar.instead = ({ type }) => (type === "fetch" ? error : undefined);
    await alice.face.until((face) => face.of("link").length > 3, "given up");
    expect(alice.face.of("link").slice(2)).toMatchObject([{ state: "connected" }, { reason: { code: "link-answer" } }]);
    liar.instead = undefined;
    expect(await alice.messages(1)).toMatchObject([{ text: "one" }]);
  });
});
