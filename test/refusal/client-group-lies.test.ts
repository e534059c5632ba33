// Lies about the group itself: entries of one under another's name or id, commits that are not what they are said to be, messages of
// another group. Each is refused with its code, nothing of it is shown as said, and the group goes on.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodePayload } from "../../src/client/app/payload/payload.ts";
import type { CommitNote } from "../../src/wire/messages.ts";
import { decodeCommitNote, encodeCommitNote } from "../../src/wire/note.ts";
import { codes, goesOn } from "../kit/after-a-lie.ts";
import type { TestClient } from "../kit/client.ts";
import { Liar, type Unplaced } from "../kit/liar.ts";
import { newMid } from "../kit/mls.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

let realm: TestRealm;
let other: TestRealm;
beforeAll(async () => {
  [realm, other] = await Promise.all([makeRealm({ clients: ["alice"] }), makeRealm({ clients: ["alice"] })]);
});
afterAll(() => {
  realm.remove();
  other.remove();
});

/** A group with Alice in it and a lie; afterwards it goes on. */
async function met(lie: (liar: Liar, alice: TestClient) => Promise<void>): Promise<void> {
  const liar = await Liar.open(realm);
  using alice = liar.client();
  await alice.ready();
  await lie(liar, alice);
  await goesOn(liar, alice);
}

/** Delivered, in the vault, and what it gave was shown. */
async function heard(liar: Liar, alice: TestClient, ...entries: readonly Unplaced[]): Promise<void> {
  liar.deliver(...entries.map((entry) => liar.store(entry)));
  await goesOn(liar, alice);
}

const unwrapped = (body: Uint8Array): Uint8Array => body.slice(5);

describe("a message", () => {
  it.each<readonly [string, string, (liar: Liar) => Promise<Unplaced>]>([
    [
      "of one under the name of another",
      "sender-mismatch",
      async (liar) => ({ ...(await liar.said("I am Bob", liar.carol)), sender: liar.bob.device }),
    ],
    ["under another id", "sender-mismatch", async (liar) => ({ ...(await liar.said("here")), mid: newMid() })],
    [
      "of another group",
      "other-group",
      async (liar) => {
        const elsewhere = await Liar.open(other);
        return { ...(await elsewhere.said("lost")), sender: liar.bob.device, epoch: liar.epoch };
      },
    ],
    [
      "of another group of the same name",
      "undecryptable",
      async (liar) => {
        const twin = await Liar.open(realm);
        twin.store(await twin.commits(twin.bob, {}));
        await twin.bob.acceptOwn();
        return { ...(await twin.said("lost")), sender: liar.bob.device, epoch: liar.epoch };
      },
    ],
    ["with a bit turned", "undecryptable", async (liar) => turned(await liar.said("as it was"), -9)],
    ["in the clear", "envelope-malformed", async (liar) => inTheClear(liar)],
    [
      "without its envelope",
      "envelope-malformed",
      async (liar) => {
        const said = await liar.said("bare");
        return { ...said, body: unwrapped(said.body) };
      },
    ],
    ["that is empty", "envelope-malformed", async (liar) => ({ ...(await liar.said("x")), body: new Uint8Array(0) })],
  ])("%s: %s, and a place where it stood", async (_what, code, lie) => {
    await met(async (liar, alice) => {
      await heard(liar, alice, await lie(liar));
      expect(codes(alice)).toEqual([code]);
      expect(alice.face.of("message")[0]).toMatchObject({
        placeholder: "unbelieved",
        text: `a message that is not believed (${code})`,
        from: { verified: false },
        mine: false,
      });
    });
  });

  it.each<readonly [string, (liar: Liar) => Promise<Unplaced>]>([
    ["of another under the reader's own name", async (liar) => liar.said("I am Alice")],
    ["of nobody under the reader's own name", async (liar) => turned(await liar.said("I am Alice"), -9)],
  ])("%s is none of theirs: own-forged", async (_what, lie) => {
    await met(async (liar, alice) => {
      await heard(liar, alice, { ...(await lie(liar)), sender: liar.alice });
      expect(codes(alice)).toEqual(["own-forged"]);
      expect(alice.face.of("message")[0]).toMatchObject({
        text: "a message that is not believed (own-forged)",
        from: { user: "alice", verified: false },
        mine: false,
      });
    });
  });

  it("that the reader wrote, given once more as another one: own-forged", async () => {
    await met(async (liar, alice) => {
      await alice.send("pay 100");
      await alice.messages(1);
      const said = liar.entries.at(-1);
      if (said === undefined) throw new Error("the log is empty");
      await heard(liar, alice, { ...said, mid: newMid() });
      expect(codes(alice)).toEqual(["own-forged"]);
      expect(alice.texts().filter((text) => text === "pay 100")).toHaveLength(1);
    });
  });

  it("said to be of before this device came in is read nevertheless: the server hides nothing that way", async () => {
    await met(async (liar, alice) => {
      await heard(liar, alice, { ...(await liar.said("you were not to see this")), epoch: 0 });
      expect(alice.texts()[0]).toBe("you were not to see this");
      expect(codes(alice)).toEqual([]);
    });
  });
});

function turned<E extends Unplaced>(entry: E, at: number): E {
  const body = entry.body.slice();
  const place = body.length + at;
  body[place] = (body[place] ?? 0) ^ 0x10;
  return { ...entry, body };
}

async function inTheClear(liar: Liar): Promise<Unplaced> {
  return { ...(await liar.said("x")), body: encodePayload({ kind: "text", text: "in the clear" }) };
}

function noted(entry: Unplaced, lie: (note: CommitNote) => Partial<CommitNote>): Unplaced {
  const note = decodeCommitNote(entry.note);
  return { ...entry, note: encodeCommitNote({ ...note, ...lie(note) }) };
}

describe("a commit", () => {
  const renewal = (liar: Liar): Promise<Unplaced> => liar.commits(liar.carol, {});
  const leaf = (liar: Liar) => ({ device: liar.bob.device, user: liar.bob.user });

  it.each<readonly [string, string, (liar: Liar) => Promise<Unplaced>]>([
    [
      "that is said to add",
      "roster-mismatch",
      async (liar) => noted(await renewal(liar), () => ({ add: [leaf(liar)] })),
    ],
    [
      "that is said to remove",
      "roster-mismatch",
      async (liar) => noted(await renewal(liar), () => ({ remove: [leaf(liar)] })),
    ],
    [
      "whose note cannot be read",
      "roster-mismatch",
      async (liar) => ({ ...(await renewal(liar)), note: Buffer.from("?") }),
    ],
    [
      "of one under the name of another",
      "sender-mismatch",
      async (liar) => ({ ...(await renewal(liar)), sender: liar.bob.device }),
    ],
    ["under another id", "sender-mismatch", async (liar) => ({ ...(await renewal(liar)), mid: newMid() })],
    [
      "that puts out another, without the right",
      "commit-refused",
      (liar) => liar.commits(liar.carol, { remove: [liar.bob.device] }),
    ],
    ["with a bit turned", "undecryptable", async (liar) => turned(await renewal(liar), -9)],
    ["that is a message", "mls-malformed", async (liar) => ({ ...(await liar.said("x")), kind: "commit" })],
    [
      "that is a message, unwrapped",
      "not-used",
      async (liar) => {
        const said = await liar.said("x");
        return { ...said, kind: "commit", body: unwrapped(said.body) };
      },
    ],
    [
      "of another under the reader's own name",
      "own-forged",
      async (liar) => ({ ...(await renewal(liar)), sender: liar.alice }),
    ],
    [
      "of nobody under the reader's own name",
      "own-forged",
      async (liar) => ({ ...turned(await renewal(liar), -9), sender: liar.alice }),
    ],
    ["that is nothing", "mls-malformed", async (liar) => ({ ...(await renewal(liar)), body: Buffer.from("commit") })],
  ])("%s: %s, and nothing of it happens", async (_what, code, lie) => {
    await met(async (liar, alice) => {
      const before = await alice.ask({ do: "members", to: "#lobby" });
      await heard(liar, alice, await lie(liar));
      expect(codes(alice)).toEqual([code]);
      expect(alice.face.of("member")).toEqual([]);
      expect(alice.texts()).toHaveLength(2);
      expect((await alice.ask({ do: "members", to: "#lobby" }))["members"]).toEqual(before["members"]);
    });
  });

  it("that comes as a message is a place where it stood, and the group goes on without it", async () => {
    await met(async (liar, alice) => {
      await heard(liar, alice, { ...(await renewal(liar)), kind: "app", note: new Uint8Array(0) });
      expect(codes(alice)).toEqual(["envelope-malformed"]);
      expect(alice.face.of("message")[0]).toMatchObject({ placeholder: "unbelieved" });
      expect(alice.face.of("member")).toEqual([]);
    });
  });

  it("that comes again is an alarm and changes nothing", async () => {
    await met(async (liar, alice) => {
      const commit = await renewal(liar);
      await liar.carol.acceptOwn();
      expect(await liar.reads(liar.bob, commit)).toBe("(commit)");
      await heard(liar, alice, commit, commit);
      expect(codes(alice)).toEqual(["replay"]);
      liar.deliver(await liar.write("by carol", liar.carol));
      await alice.face.until(() => alice.texts().includes("by carol"), "what Carol wrote after her commit");
    });
  });

  it("of before this device came in changes nothing", async () => {
    await met(async (liar, alice) => {
      const [founding] = liar.entries;
      if (founding === undefined) throw new Error("the log is empty");
      await heard(liar, alice, founding, { ...founding, mid: newMid() });
      expect(codes(alice)).toEqual([]);
      expect(alice.face.of("member")).toEqual([]);
    });
  });

  it("that is withheld, and something else put in its place: the device comes in anew", async () => {
    await met(async (liar, alice) => {
      const commit = await renewal(liar);
      await liar.carol.acceptOwn();
      await liar.reads(liar.bob, commit);
      liar.deliver(liar.withhold(await liar.said("in its place")), await liar.write("not for who missed it"));
      await alice.messages(2);
      expect(alice.texts().map((text) => /\((.*)\)/.exec(text)?.[1])).toEqual(["epoch-ahead", "epoch-ahead"]);
      await alice.face.until(() => joins(liar).length === 2, "the device comes in anew");
      await alice.send("here again");
      expect(codes(alice)).toEqual([]);
    });
  });
});

/** The commits by which the client came in. */
function joins({ link }: Liar): readonly unknown[] {
  return link.of("append").filter(({ commit }) => commit?.external === true);
}
