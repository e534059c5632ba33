// From two empty folders to two people who read each other's encrypted messages: five commands, on one machine, by the stopwatch.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CLIENT, ClientProgram, Program, SERVER } from "../kit/executables.ts";
import { freePorts } from "../kit/free-ports.ts";
import { foundIn } from "../kit/vault.ts";

const LINE = /chat:\/\/\S+?(?=['"\s]|$)/;

/** Every process that this test starts. */
class Table {
  readonly started: Program[] = [];

  start<P extends Program>(program: P): P {
    this.started.push(program);
    return program;
  }

  /** One that runs to its end. */
  async done(executable: string, args: readonly string[]): Promise<string> {
    const program = this.start(new Program(executable, args));
    program.child.stdin.end();
    const { code } = await program.exited;
    if (code !== 0) throw new Error(program.stderr.join("\n"));
    return program.stdout.join("\n");
  }

  async clear(): Promise<void> {
    for (const program of this.started.toReversed()) await program.end();
  }
}

function lineIn(text: string): string {
  const [line] = LINE.exec(text) ?? [];
  if (line === undefined) throw new Error(`no invitation in: ${text}`);
  return line;
}

function joining(home: string, line: string, ...flags: readonly string[]): ClientProgram {
  return new ClientProgram(CLIENT, ["join", line, "--json", "--home", home, ...flags]);
}

it("five commands", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "mutual-stopwatch-"));
  const [data, home] = [join(folder, "server"), join(folder, "people")];
  const [port, door] = await freePorts(2);
  const table = new Table();
  const from = performance.now();
  try {
    const ports = ["-ip", "127.0.0.1", "-p", `${port}`, "--door-port", `${door}`];
    const made = await table.done(SERVER, ["init", "--data", data, ...ports]);
    const server = table.start(new Program(SERVER, ["--data", data, "--log-format", "json"]));
    await server.until(() => server.stdout.find((line) => line.includes('"listening"')));
    const alice = table.start(joining(join(home, "alice"), lineIn(made), "--user", "alice"));
    const invited = await table.done(SERVER, ["invite", "bob", "--data", data]);
    const bob = table.start(joining(join(home, "bob"), lineIn(invited)));
    await Promise.all([alice.ready(), bob.ready()]);
    // Each writes when the other is there: the lobby's group has both of them.
    expect(await alice.reply(alice.send("hello bob"))).toMatchObject({ ok: true });
    await bob.event(({ event, text }) => event === "message" && text === "hello bob");
    expect(await bob.reply(bob.send("hello alice"))).toMatchObject({ ok: true });
    await alice.event(({ event, text }) => event === "message" && text === "hello alice");
    const seconds = (performance.now() - from) / 1_000;
    expect(bob.messages()).toContainEqual(
      expect.objectContaining({ text: "hello bob", from: expect.objectContaining({ user: "alice" }) as unknown }),
    );
    expect(alice.messages()).toContainEqual(
      expect.objectContaining({ text: "hello alice", from: expect.objectContaining({ user: "bob" }) as unknown }),
    );
    expect(table.started).toHaveLength(5);
    // What was said lies nowhere on the server.
    expect(foundIn(data, ["hello bob", "hello alice"])).toEqual([]);
    console.log(`from nothing to reading each other: ${seconds.toFixed(1)} s, ${table.started.length} commands`);
  } finally {
    await table.clear();
    rmSync(folder, { recursive: true, force: true });
  }
});
