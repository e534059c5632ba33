// A client that is killed in the middle of a file, both ways, again and again; and a disk that is full. What comes out in the
// end is what was sent, nothing half-done has a name, and nothing is sent or fetched twice that was safe already.
import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes, randomFillSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSource } from "../../src/client/files/disk/source.ts";
import type { FileTicket } from "../../src/client/files/ticket.ts";
import { startUpload } from "../../src/client/files/upload.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";
import { type Device, FileConnection } from "../story/files-connection.ts";
import type { MoverOrder } from "./files-mover.ts";

const MB = 1_000_000;
const SIZE = 100 * MB;
/** A record of a download moves every 32 MiB: a kill after that must not begin anew. */
const KILLS = [40 * MB, 75 * MB];
const MOVER = new URL("./files-mover.ts", import.meta.url).pathname;
const shared = { realm: undefined as TestRealm | undefined, server: undefined as TestServer | undefined, folder: "" };
const at = (...names: string[]): string => join(shared.folder, ...names);
const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

beforeAll(async () => {
  shared.realm = await makeRealm();
  shared.server = await testServer(shared.realm);
  shared.folder = mkdtempSync(join(tmpdir(), "mutual-files-"));
  writeFileSync(at("film.mp4"), randomFillSync(Buffer.alloc(SIZE)));
});
afterAll(async () => {
  await shared.server?.[Symbol.asyncDispose]();
  shared.realm?.remove();
  rmSync(shared.folder, { recursive: true, force: true });
});

function deviceOf(name: string): Device {
  const { realm, server } = shared;
  if (realm === undefined || server === undefined) throw new Error("no server");
  const { certPem, keyPem } = realm.client(name);
  return { port: server.port, caPem: realm.caPem(), certPem, keyPem };
}

interface Step {
  readonly stage?: "reading" | "moving";
  readonly bytes?: number;
  readonly done?: unknown;
}

interface Run {
  readonly steps: readonly Step[];
  readonly signal: NodeJS.Signals | null;
  readonly done: unknown;
}

/** Killed as soon as so many bytes were moved; never without `killAt`. */
async function run(order: MoverOrder, killAt = Number.POSITIVE_INFINITY): Promise<Run> {
  const child = spawn(process.execPath, [MOVER, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  const steps: Step[] = [];
  for await (const line of createInterface(child.stdout)) {
    const step = JSON.parse(line) as Step;
    steps.push(step);
    if (step.stage === "moving" && (step.bytes ?? 0) >= killAt) child.kill("SIGKILL");
  }
  return { steps, signal: await exited, done: steps.find(({ done }) => done !== undefined)?.done };
}

const firstMoved = ({ steps }: Run): number => steps.find(({ stage }) => stage === "moving")?.bytes ?? -1;

describe("kill -9", () => {
  const sent = { ticket: undefined as FileTicket | undefined };

  test("in the middle of an upload, twice: it goes on where the server is, with the same key and the same bytes", async () => {
    const order = { device: deviceOf("alice"), path: at("film.mp4"), record: at("up.json") };
    for (const killAt of KILLS) {
      const killed = await run(order, killAt);
      expect([killed.signal, killed.done]).toEqual(["SIGKILL", undefined]);
    }
    const record = readFileSync(order.record, "utf8");
    const last = await run(order);
    expect(firstMoved(last)).toBeGreaterThanOrEqual(KILLS[1] ?? 0);
    const ticket = last.done as FileTicket;
    expect(JSON.parse(record)).toMatchObject({ ticket: { blob: ticket.blob, key: ticket.key } });
    expect(ticket.sha256).toBe(hashOf(at("film.mp4")));
    sent.ticket = ticket;
  });

  test("in the middle of a download, twice: it goes on from what was flushed, and only the whole file gets the name", async () => {
    const { ticket } = sent;
    if (ticket === undefined) throw new Error("nothing was sent");
    mkdirSync(at("saved"));
    const order = { device: deviceOf("bob"), path: at("saved"), record: at("down.json"), ticket };
    for (const killAt of KILLS) {
      const killed = await run(order, killAt);
      expect([killed.signal, killed.done]).toEqual(["SIGKILL", undefined]);
      const [only = "", ...more] = readdirSync(at("saved"));
      expect(more).toEqual([]);
      expect(only).toMatch(/^\.[0-9a-f]{24}\.part$/);
      const partial = readFileSync(at("saved", only));
      expect(readFileSync(at("film.mp4")).subarray(0, partial.length).equals(partial), "authentic").toBe(true);
    }
    const last = await run(order);
    expect(firstMoved(last)).toBeGreaterThanOrEqual(64 * 1024 * 1024);
    expect(readdirSync(at("saved"))).toEqual(["film.mp4"]);
    expect(hashOf(at("saved", "film.mp4"))).toBe(hashOf(at("film.mp4")));
    expect(existsSync(order.record)).toBe(false);
  });

  test("between two starts the file was changed: nothing more is sent, and the record is gone", async () => {
    writeFileSync(at("draft.txt"), randomBytes(20 * MB));
    const order = { device: deviceOf("alice"), path: at("draft.txt"), record: at("draft.json") };
    expect((await run(order, 5 * MB)).signal).toBe("SIGKILL");
    writeFileSync(at("draft.txt"), randomBytes(20 * MB));
    const { steps } = await run(order);
    expect(steps.at(-1)).toEqual({ failed: "source-changed" });
    expect(steps.some(({ stage }) => stage === "moving")).toBe(false);
    expect(existsSync(order.record)).toBe(false);
  });
});

/** A mount that nobody else sees, if this system lets us. */
const NAMESPACE = [["--user", "--map-root-user", "--mount"], ["--mount"]].find(
  (flags) => spawnSync("unshare", [...flags, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).status === 0,
);

describe("a full disk", () => {
  test.skipIf(NAMESPACE === undefined)(
    "in the middle of a download: told, what is there stays, and with room again it goes on",
    async () => {
      const disk = at("small");
      mkdirSync(disk);
      writeFileSync(at("song.mp3"), randomFillSync(Buffer.alloc(8 * MB)));
      const ticket = await uploaded(at("song.mp3"));
      const script = new URL("./files-small-disk.ts", import.meta.url).pathname;
      const mountAndRun = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1" "$4"';
      const order = JSON.stringify({ device: deviceOf("alice"), ticket });
      const args = [...(NAMESPACE ?? []), "sh", "-c", mountAndRun, "sh", disk, process.execPath, script, order];
      const child = spawn("unshare", args, { stdio: ["ignore", "pipe", "inherit"] });
      const lines: string[] = [];
      for await (const line of createInterface(child.stdout)) lines.push(line);
      const { offset, ...course } = JSON.parse(lines.join("")) as { readonly offset: number };
      expect(course).toEqual({
        during: "target-full",
        before: "target-full",
        sha256: ticket.sha256,
        names: ["song.mp3"],
      });
      expect(offset).toBeGreaterThan(MB);
    },
  );
});

async function uploaded(path: string): Promise<FileTicket> {
  using device = await FileConnection.open(deviceOf("alice"));
  const world = { ...device.world, random: (bytes: number) => randomBytes(bytes) };
  const quiet = { onRecord: () => {}, onProgress: () => {} };
  return await startUpload(world, { source: await openSource(path), name: "song.mp3", ...quiet }).done;
}
