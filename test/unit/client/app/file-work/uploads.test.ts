// A file and its message, with a server and a vault in memory: what is said, what is kept, and for how long.
import { describe, expect, it } from "vitest";
import { FileTransfer } from "../../../../../src/client/app/file-work/file-transfer.ts";
import { KeptTransfers } from "../../../../../src/client/app/file-work/kept.ts";
import { Turns } from "../../../../../src/client/app/file-work/turns.ts";
import { Uploads } from "../../../../../src/client/app/file-work/uploads.ts";
import type { FilePayload, Payload } from "../../../../../src/client/app/payload/payload.ts";
import type { FileDisk } from "../../../../../src/client/files/contract.ts";
import type { ClientEvent } from "../../../../../src/client/port/views.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import type { LogId, MessageId } from "../../../../../src/model/ids.ts";
import { KiB, LIMITS, MemoryServer, MemorySource, noise, until, worldOf } from "../../files/memory.ts";
import { MemorySettings } from "./settings.ts";

const LOG = "c0".repeat(16) as LogId;
const MID = "0a".repeat(16) as MessageId;
const STORED = { message: MID, seq: 7, at: "2026-11-21T00:00:00.000Z" };

class Sent {
  readonly said: Payload[] = [];
  /** In order: what was announced, called off, said. */
  readonly steps: string[] = [];
  fails: Fault | undefined;

  newMid(): MessageId {
    return MID;
  }

  announce(): void {
    this.steps.push("announce");
  }

  callOff(): void {
    this.steps.push("call off");
  }

  async say(_log: LogId, payload: Payload): Promise<typeof STORED> {
    if (this.fails !== undefined) throw this.fails;
    this.steps.push("say");
    this.said.push(payload);
    return STORED;
  }
}

function scene({ expire, settings = new MemorySettings() }: { expire?: number; settings?: MemorySettings } = {}) {
  const server = new MemoryServer();
  const sending = new Sent();
  const source = new MemorySource(noise(200 * KiB));
  const turns = new Turns(1);
  turns.open();
  const told: ClientEvent[] = [];
  const world = { turns, now: () => 1, tell: (event: ClientEvent) => void told.push(event) };
  const closed: (Fault | undefined)[] = [undefined];
  const before = new Map<MessageId, typeof STORED>();
  const uploads = new Uploads({
    disk: { openSource: async () => Object.assign(source, { closed: 0 }) } as Partial<FileDisk> as FileDisk,
    kept: new KeptTransfers(settings),
    upload: worldOf(server),
    limits: () => LIMITS,
    sending,
    logOf: async () => LOG,
    saidBefore: (_log, mid) => before.get(mid),
    checkOpen: () => {
      if (closed[0] !== undefined) throw closed[0];
    },
    expireOf: () => expire,
    now: () => 1,
    open: (file, isPaused) => new FileTransfer(world, file, isPaused),
    onLess: () => {},
    note: () => {},
  });
  const send = (more: object = {}) => uploads.send({ do: "file", to: "#plans", path: "photo.png", ...more });
  const file = (): FilePayload => {
    const [said] = sending.said;
    if (said?.kind !== "file") throw new Error("no file was said");
    return said;
  };
  return { uploads, send, sending, source, server, settings, file, closed, before, told };
}

describe("the message", () => {
  it("says the ticket, and what was said with it", async () => {
    const { send, file, server } = scene();
    const replyTo = "0b".repeat(16) as MessageId;
    expect(await send({ text: "look", replyTo, expire: 60 })).toEqual(STORED);
    const { ticket, ...said } = file();
    expect(said).toEqual({ kind: "file", text: "look", replyTo, expire: 60 });
    expect(ticket).toMatchObject({ name: "photo.png", type: "image/png", size: 200 * KiB });
    expect(server.blobs.has(ticket.blob)).toBe(true);
  });

  it.each([
    [undefined, {}],
    [0, {}],
    [3_600, { expire: 3_600 }],
  ])("without a time of its own it disappears when the conversation says so (%s)", async (expire, more) => {
    const { send, file } = scene(expire === undefined ? {} : { expire });
    await send();
    const { ticket: _ticket, ...said } = file();
    expect(said).toEqual({ kind: "file", ...more });
  });
});

describe("what is kept", () => {
  it("from before the first byte until it is said, with the key; then nothing", async () => {
    const { send, server, settings, sending } = scene();
    const rows: number[] = [];
    server.before = () => void rows.push(settings.keys().filter((name) => name.startsWith("file-up/")).length);
    await send();
    expect(new Set(rows)).toEqual(new Set([1]));
    expect(settings.keys()).toEqual(["files"]);
    expect(sending.steps).toEqual(["announce", "say"]);
  });

  it("nothing after it has failed, and nobody waits for it", async () => {
    const { send, server, settings, sending } = scene();
    server.before = () => {
      throw new Fault("store-full", "no room");
    };
    await expect(send()).rejects.toMatchObject({ code: "store-full" });
    expect(settings.keys()).toEqual(["files"]);
    expect(sending.steps).toEqual(["announce", "call off"]);
  });

  it("nothing after its message came from the server: it was sent before this vault was put back", async () => {
    const { send, settings, sending, before } = scene();
    before.set(MID, { ...STORED, seq: 3 });
    expect(await send()).toMatchObject({ seq: 3 });
    expect(settings.keys()).toEqual(["files"]);
    expect(sending.steps).toEqual(["announce", "call off"]);
  });

  it("nothing after nothing can be said there any more, and that is told", async () => {
    const { send, settings, sending, closed, told } = scene();
    closed[0] = new Fault("not-a-member", "out of it");
    await expect(send()).rejects.toMatchObject({ code: "not-a-member" });
    expect(told.at(-1)).toMatchObject({ stage: "failed", reason: { code: "not-a-member" } });
    expect(told).not.toContainEqual(expect.objectContaining({ stage: "done" }));
    expect(settings.keys()).toEqual(["files"]);
    expect(sending.steps).toEqual(["announce", "call off"]);
  });

  it("and gone on with: the same message, the same key", async () => {
    const { settings, server, send } = scene();
    let kept = new Map<string, string>();
    server.before = () => {
      kept = settings.copy();
    };
    await send({ text: "look" });
    const next = scene({ settings: new MemorySettings(kept) });
    next.uploads.goOn();
    await until(() => next.sending.said.length === 1);
    expect(next.file()).toMatchObject({ text: "look", ticket: { blob: [...server.blobs.keys()][0] } });
    expect(next.settings.keys()).toEqual(["files"]);
  });

  it("unless it cannot be read: then it goes, and the others go on", async () => {
    const settings = new MemorySettings();
    const kept = new KeptTransfers(settings);
    const letter = { log: LOG, path: "/a", size: 200 * KiB, stamp: `${200 * KiB} 0`, isPaused: false };
    for (const at of [1, 2]) kept.putUpload({ ...letter, mid: `0${at}`.repeat(16) as MessageId });
    settings.write(`file-up/${"01".repeat(16)}`, JSON.stringify({ ...letter, record: "of another version" }));
    const { uploads, sending } = scene({ settings });
    uploads.goOn();
    await until(() => sending.said.length === 1);
    expect(settings.keys()).toEqual(["files"]);
  });

  it("a file that has changed before it was read is not sent", async () => {
    const settings = new MemorySettings();
    const mid = MID;
    new KeptTransfers(settings).putUpload({
      mid,
      log: LOG,
      path: "/a",
      size: 200 * KiB,
      stamp: "before",
      isPaused: false,
    });
    const { uploads, sending, server } = scene({ settings });
    uploads.goOn();
    await until(() => sending.steps.length === 2);
    expect([sending.steps, server.puts, settings.keys()]).toEqual([["announce", "call off"], [], ["files"]]);
  });
});
