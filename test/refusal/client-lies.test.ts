// A server that lies: about who wrote, about what was written, about what there is. The client shows it and believes none of it.
/* oxlint-disable max-lines -- one liar, and all that it is caught at */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodePayload } from "../../src/client/app/payload.ts";
import { bytesOf, type DeviceId, type Handle, type LogId, type MessageId, type StoreId } from "../../src/model/ids.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { lobbyLog } from "../../src/wire/log-id.ts";
import type { ClientMessage, Entry, LogState, ServerMessage, ServerMessageOf } from "../../src/wire/messages.ts";
import { TestClient } from "../kit/client.ts";
import { type TestIdentity, type TestRealm, makeRealm } from "../kit/realm.ts";
import { ScriptLink } from "../kit/script-link.ts";

let realm: TestRealm;
let other: TestRealm;
let lobby: LogId;
beforeAll(async () => {
  [realm, other] = await Promise.all([
    makeRealm({ clients: ["alice", "bob", "carol"] }),
    makeRealm({ clients: ["bob"] }),
  ]);
  lobby = lobbyLog(realm.fingerprint);
});
afterAll(() => {
  realm.remove();
  other.remove();
});

const deviceOf = ({ leaf }: TestIdentity): DeviceId =>
  (/device:([0-9a-f]{32})/.exec(leaf.x509.subjectAltName ?? "")?.[1] ?? "") as DeviceId;
const mid = (number: number): MessageId => number.toString(16).padStart(32, "0") as MessageId;

const atRest = {
  kind: "lobby",
  first: 1,
  epoch: 0,
  cursor: 0,
  member: true,
  terms: Buffer.alloc(0),
  leaving: [],
} as const;

/** An honest log of the lobby, and what the test makes of the rest. */
class Liar {
  readonly entries: Entry[] = [];
  readonly chains: Uint8Array[] = [CHAIN_START];
  generation = 1;
  standing: LogState["standing"] = "ok";
  certificates: (device: DeviceId) => { readonly user: string; readonly chain: readonly Uint8Array[] } | undefined =
    () => {
      const { chain } = realm.client("bob");
      return { user: "bob", chain };
    };
  /** Answered by an error instead. */
  refuses: ClientMessage["type"] | undefined;
  readonly link = new ScriptLink((message) => this.answer(message));

  write(text: string, more: Partial<Entry> = {}): Entry {
    const seq = this.entries.length + 1;
    const entry: Entry = {
      seq,
      at: seq,
      sender: deviceOf(realm.client("bob")),
      mid: mid(seq),
      kind: "app",
      epoch: 0,
      body: encodePayload({ kind: "text", text }),
      note: Buffer.alloc(0),
      ...more,
    };
    const raw = { log: bytesOf(lobby), sender: bytesOf(entry.sender), mid: bytesOf(entry.mid), kind: 0 };
    this.chains.push(nextChain(this.chains.at(-1) ?? CHAIN_START, { ...entry, ...raw }));
    this.entries.push(entry);
    return entry;
  }

  deliver(...entries: Entry[]): void {
    this.link.say({ type: "deliver", log: lobby, entries });
  }

  answer(message: ClientMessage): ServerMessage | undefined {
    if (message.type === this.refuses) return { type: "error", code: "store-failed", message: "", hint: "" };
    switch (message.type) {
      case "hello":
        return this.#greeting();
      case "fetch": {
        const count = message.maxCount === 0 ? 100 : message.maxCount;
        const entries = this.entries.slice(message.after, message.after + count);
        const chain = this.chains[message.after] ?? CHAIN_START;
        return { type: "page", log: message.log, entries, head: this.entries.length, first: 1, chain };
      }
      case "getDevices":
        return {
          type: "deviceList",
          devices: message.devices.flatMap((device) => {
            const told = this.certificates(device);
            return told === undefined ? [] : [{ device, user: told.user as Handle, certificates: told.chain }];
          }),
        };
      default:
        return undefined;
    }
  }

  #greeting(): ServerMessageOf<"greeting"> {
    const logs: LogState[] = [{ ...atRest, log: lobby, head: this.entries.length, standing: this.standing }];
    const sizes = { frameBytes: 1, bodyBytes: 1, pageCount: 1, pageBytes: 1, blobChunkBytes: 1, blobBytes: 1 };
    const { generation } = this;
    const server = {
      features: [],
      storeId: "0a".repeat(16) as StoreId,
      generation,
      durability: "disk",
      at: 0,
      agent: "",
      keyPackages: 0,
      lastResort: false,
    };
    const who = { device: deviceOf(realm.client("alice")), user: "alice" as Handle };
    return { type: "greeting", version: 1, ...server, ...who, logs, limits: { ...sizes, idleMs: 60_000 } };
  }

  client(home?: string): TestClient {
    const wish = { realm, identity: realm.client("alice"), port: 0, world: { link: this.link } };
    return new TestClient(home === undefined ? wish : { ...wish, home });
  }
}

const codes = (client: TestClient): string[] => client.face.of("alarm").map(({ code }) => code);

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
    const liar = new Liar();
    liar.certificates = certificates;
    liar.write("hello");
    using alice = liar.client();
    const [message] = await alice.messages(1);
    expect(message).toMatchObject({ text: "hello", from: { user: "", verified: false } });
    expect(message?.from.name).toMatch(/^unverified sender [0-9a-f]{8}$/);
    expect(codes(alice)).toEqual([code]);
  });

  it("the name is the certificate's; an expired one still says who wrote, and that is noted", async () => {
    const liar = new Liar();
    const validity = { notBefore: new Date(Date.now() - 240_000), notAfter: new Date(Date.now() - 1_000) };
    const device = deviceOf(realm.client("carol"));
    const { chain } = realm.issueClient({ user: "dora", device, name: "Dora D.", validity });
    liar.certificates = () => ({ user: "dora", chain });
    liar.write("old", { sender: device });
    using alice = liar.client();
    expect((await alice.messages(1))[0]).toMatchObject({ from: { user: "dora", name: "Dora D.", verified: true } });
    expect(alice.notes.join()).toMatch(/dora.*expired/);
    expect(codes(alice)).toEqual([]);
  });
});

describe("about what was written", () => {
  it("a message given twice is shown once, and the replay is an alarm", async () => {
    const liar = new Liar();
    const first = liar.write("pay 100");
    using alice = liar.client();
    await alice.messages(1);
    const again = liar.write("pay 100", { mid: first.mid });
    liar.deliver(again, liar.write("next"));
    await alice.messages(2);
    expect(alice.texts()).toEqual(["pay 100", "next"]);
    expect(codes(alice)).toEqual(["replay"]);
  });

  it("the same message twice in one delivery too", async () => {
    const liar = new Liar();
    using alice = liar.client();
    await alice.ready();
    const first = liar.write("pay 100");
    liar.deliver(first, liar.write("pay 100", { mid: first.mid }), liar.write("next"));
    await alice.messages(2);
    expect(alice.texts()).toEqual(["pay 100", "next"]);
    expect(codes(alice)).toEqual(["replay"]);
  });

  it("repeats, holes and disorder between deliveries cost nothing", async () => {
    const liar = new Liar();
    using alice = liar.client();
    await alice.ready();
    const made = Array.from({ length: 60 }, (_, at) => liar.write(`m${at}`));
    const pick = (from: number, to: number): Entry[] => made.slice(from, to);
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
      liar.deliver(...pick(from, to));
    const seen = await alice.messages(60);
    expect(seen.map(({ seq }) => seq)).toEqual(made.map(({ seq }) => seq));
    expect(codes(alice)).toEqual([]);
  });

  it("a hole inside one delivery stops the conversation with an alarm; the next connection mends it", async () => {
    const liar = new Liar();
    using alice = liar.client();
    await alice.ready();
    const made = Array.from({ length: 5 }, (_, at) => liar.write(`m${at}`));
    liar.deliver(...made.filter((_, at) => at !== 2));
    await alice.face.until((face) => face.of("alarm").length > 0, "alarm");
    expect([codes(alice), alice.texts()]).toEqual([["log-hole"], []]);
    liar.link.cut();
    expect((await alice.messages(5)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("bodies that are no messages are placeholders, never a crash", async () => {
    const liar = new Liar();
    for (const body of ["", "{", '{"v":2,"kind":"text","text":"x"}', '{"v":1,"kind":"poll"}', "\xff"])
      liar.write("x", { body: Buffer.from(body, "latin1") });
    liar.write("fine");
    using alice = liar.client();
    expect((await alice.messages(6)).map(({ placeholder }) => placeholder)).toEqual([
      "unreadable",
      "unreadable",
      "newer-version",
      "newer-version",
      "unreadable",
      undefined,
    ]);
  });
});

describe("about what there is", () => {
  it("a history that was changed behind a message is a fork, though the greeting says that all is well", async () => {
    const liar = new Liar();
    for (const text of ["one", "two", "three"]) liar.write(text);
    using alice = liar.client();
    await alice.messages(3);
    const forged = new Liar();
    forged.write("one");
    for (const [text, number] of [
      ["TWO", 12],
      ["three", 3],
      ["four", 4],
    ] as const)
      forged.write(text, { mid: mid(number) });
    liar.entries.splice(0, Infinity, ...forged.entries);
    liar.chains.splice(0, Infinity, ...forged.chains);
    liar.link.cut();
    await alice.messages(5);
    expect(alice.texts()).toEqual(["one", "two", "three", "TWO", "four"]);
    expect(codes(alice)).toEqual(["log-forked"]);
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

  it("an unknown message and an answer that nobody waits for change nothing", async () => {
    const liar = new Liar();
    using alice = liar.client();
    await alice.ready();
    liar.link.say({ type: "page", log: lobby, entries: [], head: 9, first: 1, chain: CHAIN_START }, 77);
    liar.link.say({ type: "error", code: "x", message: "\x1b[2J", hint: "" });
    liar.link.say({
      type: "deliver",
      log: "00030000000000000000000000000001" as LogId,
      entries: [liar.write("not here")],
    });
    liar.deliver(...liar.entries);
    expect((await alice.messages(1))[0]).toMatchObject({ text: "not here", conversation: "#lobby" });
  });
});

describe("what was missed", () => {
  it("is asked for again on another connection when the server does not give it", async () => {
    const liar = new Liar();
    liar.write("one");
    liar.refuses = "fetch";
    using alice = liar.client();
    await alice.face.until((face) => face.of("link").length > 1, "given up");
    expect(alice.face.of("link")).toMatchObject([{ state: "connected" }, { reason: { code: "link-answer" } }]);
    expect(alice.face.of("ready")).toEqual([]);
    liar.refuses = undefined;
    expect(await alice.messages(1)).toMatchObject([{ text: "one" }]);
  });
});
