// Debian's SKS key server on loopback, with an empty database in a folder of its own. Package: sks.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../free-ports.ts";

const PROGRAM = "/usr/sbin/sks";
const START_MS = 20_000;
const STOP_MS = 10_000;
const STEP_MS = 50;

export class Sks {
  readonly folder = mkdtempSync(join(tmpdir(), "mutual-sks-"));
  readonly port: number;
  #end: () => Promise<void> = async () => undefined;

  private constructor(port: number) {
    this.port = port;
  }

  get hkp(): string {
    return `hkp://127.0.0.1:${this.port}`;
  }

  /** @throws Error that says what to install */
  static async start(): Promise<Sks> {
    if (!existsSync(PROGRAM)) {
      throw new Error("this test needs a real SKS key server: install the Debian package sks (apt-get install sks)");
    }
    const [port = 0] = await freePorts(1);
    const sks = new Sks(port);
    try {
      sks.#prepare();
      await sks.#run();
      return sks;
    } catch (error) {
      await sks[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Debian's build looks for everything below the base folder under the paths of the package, its configuration too. */
  #prepare(): void {
    for (const name of ["etc/sks", "var/lib/sks", "var/log/sks", "var/run/sks"]) {
      mkdirSync(join(this.folder, name), { recursive: true, mode: 0o700 });
    }
    const lines = [
      "hkp_address: 127.0.0.1",
      `hkp_port: ${this.port}`,
      "recon_address: 127.0.0.1",
      `recon_port: ${this.port}`,
      "disable_mailsync:",
      "",
    ];
    writeFileSync(join(this.folder, "etc/sks/sksconf"), lines.join("\n"));
    const built = spawnSync(PROGRAM, ["build", "-stdoutlog", "-basedir", this.folder], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(`sks build: ${built.stdout}${built.stderr}`);
  }

  async #run(): Promise<void> {
    const child = spawn(PROGRAM, ["db", "-stdoutlog", "-basedir", this.folder], { stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => said.push(part.toString()));
    const ended = once(child, "exit");
    this.#end = async () => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(timer);
    };
    for (const deadline = Date.now() + START_MS; !(await this.#answers()); await sleep(STEP_MS)) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`sks db did not start: ${said.join("")}`);
    }
  }

  async #answers(): Promise<boolean> {
    const asking = fetch(`http://127.0.0.1:${this.port}/pks/lookup?op=get&search=nobody@example.org`);
    return asking.then(
      ({ status }) => status === 404,
      () => false,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
