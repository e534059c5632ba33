// The lines face under strain: a reader that does not read, an over-long line, much input and no server.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLIENT, HOME, Program } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";

const numbered = (count: number, of = "m"): string[] => Array.from({ length: count }, (_, at) => `${of}${at}`);

const flagsOf = (group: Group, name: string): string[] => {
  const where = ["-ip", "127.0.0.1", "-p", String(group.server.port), "--certs", group.realm.dir];
  return where.concat("--as", name, "--home", join(group.folder, "home", name));
};

describe("a reader that does not read", () => {
  it("gets every message in the end, although the client was killed meanwhile", async () => {
    await using group = await Group.start(["alice", "bob"], ["--message-rate", "0"]);
    // What was said before he came in for the first time would not be for him.
    await (await group.client("bob")).end();
    const alice = await group.client("alice");
    const ids = numbered(3_000).map((text) => alice.send(`${text} ${"x".repeat(300)}`));
    await alice.reply(ids.at(-1) ?? 0);
    // Nothing listens to its output: only the pipe fills, and then what the client holds back.
    const lazy = spawn(CLIENT, ["--json", ...flagsOf(group, "bob")], {
      stdio: ["pipe", "pipe", "ignore"],
      // The same as at every other start: what is kept outside of the vault lies there.
      env: { HOME },
    });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    lazy.kill("SIGKILL");
    const seen = new Set<string>();
    for await (const line of createInterface({ input: lazy.stdout })) {
      const text = /"text":"(m\d+) /.exec(line)?.[1];
      // The last line may be cut: it was never whole.
      if (text !== undefined && line.endsWith("}")) seen.add(text);
    }
    expect(seen.size, "it was in the middle").toBeLessThan(3_000);
    const again = await group.client("bob");
    await again.until(() => (again.texts().some((text) => text.startsWith("m2999 ")) ? true : undefined));
    for (const text of again.texts()) seen.add(text.split(" ")[0] ?? "");
    expect(numbered(3_000).filter((text) => !seen.has(text))).toEqual([]);
  });
});

describe("an over-long line", () => {
  it("is refused, and neither it nor anything else is stuck for ever", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const bob = await group.client("bob");
    await using first = new Program(CLIENT, flagsOf(group, "alice"));
    first.write(`${"x".repeat(70_000)}\nafter it\n`);
    first.child.stdin.end();
    const { code } = await first.exited;
    expect(first.stderr.join("\n")).toMatch(/error: .*(65,?536|too long)/);
    expect(code).toBe(0);
    expect(await bob.received(1)).toEqual(["after it"]);
    const alice = await group.client("alice");
    expect(await alice.ask({ do: "send", to: "#lobby", text: "still here" })).toMatchObject({ ok: true });
  });
});

describe("much input and no server", () => {
  it("ends by itself after the time-out, with everything kept for the next time", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const bob = await group.client("bob");
    group.server.kill("SIGKILL");
    await group.server.exited;
    await using alone = new Program(CLIENT, flagsOf(group, "alice"));
    alone.write(`${numbered(3_000).join("\n")}\n`);
    alone.child.stdin.end();
    expect(await alone.exited).toMatchObject({ code: 4 });
    expect(alone.stderr.join("\n")).toContain("3000 messages wait");
    await group.restart();
    await group.client("alice");
    expect(await bob.received(3_000)).toEqual(numbered(3_000));
  });
});
