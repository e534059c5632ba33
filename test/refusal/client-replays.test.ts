// A server that gives again what it gave before, or something else under the same name: one alarm, and nothing counts twice.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codes, goesOn } from "../kit/after-a-lie.ts";
import { Liar } from "../kit/liar.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

describe("a replay", () => {
  it("of a message is one alarm, and the message is there once", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const first = await liar.write("pay 100");
    liar.deliver(first);
    await alice.messages(1);
    liar.deliver(liar.store(first), await liar.write("next"));
    await alice.messages(2);
    expect(alice.texts()).toEqual(["pay 100", "next"]);
    expect(codes(alice)).toEqual(["replay"]);
    const { messages } = (await alice.ask({ do: "history", to: "#lobby" })) as { messages: readonly unknown[] };
    expect(messages).toMatchObject([{ text: "pay 100" }, { text: "next" }]);
    expect(await alice.ask({ do: "search", query: "pay" })).toMatchObject({ messages: [{ seq: first.seq }] });
    expect(await alice.ask({ do: "conversations" })).toMatchObject({ conversations: [{ unread: 2 }] });
  });

  it("of an own message too", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    await alice.send("pay 100");
    await alice.messages(1);
    liar.deliver(...liar.entries.slice(-1).map((entry) => liar.store(entry)));
    await goesOn(liar, alice);
    expect(codes(alice)).toEqual(["replay"]);
    expect(await alice.ask({ do: "search", query: "pay" })).toMatchObject({ messages: [{ mine: true }] });
    const { messages } = (await alice.ask({ do: "history", to: "#lobby" })) as { messages: readonly unknown[] };
    expect(messages).toHaveLength(3);
  });

  it("is not what comes under an id that something forged had before", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const said = await liar.said("the truth");
    liar.deliver(liar.store({ ...said, body: said.body.subarray(0, -9) }), liar.store(said));
    const [forged, told] = await alice.messages(2);
    expect(forged).toMatchObject({ placeholder: "unbelieved", from: { verified: false } });
    expect(told).toMatchObject({ text: "the truth", from: { user: "bob", verified: true } });
    expect(codes(alice)).toEqual(["envelope-malformed"]);
    await goesOn(liar, alice);
  });

  it("in the same delivery too", async () => {
    const liar = await Liar.open(realm);
    using alice = liar.client();
    await alice.ready();
    const first = await liar.write("pay 100");
    liar.deliver(first, liar.store(first), await liar.write("next"));
    await alice.messages(2);
    expect(alice.texts()).toEqual(["pay 100", "next"]);
    expect(codes(alice)).toEqual(["replay"]);
  });
});
