// The socket of the administrator: whatever is written to it is answered with a code or cut off, and it is nobody else's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administer, invite, logged, socketLines } from "../kit/door.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  server = await testServer(realm, { doorPort: 0 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

const LIST = `${JSON.stringify({ do: "invitations" })}\n`;
const codeOf = (answer: Readonly<Record<string, unknown>> | undefined): unknown =>
  (answer?.["error"] as { readonly code?: unknown } | undefined)?.code;

describe("lines that are no request", () => {
  test.each([
    ["nothing", ""],
    ["a word", "hello"],
    ["half an object", '{"do":'],
    ["a list", "[]"],
    ["a text", '"invitations"'],
    ["nothing in JSON", "null"],
    ["a number", "5"],
    ["two objects", '{"do":"invitations"} {"do":"invitations"}'],
    ["nulls", "\0\0\0"],
    ["bytes that are no text", "\u{fffd}\u{1}"],
  ])("%s: told so, and the next line is served", async (_what, line) => {
    const [answer, next] = await socketLines(server.data, `${line}\n${LIST}`, 2);
    expect(answer).toMatchObject({ ok: false, error: { code: "bad-request" } });
    expect(next).toMatchObject({ ok: true, invitations: expect.any(Array) as unknown });
  });

  test.each([
    ["without an act", {}, "bad-field"],
    ["an act that is empty", { do: "" }, "bad-field"],
    ["an act of a number", { do: 5 }, "bad-field"],
    ["an act nobody knows", { do: "reboot" }, "unknown-act"],
    ["a name that every object has", { do: "constructor" }, "unknown-act"],
    ["an act with a line in it", { do: "invite\n" }, "bad-field"],
    ["an act too long", { do: "a".repeat(65) }, "bad-field"],
  ])("%s: %j", async (_what, given, code) => expect(codeOf(await administer(server, given))).toBe(code));

  test("an object with a prototype in it is an object like others", async () => {
    const [answer] = await socketLines(server.data, '{"__proto__":{"do":"invitations"}}\n');
    expect(codeOf(answer)).toBe("bad-field");
  });
});

describe("fields that are wrong leave no invitation behind", () => {
  test.each<readonly [string, unknown, string]>([
    ["user", "Bob", "handle-invalid"],
    ["user", "../bob", "handle-invalid"],
    ["user", "", "bad-field"],
    ["user", 5, "bad-field"],
    ["user", null, "bad-field"],
    ["name", "a\nb", "bad-field"],
    ["name", "a\u{1b}[31m", "bad-field"],
    ["name", "\u{d800}", "bad-field"],
    ["name", "a".repeat(65), "bad-field"],
    ["email", ["a@example.org"], "bad-field"],
    ["openpgp", {}, "bad-field"],
    ["role", "king", "role-unknown"],
    ["role", true, "bad-field"],
    ["uses", 0, "bad-field"],
    ["uses", 1_001, "bad-field"],
    ["uses", 1.5, "bad-field"],
    ["uses", "1", "bad-field"],
    ["uses", 1e300, "bad-field"],
    ["lastsMs", 999, "bad-field"],
    ["lastsMs", 90 * 86_400_000 + 1, "bad-field"],
    ["lastsMs", -1, "bad-field"],
    ["leaseUntil", 0, "lease-over"],
    ["leaseUntil", 1_000, "lease-over"],
    ["leaseUntil", -1, "bad-field"],
    ["leaseUntil", 2 ** 53, "bad-field"],
    ["leaseUntil", "2030-01-01", "bad-field"],
  ])("invite, %s %j: %s", async (field, value, code) => {
    expect(codeOf(await administer(server, { do: "invite", [field]: value }))).toBe(code);
    expect(await administer(server, { do: "invitations" })).toEqual({ ok: true, invitations: [] });
  });

  test("withdraw: without an id, with one that is none, twice", async () => {
    expect(codeOf(await administer(server, { do: "withdraw" }))).toBe("bad-field");
    expect(codeOf(await administer(server, { do: "withdraw", id: "00000000" }))).toBe("no-such-invitation");
    const { id } = await invite(server);
    expect(await administer(server, { do: "withdraw", id })).toEqual({ ok: true, id });
    expect(codeOf(await administer(server, { do: "withdraw", id }))).toBe("no-such-invitation");
  });
});

describe("whoever does not keep to lines", () => {
  test("a line that does not end is cut off behind 64 KiB, and others are served", async () => {
    const socket = connect(join(server.data, "admin.sock"));
    socket.on("error", () => undefined);
    await once(socket, "connect");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write("a".repeat(1024 * 1024));
    await closed;
    expect(await administer(server, { do: "invitations" })).toMatchObject({ ok: true });
  });

  test("a request in single bytes, many requests in one piece, one without its end", async () => {
    const socket = connect(join(server.data, "admin.sock"));
    await once(socket, "connect");
    for (const byte of LIST.slice(0, -1)) socket.write(byte);
    const answer = once(socket, "data");
    socket.write("\n");
    expect(String((await answer)[0])).toContain('"ok":true');
    socket.destroy();
    expect(await socketLines(server.data, LIST.repeat(50), 50)).toHaveLength(50);
    const half = connect(join(server.data, "admin.sock"));
    await once(half, "connect");
    half.resume().end(LIST.slice(0, -1));
    await once(half, "close");
  });

  test("seventeen at once: the last is closed, and comes in when one has left", async () => {
    const sockets = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const socket = connect(join(server.data, "admin.sock"));
        await once(socket, "connect");
        return socket;
      }),
    );
    const one = () => socketLines(server.data, LIST).catch(() => []);
    expect(await one()).toEqual([]);
    sockets[0]?.destroy();
    await expect.poll(one).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
  });

  test("who leaves before the answer breaks nothing", async () => {
    for (let count = 0; count < 20; count += 1) {
      const socket = connect(join(server.data, "admin.sock"));
      await once(socket, "connect");
      socket.end(LIST);
      socket.destroy();
    }
    await expect.poll(() => administer(server, { do: "invitations" }).catch(() => ({}))).toMatchObject({ ok: true });
    expect(server.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("its place", () => {
  test("is the server's user's alone", () => {
    const about = statSync(join(server.data, "admin.sock"));
    expect([about.isSocket(), about.mode & 0o777, statSync(server.data).mode & 0o777]).toEqual([true, 0o600, 0o700]);
  });

  test("another server in the same folder does not start, and the first one's socket is not touched", async () => {
    const before = statSync(join(server.data, "admin.sock")).ino;
    await expect(testServer(realm, { data: server.data })).rejects.toMatchObject({ code: "store-locked" });
    expect(statSync(join(server.data, "admin.sock")).ino).toBe(before);
    expect(await administer(server, { do: "invitations" })).toMatchObject({ ok: true });
  });

  const folder = (): string => mkdtempSync(join(tmpdir(), "mutual-socket-"));

  test("what a killed server left is taken over; what a stopped one had is gone", async () => {
    const data = folder();
    const listen = `require("node:net").createServer().listen(process.argv[1], () => console.log("listening"))`;
    const child = spawn(process.execPath, ["-e", listen, join(data, "admin.sock")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(statSync(join(data, "admin.sock")).isSocket()).toBe(true);
    const own = await testServer(realm, { data });
    expect(await administer(own, { do: "invitations" })).toMatchObject({ ok: true });
    await own.stop();
    expect(() => statSync(join(data, "admin.sock"))).toThrow("ENOENT");
    rmSync(data, { recursive: true, force: true });
  });

  test("a program that listens there is left alone: the server runs without, and says so", async () => {
    const data = folder();
    const listen = `require("node:net").createServer((s) => s.on("error", () => {}).end("other\\n")).listen(process.argv[1], () => console.log("listening"))`;
    const child = spawn(process.execPath, ["-e", listen, join(data, "admin.sock")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    await using own = await testServer(realm, { data });
    expect(logged(own, "no administration over a local socket")).toMatchObject([
      { reason: expect.stringContaining("listens") as string },
    ]);
    const socket = connect(join(data, "admin.sock"));
    expect(String((await once(socket, "data"))[0])).toBe("other\n");
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  test("a file that lies there is replaced; a folder is not, and a path that is too long is not cut", async () => {
    const [file, taken] = [folder(), folder()];
    writeFileSync(join(file, "admin.sock"), "");
    mkdirSync(join(taken, "admin.sock", "full"), { recursive: true });
    const long = join(folder(), "d".repeat(100));
    const [one, two, three] = [
      await testServer(realm, { data: file }),
      await testServer(realm, { data: taken }),
      await testServer(realm, { data: long }),
    ];
    expect(await administer(one, { do: "invitations" })).toMatchObject({ ok: true });
    for (const own of [two, three]) {
      expect(logged(own, "no administration over a local socket")).toHaveLength(1);
      expect(own.port).toBeGreaterThan(0);
    }
    for (const own of [one, two, three]) await own[Symbol.asyncDispose]();
  });
});
