// One client on its machine: how long until it says its first word, and until it is ready; what it holds when nothing happens.
// The packaged chat-client, turn by turn with Node's own start, which is the base of the ratios.
// node test/bench/start.ts quick|full
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRealm } from "../kit/realm.ts";
import { memory } from "./load/process.ts";
import { Target } from "./load/remote.ts";
import { median, printTable } from "./table.ts";

const ROUNDS = process.argv[2] === "full" ? 31 : 11;
const IDLE_MS = 5_000;
const WAIT_MS = 20_000;
const CLIENT = join(import.meta.dirname, "../../dist/chat-client");

type Started = { readonly child: ChildProcessWithoutNullStreams; readonly ms: number };

/** Until `text` was printed; it goes on running. */
function started(program: string, args: readonly string[], text: string): Promise<Started> {
  const begin = performance.now();
  const child = spawn(program, args, { env: { PATH: process.env["PATH"] } });
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  const late = setTimeout(() => child.kill("SIGKILL"), WAIT_MS);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes(text)) resolve({ child, ms: performance.now() - begin });
  });
  child.once("exit", () => {
    clearTimeout(late);
    reject(new Error(`it ended before it said "${text}": ${said}`));
  });
  return promise;
}

/** At the end of its input it leaves. */
async function ended({ child, ms }: Started): Promise<number> {
  const over = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end();
  if (child.exitCode === null) await over;
  return ms;
}

const realm = await makeRealm({ clients: ["alice"] });
const scratch = mkdtempSync(join(tmpdir(), "mutual-bench-"));
try {
  await using server = await Target.start({ name: "chat-server", kind: "chat" }, { certs: realm.dir, scratch });
  const flags = ["-ip", "127.0.0.1", "-p", `${server.port}`, "--certs", realm.dir, "--as", "alice"];
  const usual = [...flags, "--home", join(scratch, "usual")];
  const starts: Readonly<Record<string, (round: number) => Promise<Started>>> = {
    "node -e": () => started(process.execPath, ["-e", "console.log('here')"], "here"),
    "chat-client --version": () => started(CLIENT, ["--version"], "."),
    "first word, new vault": (round) =>
      started(CLIENT, [...flags, "--home", join(scratch, `${round}`)], "* connecting"),
    "first word": () => started(CLIENT, usual, "* connecting"),
    "ready and in the lobby": () => started(CLIENT, ["--json", ...usual], '"ready"'),
  };
  const times = new Map<string, number[]>(Object.keys(starts).map((name) => [name, []]));
  // Turn by turn. The first round founds the lobby and warms the disk's cache: it is not shown.
  const turns = Array.from({ length: ROUNDS + 1 }, (_, round) =>
    Object.entries(starts).map(([name, start]) => ({ name, start, round })),
  ).flat();
  for (const { name, start, round } of turns) {
    const ms = await ended(await start(round));
    if (round > 0) times.get(name)?.push(ms);
  }
  const base = times.get("node -e") ?? [];
  printTable(
    ["ms until it says so", "least", "median", "most", "to Node"],
    [...times].map(([name, all]) => {
      const ratio = median(all.map((ms, round) => ms / (base[round] ?? Number.NaN)));
      const cells = [Math.min(...all), median(all), Math.max(...all)].map((ms) => ms.toFixed(0));
      return [name, ...cells, `x${ratio.toFixed(2)}`];
    }),
  );
  const bare = await started(process.execPath, ["-e", "console.log('here'); setInterval(() => {}, 1e6)"], "here");
  const client = await started(CLIENT, ["--json", ...usual], '"ready"');
  await sleep(IDLE_MS);
  const held = { "node -e": bare, "chat-client, connected and idle": client };
  printTable(
    ["MB", "RSS", "PSS", "peak"],
    Object.entries(held).map(([name, { child }]) => {
      const { rssKb, pssKb, peakKb } = memory(child.pid ?? 0);
      return [name, ...[rssKb, pssKb, peakKb].map((kb) => (kb / 1024).toFixed(1))];
    }),
  );
  await ended(client);
  bare.child.kill();
} finally {
  rmSync(scratch, { recursive: true, force: true });
  realm.remove();
}
