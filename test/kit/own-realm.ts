// A realm as `chat-server init` makes it, by the packaged executables, on ports of the loopback: for tests of coming in.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLIENT, ClientProgram, type Json, run, SERVER, ServerProgram } from "./executables.ts";
import { freePorts } from "./free-ports.ts";

export type Ran = Awaited<ReturnType<typeof run>>;

export class OwnRealm {
  /** Everything of it, and what a test puts beside. */
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly door: number;
  /** What `init --json` said. */
  readonly made: Json;
  #server: ServerProgram | undefined;

  private constructor(parts: Pick<OwnRealm, "folder" | "data" | "port" | "door" | "made">) {
    this.folder = parts.folder;
    this.data = parts.data;
    this.port = parts.port;
    this.door = parts.door;
    this.made = parts.made;
  }

  static async init(flags: readonly string[] = []): Promise<OwnRealm> {
    const folder = mkdtempSync(join(tmpdir(), "mutual-own-"));
    const data = join(folder, "data");
    const [port = 0, door = 0] = await freePorts(2);
    const where = ["-ip", "127.0.0.1", "-p", `${port}`, "--door-port", `${door}`];
    const made = await run(SERVER, ["init", "--json", "--data", data, ...where, ...flags]);
    if (made.code !== 0) throw new Error(made.stderr);
    return new OwnRealm({ folder, data, port, door, made: JSON.parse(made.stdout) as Json });
  }

  /** The first owner's. */
  get line(): string {
    return String(this.made["line"]);
  }

  get server(): ServerProgram {
    if (this.#server === undefined) throw new Error("the server was not started");
    return this.#server;
  }

  async start(...flags: readonly string[]): Promise<ServerProgram> {
    this.#server = await ServerProgram.start(["--data", this.data, "--log-level", "debug", ...flags], this.port);
    return this.#server;
  }

  async stop(): Promise<void> {
    await this.#server?.end();
    this.#server = undefined;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** `chat-server` with a word and the data folder. */
  admin(word: string, ...args: readonly string[]): Promise<Ran> {
    return run(SERVER, [word, ...args, "--data", this.data]);
  }

  /** The answer in JSON. */
  async asked(word: string, ...args: readonly string[]): Promise<Json> {
    const { code, stdout, stderr } = await this.admin(word, ...args, "--json");
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Json;
  }

  async invite(...args: readonly string[]): Promise<string> {
    return String((await this.asked("invite", ...args))["line"]);
  }

  /** Joins, does not chat, and ends. */
  join(line: string, home: string, ...flags: readonly string[]): Promise<Ran> {
    return run(CLIENT, ["join", line, "--only", "--home", this.file(home), ...flags]);
  }

  /** As `join`, where nothing may go wrong. */
  async joined(...args: Parameters<OwnRealm["join"]>): Promise<void> {
    const { code, stderr } = await this.join(...args);
    if (code !== 0 || stderr !== "") throw new Error(stderr);
  }

  /** A chat with what is in this home. */
  client(home: string, ...flags: readonly string[]): ClientProgram {
    return ClientProgram.start(["--home", this.file(home), ...flags]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
