// A connection that is cut between what arrives and its commit: what is written then must still leave later.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ClientMessage } from "../../src/wire/messages.ts";
import type { TestClient } from "../kit/client.ts";
import { Liar } from "../kit/liar.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Ends of ticks that wait, from the first for which `isTime` is true until they are released. */
class Ticks {
  readonly #isTime: () => boolean;
  readonly #held: (() => void)[] = [];
  #released = false;

  constructor(isTime: () => boolean) {
    this.#isTime = isTime;
  }

  readonly defer = (run: () => void): void => {
    if (!this.#released && this.#isTime()) this.#held.push(run);
    else setImmediate(run);
  };

  /** Resolves when something waits. */
  async busy(): Promise<void> {
    while (this.#held.length === 0) await nextTick();
  }

  release(): void {
    this.#released = true;
    for (const run of this.#held) run();
  }
}

const messages = ({ link }: Liar): readonly ClientMessage[] => link.of("append").filter(({ kind }) => kind === "app");

/** Written without a connection: it leaves with the next one, once. */
async function leavesLater(liar: Liar, alice: TestClient): Promise<void> {
  const reply = alice.send("while down");
  await alice.face.until((face) => face.of("state").length > 0, "queued");
  // Long enough for a lane that is open by mistake to let it go to nobody.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(messages(liar)).toEqual([]);
  await alice.ask({ do: "link", state: "up" });
  expect(await reply).toMatchObject({ seq: liar.entries.length });
  expect(messages(liar)).toHaveLength(1);
  await liar.settled();
  expect(liar.heard.at(-1)).toContain("while down");
}

it("greeted: the lane stays closed until there is a connection again", async () => {
  const liar = await Liar.open(realm);
  const first = liar.client();
  await first.ready();
  first.client.stop();
  const ticks = new Ticks(() => true);
  using alice = liar.client({ home: first.home, world: { defer: ticks.defer } });
  await alice.face.until((face) => face.of("link").length > 0, "connected");
  await ticks.busy();
  await alice.ask({ do: "link", state: "down" });
  ticks.release();
  await leavesLater(liar, alice);
  expect(alice.face.of("alarm")).toEqual([]);
});

it("let in, and that is not in the vault yet: the same", async () => {
  const liar = await Liar.open(realm);
  const ticks = new Ticks(() => liar.link.of("append").length > 0);
  using alice = liar.client({ world: { defer: ticks.defer } });
  await ticks.busy();
  await alice.ask({ do: "link", state: "down" });
  ticks.release();
  await leavesLater(liar, alice);
  expect(alice.face.of("alarm")).toEqual([]);
});

it("an entry that was opened and is not in the vault yet is given once", async () => {
  const liar = await Liar.open(realm);
  let isTime = false;
  const ticks = new Ticks(() => isTime);
  using alice = liar.client({ world: { defer: ticks.defer } });
  await alice.ready();
  await nextTick();
  isTime = true;
  liar.deliver(await liar.write("in the tick"));
  await ticks.busy();
  await alice.ask({ do: "link", state: "down" });
  expect(alice.texts()).toEqual([]);
  ticks.release();
  await leavesLater(liar, alice);
  await alice.messages(2);
  expect(alice.texts()).toEqual(["in the tick", "while down"]);
  expect(alice.face.of("alarm")).toEqual([]);
});
