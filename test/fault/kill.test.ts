// kill -9, a frozen reader, an older backup: under load, with a checker. No acknowledged message may be lost, doubled or moved.
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";

const numbered = (count: number, of = "m"): string[] => Array.from({ length: count }, (_, at) => `${of}${at}`);
const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);
const LONG_MS = 60_000;

const repliesOf = (client: ClientProgram): Json[] => client.said().filter((line) => line["reply"] === "send");
const isUp = (line: Json): boolean => line["event"] === "link" && line["state"] === "connected";

/** Every client has the same lines with the same seqs, without a hole, from behind the entries by which each of them came in. */
function checkSame(clients: readonly ClientProgram[], count: number): void {
  const seen = clients.map((client) => client.messages().map(({ seq, text }) => `${String(seq)} ${String(text)}`));
  const first = clients.length + 1;
  expect(seen[0]?.map((line) => Number(line.split(" ")[0]))).toEqual(numbers(first, count));
  for (const lines of seen) expect(lines).toEqual(seen[0]);
}

describe("the server is killed in the middle of 2,000 sends", () => {
  it(
    "every acked message is there once, in order, on every client; the rest is sent again and not doubled",
    { timeout: 180_000 },
    async () => {
      await using group = await Group.start(["alice", "bob", "carol"], ["--message-rate", "0"]);
      const clients = await Promise.all(["alice", "bob", "carol"].map((name) => group.client(name)));
      const [alice] = clients;
      if (alice === undefined) throw new Error("no alice");
      const texts = numbered(2_000);
      for (const text of texts) alice.send(text);
      for (const after of [300, 900]) {
        await alice.until(() => (repliesOf(alice).length >= after ? true : undefined), LONG_MS);
        group.server.kill("SIGKILL");
        const ackedBefore = repliesOf(alice).length;
        expect(ackedBefore, "it was in the middle").toBeLessThan(2_000);
        await group.restart();
      }
      await alice.until(() => (repliesOf(alice).length === 2_000 ? true : undefined), LONG_MS);
      await Promise.all(clients.map((client) => client.received(2_000, LONG_MS)));
      for (const client of clients) expect(client.texts()).toEqual(texts);
      checkSame(clients, 2_000);
      const seqOf = new Map(alice.messages().map(({ message, seq }) => [message, seq]));
      for (const { ok, message, seq } of repliesOf(alice)) expect([ok, seqOf.get(message)]).toEqual([true, seq]);
    },
  );
});

describe("a client is killed in the middle of its sends", () => {
  it(
    "what it had taken is sent once after its restart, and its history has no hole",
    { timeout: 120_000 },
    async () => {
      await using group = await Group.start(["alice", "bob"], ["--message-rate", "0"]);
      const bob = await group.client("bob");
      const alice = await group.client("alice");
      for (const text of numbered(1_000)) alice.send(text);
      await alice.until(() => (repliesOf(alice).length >= 150 ? true : undefined), LONG_MS);
      alice.kill("SIGKILL");
      await alice.exited;
      const taken = alice.said().filter((line) => line["event"] === "state" && line["state"] === "queued").length;
      const again = await group.client("alice");
      for (const text of numbered(10, "later")) again.send(text);
      await again.until(() => (repliesOf(again).length === 10 ? true : undefined), LONG_MS);
      await bob.until(() => (bob.texts().includes("later9") ? true : undefined), LONG_MS);
      const got = bob.texts();
      expect(got.slice(-10)).toEqual(numbered(10, "later"));
      const before = got.slice(0, -10);
      expect(before.length).toBeGreaterThanOrEqual(taken);
      expect(before, "once each, in order, from the first").toEqual(numbered(before.length));
      await again.until(() => (again.texts().includes("later9") ? true : undefined), LONG_MS);
      expect(await historyOf(again)).toEqual(got);
    },
  );
});

/** Everything it keeps, page by page from the newest. */
async function historyOf(client: ClientProgram): Promise<string[]> {
  const texts: string[] = [];
  for (let before: number | undefined; ;) {
    const { messages } = await client.ask({
      do: "history",
      to: "#lobby",
      limit: 200,
      ...(before === undefined ? {} : { before }),
    });
    const page = messages as Json[];
    texts.unshift(...page.map(({ text }) => String(text)));
    if (page.length < 200) return texts;
    before = Number(page[0]?.["seq"]);
  }
}

const residentMb = (pid: number): number => {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
};

describe("a client that stops reading", () => {
  it(
    "slows nobody, does not grow the server, and has everything when it reads again",
    { timeout: 180_000 },
    async () => {
      await using group = await Group.start(["alice", "bob", "carol"], ["--message-rate", "0", "--byte-rate", "0"]);
      const [alice, bob, carol] = await Promise.all([
        group.client("alice"),
        group.client("bob"),
        group.client("carol"),
      ]);
      const filler = "x".repeat(8_000);
      const round = async (name: string): Promise<void> => {
        const before = carol.messages().length;
        for (const text of numbered(1_000, name)) alice.send(`${text} ${filler}`);
        await carol.received(before + 1_000, LONG_MS);
      };
      await round("warm");
      await bob.received(1_000, LONG_MS);
      const beforeMb = residentMb(group.server.pid);
      bob.kill("SIGSTOP");
      for (const name of ["a", "b", "c"]) await round(name);
      expect(await group.server.logged("slow"), "it was cut off").toMatchObject({ user: "bob" });
      // 24 MB went past the frozen client; its share may hold 2 MiB of it, and the rest is the noise of a collector.
      expect(residentMb(group.server.pid) - beforeMb).toBeLessThan(64);
      bob.kill("SIGCONT");
      await bob.received(4_000, LONG_MS);
      expect(bob.texts()).toEqual(carol.texts());
    },
  );
});

describe("an older copy of the database is put back", () => {
  it("clients notice, say so, go on, and send again what the server lost of theirs", { timeout: 120_000 }, async () => {
    await using group = await Group.start(["alice", "bob", "carol"]);
    const [alice, bob, away] = await Promise.all(["alice", "bob", "carol"].map((name) => group.client(name)));
    if (alice === undefined || bob === undefined || away === undefined) throw new Error("somebody is missing");
    await away.end();
    for (const text of numbered(5)) await alice.ask({ do: "send", to: "#lobby", text });
    await bob.received(5);
    group.server.kill("SIGTERM");
    await group.server.exited;
    const copy = join(group.folder, "copy");
    cpSync(group.data, copy, { recursive: true });
    await group.restart();
    await Promise.all(
      [alice, bob].map((client) => client.until(() => (client.said().filter(isUp).length >= 2 ? true : undefined))),
    );
    for (const text of numbered(5, "lost")) await alice.ask({ do: "send", to: "#lobby", text });
    await bob.ask({ do: "send", to: "#lobby", text: "lost too" });
    await Promise.all([alice.received(11), bob.received(11)]);
    group.server.kill("SIGKILL");
    await group.server.exited;
    rmSync(group.data, { recursive: true });
    cpSync(copy, group.data, { recursive: true });
    await group.restart();
    // Whoever of the two is second finds what the first has written meanwhile: behind, or another history already.
    for (const client of [alice, bob]) {
      const { code } = await client.event((line) => line["event"] === "alarm");
      expect(["server-behind", "log-forked"]).toContain(code);
    }
    await alice.ask({ do: "send", to: "#lobby", text: "after" });
    await Promise.all(
      [alice, bob].map((client) => client.until(() => (client.texts().includes("after") ? true : undefined))),
    );
    for (const client of [alice, bob])
      expect(
        client.texts().filter((text) => text.startsWith("lost")),
        "shown once",
      ).toHaveLength(6);
    // Who was away all the time is given everything that was ever said, once: nothing is lost with the server's disk.
    const back = await group.client("carol");
    const all = [...numbered(5), ...numbered(5, "lost"), "lost too", "after"];
    await back.received(all.length);
    expect(back.texts().toSorted()).toEqual(all.toSorted());
    expect(back.said().filter((line) => line["event"] === "alarm")).toEqual([]);
  });
});
