// A group of packaged clients that do everything in any order: they write, come, go, are killed, lose the connection, and change
// conversations at the same time. Afterwards the server's log says who was in what when each message was stored.
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { decodeCommitNote } from "../../src/wire/note.ts";
import type { ClientProgram, Json } from "./executables.ts";
import type { Group } from "./group.ts";
import { deviceOf } from "./realm.ts";

const COMMIT = 2;

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 ≤ n < below. */
  roll(below: number): number {
    this.#state = Math.imul(this.#state, 1) + 0x6d2b79f5;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(all: readonly T[]): T {
    const one = all[this.roll(all.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  }
}

/** One device: its certificate, its home, and the program while it runs. */
export class Chatter {
  readonly name: string;
  readonly user: string;
  readonly device: string;
  readonly #group: Group;
  program: ClientProgram;
  isDown = false;
  readonly replies: Promise<void>[] = [];
  /** Rooms that it is in, by what it was told. */
  readonly rooms = new Set<string>();
  readonly #programs: ClientProgram[] = [];
  #heard = 0;

  constructor(group: Group, name: string, user: string) {
    [this.#group, this.name, this.user] = [group, name, user];
    const identity = group.realm.issueClient({ user });
    writeFileSync(join(group.realm.dir, "clients", `${name}.crt`), identity.certPem);
    writeFileSync(join(group.realm.dir, "clients", `${name}.key`), identity.keyPem, { mode: 0o600 });
    this.device = deviceOf(identity);
    this.program = this.#launch();
  }

  /** Ids of everything that the server has acknowledged, over all its lives. */
  acknowledged(): readonly string[] {
    return this.#programs.flatMap((program) =>
      program.said().flatMap((line) => (line["state"] === "stored" ? [String(line["message"])] : [])),
    );
  }

  /** What it was told of the rooms it is in. */
  listen(): void {
    const said = this.program.said();
    for (; this.#heard < said.length; this.#heard += 1) {
      const { event, change, kind, id } = said[this.#heard] ?? {};
      if (event !== "conversation" || kind !== "room") continue;
      if (change === "added") this.rooms.add(String(id));
      else if (change === "removed") this.rooms.delete(String(id));
    }
  }

  #launch(): ClientProgram {
    const program = this.#group.launch(this.name);
    this.#programs.push(program);
    this.#heard = 0;
    return program;
  }

  /** Fire and forget: what becomes of it is noted. */
  say(to: string, text: string): void {
    this.replies.push(this.do({ do: "send", to, text }).then(() => undefined));
  }

  do(command: Json): Promise<Json | undefined> {
    return this.program.ask(command).catch(() => undefined);
  }

  async restart(how: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.program.kill(how);
    await this.program.exited;
    this.listen();
    this.program = this.#launch();
    this.isDown = false;
  }

  link(state: "up" | "down"): void {
    this.isDown = state === "down";
    this.program.command({ do: "link", state });
  }

  /** Every message of a conversation that it holds, by id, with how often. */
  async history(id: string): Promise<ReadonlyMap<string, Json[]>> {
    const found = new Map<string, Json[]>();
    let before: number | undefined;
    for (;;) {
      const reply = await this.program.ask({
        do: "history",
        to: id,
        limit: 500,
        ...(before === undefined ? {} : { before }),
      });
      const messages = (reply["messages"] ?? []) as Json[];
      for (const one of messages) {
        const mid = String(one["message"]);
        found.set(mid, [...(found.get(mid) ?? []), one]);
      }
      const [first] = messages;
      if (first === undefined) return found;
      before = Number(first["seq"]);
    }
  }
}

export interface StoredMessage {
  readonly log: string;
  readonly seq: number;
  readonly mid: string;
  /** Devices that were in the conversation from when it was sealed until it was stored. */
  readonly readers: ReadonlySet<string>;
}

/** What is in the database of a server that has nothing to do now: in a copy, because it lets nobody else in. */
export function messagesIn(data: string): readonly StoredMessage[] {
  return reading(data, (db) => {
    const rows = db
      .prepare(
        "SELECT hex(conv.log) AS log, seq, hex(mid) AS mid, kind, log.epoch AS epoch, note FROM log JOIN conv ON conv.id = log.conv ORDER BY conv.id, seq",
      )
      .all();
    const rosters = new Map<string, Map<string, number>>();
    const messages: StoredMessage[] = [];
    for (const row of rows) {
      const log = String(row["log"]).toLowerCase();
      const roster = rosters.get(log) ?? new Map<string, number>();
      rosters.set(log, roster);
      const epoch = Number(row["epoch"]);
      if (row["kind"] === COMMIT && row["note"] instanceof Uint8Array) follow(roster, row["note"], epoch + 1);
      const readers = new Set([...roster].filter(([, since]) => since <= epoch).map(([device]) => device));
      const mid = String(row["mid"]).toLowerCase();
      if (row["kind"] === 0) messages.push({ log, seq: Number(row["seq"]), mid, readers });
    }
    return messages;
  });
}

/** Each device with the epoch since which it is in; one that comes in anew in its own place was never out. */
function follow(roster: Map<string, number>, note: Uint8Array, epoch: number): void {
  const { add, remove } = decodeCommitNote(note);
  const added = new Set<string>(add.map(({ device }) => device));
  for (const { device } of remove) if (!added.has(device)) roster.delete(device);
  for (const device of added) if (!roster.has(device)) roster.set(device, epoch);
}

/** What happened to a conversation, a line an entry: for whoever must find out what went wrong. */
export function storyOf(data: string, log: string, names: ReadonlyMap<string, string>): readonly string[] {
  return reading(data, (db) => {
    const named = (device: string): string => names.get(device) ?? device;
    return db
      .prepare(
        "SELECT seq, hex(sender) AS sender, kind, log.epoch AS epoch, note FROM log JOIN conv ON conv.id = log.conv WHERE hex(conv.log) = ? ORDER BY seq",
      )
      .all(log.toUpperCase())
      .map(({ seq, sender, kind, epoch, note }) => {
        const line = `${String(seq)} epoch ${String(epoch)} ${named(String(sender).toLowerCase())}`;
        if (kind !== COMMIT || !(note instanceof Uint8Array)) return line;
        const { add, remove, external } = decodeCommitNote(note);
        const devices = (all: readonly { readonly device: string }[]): string =>
          all.map(({ device }) => named(device)).join(" ");
        return `${line} ${external ? "comes in" : "commits"} +[${devices(add)}] -[${devices(remove)}]`;
      });
  });
}

function reading<T>(data: string, read: (db: DatabaseSync) => T): T {
  const copy = mkdtempSync(join(tmpdir(), "mutual-copy-"));
  for (const name of ["chat.db", "chat.db-wal"])
    if (existsSync(join(data, name))) copyFileSync(join(data, name), join(copy, name));
  const db = new DatabaseSync(join(copy, "chat.db"));
  try {
    return read(db);
  } finally {
    db.close();
    rmSync(copy, { recursive: true });
  }
}
